"""Measure the index: a full build, changes in proportion, the delay from commit to findable, memory; against goals.

A number of films comes in; a table of limits, goals and verdicts goes out, and with `--json` a file of the figures. A
full build is compared with what the engine takes of ready documents in the same run (`index_limits.py`), in turn, the
better of two each. The memory is that which no file backs (Linux; elsewhere all that is resident). With `--keep` the
store that was made is there for the next run, and the index for `keystrokes.py`; a PostgreSQL database keeps its own
anyway.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import films_at_scale
import index_limits
from measures import Measure, table, write
from sqlalchemy import Engine, text

from index.engine import open_engine, open_writer
from index.search import SearchQuery
from normalize.settings import Settings
from normalize.store import open_store

ROUNDS = 2
SHARES = (100, 10)
"""One film in so many is changed."""
DELAYS = 20
PATIENCE = 60.0
LOOK = 0.02
"""Seconds between two looks at a program's memory."""
BUILD = {"Elasticsearch": 0.8, "embedded": 0.7}
LIMIT = {
    "Elasticsearch": "bare _bulk of ready requests, as many senders",
    "embedded": "bare add_document of ready tantivy documents",
}
CHANGE = "UPDATE movies SET year = CASE year WHEN 1950 THEN 1951 ELSE 1950 END WHERE id % :share = 0"
PROPORTION = 2.0
"""A sync may cost so many times its share of a full build."""
REFRESH = {"Elasticsearch": 1.0, "embedded": 0.0}
"""Seconds after which Elasticsearch shows what it took in (INDEX_REFRESH)."""
MEGABYTES = 400.0
DELAY = 1.0


@dataclass(frozen=True)
class Ran:
    """A run of the command: the seconds of its steps, and the peak of its memory in MB."""

    steps: dict[str, float]
    megabytes: float


def command(environment: dict[str, str], *words: str) -> Ran:
    """Run `python -m index …`.

    Raises:
        SystemExit: it failed; what it said has been printed.
    """
    peak = 0.0
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        arguments = [sys.executable, "-m", "index", *words]
        with subprocess.Popen(arguments, env=environment, stdout=said, stderr=said) as process:
            while process.poll() is None:
                peak = max(peak, _megabytes(process.pid))
                time.sleep(LOOK)
        said.seek(0)
        lines = said.read().splitlines()
    if process.returncode:
        raise SystemExit("\n".join([*lines, f"error: index {words} ended with {process.returncode}"]))
    steps = [json.loads(line) for line in lines if line.startswith("{") and '"step"' in line]
    return Ran({step["step"]: step["seconds"] for step in steps}, peak)


def _megabytes(process: int) -> float:
    """Give the memory of a process that no file backs; 0 where it has ended, or there is no /proc."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1e3


@contextmanager
def following(environment: dict[str, str]) -> Iterator[None]:
    """Run `sync --follow` meanwhile."""
    arguments = [sys.executable, "-m", "index", "sync", "--follow"]
    with subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL) as process:
        yield
        process.send_signal(signal.SIGTERM)


def delays(settings: Settings, engine: Engine, environment: dict[str, str]) -> list[float]:
    """Give the seconds from a commit to the moment when a search finds it, sorted."""
    found = []
    with following(environment), closing(open_engine(settings)) as searching:
        for turn in range(DELAYS + 1):
            word = f"q{uuid.uuid4().hex}"
            with engine.begin() as connection:
                connection.execute(
                    text("UPDATE movies SET title = :word WHERE id = :id"), {"word": word, "id": turn + 1}
                )
            began = time.perf_counter()
            while not searching.search(SearchQuery(text=word, limit=1)).total:
                if time.perf_counter() - began > PATIENCE:
                    raise SystemExit("error: a change was not found in time")
                time.sleep(0.005)
            if turn:  # the first waits for the process to come up
                found.append(time.perf_counter() - began)
    return sorted(found)


def built(
    environment: dict[str, str], films: int, rounds: int, name: str, limit: Callable[[], float]
) -> Iterator[Measure]:
    """Build and measure the limit in turn; the better of each counts."""
    best, most, peak, compared = 0.0, 0.0, 0.0, 0.0
    for _ in range(rounds):
        ran = command(environment, "rebuild")
        best, peak = max(best, films / ran.steps["fill"]), max(peak, ran.megabytes)
        compared = max(compared, films / ran.steps["verify"])
        most = max(most, limit())
    note = f"{best:,.0f} of {most:,.0f} films/s"
    yield Measure("full build", best / most, "times", films, BUILD[name], "least", LIMIT[name], note)
    note = f"{compared:,.0f} films/s"
    yield Measure(
        "comparing it with the store", compared / best, "times", films, 1.0, "least", "the build's rate", note
    )
    yield Measure("memory of both", peak, "MB", films, MEGABYTES, "most")
    yield from changed(environment, films, films / best)


def changed(environment: dict[str, str], films: int, seconds: float) -> Iterator[Measure]:
    """Change a share of the films, and sync; compared with its share of a build's seconds."""
    for share in SHARES:
        store = open_store(environment["DATABASE_URL"], write=True)
        with store.begin() as connection:
            connection.execute(text(CHANGE), {"share": share})
        store.dispose()
        ran = command(environment, "sync")
        times = ran.steps["sync"] / seconds * share
        note = f"{ran.steps['sync']:.2f} s of {seconds / share:.2f} s"
        name = f"a sync of 1 film in {share}"
        yield Measure(name, times, "times", films, PROPORTION, "most", "its share of a full build", note)
        yield Measure(f"memory of {name}", ran.megabytes, "MB", films, MEGABYTES, "most")


def make_store(environment: dict[str, str], films: int) -> None:
    """Make the store of so many films, unless it is there already.

    Raises:
        SystemExit: there is another one.
    """
    words = [sys.executable, "-m", "alembic", "-x", "new=yes", "upgrade", "head"]
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = environment["DATABASE_URL"]
    store = open_store(url)
    with store.connect() as connection:
        there = connection.execute(text("SELECT count(*) FROM movies")).scalar_one()
    store.dispose()
    if there == 0:
        films_at_scale.fill(url, films)
    elif there != films:
        raise SystemExit(f"error: the store has {there:,} films already, not {films:,}: give it another database")


def measure(films: int, folder: Path, arguments: argparse.Namespace) -> Iterator[Measure]:
    """Measure one size."""
    kept = (arguments.keep or folder).absolute()
    store, url = arguments.database or f"sqlite:///{kept / f'films-{films}.sqlite'}", arguments.elasticsearch
    index = f"index-{films}" if arguments.keep else f"index-{uuid.uuid4().hex[:8]}"
    given = {"DATABASE_URL": store, "INDEX_PATH": str(kept / index), "REPORTS_PATH": str(folder / "reports")}
    if url:
        given |= {"ELASTICSEARCH_URL": url, "INDEX_NAME": f"benchmark-{index}"}
    environment = {**os.environ, **given, "LOG_FORMAT": "json", "INDEX_POLL": "0.1"}
    make_store(environment, films)
    settings = Settings(**{name.lower(): value for name, value in given.items()}, _env_file=None)
    name, engine = "Elasticsearch" if url else "embedded", open_store(store, write=True)
    limit: Callable[[], float] = lambda: (  # noqa: E731 - one of two, called in turn with builds
        index_limits.bulk(settings) if url else index_limits.add(settings, folder / "bare")
    )
    print(f"\n{name}, {engine.dialect.name}\n\n{table([])}", flush=True)
    yield from built(environment, films, arguments.rounds, name, limit)
    waited = delays(settings, engine, environment)
    half, most = waited[len(waited) // 2], waited[len(waited) * 95 // 100]
    goal, note = DELAY + REFRESH[name], f"p95; p50 {half:.2f} s"
    yield Measure("commit to findable", most, "s", films, goal, "most", note=note)
    engine.dispose()
    if not arguments.keep:
        with closing(open_writer(settings)) as writer:
            for made_index in (writer.live(), *writer.others()):
                if made_index is not None:
                    writer.remove(made_index.name)


def main() -> None:
    """Read the command line, measure each size."""
    parser = argparse.ArgumentParser(description="Measure the index: build, changes, delay, memory.")
    parser.add_argument("--films", type=int, nargs="+", default=[10_000, 100_000], help="how many films (10000 100000)")
    parser.add_argument("--database", help="a PostgreSQL database, not a SQLite file: empty, or of a run before")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave SQLite files and indexes, for the next run")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often to build and to measure the limit (2)")
    parser.add_argument("--elasticsearch", help="URL of an Elasticsearch; left out: the embedded index")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    for needed in (Path("var"), arguments.keep or Path("var")):
        needed.mkdir(parents=True, exist_ok=True)
    figures = list[Measure]()
    for films in arguments.films:
        folder = Path(tempfile.mkdtemp(prefix="benchmark-", dir="var")).absolute()
        try:
            for line in measure(films, folder, arguments):
                figures.append(line)
                print(table([line]).splitlines()[-1], flush=True)  # as soon as it is there: a run may take half an hour
        finally:
            shutil.rmtree(folder)
    if arguments.json:
        engine = "Elasticsearch" if arguments.elasticsearch else "embedded"
        write(arguments.json, f"the index, {engine}", figures)


if __name__ == "__main__":
    main()
