"""All rows of a report, as CSV files that open in a spreadsheet: frames in, files out, in bounded memory."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from expectations.failing import columns_of
from expectations.verdicts import Result

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, wide forms among it."""
ROWS_AT_ONCE = 50_000
"""How many rows are made into text at a time."""
FAILURE_COLUMNS = ("kind", "table", "expectation", "severity", "column", "row")


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as UTF-8 with a byte order mark, formulas neutralised."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        frame.iloc[:0].to_csv(file, index=False)
        for start in range(0, len(frame), ROWS_AT_ONCE):
            neutral(frame.iloc[start : start + ROWS_AT_ONCE]).to_csv(file, index=False, header=False)


def write_failures(results: tuple[Result, ...], path: Path) -> None:
    """Write all failing rows of all expectations, one under another: the columns FAILURE_COLUMNS.

    `row` is the row's keys, the values concerned and those beside them, as JSON.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        pd.DataFrame(columns=list(FAILURE_COLUMNS)).to_csv(file, index=False)
        for part in _failures(results):
            neutral(part).to_csv(file, index=False, header=False)


def _failures(results: tuple[Result, ...]) -> Iterator[pd.DataFrame]:
    for result in results:
        for start in range(0, len(result.failing), ROWS_AT_ONCE):
            rows = records(result.failing.iloc[start : start + ROWS_AT_ONCE])
            told = {
                "kind": result.kind,
                "table": result.table,
                "expectation": result.expectation,
                "severity": result.severity,
                "column": ", ".join(columns_of(result.kwargs)),
            }
            yield pd.DataFrame({**told, "row": [json.dumps(row, ensure_ascii=False, default=str) for row in rows]})


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    texts = [str(name) for name in frame if frame[name].dtype.kind not in "biuf"]
    return frame.assign(**{name: frame[name].map(_inert) for name in texts})


def _inert(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame's rows as mappings, None where there is nothing."""
    plain = frame.astype(object)
    return [dict(zip(plain.columns, row, strict=True)) for row in plain.where(plain.notna(), None).to_numpy().tolist()]
