"""Taking the legacy tables in, and giving them back: `movies` becomes `legacy_movies`, and the other way round.

In place they are renamed; from another file they are copied verbatim, rowids kept. After that both are the same:
everything is read from `legacy_…` inside the target. What SQLite's own words for each object were is kept in
`legacy_objects`, so that on the way back the schema is the same to the letter. Everything happens in the caller's
transaction.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pandas as pd
from sqlalchemy import Connection, TextClause, inspect, text
from sqlalchemy.exc import DBAPIError

from normalize import load
from normalize.errors import InputError
from normalize.plan import Plan
from normalize.text import quoted

PREFIX = "legacy_"
SOURCE_TABLE = "legacy_source"
OBJECTS_TABLE = "legacy_objects"
IN_PLACE, COPIED = "in place", "copied"
COPIED_AT_ONCE = 10_000
_BROKEN_OBJECT = re.compile(r"error in (?P<type>view|trigger|index) (?P<name>.+?)(?: after rename)?: ")


def adopted(connection: Connection) -> str | None:
    """Say how the legacy tables were adopted: IN_PLACE, COPIED, or None if they were not."""
    if not inspect(connection).has_table(SOURCE_TABLE):
        return None
    return str(connection.execute(text(f"SELECT mode FROM {SOURCE_TABLE}")).scalar_one())


def refuse_taken_names(connection: Connection, plan: Plan, *, renamed: bool) -> None:
    """Refuse a target that holds other tables of the store's names, or of the archive's.

    Args:
        connection: to the target.
        plan: which names are needed.
        renamed: the legacy tables themselves are in the target and will be renamed, so their names are free.

    Raises:
        InputError: names the tables.
    """
    there = {name.lower() for name in (*inspect(connection).get_table_names(), *inspect(connection).get_view_names())}
    legacy = {table.lower() for table in plan.legacy_tables}
    free = legacy if renamed else set()
    ours = set(plan.metadata.tables) | {PREFIX + table for table in legacy} | {SOURCE_TABLE, OBJECTS_TABLE}
    taken = sorted((ours - free) & there)
    if taken:
        raise InputError(
            f"the target already holds tables of our names: {', '.join(taken)}. Nothing was changed; "
            + ("rename them" if renamed else "name another DATABASE_URL, or rename them")
            + " and run again."
        )


def _sql(statement: str) -> TextClause:
    """Take SQL as it stands: a colon or a percent sign in a name is no parameter."""
    return text(statement.replace(":", r"\:"))


def adopt_in_place(connection: Connection, tables: Iterable[str]) -> None:
    """Rename the legacy tables of the target itself; objects that would be in the way are set aside.

    Views, triggers, indexes and foreign keys follow the renamed table. A view that is broken already makes SQLite
    refuse any rename, so it is set aside until the way back.
    """
    connection.execute(
        text(
            f"CREATE TABLE {OBJECTS_TABLE} AS SELECT rowid AS place, type, name, tbl_name, sql FROM sqlite_master "
            "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        )
    )
    for table in tables:
        while broken := _rename(connection, table, PREFIX + table):
            connection.execute(_sql(f"DROP {broken['type'].upper()} {quoted(broken['name'])}"))
    _note_mode(connection, IN_PLACE)


def _rename(connection: Connection, old: str, new: str) -> re.Match[str] | None:
    """Rename a table; if a broken view or trigger keeps SQLite from it, give its type and name."""
    try:
        connection.execute(_sql(f"ALTER TABLE {quoted(old)} RENAME TO {quoted(new)}"))
    except DBAPIError as error:
        broken = _BROKEN_OBJECT.search(str(error.orig))
        if broken is None:
            raise
        return broken
    return None


def count(source: sqlite3.Connection, tables: Iterable[str]) -> int:
    """Count the rows of the legacy tables of an open legacy file."""
    return sum(source.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0] for table in tables)


def adopt_copy(
    connection: Connection, tables: Iterable[str], source: sqlite3.Connection, advance: Callable[[int], None]
) -> None:
    """Copy the legacy tables of another file into the target, each with its rowids.

    Args:
        connection: to the target.
        tables: the legacy tables.
        source: an open legacy file, in a read transaction.
        advance: told the number of rows after each batch.
    """
    for table in tables:
        columns = [(row[1], row[2]) for row in source.execute(f"PRAGMA table_info({quoted(table)})")]
        declared = ", ".join(f"{quoted(name)} {_type(connection, kind)}" for name, kind in columns)
        rowid = "INTEGER" if connection.dialect.name == "sqlite" else "BIGINT"  # INTEGER is the rowid itself
        connection.execute(
            _sql(f"CREATE TABLE {quoted(PREFIX + table)} (legacy_rowid {rowid} PRIMARY KEY, {declared})")
        )
        copy_rows(connection, source, table, rowid="legacy_rowid", advance=advance)
    _note_mode(connection, COPIED)


def copy_rows(
    connection: Connection, source: sqlite3.Connection, table: str, rowid: str, advance: Callable[[int], None]
) -> None:
    """Copy the rows of a legacy table into its archive.

    Args:
        connection: to the target.
        source: an open legacy file, in a read transaction.
        table: the legacy table's name; its archive has at least its columns.
        rowid: the archive's column for the row's place.
        advance: told of the rows that are done.
    """
    names = [row[1] for row in source.execute(f"PRAGMA table_info({quoted(table)})")]
    chosen = ", ".join(map(quoted, names))
    for rows in _batches(source, table, f"SELECT rowid, {chosen} FROM {quoted(table)} ORDER BY rowid"):
        load.write_rows(connection, PREFIX + table, [rowid, *names], rows)
        advance(len(rows))


def _batches(source: sqlite3.Connection, table: str, query: str) -> Iterator[list[tuple[object, ...]]]:
    try:
        cursor = source.execute(query)
        while rows := cursor.fetchmany(COPIED_AT_ONCE):
            yield rows
    except sqlite3.OperationalError as error:
        raise _not_utf8(error, table) or error from error


def _not_utf8(error: sqlite3.OperationalError, table: str) -> InputError | None:
    """Give the refusal of a text that is not UTF-8; None if the error says something else."""
    if "decode to UTF-8" not in str(error):
        return None
    return InputError(f"table {table}: {error}. Repair the text in the file and run again.")


@contextmanager
def without_triggers(connection: Connection, tables: Iterable[str], prefix: str = PREFIX) -> Iterator[None]:
    """Write to legacy tables in SQLite without setting off their triggers, which are for the old programs.

    Args:
        connection: in a transaction; after an error the caller rolls back.
        tables: the legacy tables, as the legacy file calls them.
        prefix: what stands before their names here.
    """
    ours = {prefix + table for table in tables}
    found = connection.execute(
        text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")
    )
    aside = [(name, sql) for name, table, sql in found if table in ours]
    for name, _ in aside:
        connection.exec_driver_sql(f"DROP TRIGGER {quoted(name)}")
    yield
    for _, sql in aside:
        connection.exec_driver_sql(sql)


def _type(connection: Connection, declared: str) -> str:
    """Give a copied column's type: as declared on SQLite (its affinity matters), text elsewhere."""
    return declared if connection.dialect.name == "sqlite" else "TEXT"


def _note_mode(connection: Connection, mode: str) -> None:
    connection.execute(text(f"CREATE TABLE {SOURCE_TABLE} (mode TEXT NOT NULL)"))
    connection.execute(text(f"INSERT INTO {SOURCE_TABLE} (mode) VALUES (:mode)"), {"mode": mode})


def read(connection: Connection, tables: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Read the adopted tables, rows in the order of the file, values of whatever type they have.

    Raises:
        InputError: a text is not UTF-8; names its table.
    """
    order = "rowid" if connection.dialect.name == "sqlite" else "legacy_rowid"
    frames = {}
    for table in tables:
        try:
            result = connection.execute(_sql(f"SELECT * FROM {quoted(PREFIX + table)} ORDER BY {order}"))
            names, cursor = list(result.keys()), result.cursor
            rows = cursor.fetchall() if cursor else []  # the driver's own tuples, which pandas takes much faster
            frame = pd.DataFrame(rows, columns=names, dtype=object)
        except sqlite3.OperationalError as error:
            raise _not_utf8(error, table) or error from error
        frames[table] = frame.drop(columns=["legacy_rowid"], errors="ignore")
    return frames


def give_back(connection: Connection, tables: Iterable[str]) -> None:
    """Undo the adoption: in place every legacy object is as it was, to the letter; a copy is dropped."""
    mode = adopted(connection)
    if mode == IN_PLACE:
        _restore_in_place(connection, tables)
    elif mode == COPIED:
        for table in tables:
            connection.execute(_sql(f"DROP TABLE {quoted(PREFIX + table)}"))
    if mode is not None:
        connection.execute(text(f"DROP TABLE {SOURCE_TABLE}"))


def _restore_in_place(connection: Connection, tables: Iterable[str]) -> None:
    objects = connection.execute(text(f"SELECT place, type, name, tbl_name, sql FROM {OBJECTS_TABLE}")).all()
    for table in tables:
        if broken := _rename(connection, PREFIX + table, table):
            raise InputError(
                f"the {broken['type']} {broken['name']} is broken and stands in the way: drop it, run again."
            )
    connection.execute(text(f"DROP TABLE {OBJECTS_TABLE}"))
    # Renaming leaves quoted names in the schema's text, and what was set aside is missing: write the words of before.
    there = {
        (kind, name): place
        for place, kind, name in connection.execute(text("SELECT rowid, type, name FROM sqlite_master"))
    }
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    for place, kind, name, table, sql in objects:
        if (kind, name) in there:
            connection.exec_driver_sql(
                "UPDATE sqlite_master SET sql = ? WHERE type = ? AND name = ?", (sql, kind, name)
            )
        else:
            free_place = None if place in there.values() else place
            connection.exec_driver_sql(
                "INSERT INTO sqlite_master (rowid, type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, 0, ?)",
                (free_place, kind, name, table, sql),
            )
    connection.exec_driver_sql("PRAGMA writable_schema=RESET")
