"""Suites as data: Great Expectations' own JSON in, plain values out; nothing here imports Great Expectations.

A file is named KIND.TABLE.json. *Raw* suites measure a legacy table and never block; *store* suites gate: one critical
expectation that fails keeps everything out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

KINDS = ("raw", "store")
SEVERITIES = ("critical", "warning", "info")
LIMITS = ("warn", "fail")
"""What an expectation's `meta` may say: from how many failing rows on it is a warning, and from how many critical."""


class SuiteError(ValueError):
    """A suite with a mistake; the message names the file, the place in it and what is wrong."""


@dataclass(frozen=True)
class Suite:
    """One suite.

    file: where it comes from. kind: raw or store. table: what it speaks of. expectations: each a mapping with `type`,
    `kwargs` and `severity`, and perhaps `meta` with a sentence in `en` and `ru`, and with LIMITS. beside: the columns
    that the report shows beside those that an expectation speaks of; None: the table's first ones.
    """

    file: str
    kind: str
    table: str
    expectations: tuple[Mapping[str, Any], ...]
    beside: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """What Great Expectations calls it."""
        return f"{self.kind}.{self.table}"

    def place(self, number: int) -> str:
        """Say where an expectation stands, as error messages and the report do."""
        return f"{self.file}: expectations[{number}] ({self.expectations[number].get('type')})"


def load_suites(folder: Path | None = None) -> tuple[Suite, ...]:
    """Read all suites of a folder, or the built-in ones, ordered by file name.

    Raises:
        SuiteError: there is no such folder, no suite in it, or a suite with a mistake.
    """
    place: Traversable = files("expectations") / "suites" if folder is None else folder
    if not place.is_dir():
        raise SuiteError(f"there is no folder of suites {place}; check SUITES_PATH")
    suites = tuple(_suites(place))
    if not suites:
        raise SuiteError(f"the folder {place} holds no suite; a suite is a file KIND.TABLE.json")
    return suites


def _suites(place: Traversable) -> Iterator[Suite]:
    for file in sorted(place.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield read_suite(file)


def read_suite(file: Traversable) -> Suite:
    """Read one suite.

    Raises:
        SuiteError: the name or the content is not that of a suite.
    """
    kind, _, table = file.name.removesuffix(".json").partition(".")
    if kind not in KINDS or not table:
        raise SuiteError(f"{file}: a suite is named KIND.TABLE.json, with a kind of {' or '.join(KINDS)}")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SuiteError(f"{file}: is no JSON: {error}") from error
    expectations = content.get("expectations") if isinstance(content, dict) else None
    if not isinstance(expectations, list):
        raise SuiteError(f"{file}: has no list `expectations`")
    for number, expectation in enumerate(expectations):
        _check(expectation, f"{file}: expectations[{number}]")
    return Suite(str(file), kind, table, tuple(expectations), _beside(content, file))


def _beside(content: Mapping[str, Any], file: Traversable) -> tuple[str, ...] | None:
    meta = content.get("meta") or {}
    beside = meta.get("beside") if isinstance(meta, dict) else None
    if beside is None:
        return None
    if not isinstance(beside, list) or not all(isinstance(name, str) for name in beside):
        raise SuiteError(f"{file}: meta: `beside` is no list of columns")
    return tuple(beside)


def _check(expectation: object, place: str) -> None:
    if not isinstance(expectation, dict) or not isinstance(expectation.get("type"), str):
        raise SuiteError(f"{place}: has no `type`")
    if not isinstance(expectation.get("kwargs"), dict):
        raise SuiteError(f"{place}: has no `kwargs`")
    if expectation.get("severity") not in SEVERITIES:
        said = expectation.get("severity")
        raise SuiteError(f"{place}: the severity {said!r} is none of {', '.join(SEVERITIES)}")
    meta = expectation.get("meta") or {}
    if not isinstance(meta, dict):
        raise SuiteError(f"{place}: `meta` is no object with sentences in `en` and `ru`")
    _check_limits({name: meta[name] for name in LIMITS if name in meta}, expectation["kwargs"], place)


def _check_limits(limits: Mapping[str, Any], kwargs: Mapping[str, Any], place: str) -> None:
    for name, limit in limits.items():
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise SuiteError(f"{place}: meta: `{name}` is {limit!r}, and not a number of rows from 1 on")
    if limits and "mostly" in kwargs:
        raise SuiteError(f"{place}: has `mostly` beside {' and '.join(limits)}; give a share or numbers of rows")
    if len(limits) == len(LIMITS) and limits["warn"] >= limits["fail"]:
        raise SuiteError(f"{place}: meta: `warn` is {limits['warn']}, which is not below `fail`, {limits['fail']}")
