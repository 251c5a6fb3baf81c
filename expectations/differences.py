"""What changed between two runs: two reports in, the counts and rows that differ out."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations import results
from expectations.results import Figures

FILES = ("repairs", "failures", "suspects")
"""The files of rows that are compared."""
LATEST = "latest"
NAMED = 5
"""How many of the runs that there are a refusal names."""


class NoRunError(ValueError):
    """There is no such run; the message says which there are."""


@dataclass(frozen=True)
class Change:
    """A figure that differs. sort: what is counted. name: of what. before, after: None where there is no such thing."""

    sort: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """All that differs. gone, new: rows of each file that only one of the runs has."""

    changes: tuple[Change, ...]
    gone: Mapping[str, tuple[tuple[str, ...], ...]]
    new: Mapping[str, tuple[tuple[str, ...], ...]]


def find(folder: Path, name: str) -> Path:
    """Find a run's folder by its id, the beginning of its id, or 'latest'.

    Raises:
        NoRunError: there is none, or several begin so.
    """
    runs = [str(run["run"]) for run in results.runs(folder)]
    found = runs[:1] if name == LATEST else [run for run in runs if run.startswith(name)]
    if len(found) != 1 and name not in found:
        more = " and older ones" if len(runs) > NAMED else ""
        there = f"there are {', '.join(runs[:NAMED])}{more}" if runs else "there is none"
        raise NoRunError(f"{'several runs' if found else 'no run'} in {folder} called {name!r}; {there}")
    return folder / (name if name in found else found[0])


def compare(one: Path, other: Path) -> Difference:
    """Compare two runs, given as the folders of their reports."""
    figures = [dict(_figures(results.read(folder / results.FILE) or {})) for folder in (one, other)]
    names = dict.fromkeys([*figures[0], *figures[1]])
    changes = [Change(*name, figures[0].get(name), figures[1].get(name)) for name in names]
    rows = {name: [_rows(folder / f"{name}.csv") for folder in (one, other)] for name in FILES}
    return Difference(
        tuple(change for change in changes if change.before != change.after),
        gone={name: tuple((before - after).elements()) for name, (before, after) in rows.items()},
        new={name: tuple((after - before).elements()) for name, (before, after) in rows.items()},
    )


def _figures(run: Figures) -> Iterator[tuple[tuple[str, str], Any]]:
    """Give the figures that two runs are compared by: (sort, name) → figure."""
    yield ("run", "verdict"), run["verdict"]
    yield ("run", "file"), run["source"]["file"]
    yield ("run", "sha256"), run["source"]["sha256"]
    yield from ((("rows", each["table"]), each["after"]) for each in run["tables"])
    for each in run["reconciliation"]:
        for count in ("source", "stored", "nothing", "duplicates", "refused"):
            yield (count, each["kind"]), each[count]
    yield from ((("repairs", f"{each['rule']} ({each['outcome']})"), each["rows"]) for each in run["repairs"])
    for each in run["expectations"]:
        kwargs = ", ".join(f"{name}={value}" for name, value in each["kwargs"].items())
        yield (each["severity"], f"{each['table']} {each['type']}({kwargs})"), "holds" if each["passed"] else "fails"
        yield ("failing rows", f"{each['table']} {each['type']}({kwargs})"), each["failed"]
    yield ("suspects", "all"), run["suspects"]
    yield from ((("versions", name), version) for name, version in run["versions"].items())


def _rows(path: Path) -> Counter[tuple[str, ...]]:
    csv.field_size_limit(sys.maxsize)  # a legacy value may be longer than csv's 128 KB
    if not path.is_file():
        return Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        next(lines, None)
        return Counter(tuple(line) for line in lines)
