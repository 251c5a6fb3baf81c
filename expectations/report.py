"""The report of a run: what was done and found comes in, a folder that anybody can open goes out.

`REPORTS_PATH/<run id>/` holds report.html (one self-contained page), result.json (the same figures for programs) and
all rows as CSV; `REPORTS_PATH/index.html` lists the runs. Nothing is seen half written: files are made in a folder
beside and moved.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from expectations import pages
from expectations.failing import columns_of
from expectations.gate import Result

RESULT_VERSION = 1
"""The version of result.json's form."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True)
class Run:
    """All that a report tells.

    verdict: passed or failed. steps: (name, seconds). tables: (table, rows before, rows after). reconciliation: a row
    per kind. repairs, merges, suspects: a row each, with the columns that `normalize` gives them. rehearsal: all was
    rolled back at the end.
    """

    id: str
    verdict: str
    file: str
    size: int
    sha256: str
    started_at: str
    finished_at: str
    steps: tuple[tuple[str, float], ...]
    versions: Mapping[str, str]
    tables: tuple[tuple[str, int, int], ...]
    reconciliation: pd.DataFrame
    results: tuple[Result, ...]
    repairs: pd.DataFrame
    merges: pd.DataFrame
    suspects: pd.DataFrame
    rehearsal: bool = False


def write(run: Run, folder: Path, language: str) -> Path:
    """Write the report of a run, and the list of all runs anew.

    Args:
        run: what to tell.
        folder: where reports go; made if it is not there.
        language: the one the pages open in, en or ru; both are in them.

    Returns:
        the path of report.html.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    draft, place = folder / f".{run.id}.draft", folder / run.id
    try:
        draft.mkdir(parents=True)
        (draft / "result.json").write_text(json.dumps(_result(run), ensure_ascii=False, indent=1), encoding="utf-8")
        for name, frame in _rows(run).items():
            neutral(frame).to_csv(draft / f"{name}.csv", index=False, encoding="utf-8-sig")
        (draft / "report.html").write_text(pages.report(run, language), encoding="utf-8")
        draft.rename(place)
        write_index(folder, language)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place / "report.html"


def write_index(folder: Path, language: str) -> None:
    """Write the list of the runs whose reports are in the folder, newest first.

    What is no report of ours is passed over: a stranger's file must not stop a load.
    """
    found = sorted(folder.glob("*/result.json"), key=lambda path: path.parent.name, reverse=True)
    runs = [run for run in map(_read_result, found) if run is not None]
    draft = folder / f".index.{os.getpid()}.draft"
    draft.write_text(pages.index(runs, language), encoding="utf-8")
    os.replace(draft, folder / "index.html")  # noqa: PTH105 - Path.replace is the same; this says that it is atomic


def _read_result(path: Path) -> dict[str, Any] | None:
    """Read a result.json; None for a draft, and for what is not one of this version."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    ours = isinstance(result, dict) and result.get("version") == RESULT_VERSION
    return result if ours and result.get("run") == path.parent.name else None


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    texts = [str(name) for name in frame if frame[name].dtype.kind not in "biuf"]
    return frame.assign(**{name: frame[name].map(_inert) for name in texts})


def _inert(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _rows(run: Run) -> dict[str, pd.DataFrame]:
    """Give the files of rows: name → frame."""
    return {
        "repairs": run.repairs,
        "failures": failures(run.results),
        "merges": run.merges,
        "suspects": run.suspects,
    }


def failures(results: tuple[Result, ...]) -> pd.DataFrame:
    """Give all failing rows of all expectations, one under another.

    Returns:
        columns kind, table, expectation, severity, column, row (the row's keys and values as JSON).
    """
    parts = [
        pd.DataFrame(
            {
                "kind": result.kind,
                "table": result.table,
                "expectation": result.expectation,
                "severity": result.severity,
                "column": ", ".join(columns_of(result.kwargs)),
                "row": [json.dumps(row, ensure_ascii=False, default=str) for row in records(result.failing)],
            }
        )
        for result in results
        if len(result.failing)
    ]
    columns = ["kind", "table", "expectation", "severity", "column", "row"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame's rows as mappings, None where there is nothing."""
    plain = frame.astype(object)
    return [dict(zip(plain.columns, row, strict=True)) for row in plain.where(plain.notna(), None).to_numpy().tolist()]


def _result(run: Run) -> dict[str, Any]:
    """Give the figures for programs."""
    repairs = run.repairs.groupby(["rule", "outcome"], as_index=False).size().rename(columns={"size": "rows"})
    return {
        "version": RESULT_VERSION,
        "run": run.id,
        "verdict": run.verdict,
        "rehearsal": run.rehearsal,
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
        "suspects": len(run.suspects),
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
    }
