"""The form of a measurement that all benchmarks share: figures in, a table and a JSON file out.

A file is an object of `benchmark` (its name), `failed` (null, or why it has no figures) and `measures`, a list of
objects of name, value, unit, size (films), goal and at (at "least" or at "most" so much; null where none is set),
reached (null where there is no goal), against (what it is compared with) and note (the figures behind it).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

VERDICTS = {True: "yes", False: "**no**", None: ""}


@dataclass(frozen=True)
class Measure:
    """One figure: what was measured, of how many films, and what it should reach.

    unit: such as s, MB or films/s; "times" where the value is a ratio to what it is measured against.
    """

    name: str
    value: float
    unit: str
    size: int
    goal: float | None = None
    at: Literal["least", "most"] | None = None
    against: str = ""
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """Say whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.at == "least" else self.value <= self.goal


def write(file: Path, benchmark: str, measures: Iterable[Measure], failed: str | None = None) -> None:
    """Write what a benchmark measured, or why it could not."""
    listed = [asdict(each) | {"reached": each.reached} for each in measures]
    said = {"benchmark": benchmark, "failed": failed, "measures": listed}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measures_of(said: dict[str, object]) -> list[Measure]:
    """Give the measures of a benchmark, as its file has them."""
    return [Measure(**{key: each[key] for key in each if key != "reached"}) for each in said["measures"]]


def table(measures: Iterable[Measure]) -> str:
    """Write a table in Markdown."""
    lines = [
        "| measure | films | value | goal | reached | against, and the figures |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    for each in measures:
        goal = "" if each.goal is None else f"at {each.at} {number(each.goal)}"
        behind = "; ".join(filter(None, (each.against, each.note)))
        value = f"{number(each.value)} {each.unit}"
        lines.append(f"| {each.name} | {each.size:,} | {value} | {goal} | {VERDICTS[each.reached]} | {behind} |")
    return "\n".join(lines)


def number(value: float) -> str:
    """Write a number with three digits that mean something, and no more."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
