"""What Great Expectations says of one expectation in, our `Result` out; and whether the gate is open for them.

A result says how severe a failure is: the suite's own word, or what the suite's limits make of the number of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from expectations.failing import columns_of
from expectations.suites import Suite, SuiteError

CRITICAL = "critical"
WARNING = "warning"
GATING = "store"
"""The kind of suite that can keep data out."""
BESIDE = 4
"""How many of a table's other columns the report shows beside a failing value, if the suite does not say which."""


@dataclass(frozen=True)
class Result:
    """What became of one expectation.

    severity: the suite's, or what its limits make of the number of failing rows. checked: rows looked at. failed: rows
    that fail; 0 or 1 where the whole table is meant. observed: what an aggregate is. failing: all failing rows: their
    keys, the columns concerned and those beside. meta: the suite's own words on it. told: Great Expectations' own
    result.
    """

    file: str
    kind: str
    table: str
    expectation: str
    kwargs: Mapping[str, Any]
    severity: str
    passed: bool
    checked: int
    failed: int
    observed: Any
    failing: pd.DataFrame
    meta: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def passed(results: Sequence[Result]) -> bool:
    """Say whether the gate is open: no critical expectation of a store suite fails."""
    return not blocking(results)


def blocking(results: Sequence[Result]) -> tuple[Result, ...]:
    """Give the results that keep everything out."""
    return tuple(r for r in results if r.kind == GATING and r.severity == CRITICAL and not r.passed)


def outcome_of(suite: Suite, number: int, verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what Great Expectations found of an expectation.

    Raises:
        SuiteError: it could not apply the expectation; names its place and says why.
    """
    raised = verdict["exception_info"]
    if raised.get("raised_exception", True):
        raise SuiteError(f"{suite.place(number)}: cannot be applied: {_message(raised)}")
    found: Mapping[str, Any] = verdict["result"]
    return found


def rows_failing(verdict: Mapping[str, Any]) -> int:
    """Count the rows that fail; 0 or 1 where the whole table is meant."""
    return int(verdict["result"].get("unexpected_count", 0 if verdict["success"] else 1))


def result_of(suite: Suite, number: int, verdict: Mapping[str, Any], looked: int, failing: pd.DataFrame) -> Result:
    """Make the result of an expectation; `looked`: rows looked at, where Great Expectations does not count them."""
    said, outcome, failed = suite.expectations[number], verdict["result"], rows_failing(verdict)
    holds, severity = _limited(said, failed, holds=bool(verdict["success"]))
    return Result(
        file=suite.file,
        kind=suite.kind,
        table=suite.table,
        expectation=said["type"],
        kwargs=said["kwargs"],
        severity=severity,
        passed=holds,
        checked=int(outcome.get("element_count", looked)),
        failed=failed,
        observed=outcome.get("observed_value"),
        failing=failing,
        meta=said.get("meta") or {},
        told=verdict,
    )


def _limited(said: Mapping[str, Any], failed: int, *, holds: bool) -> tuple[bool, str]:
    """Give whether an expectation holds and how severe it is; `warn` and `fail` rows say, where the suite has them."""
    meta = said.get("meta") or {}
    warn, fail = meta.get("warn"), meta.get("fail")
    if fail is not None and failed >= fail:
        return False, CRITICAL
    if warn is not None or fail is not None:
        return failed < (warn or 1), WARNING
    return holds, said["severity"]


def shown(suite: Suite, kwargs: Mapping[str, Any], keys: Sequence[str], frame: pd.DataFrame) -> list[str]:
    """Name the columns of a failing row that the report shows: its keys, those concerned, and those beside."""
    known = [name for name in dict.fromkeys([*keys, *columns_of(kwargs)]) if name in frame]
    others = [str(name) for name in frame if name not in known]
    beside = others[:BESIDE] if suite.beside is None else [name for name in suite.beside if name in others]
    return known + beside


def _message(raised: Mapping[str, Any]) -> str:
    """Find the message in what Great Expectations keeps of an exception."""
    inner = [info["exception_message"] for info in raised.values() if isinstance(info, dict)]
    return " ".join(str(inner[0] if inner else raised.get("exception_message")).split())
