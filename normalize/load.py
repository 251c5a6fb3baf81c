"""Frames into tables: rows in, in the caller's transaction; nothing is committed here.

PostgreSQL takes them by COPY, SQLite by one prepared statement; both in chunks, so that memory stays bounded.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, Table, func, select, table, text

from normalize.errors import DataError
from normalize.models import load_runs, repairs
from normalize.sources import Fingerprint
from normalize.text import quoted

ROWS_AT_ONCE = 20_000
INDEX_MEMORY = "256MB"
"""What PostgreSQL may take to sort the rows of a new index."""
PLAIN_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (CAST(CAST(:names AS text[]) AS regclass[])) AND NOT indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = ANY (CAST(:kinds AS "char"[]))
AND ARRAY[conrelid, confrelid] && CAST(CAST(CAST(:names AS text[]) AS regclass[]) AS oid[])
"""
"""PostgreSQL's own words for the indexes that no constraint needs, and for constraints, of some
tables or referring to them."""
SQLITE_INDEXES = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
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


@contextmanager
def indexed_after(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    """Write into empty tables of PostgreSQL before their indexes and foreign keys are made, from all rows at once.

    Primary keys and unique constraints stay. On SQLite that would win nothing, so there it is left out. After an error
    the caller rolls back, and everything is as before too.

    Args:
        connection: in a transaction.
        tables: their names.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    asked = {"names": [quoted(name) for name in tables]}
    indexes = connection.execute(text(PLAIN_INDEXES), asked).all()
    keys = _constraints(connection, tables, ("f",))
    _run(connection, [*_dropped(keys), *(f"DROP INDEX {name}" for name, _ in indexes)])
    yield
    _run(connection, [*(definition for _, definition in indexes), *_added(keys)])


@contextmanager
def bare(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Write into empty tables that have no indexes, no keys and no references, which are made afterwards.

    The fastest way to write millions of rows, in any order. On SQLite, which cannot do without primary keys and unique
    constraints, these stay. After an error the caller rolls back, and everything is as before too.

    Args:
        connection: in a transaction; on SQLite references are not held in it.
        tables: their names.
    """
    if connection.dialect.name == "sqlite":
        found = [row for row in connection.exec_driver_sql(SQLITE_INDEXES) if row.tbl_name in tables]
        _run(connection, [f"DROP INDEX {row.name}" for row in found])
        yield
        _run(connection, [row.sql for row in found])
        return
    asked = {"names": [quoted(name) for name in tables]}
    references, keys = _constraints(connection, tables, ("f",)), _constraints(connection, tables, ("p", "u"))
    indexes = connection.execute(text(PLAIN_INDEXES), asked).all()
    _run(connection, [*_dropped(references), *_dropped(keys), *(f"DROP INDEX {name}" for name, _ in indexes)])
    yield
    _run(connection, [f"SET LOCAL maintenance_work_mem = '{INDEX_MEMORY}'", *_added(keys)])
    _run(connection, [*(definition for _, definition in indexes), *_added(references)])


def _constraints(connection: Connection, tables: Iterable[str], kinds: Sequence[str]) -> list[tuple[str, str, str]]:
    asked = {"names": [quoted(name) for name in tables], "kinds": list(kinds)}
    return [(of, name, definition) for of, name, definition in connection.execute(text(CONSTRAINTS), asked)]


def _dropped(constraints: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    return (f"ALTER TABLE {of} DROP CONSTRAINT {name}" for of, name, _ in constraints)


def _added(constraints: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    return (f"ALTER TABLE {of} ADD CONSTRAINT {name} {definition}" for of, name, definition in constraints)


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


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


def compare_counts(connection: Connection, tables: Mapping[str, pd.DataFrame]) -> None:
    """Make sure that each table holds as many rows as the gate saw.

    Raises:
        DataError: names the tables that do not.
    """
    wrong = []
    for name, frame in tables.items():
        stored = connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        if stored != len(frame):
            wrong.append(f"{name} holds {stored} rows, the gate saw {len(frame)}")
    if wrong:
        raise DataError(f"the store is not what the gate saw: {'; '.join(wrong)}. Nothing was changed.")


def last_legacy_run(connection: Connection) -> Fingerprint | None:
    """Give the fingerprint of the legacy file that was taken in last; None if there was none."""
    newest = select(load_runs.c.file, load_runs.c.size, load_runs.c.sha256).where(load_runs.c.source == LEGACY)
    row = connection.execute(newest.order_by(load_runs.c.finished_at.desc(), load_runs.c.id.desc()).limit(1)).first()
    return None if row is None else Fingerprint(row.file, row.size, row.sha256)
