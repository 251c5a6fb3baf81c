"""All benchmarks one after the other: a size in; one table of values, goals and verdicts, and a JSON file, out.

Servers are started for those that need them. A benchmark that fails is named, and the others go on: then it ends with
1. A goal that is missed is told and fails nothing. The file (`var/bench/run.json`) is an object of size, machine and
versions (name → text) and `benchmarks`, each as `measures.py` has it, with key, date, seconds and the load of the
machine before it; `performance.py` makes docs/performance.md of it. Of benchmarks that are not run it keeps what it
had, if that was measured on the same machine at the same size.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import curves
import machine
import servers
from measures import measures_of, table, write

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PLACE = ROOT / "var" / "bench"

Server = Callable[[Path], AbstractContextManager[str]]


@dataclass(frozen=True)
class Benchmark:
    """A script, the option that says how many films, that number at size 1, more options, and those for servers."""

    script: str
    option: str = "--films"
    films: tuple[int, ...] = ()
    more: tuple[str, ...] = ()
    servers: Mapping[str, Server] = field(default_factory=dict)

    def command(self, size: float, sizes: list[int] | None, told: Path) -> list[str]:
        """Give the words that run it; sizes are those of the curves."""
        films = [max(1, round(films * size)) for films in self.films] or sizes or curves.SIZES
        words = [self.option, *map(str, films), *self.more, "--json", str(told)]
        return [sys.executable, str(HERE / self.script), *words]


ON_SERVERS = {"--elasticsearch": servers.elasticsearch, "--database": servers.postgresql}
BENCHMARKS = {
    "rebuild": Benchmark("rebuild.py", films=(30_000,)),
    "imdb-postgresql": Benchmark("imdb.py", "--titles", (1_000_000,), more=("--on=postgresql",)),
    "imdb-sqlite": Benchmark("imdb.py", "--titles", (1_000_000,), more=("--on=sqlite",)),
    "index-embedded": Benchmark("in_step.py", films=(20_000,)),
    "index-elasticsearch": Benchmark("in_step.py", films=(20_000,), servers=ON_SERVERS),
    "api-sqlite": Benchmark("api.py", films=(10_000,), more=("--seconds=2", "--rounds=2")),
    "api-postgresql": Benchmark("api.py", films=(200_000,), more=("--seconds=2", "--rounds=2", "--postgresql")),
    "curves": Benchmark("curves.py"),
}
"""What is measured by which name; the goals of the catalogue are set for two hundred thousand films, those of IMDb's
files for a million."""


def run(name: str, size: float, sizes: list[int] | None, place: Path) -> dict[str, object]:
    """Run a benchmark; gives what it says, its seconds, and the load of the machine before it."""
    told, log = place / f"{name}.json", place / f"{name}.log"
    told.unlink(missing_ok=True)
    load, began = os.getloadavg()[0], time.monotonic()
    try:
        with TemporaryDirectory(dir=ROOT / "var", ignore_cleanup_errors=True) as folder, ExitStack() as until_done:
            command = BENCHMARKS[name].command(size, sizes, told)
            for option, server in BENCHMARKS[name].servers.items():
                command += [option, until_done.enter_context(server(Path(folder) / option))]
            with log.open("w", encoding="utf-8") as said:
                subprocess.run(command, cwd=ROOT, stdout=said, stderr=said, check=False)
    except SystemExit as error:
        log.write_text(str(error), encoding="utf-8")
    if not told.exists():
        lines = log.read_text(encoding="utf-8").split("\n")
        write(told, name, [], next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing"))
    found = json.loads(told.read_text(encoding="utf-8"))
    about = {"key": name, "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
    return about | {"seconds": round(time.monotonic() - began), "load": round(load, 1)} | found


def tell(done: dict[str, object], place: Path) -> None:
    """Print what a benchmark measured, or why it did not."""
    print(f"\n## {done['benchmark']}: {done['seconds']} s\n")
    why = f"FAILED: {done['failed']} (all of it is in {place / str(done['key'])}.log)"
    print(why if done["failed"] else table(measures_of(done)))
    sys.stdout.flush()


def earlier(file: Path, about: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Give key → what a file says of each benchmark; nothing if it is of another machine or size."""
    said = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    same = all(said.get(name) == about[name] for name in ("machine", "size"))
    return {each["key"]: each for each in said["benchmarks"]} if same else {}


def main() -> None:
    """Read the command line, run them, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1.0, help="how many times the ordinary number of films (1)")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of films of the curves (1000 10000 100000)")
    parser.add_argument("--only", choices=BENCHMARKS, nargs="+", default=list(BENCHMARKS), help="which of them (all)")
    parser.add_argument("--out", type=Path, default=PLACE, help="the folder for files and logs (var/bench)")
    arguments = parser.parse_args()
    for folder in (ROOT / "var", arguments.out):
        folder.mkdir(parents=True, exist_ok=True)
    began, file = time.monotonic(), arguments.out / "run.json"
    about = {"size": arguments.size, "machine": machine.machine(), "versions": machine.versions()}
    found, done = earlier(file, about), []
    for name in arguments.only:
        done.append(run(name, arguments.size, arguments.sizes, arguments.out))
        found[name] = done[-1]
        tell(done[-1], arguments.out)
        said = about | {"benchmarks": [found[key] for key in BENCHMARKS if key in found]}
        file.write_text(f"{json.dumps(said, indent=1, ensure_ascii=False)}\n", encoding="utf-8")
    goals = [each.reached for one in done for each in measures_of(one) if each.goal is not None]
    failed = [str(one["key"]) for one in done if one["failed"]]
    print(f"\n{sum(goals)} of {len(goals)} goals are reached, {time.monotonic() - began:.0f} s in all.")
    print("`make performance` makes docs/performance.md of it.")
    sys.exit(f"FAILED: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
