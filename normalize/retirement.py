"""The archive retired: the `legacy_…` tables of a store are dropped, and their room is given back.

A connection comes in; what was dropped, and how many bytes that frees, goes out. Everything but the giving back of a
SQLite file's room happens in the caller's transaction, so that a caller may look first and roll back.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, inspect, select, text

from normalize import adoption, load, sources
from normalize.errors import InputError
from normalize.models import load_runs
from normalize.store import has_store
from normalize.text import quoted

RETIRED_AT = "archive_retired_at"
"""Where `load_runs.counts` of the run whose archive it was says when."""


@dataclass(frozen=True)
class Retired:
    """What was dropped.

    tables: each table of the archive and its rows. with_them: what went with them, such as 'view titles'. size: the
    bytes that this frees.
    """

    tables: Mapping[str, int]
    with_them: tuple[str, ...]
    size: int


def retired_at(connection: Connection) -> str | None:
    """Say when the archive of a filled store was retired; None if it is there, or there never was one."""
    run = _newest_run(connection) if has_store(connection) else None
    if run is None or adoption.adopted(connection):
        return None
    return str(run.counts.get(RETIRED_AT, "an unknown time"))


def retire(connection: Connection, tables: Iterable[str], at: str) -> Retired | None:
    """Drop the archive, and note it beside the load whose archive it was.

    Args:
        connection: to a store, in a transaction.
        tables: the legacy tables, as the legacy file calls them.
        at: the time, as the store has it.

    Returns:
        what was dropped; None if that was done before.

    Raises:
        InputError: there is no archive, or other tables refer to it.
    """
    run = _newest_run(connection) if has_store(connection) else None
    if run is None:
        raise InputError("DATABASE_URL holds no store that was filled from a legacy file, so there is no archive.")
    if not adoption.adopted(connection):
        return None
    names = [adoption.PREFIX + table for table in tables]
    rows = {name: connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(name)}").scalar_one() for name in names}
    if connection.dialect.name == "sqlite":
        with_them, size = _drop_from_sqlite(connection, names)
    else:
        with_them, size = _drop_from_postgresql(connection, [*names, adoption.SOURCE_TABLE])
    counts = json.dumps({**run.counts, RETIRED_AT: at})
    connection.execute(load_runs.update().where(load_runs.c.id == run.id).values(counts=counts))
    return Retired(rows, with_them, size)


class _Run(NamedTuple):
    """A load: its id, and what it counted."""

    id: str
    counts: dict[str, object]


def _newest_run(connection: Connection) -> _Run | None:
    """Give the newest load of a legacy file."""
    of_legacy = select(load_runs.c.id, load_runs.c.counts).where(load_runs.c.source == load.LEGACY)
    row = connection.execute(of_legacy.order_by(load_runs.c.finished_at.desc(), load_runs.c.id.desc()).limit(1)).first()
    return None if row is None else _Run(row.id, json.loads(row.counts))


def _drop_from_postgresql(connection: Connection, names: list[str]) -> tuple[tuple[str, ...], int]:
    """Drop tables with their indexes; a view on them makes the server itself refuse, by its name.

    Returns:
        what went with them, and the bytes that this frees.
    """
    found = inspect(connection)
    with_them = tuple(f"index {index['name']}" for name in names for index in found.get_indexes(name))
    size_of = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    size = sum(connection.execute(size_of, {"name": quoted(name)}).scalar_one() for name in names)
    for name in names:
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)}")
    return with_them, size


def _drop_from_sqlite(connection: Connection, names: list[str]) -> tuple[tuple[str, ...], int]:
    """Drop tables with what cannot live without them.

    Returns:
        what went with them, and the bytes that this frees.

    Raises:
        InputError: a foreign key of another table refers to them.
    """
    used, dependents = _used(connection), _dependents(connection, names)
    with_them = [f"{kind} {name}" for kind, name in dependents]
    for kind, name in dependents:
        connection.execute(text(f"DROP {kind.upper()} IF EXISTS {quoted(name)}"))
    notes = [adoption.SOURCE_TABLE]
    if inspect(connection).has_table(adoption.OBJECTS_TABLE):
        there = {(kind, name) for kind, name in connection.execute(text("SELECT type, name FROM sqlite_master"))}
        there |= set(dependents)
        kept = connection.execute(text(f"SELECT type, name FROM {adoption.OBJECTS_TABLE}")).all()
        broken = [f"{kind} {name}" for kind, name in kept if kind != "table" and (kind, name) not in there]
        with_them += [f"{each} (broken before, so it was set aside)" for each in broken]
        notes.append(adoption.OBJECTS_TABLE)
    for name in [*names, *notes]:
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)}")
    return tuple(with_them), used - _used(connection)


def _dependents(connection: Connection, names: list[str]) -> list[tuple[str, str]]:
    """Give type and name of what cannot live without these SQLite tables: their indexes, triggers and views.

    Raises:
        InputError: a foreign key of another table refers to them.
    """
    objects = connection.execute(
        text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    ).all()
    tables = [name for kind, name, _, _ in objects if kind == "table" and name not in names]
    referring = [
        table
        for table in tables
        if any(row[2] in names for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted(table)})"))
    ]
    if referring:
        raise InputError(
            f"foreign keys of {', '.join(referring)} refer to the archive. Drop these tables, or make them anew "
            "without those keys, and run again. Nothing was changed."
        )
    going, found = set(names), []
    while more := [
        (kind, name)
        for kind, name, table, sql in objects
        if kind != "table" and (kind, name) not in found and (table in going or _mentions(sql, going))
    ]:
        found += more
        going |= {name for kind, name in more if kind == "view"}
    return found


def _mentions(sql: str, names: Iterable[str]) -> bool:
    """Say whether SQL text speaks of one of the names."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE) for name in names)


def _used(connection: Connection) -> int:
    """Give the bytes of a SQLite database that are in use."""
    pages, free, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def refuse_without_room(connection: Connection, file: Path) -> None:
    """Refuse to vacuum a SQLite file where there is no room for that: a copy of what stays, and a journal.

    Raises:
        InputError: says how much is needed and how much there is.
    """
    needed = file.stat().st_size + _used(connection)
    free = shutil.disk_usage(file.parent).free
    if free < needed:
        raise InputError(
            f"to make {file} smaller, {needed:,} bytes have to be free beside it, and {free:,} are. Nothing was "
            "changed: make room, or say --keep-size."
        )


def vacuum(file: Path, lock_timeout: float) -> tuple[int, int]:
    """Give the free pages of a SQLite file back to the disk; gives its bytes before and after.

    Raises:
        InputError: the file is locked, or the disk is full; the file is whole, and as large as before.
    """
    before = file.stat().st_size
    with sources.refusing(file, lock_timeout), closing(sqlite3.connect(file, timeout=lock_timeout)) as connection:
        connection.isolation_level = None
        connection.execute("VACUUM")
    return before, file.stat().st_size
