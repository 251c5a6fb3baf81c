"""A run among the earlier ones: result.json's in, the trend and what moved out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from expectations.results import Figures, failing

COMPARED = 5
"""With how many of the last runs a run is compared."""
LEAST = 10
"""A count that moved by fewer rows than these is not worth a warning."""
TREND = 30
"""How many of the last runs a trend shows."""
REPAIRS = "repairs"


@dataclass(frozen=True)
class Moved:
    """A count that is far from what it was.

    sort: tables, stored or repairs. name: the table, the kind or the rule. now: the count. was: the median of the last
    runs. share: by what share of it the count moved; None where it was 0.
    """

    sort: str
    name: str
    now: int
    was: float
    share: float | None

    def plain(self) -> dict[str, Any]:
        """Give it as result.json has it."""
        return asdict(self)


def comparable(run: Figures, runs: Sequence[Figures]) -> list[Figures]:
    """Give the runs that a run can be compared with: of the same store and sort, that passed and were meant."""
    return [
        other
        for other in runs
        if other["run"] < run["run"]
        and (other["store"], other["loaded"]) == (run["store"], run["loaded"])
        and other["verdict"] == "passed"
        and not other["rehearsal"]
    ]


def moved(run: Figures, runs: Sequence[Figures], share: float) -> tuple[Moved, ...]:
    """Find the counts that moved by more than a share since the last runs.

    Args:
        run: the run.
        runs: all runs, newest first.
        share: 0.2 is a fifth; 0 turns this off.
    """
    earlier = [dict(_counts(other)) for other in comparable(run, runs)[:COMPARED]]
    if not earlier or not share:
        return ()
    now = dict(_counts(run))
    names = dict.fromkeys([*now, *(name for counts in earlier for name in counts)])
    found = []
    for sort, name in names:
        # A rule that is not named was not needed; a table or kind that is not named was not looked at.
        nothing = {(sort, name): 0} if sort == REPAIRS else {}
        told = [{**nothing, **counts} for counts in (now, *earlier)]
        there = [counts[sort, name] for counts in told[1:] if (sort, name) in counts]
        if (sort, name) not in told[0] or not there:
            continue
        count, was = told[0][sort, name], median(there)
        if abs(count - was) >= LEAST and abs(count - was) > share * was:
            found.append(Moved(sort, name, count, was, round((count - was) / was, 3) if was else None))
    return tuple(found)


def _counts(run: Figures) -> Iterator[tuple[tuple[str, str], int]]:
    yield from ((("tables", each["table"]), each["after"]) for each in run["tables"])
    yield from ((("stored", each["kind"]), each["stored"]) for each in run["reconciliation"])
    yield from (((REPAIRS, each["rule"]), each["rows"]) for each in run["repairs"])


def trend(runs: Sequence[Figures]) -> dict[str, list[int]]:
    """Give the figures that a trend shows, oldest run first.

    Args:
        runs: newest first, of one store and sort.

    Returns:
        rows (of the first table of the store), refused, repaired, failing, suspects → a number per run.
    """
    shown = list(reversed(runs[:TREND]))
    return {
        "stored": [main_count(run) for run in shown],
        "repaired": [outcome(run, "repaired") for run in shown],
        "refused": [outcome(run, "refused") for run in shown],
        "failing": [failing(run) for run in shown],
        "suspects": [run["suspects"] for run in shown],
    }


def main_count(run: Figures) -> int:
    """Give how many of the store's main thing a run stored: its first kind, in a check its largest table."""
    kinds: Sequence[Mapping[str, Any]] = run["reconciliation"]
    if kinds:
        return int(kinds[0]["stored"])
    return max((int(each["after"]) for each in run["tables"]), default=0)


def outcome(run: Figures, name: str) -> int:
    """Count a run's repairs of one outcome."""
    return sum(each["rows"] for each in run["repairs"] if each["outcome"] == name)
