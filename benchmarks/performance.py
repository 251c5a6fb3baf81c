"""docs/performance.md of a run of all benchmarks: its file in (`bench.py` wrote it), the page and its pictures out.

Without a file the one that was kept in docs/performance/ is taken, and the page is made anew of it.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import capacity
from measures import VERDICTS, Measure, measures_of, number, table
from plots import draw

DOCS = Path(__file__).resolve().parents[1] / "docs"
RUN = Path("performance", "run.json")
"""Where a run is kept, in the folder of the guides."""
HEAD = """# Performance

Written by `make performance` of what `make bench` measured last ([its figures](performance/run.json)). A
number of seconds says little, as machines differ: so each benchmark measures a limit or a peer in the same run, and
most figures are ratios to it. What each measures and how to run it alone: [benchmarks](../benchmarks/README.md).

In the pictures a bar is the goal; a figure is a green dot where it reaches it, a red cross where it does not, a blue
diamond where none is set. All scales count by powers of ten.
"""


def page(run: dict[str, Any]) -> str:
    """Write the page."""
    parts = (line for each in run["benchmarks"] for line in _benchmark(each))
    return "\n".join([HEAD, *_about(run), *_goals(run), *parts, *_sums(run)])


def _about(run: dict[str, Any]) -> Iterator[str]:
    yield "## Where and when\n"
    yield "| what | |\n| --- | --- |"
    dates = sorted({each["date"] for each in run["benchmarks"]})
    minutes = sum(each["seconds"] for each in run["benchmarks"]) / 60
    yield f"| date | {' to '.join(dates[:: max(len(dates) - 1, 1)])}, {minutes:.0f} minutes in all |"
    yield from (f"| {name} | {value} |" for name, value in run["machine"].items())
    yield f"| versions | {', '.join(f'{name} {value}' for name, value in run['versions'].items())} |"
    loads = [each["load"] for each in run["benchmarks"]]
    yield f"| load before each benchmark | {min(loads)} to {max(loads)}, of what the one before it did, too |\n"


def _goals(run: dict[str, Any]) -> Iterator[str]:
    """Give the table of all that has a goal."""
    told = ((said["benchmark"], each) for said in run["benchmarks"] for each in measures_of(said))
    rows = [(name, each) for name, each in told if each.goal is not None]
    yield f"## Goals: {sum(each.reached or False for _, each in rows)} of {len(rows)} reached\n"
    yield "| benchmark | measure | films | value | goal | reached |\n| --- | --- | ---: | ---: | ---: | --- |"
    for name, each in rows:
        value, goal = f"{number(each.value)} {each.unit}", f"at {each.at} {number(each.goal or 0)}"
        yield f"| {name} | {each.name} | {each.size:,} | {value} | {goal} | {VERDICTS[each.reached]} |"
    for each in run["benchmarks"]:
        if each["failed"]:
            yield f"| {each['benchmark']} | failed: {each['failed']} | | | | |"
    yield ""


def _benchmark(said: dict[str, Any]) -> Iterator[str]:
    """Give the part of one benchmark: its picture and its figures."""
    if said["failed"]:
        return
    name, key, measures = said["benchmark"], said["key"], measures_of(said)
    yield f"## {name[0].upper()}{name[1:]}\n"
    yield "<picture>"
    yield f'  <source media="(prefers-color-scheme: dark)" srcset="performance/{key}-dark.svg">'
    yield f'  <img alt="Each figure of the table below, with its goal" src="performance/{key}.svg">'
    yield "</picture>\n"
    yield _by_size(measures) if len({each.size for each in measures}) > 1 else table(measures)
    yield ""


def _by_size(measures: list[Measure]) -> str:
    """Write a table of measures that were made at several sizes, a column for each."""
    sizes = sorted({each.size for each in measures})
    found = {(each.name, each.unit, each.size): number(each.value) for each in measures}
    lines = [
        f"| measure | unit | {' | '.join(f'{size:,} films' for size in sizes)} |",
        f"| --- | --- |{' ---: |' * len(sizes)}",
    ]
    for name, unit in dict.fromkeys((each.name, each.unit) for each in measures):
        lines.append(f"| {name} | {unit} | {' | '.join(found.get((name, unit, size), '') for size in sizes)} |")
    return "\n".join(lines)


def _sums(run: dict[str, Any]) -> Iterator[str]:
    """Give what follows from the figures for what one machine cannot do."""
    needs = capacity.needs({said["key"]: measures_of(said) for said in run["benchmarks"]})
    if needs:
        yield "## What 10 TB and 10,000 requests a second need\n"
        yield "The sums behind [Past one machine](scaling.md), from the figures above.\n"
        yield "| what | sum | is |\n| --- | --- | ---: |"
        yield from (f"| {each.what} | {each.sum} | {each.result} |" for each in needs)
        yield ""


def make(run: Path, docs: Path) -> None:
    """Write the page, its pictures, and the run that they are of into a folder of guides."""
    kept = docs / RUN
    kept.parent.mkdir(parents=True, exist_ok=True)
    if run.resolve() != kept.resolve():
        shutil.copyfile(run, kept)
    said = json.loads(kept.read_text(encoding="utf-8"))
    for old in kept.parent.glob("*.svg"):
        old.unlink()
    for each in said["benchmarks"]:
        if not each["failed"]:
            draw(measures_of(each), kept.parent / each["key"])
    (docs / "performance.md").write_text(page(said), encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?", default=DOCS / RUN, help="what bench.py wrote (the one kept)")
    parser.add_argument("--docs", type=Path, default=DOCS, help="the folder of guides to write into (docs)")
    arguments = parser.parse_args()
    make(arguments.run, arguments.docs)


if __name__ == "__main__":
    main()
