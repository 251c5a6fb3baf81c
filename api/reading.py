"""Reads of the store, without detours: a statement in, rows out, on connections that are kept.

What SQLAlchemy does for each execution costs more than reading a film does. So a statement is compiled once, and runs
straight on the driver: sqlite3, or psycopg, which has the server prepare it. Each statement is a snapshot of its own,
so what belongs together is read by one statement.
"""

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Engine, Select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

Values = Mapping[str, object]
Rows = list[tuple[Any, ...]]
Identity = tuple[int, int] | None
"""Which file a name stands for just now (device, inode); None: no file, or a server."""

SQLITE_RULES = ("PRAGMA query_only=ON", "PRAGMA cache_size=-16000")
"""No writing, though the file is not opened read-only: nobody could roll back what a killed writer left then. And at
most 16 MB of the file in the memory of each connection."""


Version = tuple[int, int] | str
"""Which state of the store there is: of SQLite, which connection looked, and what it calls the state; of PostgreSQL,
whose changes are to be seen."""
SQLITE_STATE = "PRAGMA data_version"
"""Changes with every commit of any other connection, by any process; numbers of two connections say nothing."""
SQLITE_AT_ONCE = "PRAGMA busy_timeout=0"
POSTGRESQL_STATE = """
SELECT CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_postmaster_start_time() || ' ' || pg_current_snapshot() END
"""
"""Which transactions are to be seen: the same ones, the same rows. A replica's snapshot does not name all of those that
are under way, so of a replica nothing is known."""


class ReadError(Exception):
    """The store's driver refused or failed; its own error is the cause."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection of the driver, how it runs a statement, and which file it reads."""

    connection: Any
    execute: Callable[..., Any]
    identity: Identity


class Reader:
    """Reads from a store, for any number of threads: opens a connection where none is idle, and keeps some of them."""

    def __init__(self, engine: Engine, file: Path | None, kept: int) -> None:
        """Nothing is connected yet.

        Args:
            engine: makes the connections.
            file: the SQLite file that is read; None for a server.
            kept: how many connections are kept while nobody reads.
        """
        self._engine, self._file, self._most_idle = engine, file, kept
        self._driver_error = engine.dialect.loaded_dbapi.Error
        self._idle: deque[_Kept] = deque()
        self._dialect = SQLiteDialect_pysqlite(paramstyle="named") if file else engine.dialect
        self._compiled: dict[Select[*tuple[Any, ...]], tuple[str, Values]] = {}
        self._watch: _Kept | None = None
        self._watches, self._watching = 0, Lock()

    def rows(self, statement: Select[*tuple[Any, ...]], values: Values) -> Rows:
        """Give the rows of a statement.

        Args:
            statement: made once and used again: it is compiled when it is first seen, and remembered.
            values: its parameters.

        Raises:
            ReadError: no connection can be had, or the statement cannot be run.
        """
        text, constants = self._compiled.get(statement) or self._compile(statement)
        identity = self._identity()
        idle = self._take(identity)
        kept = idle or self._open(identity)
        try:
            found: Rows = kept.execute(text, {**constants, **values}).fetchall()
        except self._driver_error as error:
            lost = idle is not None and getattr(kept.connection, "broken", False)
            kept.connection.close()
            if lost:  # while nobody used it, such as by a restart of the server
                return self.rows(statement, values)
            raise ReadError(str(error)) from error
        self._give_back(kept)
        return found

    def version(self) -> Version | None:
        """Give what differs after every commit of anybody; never the same again. Whoever reads later sees no less.

        None: it cannot be known just now, as nobody has read yet, the store is locked or does not answer.
        """
        return self._server_version() if self._file is None else self._file_version()

    def _server_version(self) -> Version | None:
        kept = self._take(None)
        if kept is None:
            return None
        try:
            ((version,),) = kept.execute(POSTGRESQL_STATE).fetchall()
        except self._driver_error:
            kept.connection.close()
            return None
        self._give_back(kept)
        return version  # type: ignore[no-any-return]  # the driver knows no types

    def _file_version(self) -> Version | None:
        """Ask always the same connection, which waits for no lock."""
        identity = self._identity()
        with self._watching:
            try:
                if self._watch is None or self._watch.identity != identity:
                    self._stop_watching()
                    self._watch = self._open(identity)
                    self._watches += 1
                    self._watch.execute(SQLITE_AT_ONCE)
                ((state,),) = self._watch.execute(SQLITE_STATE).fetchall()
            except (self._driver_error, ReadError):
                self._stop_watching()
                return None
            return self._watches, state

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.connection.close()
            self._watch = None

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        with self._watching:
            self._stop_watching()
        while self._idle:
            self._idle.pop().connection.close()

    def _compile(self, statement: Select[*tuple[Any, ...]]) -> tuple[str, Values]:
        compiled = statement.compile(dialect=self._dialect)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._compiled[statement] = said = (str(compiled), constants)
        return said

    def _identity(self) -> Identity:
        """Say which file is there: one that was taken away or replaced is not read on."""
        if self._file is None:
            return None
        try:
            status = os.stat(self._file)  # noqa: PTH116 - Path.stat costs twice as much, at every read
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _take(self, identity: Identity) -> _Kept | None:
        """Take the connection that was used last; those to another file are closed."""
        while self._idle:
            try:
                kept = self._idle.pop()
            except IndexError:  # another thread was faster
                return None
            if kept.identity == identity:
                return kept
            kept.connection.close()
        return None

    def _open(self, identity: Identity) -> _Kept:
        try:
            pooled = self._engine.raw_connection()
            connection: Any = pooled.driver_connection
            pooled.detach()
            if self._file is None:
                connection.autocommit = True
                return _Kept(connection, connection.cursor(binary=True).execute, identity)
            for rule in SQLITE_RULES:
                connection.execute(rule)
        except self._driver_error as error:
            raise ReadError(str(error)) from error
        return _Kept(connection, connection.cursor().execute, identity)

    def _give_back(self, kept: _Kept) -> None:
        if len(self._idle) < self._most_idle:
            self._idle.append(kept)
        else:
            kept.connection.close()
