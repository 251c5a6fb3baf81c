"""Measure `alembic upgrade head` on a legacy file of any size: from a file into a new store, and in place.

A number of films comes in; a table of seconds, memory and ratios goes out. The measure is the fastest that SQLite could
take the same final rows from Python in the same run: `executemany` into bare tables, without keys, in one transaction.
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
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from legacy_at_scale import REAL_FILMS, make

from normalize.models import metadata

ROWS_AT_ONCE = 20_000
SEED = 1


@dataclass(frozen=True)
class Measured:
    """What was measured: seconds by the clock, the peak of memory in MB, and the command's own split of the seconds."""

    name: str
    seconds: float
    megabytes: float | None
    split: str = ""


def rebuild(name: str, store: Path, legacy: Path | None) -> Measured:
    """Run `alembic upgrade head` in a process of its own.

    Args:
        name: what the line is called.
        store: the SQLite file to make, or to rebuild in place.
        legacy: the legacy file, or None in place.

    Raises:
        SystemExit: the command failed; what it said has been printed.
    """
    environment = {key: value for key, value in os.environ.items() if key != "LEGACY_DATABASE"}
    environment |= {"DATABASE_URL": f"sqlite:///{store}", "REPORTS_PATH": str(store.parent / "reports")}
    environment |= {"LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
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
    steps = [json.loads(line) for line in lines if line.startswith("{")]
    split = ", ".join(f"{step['step']} {step['seconds']:.2f}" for step in steps if step["event"] == "rebuild")
    return Measured(name, seconds, _megabytes(usage), split)


def _megabytes(usage: resource.struct_rusage) -> float:
    """Give the peak of resident memory; the system counts it in KB, macOS in bytes."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def floor(store: Path, bare: Path) -> Measured:
    """Insert a store's rows into bare tables with sqlite3 alone; only the writing is counted, not the reading."""
    seconds = 0.0
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(bare, isolation_level=None)) as target:
        target.execute("BEGIN")
        for table in metadata.sorted_tables:
            rows = source.execute(f"SELECT * FROM {table.name}")
            columns = [column[0] for column in rows.description]
            target.execute(f"CREATE TABLE {table.name} ({', '.join(columns)})")
            insert = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(columns))})"
            while chunk := rows.fetchmany(ROWS_AT_ONCE):
                began = time.perf_counter()
                target.executemany(insert, chunk)
                seconds += time.perf_counter() - began
        began = time.perf_counter()
        target.execute("COMMIT")
    seconds += time.perf_counter() - began
    return Measured("bare executemany", seconds, None)


def rows_of(store: Path) -> int:
    """Count the rows of the store's tables."""
    with closing(sqlite3.connect(store)) as connection:
        counts = (connection.execute(f"SELECT count(*) FROM {t.name}").fetchone()[0] for t in metadata.sorted_tables)
        return sum(counts)


def tell(films: int, rows: int, measured: list[Measured]) -> None:
    """Print the table; the last one measured is the floor that the others are compared with."""
    least = measured[-1].seconds
    print(f"{films:,} films, {rows:,} rows in the store")
    print(f"{'':24} {'seconds':>8} {'films/s':>9} {'peak MB':>8} {'ratio':>6}")
    for each in measured:
        memory = "" if each.megabytes is None else f"{each.megabytes:,.0f}"
        print(
            f"{each.name:24} {each.seconds:8.2f} {films / each.seconds:9,.0f} {memory:>8} {each.seconds / least:6.1f}"
        )
    for each in measured:
        if each.split:
            print(f"{each.name}: {each.split}")


def main() -> None:
    """Read the command line, make the legacy file, measure and print."""
    parser = argparse.ArgumentParser(description="Measure alembic upgrade head on a legacy file of any size.")
    parser.add_argument("--films", type=int, default=300 * REAL_FILMS, help="how many films (299,700)")
    parser.add_argument("--legacy", type=Path, help="measure on this legacy file instead")
    arguments = parser.parse_args()
    Path("var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir="var") as name:
        folder = Path(name).absolute()
        legacy, new, in_place = folder / "legacy.sqlite", folder / "new.sqlite", folder / "in-place.sqlite"
        if arguments.legacy:
            shutil.copyfile(arguments.legacy, legacy)
        else:
            make(legacy, arguments.films, SEED)
        shutil.copyfile(legacy, in_place)
        with closing(sqlite3.connect(legacy)) as connection:
            films = connection.execute("SELECT count(*) FROM movies").fetchone()[0]
        measured = [
            rebuild("from a file", new, legacy),
            rebuild("in place", in_place, None),
            floor(new, folder / "bare.sqlite"),
        ]
        tell(films, rows_of(new), measured)


if __name__ == "__main__":
    main()
