"""Legacy rows as SQLite has them: a table in, its rows out, every value just as it stands there.

SQLite holds values of any type in any column, text with NUL characters, and text whose bytes are not UTF-8 (`NotUtf8`).
"""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from normalize.text import quoted

Row = tuple[object, ...]

ROWS_AT_ONCE = 10_000
ROWIDS = ("rowid", "_rowid_", "oid")
"""SQLite's names for a row's number; a column of that name hides it."""


class NotUtf8(bytes):
    """Text of a legacy file whose bytes are not UTF-8; `bytes` alone is a blob."""

    __slots__ = ()


class Column(NamedTuple):
    """A column of a legacy table: its name and its declared type."""

    name: str
    type: str


def columns(source: sqlite3.Connection, table: str) -> list[Column]:
    """Give the columns of a table, generated ones among them."""
    return [Column(row[1], row[2]) for row in source.execute(f"PRAGMA table_xinfo({quoted(table)})")]


def written(source: sqlite3.Connection, table: str) -> list[str]:
    """Name the columns of a table that can be written: those that are not generated."""
    return [row[1] for row in source.execute(f"PRAGMA table_info({quoted(table)})")]


def rows(source: sqlite3.Connection, table: str) -> Iterator[list[Row]]:
    """Read a table in batches, in the order of its rowids, or of its key where it has none.

    Args:
        source: in a read transaction.
        table: its name.

    Returns:
        rows of the place (the rowid, or where a table has none a number from 1 on), then each column's value.
    """
    names = [column.name for column in columns(source, table)]
    rowid = rowid_of(source, table)
    # What is not indexed is read in the order in which the table itself is kept.
    query = f"SELECT {rowid or 'NULL'}, {', '.join(map(quoted, names))} FROM {quoted(table)} " + (
        f"ORDER BY {rowid}" if rowid else "NOT INDEXED"
    )
    done = 0
    for batch in _batches(source, query):
        yield batch if rowid else [(place, *row[1:]) for place, row in enumerate(batch, done + 1)]
        done += len(batch)


def rowid_of(source: sqlite3.Connection, table: str) -> str | None:
    """Give the name by which the rowid of a table can be had; None if it has none, or its columns hide it."""
    names = {column.name.lower() for column in columns(source, table)}
    free = next((name for name in ROWIDS if name not in names), None)
    try:
        source.execute(f"SELECT {free} FROM {quoted(table)} LIMIT 0")
    except sqlite3.OperationalError:  # WITHOUT ROWID
        return None
    return free


def _batches(source: sqlite3.Connection, query: str) -> Iterator[list[Row]]:
    """Read text as SQLite's driver does, fast; from the first batch that it cannot read on, by our own function."""
    done = 0
    try:
        for batch in _fetch(source, query):
            yield batch
            done += len(batch)
    except sqlite3.OperationalError as error:
        if "decode to UTF-8" not in str(error):
            raise
        before, source.text_factory = source.text_factory, _text
        try:
            yield from _fetch(source, f"{query} LIMIT -1 OFFSET {done}")
        finally:
            source.text_factory = before


def _fetch(source: sqlite3.Connection, query: str) -> Iterator[list[Row]]:
    cursor = source.execute(query)
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        yield batch


def _text(value: bytes) -> str | NotUtf8:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return NotUtf8(value)
