"""Frames into tables: rows in, in the caller's transaction; nothing is committed here.

PostgreSQL takes them by COPY, SQLite by one prepared statement; both in chunks, so that memory stays bounded.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Table, func, select, table

from normalize.errors import DataError
from normalize.models import load_runs, repairs
from normalize.sources import Fingerprint
from normalize.text import quoted

ROWS_AT_ONCE = 20_000
LEGACY = "legacy"
"""What the legacy file is called in load_runs."""


@dataclass(frozen=True)
class LoadRun:
    """One load: which file, when, and what the gate said. `counts` is what load_runs keeps as JSON."""

    id: str
    fingerprint: Fingerprint
    started_at: str
    finished_at: str
    verdict: str
    counts: Mapping[str, object]
    source: str = LEGACY


def insert(connection: Connection, table: Table, frame: pd.DataFrame, advance: Callable[[int], None]) -> None:
    """Insert a frame's rows; columns that it has not are NULL.

    Args:
        connection: in a transaction.
        table: one of the store's tables.
        frame: columns named as the table's.
        advance: told the number of rows after each chunk.
    """
    names = [column.name for column in table.columns if column.name in frame]
    for rows in _chunks(frame[names]):
        write_rows(connection, table.name, names, rows)
        advance(len(rows))


def write_rows(connection: Connection, table: str, names: list[str], rows: list[tuple[object, ...]]) -> None:
    """Write rows of plain Python values into a table, the fastest way that the database has.

    Args:
        connection: in a transaction.
        table: its name.
        names: the columns' names.
        rows: one value for each of the names.
    """
    table, names = quoted(table), [quoted(name) for name in names]
    write = _copy if connection.dialect.name == "postgresql" else _execute_many
    write(connection, table, names, rows)


def _chunks(frame: pd.DataFrame) -> Iterator[list[tuple[object, ...]]]:
    """Cut a frame into lists of tuples of plain Python values, None where there is nothing."""
    for start in range(0, len(frame), ROWS_AT_ONCE):
        chunk = frame.iloc[start : start + ROWS_AT_ONCE].astype(object)
        chunk = chunk.where(chunk.notna(), None)
        yield list(zip(*(chunk[name].tolist() for name in chunk), strict=True))


def _execute_many(connection: Connection, table: str, names: list[str], rows: list[tuple[object, ...]]) -> None:
    slots = ", ".join("?" for _ in names)
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({slots})", rows)


def _copy(connection: Connection, table: str, names: list[str], rows: list[tuple[object, ...]]) -> None:
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was closed under a load")
    with driver.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def insert_run(connection: Connection, run: LoadRun, repaired: pd.DataFrame, advance: Callable[[int], None]) -> None:
    """Record a load and its repairs, numbered from 1 in their order."""
    connection.execute(
        load_runs.insert(),
        {
            "id": run.id,
            "source": run.source,
            "file": run.fingerprint.file,
            "size": run.fingerprint.size,
            "sha256": run.fingerprint.sha256,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "verdict": run.verdict,
            "counts": json.dumps(run.counts),
        },
    )
    insert(connection, repairs, repaired.assign(run_id=run.id, number=range(1, len(repaired) + 1)), advance)


def count_rows(connection: Connection, tables: Iterable[str]) -> dict[str, int]:
    """Count the rows of tables, by their names."""
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in tables}


def compare_counts(connection: Connection, tables: Mapping[str, pd.DataFrame]) -> None:
    """Make sure that each table holds as many rows as the gate saw.

    Raises:
        DataError: names the tables that do not.
    """
    stored = count_rows(connection, tables)
    wrong = [
        f"{name} holds {stored[name]} rows, the gate saw {len(frame)}"
        for name, frame in tables.items()
        if stored[name] != len(frame)
    ]
    if wrong:
        raise DataError(f"the store is not what the gate saw: {'; '.join(wrong)}. Nothing was changed.")


def last_legacy_run(connection: Connection) -> Fingerprint | None:
    """Give the fingerprint of the legacy file that was taken in last; None if there was none."""
    newest = select(load_runs.c.file, load_runs.c.size, load_runs.c.sha256).where(load_runs.c.source == LEGACY)
    row = connection.execute(newest.order_by(load_runs.c.finished_at.desc(), load_runs.c.id.desc()).limit(1)).first()
    return None if row is None else Fingerprint(row.file, row.size, row.sha256)
