"""Taking the legacy tables in, and giving them back: `movies` becomes `legacy_movies`, and the other way round.

In place they are renamed; from another file they are copied verbatim, rowids kept. After that both are the same:
everything is read from `legacy_…` inside the target. What SQLite's own words for each object were is kept in
`legacy_objects`, so that on the way back the schema is the same to the letter. Everything happens in the caller's
transaction.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import compress

import pandas as pd
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from normalize import verbatim
from normalize.archive import MORE, PLACE, Archive, read_postgresql, verbatim_sql, write_sqlite
from normalize.errors import InputError
from normalize.plan import Plan
from normalize.text import quoted

PREFIX = "legacy_"
SOURCE_TABLE = "legacy_source"
OBJECTS_TABLE = "legacy_objects"
IN_PLACE, COPIED = "in place", "copied"
STATISTICS = ("sqlite_stat1", "sqlite_stat4")
"""What ANALYZE knows of each table, by its name; SQLite forgets it with a table of that name."""


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


def adopt_in_place(connection: Connection, tables: Iterable[str]) -> None:
    """Rename the legacy tables of the target itself; objects that would be in the way are set aside.

    Views, triggers, indexes and foreign keys follow the renamed table. A view that is broken already makes SQLite
    refuse any rename, so it is set aside until the way back.

    Raises:
        InputError: something that is broken stands in the way and cannot be set aside.
    """
    connection.exec_driver_sql(
        f"CREATE TABLE {OBJECTS_TABLE} AS SELECT rowid AS place, type, name, tbl_name, sql FROM sqlite_master "
        "WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'"
    )
    for table in tables:
        while broken := _rename(connection, table, PREFIX + table):
            kind, name = broken
            connection.exec_driver_sql(f"DROP {kind.upper()} {quoted(name)}")
    _note_mode(connection, IN_PLACE)


def _rename(connection: Connection, old: str, new: str) -> tuple[str, str] | None:
    """Rename a table; if a broken view or trigger keeps SQLite from it, give its type and name."""
    try:
        connection.exec_driver_sql(f"ALTER TABLE {quoted(old)} RENAME TO {quoted(new)}")
    except DBAPIError as error:
        if (broken := _broken(connection, str(error.orig))) is None:
            raise
        return broken
    for table in STATISTICS:
        if inspect(connection).has_table(table):
            connection.exec_driver_sql(f"UPDATE {table} SET tbl = ? WHERE lower(tbl) = lower(?)", (new, old))
    return None


def _broken(connection: Connection, said: str) -> tuple[str, str] | None:
    """Find the view or trigger that SQLite's message is of: 'error in view NAME: …'; a name may hold anything."""
    objects = connection.exec_driver_sql("SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')")
    found = [(kind, name) for kind, name in objects if said.startswith(f"error in {kind} {name}")]
    return max(found, key=lambda each: len(each[1]), default=None)


def adopt_copy(
    connection: Connection,
    tables: Mapping[str, Sequence[str]],
    source: sqlite3.Connection,
    advance: Callable[[int], None],
) -> None:
    """Copy the legacy tables of another file into the target, each with its rowids.

    Args:
        connection: to the target.
        tables: the legacy tables and the columns that are read of them.
        source: an open legacy file, in a read transaction.
        advance: told the number of rows after each batch.
    """
    for table, needed in tables.items():
        archive = Archive(PREFIX + table, verbatim.columns(source, table), needed)
        archive.create(connection)
        archive.write(connection, verbatim.rows(source, table), advance)
    _note_mode(connection, COPIED)


def count(source: sqlite3.Connection, tables: Iterable[str]) -> int:
    """Count the rows of the legacy tables of an open legacy file."""
    return sum(source.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()[0] for table in tables)


def copy_rows(connection: Connection, source: sqlite3.Connection, table: str, advance: Callable[[int], None]) -> None:
    """Copy the rows of a legacy table into the one that was adopted in place, as far as it is not generated.

    Args:
        connection: to the target, on SQLite.
        source: an open legacy file, in a read transaction.
        table: the legacy table's name; the one in place has at least its columns, and is empty.
        advance: told of the rows that are done.
    """
    archive, driver = PREFIX + table, _driver(connection)
    written = {name.lower() for name in verbatim.written(driver, archive)}
    names = [column.name for column in verbatim.columns(source, table)]
    kept = [True, *(name.lower() in written for name in names)]
    place = verbatim.rowid_of(driver, archive)
    kept[0] = place is not None
    into = [name for name, wanted in zip(names, kept[1:], strict=True) if wanted]
    for rows in verbatim.rows(source, table):
        chosen = [tuple(compress(row, kept)) for row in rows]
        write_sqlite(connection, archive, [place, *into] if place else into, chosen)
        advance(len(rows))


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


def _note_mode(connection: Connection, mode: str) -> None:
    connection.execute(text(f"CREATE TABLE {SOURCE_TABLE} (mode TEXT NOT NULL)"))
    connection.execute(text(f"INSERT INTO {SOURCE_TABLE} (mode) VALUES (:mode)"), {"mode": mode})


def read(connection: Connection, tables: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """Read the adopted tables, rows in the order of the file, values of whatever type they have.

    Args:
        connection: to the target.
        tables: the legacy tables and the columns that are read of them, which are named so in the frames, however the
            file writes their names; other columns keep theirs.
    """
    frames = {}
    for table, needed in tables.items():
        names, rows = _read(connection, PREFIX + table)
        spelt = {name.lower(): name for name in needed}
        frame = pd.DataFrame(rows, columns=pd.Index(names, dtype=object), dtype=object)
        frame = frame.rename(columns={name: spelt.get(name.lower(), name) for name in names})
        # On PostgreSQL a column with a name that it cannot have is nowhere if it is empty.
        frames[table] = frame.assign(**dict.fromkeys((name for name in needed if name not in frame), None))
    return frames


def _read(connection: Connection, archive: str) -> tuple[list[str], list[verbatim.Row]]:
    if connection.dialect.name != "sqlite":
        return read_postgresql(connection, archive)
    driver = _driver(connection)
    names = [column.name for column in verbatim.columns(driver, archive)]
    copied = adopted(connection) == COPIED
    skipped = 2 if copied else 1  # the place, of a copy also as the column that it is kept in
    rows = [row[skipped:] for batch in verbatim.rows(driver, archive) for row in batch]
    return names[skipped - 1 :], rows


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("only SQLite's own driver reads its values as they are")
    return driver


def refuse_placeless(connection: Connection, tables: Iterable[str]) -> None:
    """Refuse to change rows by their places where these cannot be named.

    Raises:
        InputError: names the table.
    """
    in_place = adopted(connection) == IN_PLACE
    for table in tables:
        columns = list(connection.execute(verbatim_sql(f"SELECT * FROM {quoted(PREFIX + table)} LIMIT 0")).keys())
        if in_place:
            placed = verbatim.rowid_of(_driver(connection), PREFIX + table) == verbatim.ROWIDS[0]
        else:
            placed = columns[0] == PLACE and MORE not in columns[:-1]
        if not placed:
            raise InputError(
                f"the rows of the legacy table {table} have no rowid, or its columns hide it, so changes cannot be "
                "written back into it. To lose what was changed: alembic -x changes=discard downgrade base."
            )


def give_back(connection: Connection, tables: Iterable[str]) -> None:
    """Undo the adoption: in place every legacy object is as it was, to the letter; a copy is dropped."""
    mode = adopted(connection)
    if mode == IN_PLACE:
        _restore_in_place(connection, tables)
    elif mode == COPIED:
        for table in tables:
            connection.execute(verbatim_sql(f"DROP TABLE {quoted(PREFIX + table)}"))
    if mode is not None:
        connection.execute(text(f"DROP TABLE {SOURCE_TABLE}"))


def _restore_in_place(connection: Connection, tables: Iterable[str]) -> None:
    objects = connection.execute(text(f"SELECT place, type, name, tbl_name, sql FROM {OBJECTS_TABLE}")).all()
    written = {name.lower(): name for _, kind, name, _, _ in objects if kind == "table"}
    for table in tables:
        if broken := _rename(connection, PREFIX + table, written[table.lower()]):
            raise InputError(f"the {' '.join(broken)} is broken and stands in the way: drop it, run again.")
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
