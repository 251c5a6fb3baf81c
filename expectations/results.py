"""A run's figures for programs: a `Run` in, result.json out; result.schema.json describes its form.

Earlier runs are known by theirs: the list of all runs, the trend and what moved since are made of them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.rows import records
from expectations.verdicts import GATING, Result

if TYPE_CHECKING:
    from expectations.report import Run

VERSION = 2
"""The version of result.json's form."""
FILE = "result.json"
Figures = Mapping[str, Any]
"""The content of a result.json."""


def figures(run: "Run") -> dict[str, Any]:
    """Give the figures of a run."""
    repairs = run.repairs.groupby(["rule", "outcome"], as_index=False).size().rename(columns={"size": "rows"})
    return {
        "version": VERSION,
        "run": run.id,
        "verdict": run.verdict,
        "rehearsal": run.rehearsal,
        "loaded": run.loaded,
        "store": run.store,
        "source": {"file": run.file, "size": run.size, "sha256": run.sha256},
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "seconds": dict(run.steps),
        "versions": dict(run.versions),
        "tables": [{"table": name, "before": before, "after": after} for name, before, after in run.tables],
        "reconciliation": records(run.reconciliation),
        "expectations": [summary(result) for result in run.results],
        "repairs": records(repairs),
        "merges": int(run.merges["person_id"].nunique()) if len(run.merges) else 0,
        "suspects": len(run.open_suspects),
        "sections": {section.name: len(section.rows) for section in run.sections},
    }


def summary(result: Result) -> dict[str, Any]:
    """Give what became of an expectation, without its rows."""
    return {
        "kind": result.kind,
        "table": result.table,
        "type": result.expectation,
        "kwargs": dict(result.kwargs),
        "severity": result.severity,
        "passed": result.passed,
        "checked": result.checked,
        "failed": result.failed,
        "observed": result.observed,
        "meta": dict(result.meta),
    }


def read(path: Path) -> dict[str, Any] | None:
    """Read a result.json; None for a draft, and for what is not one of this version."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    ours = isinstance(result, dict) and result.get("version") == VERSION
    return result if ours and result.get("run") == path.parent.name else None


def runs(folder: Path) -> list[dict[str, Any]]:
    """Read the runs whose reports are in a folder, newest first; what is no report of ours is passed over."""
    found = sorted(folder.glob(f"*/{FILE}"), key=lambda path: path.parent.name, reverse=True)
    return [run for run in map(read, found) if run is not None]


def validations(results: tuple[Result, ...]) -> dict[str, dict[str, Any]]:
    """Give Great Expectations' own result of each suite, in the form that its tools read: suite → result."""
    suites: dict[str, list[Result]] = {}
    for result in results:
        suites.setdefault(f"{result.kind}.{result.table}", []).append(result)
    return {name: _validation(name, told) for name, told in suites.items()}


def _validation(name: str, results: list[Result]) -> dict[str, Any]:
    held = sum(bool(result.told["success"]) for result in results)
    return {
        "success": held == len(results),
        "results": [dict(result.told) for result in results],
        "suite_name": name,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": held,
            "unsuccessful_expectations": len(results) - held,
            "success_percent": 100 * held / len(results),
        },
        "meta": {},
        "id": None,
    }


def failing(run: Figures) -> int:
    """Count the expectations on the store that fail in a run."""
    return sum(not each["passed"] for each in run["expectations"] if each["kind"] == GATING)
