"""Reads of the store, without detours: a statement in, rows out, on connections that are kept.

What SQLAlchemy does for each execution costs more than reading a film does. So a statement is compiled once, and runs
straight on the driver: sqlite3, or psycopg, which has the server prepare it. Each statement is a snapshot of its own,
so what belongs together is read by one statement.
"""

import os
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
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


class ReadError(Exception):
    """The store's driver refused or failed; its own error is the cause."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A connection of the driver, how it runs a statement, and which file it reads."""

    connection: Any
    execute: Callable[[str, Values], Any]
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

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
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
                return _Kept(connection, partial(connection.execute, binary=True), identity)
            for rule in SQLITE_RULES:
                connection.execute(rule)
        except self._driver_error as error:
            raise ReadError(str(error)) from error
        return _Kept(connection, connection.execute, identity)

    def _give_back(self, kept: _Kept) -> None:
        if len(self._idle) < self._most_idle:
            self._idle.append(kept)
        else:
            kept.connection.close()
