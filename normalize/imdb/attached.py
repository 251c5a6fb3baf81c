"""How a first load's rows reach a SQLite store: columns in, rows in files beside it; from there one statement a table.

Python's driver wants an object for each value, and Python's lock for each row. Arrow's own writes columns as they lie,
without either, in a third of the time, but by a connection of its own: so into a file beside the store, of which SQLite
takes all rows at once, in the load's transaction.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_sqlite import dbapi
from sqlalchemy import Connection

from normalize.text import quoted

ROWS = "staged_rows"
"""The one table of such a file."""
FOR_NOW = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")
"""Nobody wants such a file after a crash."""
FULL = "disk is full"
"""What SQLite says of one; Arrow's driver hands on its words, and not its code."""


class Attached:
    """The files of a load, one for each table: what a transaction has read of a file stays as it is until its end."""

    def __init__(self, connection: Connection) -> None:
        """`connection`: to the store, in the load's transaction."""
        self._connection = connection
        databases = connection.exec_driver_sql("PRAGMA database_list")
        self._store = next(row.file for row in databases if row.name == "main")
        self._open: dict[str, dbapi.Connection] = {}
        self._columns: dict[str, list[str]] = {}
        # In the main thread the driver would keep Ctrl-C for itself, and then not know how to stop what it is doing.
        self._thread = ThreadPoolExecutor(1, "attached")

    @contextmanager
    def cleared(self, tables: Sequence[str]) -> Iterator[None]:
        """Leave none of these tables' files behind, nor those of a load that was killed: the store is locked for us."""

        def clear() -> None:
            for table in tables:
                self._file(table).unlink(missing_ok=True)

        clear()
        try:
            yield
        finally:
            self._thread.submit(self._close)
            self._thread.shutdown()
            clear()

    def write(self, table: str, rows: pa.Table) -> None:
        """Write rows of a table of the store aside.

        Raises:
            sqlite3.OperationalError: the disk is full, or the file cannot be written.
        """
        self._thread.submit(self._write, table, rows).result()

    def take(self, table: str) -> None:
        """Let the store take all rows that were written of a table, and no more.

        Raises:
            sqlite3.OperationalError: as of `write`.
            sqlalchemy.exc.DBAPIError: the store does not take a row.
        """
        if table not in self._open:
            return
        self._thread.submit(self._end, table).result()
        file, there = self._file(table), f"beside_{table}"
        try:
            self._connection.exec_driver_sql(f"ATTACH ? AS {there}", (str(file),))
        finally:
            file.unlink()  # what has it open goes on reading it, until the transaction ends
        columns = ", ".join(map(quoted, self._columns[table]))
        self._connection.exec_driver_sql(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM {there}.{ROWS}")

    def _write(self, table: str, rows: pa.Table) -> None:
        with self._sqlite_errors(table):
            new = table not in self._open
            if new:
                self._open[table], self._columns[table] = self._made(table), rows.column_names
            with self._open[table].cursor() as cursor:
                cursor.adbc_ingest(ROWS, rows, mode="create" if new else "append")

    def _end(self, table: str) -> None:
        with self._sqlite_errors(table), closing(self._open[table]) as into:
            into.adbc_connection.commit()
        del self._open[table]

    def _close(self) -> None:
        for into in self._open.values():
            into.close()

    def _made(self, table: str) -> dbapi.Connection:
        into = dbapi.connect(str(self._file(table)), autocommit=True)
        with into.cursor() as cursor:
            for pragma in FOR_NOW:
                cursor.execute(pragma)
                cursor.fetchall()  # else it is not done
        into.adbc_connection.set_autocommit(False)
        return into

    def _file(self, table: str) -> Path:
        return Path(f"{self._store}-staged-{table}")

    @contextmanager
    def _sqlite_errors(self, table: str) -> Iterator[None]:
        """Turn what Arrow's driver says into what Python's would say of the same."""
        try:
            yield
        except Error as error:
            said = sqlite3.OperationalError(f"{self._file(table)}: {error}")
            if FULL in str(error):
                said.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise said from error
