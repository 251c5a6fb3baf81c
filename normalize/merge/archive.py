"""The newest file taken in: the archive (`legacy_…`) of the last one and the new file in, that of the new one out.

A copied archive is dropped and copied anew. Legacy tables that were adopted in place keep their shape, their indexes,
views and triggers, so that the way back gives them back with the newest rows. In the caller's transaction.
"""

import sqlite3

from sqlalchemy import Connection, inspect

from normalize import adoption
from normalize.errors import InputError
from normalize.progress import Advance
from normalize.text import quoted
from normalize.words import LEGACY_TABLES


def replace(connection: Connection, legacy: sqlite3.Connection, advance: Advance) -> None:
    """Put the tables of a newer file into the archive's place; make the archive where there is none.

    Args:
        connection: to the store.
        legacy: the newer file, open and checked, in a read transaction.
        advance: told of the rows that are done.

    Raises:
        InputError: tables that were adopted in place cannot hold the newer file's rows; names what is in the way.
    """
    mode = adoption.adopted(connection)
    if mode == adoption.IN_PLACE:
        _refill(connection, legacy, advance)
        return
    if mode == adoption.COPIED:
        adoption.give_back(connection, LEGACY_TABLES)
    adoption.adopt_copy(connection, LEGACY_TABLES, legacy, advance)


def _refill(connection: Connection, legacy: sqlite3.Connection, advance: Advance) -> None:
    """Replace the rows of the tables that were adopted in place."""
    _refuse_other_columns(connection, legacy)
    _refuse_cascades(connection)
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    with adoption.without_triggers(connection, LEGACY_TABLES):
        for table in LEGACY_TABLES:
            connection.exec_driver_sql(f"DELETE FROM {adoption.PREFIX}{table}")
            adoption.copy_rows(connection, legacy, table, advance)


def _refuse_other_columns(connection: Connection, legacy: sqlite3.Connection) -> None:
    for table in LEGACY_TABLES:
        has = {column["name"].lower() for column in inspect(connection).get_columns(adoption.PREFIX + table)}
        more = [row[1] for row in legacy.execute(f"PRAGMA table_info({table})") if row[1].lower() not in has]
        if more:
            raise InputError(
                f"the file has columns that this database's own table {table} has not: {', '.join(more)}. Add them to "
                f"{adoption.PREFIX}{table}, or rebuild into a new store with LEGACY_DATABASE. Nothing was changed."
            )


def _refuse_cascades(connection: Connection) -> None:
    """Refuse where replacing legacy rows would delete or change rows of tables that are none of ours."""
    archive = {adoption.PREFIX + table for table in LEGACY_TABLES}
    for table in inspect(connection).get_table_names():
        for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted(table)})"):
            if row.table in archive and row.on_delete != "NO ACTION":
                raise InputError(
                    f"table {table} refers to {row.table} with ON DELETE {row.on_delete}, which stands in the way "
                    "of the newer file's rows. Take that reference away, or rebuild into a new store with "
                    "LEGACY_DATABASE. Nothing was changed."
                )
