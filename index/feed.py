"""The store as the one writer of its index sees it: locked against another, read in snapshots, told what arrived.

The rule by which no change is lost, whatever commits when: the lock first; then the number of the batch; then one
snapshot, in which the queue and the rows of its films are read; then the index gets the documents under that number;
then exactly the rows of the queue that were read are deleted. docs/adr/0013 says why each part of it is needed.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from index.documents import Reader
from index.lock import lock_file, lock_server, unlock_server
from index.parking import due, park, parked_among, timestamp
from index.writer import Refusal
from normalize.errors import InputError
from normalize.models import index_changes, index_parked, movies
from normalize.models import store as stores
from normalize.settings import Settings
from normalize.sources import check_pages
from normalize.store import has_store, sqlite_file
from normalize.target import one_line, store_engine

NO_STORE = "there is no store in DATABASE_URL, or an older one. Run: alembic upgrade head"


@dataclass(frozen=True, slots=True)
class Queued:
    """Rows of the queue: what to delete once their films have arrived, the films, and the ids these had before."""

    rows: frozenset[int] = frozenset()
    films: frozenset[int] = frozenset()
    outside_ids: frozenset[str] = frozenset()

    def __or__(self, other: Self) -> Self:
        """Give both."""
        films, outside_ids = self.films | other.films, self.outside_ids | other.outside_ids
        return type(self)(self.rows | other.rows, films, outside_ids)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Films that the index need not show as they are yet: queued, by number and by former id; and parked."""

    films: frozenset[int]
    outside_ids: frozenset[str]
    parked: frozenset[int]


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """How much is queued, in rows and in films, and how many seconds the oldest waits."""

    rows: int
    films: int
    seconds: float


class Feed:
    """The store, held by the one writer of its index; a context. Whoever only looks needs no lock."""

    def __init__(self, settings: Settings, *, lock: bool = True) -> None:
        self.settings, self._lock = settings, lock
        self._stack = ExitStack()
        self._file = sqlite_file(settings.database_url)
        self._whole = False

    def __enter__(self) -> Self:
        """Connect and take the lock.

        Raises:
            InputError: there is no store.
            LockHeldError: somebody else has the lock.
            UnavailableError: the server does not answer.
        """
        with ExitStack() as stack:
            if self._file and not self._file.is_file():
                raise InputError(f"DATABASE_URL: there is no file {self._file} yet. Run: alembic upgrade head")
            self._reading = store_engine(self.settings, write=False)
            self._writing = store_engine(self.settings, write=True) if self._file else self._reading
            stack.callback(self._writing.dispose)
            stack.callback(self._reading.dispose)
            with one_line(self.settings, self._reading):
                if not self._file:
                    self._connection = stack.enter_context(self._reading.connect())
                self._check()
                if self._lock and self._file:
                    stack.enter_context(lock_file(_beside(self._file)))
                elif self._lock:
                    lock_server(self._connection)
                    stack.callback(unlock_server, self._connection)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the lock."""
        self._stack.close()

    def _check(self) -> None:
        with self._transaction(write=False) as connection:
            if not has_store(connection) or not connection.dialect.has_table(connection, stores.name):
                raise InputError(NO_STORE)

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        """Begin a transaction: on PostgreSQL on the connection that has the lock; a reading one is a snapshot."""
        with one_line(self.settings, self._reading):
            if self._file:
                with (self._writing if write else self._reading).begin() as connection:
                    yield connection
            else:
                level = "READ COMMITTED" if write else "REPEATABLE READ"
                self._connection.execution_options(isolation_level=level)
                with self._connection.begin():
                    yield self._connection

    def identity(self) -> tuple[str, int]:
        """Give the store's id, and the number of the newest batch."""
        with self._transaction(write=False) as connection:
            row = connection.execute(select(stores.c.id, stores.c.index_version)).one()
            return row.id, row.index_version

    def draw(self) -> int:
        """Give the next batch its number; committed, so that no number comes twice."""
        with self._transaction(write=True) as connection:
            drawn = update(stores).values(index_version=stores.c.index_version + 1).returning(stores.c.index_version)
            return int(connection.execute(drawn).scalar_one())

    @contextmanager
    def snapshot(self) -> Iterator["Snapshot"]:
        """Read the queue and the rows of films, all as of one moment. To be kept short: on SQLite writers wait."""
        with self._transaction(write=False) as connection:
            yield Snapshot(connection)

    def is_queued(self, until: str | None = None) -> bool:
        """Say whether there is anything in the queue; `until`: that came no later than that."""
        rows = select(index_changes.c.id).limit(1)
        with self._transaction(write=False) as connection:
            found = rows if until is None else rows.where(index_changes.c.changed_at <= until)
            return connection.execute(found).first() is not None

    def newest(self) -> str:
        """Give when the newest row of the queue came, '' if it is empty. By time: on SQLite numbers come again."""
        with self._transaction(write=False) as connection:
            return connection.execute(select(func.max(index_changes.c.changed_at))).scalar_one() or ""

    def acknowledge(self, queued: Queued, films: Iterable[int], refused: Iterable[tuple[int, Refusal]]) -> None:
        """Forget exactly these rows of the queue; of these films park what was refused, and nothing else."""
        answered, refusals = {*queued.films, *films}, list(refused)
        with self._transaction(write=False) as connection:
            idle = not queued.rows and not refusals and not parked_among(connection, answered)
        if not idle:
            with self._transaction(write=True) as connection:
                gone = Reader(connection).among(index_changes.c.id, queued.rows)
                connection.execute(delete(index_changes).where(gone))
                park(connection, answered, refusals)

    def release(self, *, everything: bool) -> int:
        """Queue parked films whose time has come, or all of them; gives how many."""
        with self._transaction(write=False) as connection:
            found = connection.execute(due(everything=everything)).all()
        if found:
            with self._transaction(write=True) as connection:
                rows = [{"movie_id": row.movie_id, "outside_id": row.outside_id, "priority": 1} for row in found]
                connection.execute(insert(index_changes), rows)
        return len(found)

    def queue(self, films: Iterable[tuple[int | None, str]]) -> None:
        """Queue films that differ from the index: number (None: no film has the id any more) and id outside.

        Raises:
            InputError: a film is to be taken out for a SQLite file that is damaged.
        """
        rows = [{"movie_id": number or 0, "outside_id": film, "priority": 1} for number, film in films]
        if not all(row["movie_id"] for row in rows):
            self._check_pages()
        if rows:
            with self._transaction(write=True) as connection:
                connection.execute(insert(index_changes), rows)

    def _check_pages(self) -> None:
        """Make sure, once, that a SQLite file has all that its indexes have, and the other way round."""
        if self._file and not self._whole:
            with self._transaction(write=False) as connection:
                driver = connection.connection.driver_connection
                if isinstance(driver, sqlite3.Connection):
                    check_pages(driver, self._file, indexes=True)
            self._whole = True

    def parked(self) -> Sequence[Row[Any]]:
        """Give the parked films, as the table has them, ascending by id."""
        with self._transaction(write=False) as connection:
            return connection.execute(select(index_parked).order_by(index_parked.c.outside_id)).all()

    def queue_figures(self) -> QueueFigures:
        """Measure the queue."""
        oldest = func.min(index_changes.c.changed_at)
        measured = select(func.count(), func.count(index_changes.c.movie_id.distinct()), oldest)
        with self._transaction(write=False) as connection:
            rows, films, since = connection.execute(measured.select_from(index_changes)).one()
        waited = (datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds() if since else 0.0
        return QueueFigures(rows, films, max(waited, 0.0))

    def last_comparison(self) -> tuple[str | None, int | None]:
        """Give when the index was last compared with the store, and in how many films it differed."""
        with self._transaction(write=False) as connection:
            row = connection.execute(select(stores.c.verified_at, stores.c.differing)).one()
            return row.verified_at, row.differing

    def note_comparison(self, differing: int) -> None:
        """Keep when the index was compared with the store, and in how many films it differed."""
        with self._transaction(write=True) as connection:
            connection.execute(update(stores).values(verified_at=timestamp(datetime.now(UTC)), differing=differing))

    def films(self) -> int:
        """Count the films."""
        with self._transaction(write=False) as connection:
            return int(connection.execute(select(func.count()).select_from(movies)).scalar_one())


class Snapshot(Reader):
    """The store as of one moment: the queue, and what documents are made of."""

    def oldest(self, limit: int) -> Queued:
        """Give the films that wait longest, those edited themselves first, each with all its rows."""
        first = select(index_changes.c.movie_id).order_by(index_changes.c.priority, index_changes.c.id).limit(limit)
        return self.of(set(self.connection.execute(first).scalars()))

    def of(self, films: Iterable[int]) -> Queued:
        """Give the rows of these films."""
        return self._queued(self.among(index_changes.c.movie_id, films))

    def between(self, after: int, last: int | None) -> Queued:
        """Give the rows of films above one number and up to another; None: to the end."""
        rows = index_changes.c.movie_id > after
        return self._queued(rows if last is None else rows & (index_changes.c.movie_id <= last))

    def waiting(self, numbers: Iterable[int], ids: Iterable[str]) -> Waiting:
        """Give which of these films are queued or parked, by number or by the id that they had."""
        columns = select(index_changes.c.movie_id, index_changes.c.outside_id)
        films, names = list(numbers), list(ids)
        queued = self.among(index_changes.c.movie_id, films) | self.among(index_changes.c.outside_id, names)
        rows = self.connection.execute(columns.where(queued)).all()
        return Waiting(
            frozenset(row.movie_id for row in rows),
            frozenset(row.outside_id for row in rows),
            frozenset(parked_among(self.connection, films)),
        )

    def _queued(self, where: ColumnElement[bool]) -> Queued:
        columns = select(index_changes.c.id, index_changes.c.movie_id, index_changes.c.outside_id)
        rows = self.connection.execute(columns.where(where)).all()
        return Queued(
            frozenset(row.id for row in rows),
            frozenset(row.movie_id for row in rows),
            frozenset(row.outside_id for row in rows if row.outside_id is not None),
        )


def _beside(store: Path) -> Path:
    return store.with_name(f"{store.name}-index.lock")
