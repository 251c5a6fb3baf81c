"""SQLite files to compare: all that one holds, as plain values."""

import sqlite3
from contextlib import closing, suppress

HEADER = ("user_version", "application_id", "page_size", "auto_vacuum", "encoding", "journal_mode")
"""What a file says of itself."""


def exactly(path):
    """Give all that a SQLite file holds: the schema's own words, rows, rowids, what the header says; texts as bytes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        schema = connection.execute(
            "SELECT rowid, type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"
        ).fetchall()
        told = {name: connection.execute(f"PRAGMA {name}").fetchall() for name in HEADER}
        for _, kind, name, _, _ in schema:
            if kind == b"table":
                told[name] = table_rows(connection, name.decode().replace('"', '""'))
    return schema, told


def table_rows(connection, name):
    """Give a table's rows; with their rowids where it has any."""
    with suppress(sqlite3.OperationalError):
        return connection.execute(f'SELECT rowid, * FROM "{name}" ORDER BY 1').fetchall()
    return connection.execute(f'SELECT * FROM "{name}"').fetchall()
