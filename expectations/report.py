"""The report of a run: what was done and found comes in, a folder that anybody can open goes out.

`REPORTS_PATH/<run id>/` holds report.html (one self-contained page), result.json (the same figures for programs),
Great Expectations' own results and all rows as CSV; `REPORTS_PATH/index.html` lists the runs. Nothing is seen half
written: files are made in a folder beside and moved.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from expectations import history, pages, results
from expectations.distributions import Distribution, Words
from expectations.rows import write_csv, write_failures
from expectations.verdicts import Result

MERGES = "merges"
"""The kind of suspects that were taken for one person already."""
KEPT = 100
"""How many runs' reports are kept, if nothing else is said."""
MOVED = 0.2
"""By what share a count may move before it is a warning, if nothing else is said."""


@dataclass(frozen=True)
class Section:
    """Further rows that a report tells of: a name, which the CSV has too, title and explanation by language."""

    name: str
    title: Words
    about: Words
    rows: pd.DataFrame


@dataclass(frozen=True)
class Run:
    """All that a report tells.

    verdict: passed or failed. steps: (name, seconds). tables: (table, rows before, rows after). reconciliation: a row
    per kind; none if nothing was loaded. repairs, merges, suspects: a row each, with the columns that `normalize` gives
    them. rehearsal: all was rolled back at the end. store: where the data is. ways: kind → the source's column and the
    table that takes it. texts: words for rules and kinds that texts.json does not have, in its form.
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
    store: str = ""
    ways: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    distributions: tuple[Distribution, ...] = ()
    sections: tuple[Section, ...] = ()
    texts: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)

    @property
    def open_suspects(self) -> pd.DataFrame:
        """The suspects that nothing was done about; merges were done, and can be taken back."""
        return self.suspects[self.suspects["kind"] != MERGES]

    @property
    def loaded(self) -> bool:
        """Whether something was loaded, or the store was merely checked."""
        return len(self.reconciliation) > 0


def write(run: Run, folder: Path, language: str, *, kept: int = KEPT, moved: float = MOVED) -> Path:
    """Write the report of a run, and the list of all runs anew.

    Args:
        run: what to tell.
        folder: where reports go; made if it is not there.
        language: the one the pages open in, en or ru; both are in them.
        kept: how many runs' reports stay there; the oldest go.
        moved: by what share a count may move since the last runs before it is a warning; 0: never.

    Returns:
        the path of report.html.

    Raises:
        OSError: it cannot be written; nothing of it is left.
    """
    draft, place = folder / f".{run.id}.draft", folder / run.id
    try:
        draft.mkdir(parents=True)
        _write_files(run, draft, results.runs(folder), language, moved)
        draft.rename(place)
        _take_away_old(folder, kept)
        write_index(folder, language)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place / "report.html"


def _write_files(run: Run, draft: Path, earlier: Sequence[results.Figures], language: str, share: float) -> None:
    figures = results.figures(run)
    moved = history.moved(figures, earlier, share)
    figures["moved"] = [each.plain() for each in moved]
    _write_json(figures, draft / results.FILE)
    (draft / "validations").mkdir()
    for name, validation in results.validations(run.results).items():
        _write_json(validation, draft / "validations" / f"{name}.json")
    for name, frame in _rows(run).items():
        write_csv(frame, draft / f"{name}.csv")
    write_failures(run.results, draft / "failures.csv")
    runs = [figures, *history.comparable(figures, earlier)]
    (draft / "report.html").write_text(pages.report(run, moved, runs, language), encoding="utf-8")


def _write_json(content: Mapping[str, object], path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def _rows(run: Run) -> dict[str, pd.DataFrame]:
    """Give the files of rows: name → frame."""
    further = {section.name: section.rows for section in run.sections}
    # With a column to fill in, suspects.csv is what the next run takes as decisions.
    suspects = run.suspects.assign(decision=None)[["decision", *run.suspects]]
    return {"repairs": run.repairs, "merges": run.merges, "suspects": suspects, **further}


def _take_away_old(folder: Path, kept: int) -> None:
    """Take the oldest reports away; what is none of ours stays."""
    for run in results.runs(folder)[kept:]:
        shutil.rmtree(folder / str(run["run"]), ignore_errors=True)


def write_index(folder: Path, language: str) -> None:
    """Write the list of the runs whose reports are in the folder, newest first.

    What is no report of ours is passed over: a stranger's file must not stop a load.
    """
    draft = folder / f".index.{os.getpid()}.draft"
    draft.write_text(pages.index(results.runs(folder), language), encoding="utf-8")
    os.replace(draft, folder / "index.html")  # noqa: PTH105 - Path.replace is the same; this says that it is atomic
