"""Where a load's rows lie before they are merged: rows in, in the caller's transaction.

A first load into an empty store takes the short way: its rows go into the store's own tables, of which the keys and
indexes are made after the rows; on SQLite by files beside it. Any other load's rows go into temporary tables, which
nobody else sees, no log has, and which are gone with the connection, however it ends.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlalchemy import Connection

from expectations.proven import Unique
from normalize.imdb.behind import Behind
from normalize.imdb.work import Csv, as_csv
from normalize.keys import Keys, bare, unique_of
from normalize.load import write_rows
from normalize.models import (
    genres,
    metadata,
    movie_actors,
    movie_directors,
    movie_episodes,
    movie_genres,
    movie_titles,
    movie_writers,
    movies,
    people,
)
from normalize.text import quoted

if TYPE_CHECKING:
    from normalize.imdb.attached import Attached

TABLES = tuple(
    table.name
    for table in (
        movies,
        people,
        metadata.tables["person_sources"],
        movie_genres,
        movie_directors,
        movie_writers,
        movie_actors,
        movie_titles,
        movie_episodes,
    )
)
"""The store's tables that a load writes rows of, in an order that foreign keys allow; genres come by themselves."""

STAGED = "staged_"
"""What the names of temporary tables begin with."""
BATCH = 50_000
"""Rows that SQLite is given at once."""


class Staging:
    """The tables that a load writes to.

    direct: they are the store's own. rows: how many were written, by the store's name of the table.
    """

    def __init__(self, connection: Connection, *, direct: bool) -> None:
        self._connection, self.direct = connection, direct
        self._behind: Behind | None = None
        self._keys: Keys | None = None
        self._attached: Attached | None = None
        self.rows: Counter[str] = Counter()

    @contextmanager
    def made(self) -> Iterator[None]:
        """Make the temporary tables, or take the keys of the store's own away until the end."""
        if self.direct:
            frozen = self._connection.dialect.name == "postgresql"
            with ExitStack() as until_done:
                self._keys = until_done.enter_context(bare(self._connection, [*TABLES, genres.name], frozen=frozen))
                if frozen:
                    # They are empty: so COPY is let write rows that need no look at who wrote them, ever.
                    self._connection.exec_driver_sql(f"TRUNCATE {', '.join(TABLES)}")
                else:
                    from normalize.imdb.attached import Attached  # noqa: PLC0415 - a tenth of a second, for SQLite only

                    self._attached = Attached(self._connection)
                    until_done.enter_context(self._attached.cleared(TABLES))
                yield
            return
        for table in TABLES:
            self._connection.exec_driver_sql(
                f"CREATE TEMPORARY TABLE {self.name(table)} AS SELECT * FROM {table} WHERE 1 = 0"
            )
        yield

    @contextmanager
    def written_behind(self) -> Iterator[Behind]:
        """Write in a thread of its own what is read meanwhile; nobody else may use the connection until the end."""
        with Behind(partial(interrupt, self._connection)) as self._behind:
            yield self._behind
            self.complete(*TABLES)
            self._behind.finish()
        self._behind = None
        if not self.direct:
            for table in TABLES:
                analyze(self._connection, self.name(table))

    def name(self, table: str) -> str:
        """Give the name under which the rows of a table of the store are."""
        return table if self.direct else STAGED + table

    @property
    def csv(self) -> frozenset[str]:
        """The tables of which rows are wanted as bytes for COPY."""
        return frozenset(TABLES) if self._connection.dialect.name == "postgresql" else frozenset()

    def write(self, table: str, rows: pa.Table | Csv) -> None:
        """Write rows of a table, by the store's name of it."""
        self.rows[table] += rows.num_rows
        if self._attached is not None and isinstance(rows, pa.Table):
            self._attached.write(table, rows)  # into another file: while the store takes those of another table
        else:
            self._do(partial(write_table, self._connection, self.name(table), rows, frozen=self.direct))

    def complete(self, *tables: str) -> None:
        """Say that tables have all their rows: now is the time for keys, while other files are being read.

        Rows that a key does not allow are left for the gate to name.
        """
        for table in tables:
            if self._attached is not None:
                self._do(partial(self._attached.take, table))
            if self._keys is not None:
                self._do(partial(self._keys.give_back, table))

    def unique(self, table: str) -> Unique:
        """Give what the keys of a table of the store prove by now; a temporary table has none."""
        held = unique_of(self._connection, table) if self.direct else frozenset()
        return Unique(held, self.rows[table])

    def _do(self, work: Callable[[], object]) -> None:
        if self._behind is None:
            work()
        else:
            self._behind.put(work)


def analyze(connection: Connection, table: str) -> None:
    """Let PostgreSQL know how few rows a temporary table has: not knowing, it reads the whole store to join it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {table}")


def write_table(connection: Connection, table: str, rows: pa.Table | Csv, *, frozen: bool = False) -> None:
    """Write rows the fastest way that the database has; `frozen` as of `copy`."""
    if not rows.num_rows:
        return
    if connection.dialect.name == "postgresql":
        copy(connection, table, rows if isinstance(rows, Csv) else as_csv(rows), frozen=frozen)
    elif isinstance(rows, pa.Table):
        insert(connection, table, rows)


def copy(connection: Connection, table: str, rows: Csv, *, frozen: bool = False) -> None:
    """Hand rows to PostgreSQL.

    Args:
        connection: in a transaction.
        table: its name.
        rows: as CSV.
        frozen: they are old at once, which a table allows that was truncated in the transaction: nobody who reads them
            has to note on their pages that they are there, which would write all of them a second time, and an index
            alone answers from the start.
    """
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection was closed under a load")
    names = ", ".join(map(quoted, rows.column_names))
    with driver.cursor().copy(f"COPY {quoted(table)} ({names}) FROM STDIN (FORMAT csv, FREEZE {frozen})") as copying:
        copying.write(rows.data)


def interrupt(connection: Connection) -> None:
    """Let the database give up what another thread asked of it."""
    driver = connection.connection.driver_connection
    if driver is not None:
        (driver.cancel_safe if connection.dialect.name == "postgresql" else driver.interrupt)()


def _values(column: pa.Array) -> list[object]:
    """Give a column as Python's own values, in a fifth of the time of `to_pylist`."""
    number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    filled = column.fill_null(0) if column.null_count and number else column  # else numpy would make floats of integers
    values = filled.to_numpy(zero_copy_only=False).astype(object)
    if filled is not column:
        values[column.is_null().to_numpy(zero_copy_only=False)] = None
    return list(values.tolist())


def insert(connection: Connection, table: str, rows: pa.Table) -> None:
    """Hand rows to SQLite."""
    names = rows.column_names
    for batch in rows.to_batches(BATCH):
        values = [_values(column) for column in batch.columns]
        write_rows(connection, table, names, list(zip(*values, strict=True)))
