"""What the API asks: settings in, the store and the index of this process out, opened when first asked.

Nothing is opened before a server forks its workers, and whatever is missing or broken is a KinobaseError, so the app
starts in every state and says which one it is.
"""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import structlog
from circuitbreaker import CircuitBreaker
from flask import Flask, current_app
from sqlalchemy import Engine, Select, select
from sqlalchemy.exc import DBAPIError

from api.reading import Reader, ReadError, Rows, Values, Version
from index.engine import open_engine
from index.search import IndexUnavailableError, NoIndexError, SearchEngine, SearchPage, SearchQuery
from index.spelling import did_you_mean
from index.suggestions import Suggestions
from normalize.errors import UnavailableError
from normalize.models import movies
from normalize.settings import Settings
from normalize.store import open_store, sqlite_file

EXTENSION = "kinobase"
"""Where Flask keeps the backends of an app."""

FAILURES, PAUSE_SECONDS = 3, 5
"""After so many failures in a row the index is not asked for so long; then one request tries."""

ANY_FILM = select(movies.c.id).limit(1)

NOT_THERE = ("no such table", "no such column", "does not exist")
"""What SQLite and PostgreSQL say of tables and columns that a revision has still to make."""


NO_STORE = "There is no store yet, or an older one. Run: alembic upgrade head"
BROKEN_STORE = "The store does not answer. See that the database is there and whole: alembic current"
NO_INDEX = "There is no search just now: the index is not there or does not answer. Run: python -m index sync"


class StoreUnavailableError(UnavailableError):
    """There is no store to ask (yet), or it does not answer; the message names what to do."""


class Backends:
    """The store and the index as settings name them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # Open: nothing is asked for a while, so that requests do not wait for what does not answer.
        self._breaker = CircuitBreaker(FAILURES, PAUSE_SECONDS, _is_silence)

    @cached_property
    def _index(self) -> SearchEngine:
        return open_engine(self.settings)

    @cached_property
    def _reader(self) -> Reader:
        file = sqlite_file(self.settings.database_url)
        return Reader(self._opened(write=False), file, self.settings.database_pool_size)

    @cached_property
    def _writer(self) -> Engine:
        return self._opened(write=True)

    def _opened(self, *, write: bool) -> Engine:
        return open_store(
            self.settings.database_url,
            write=write,
            lock_timeout=self.settings.lock_timeout,
            pool_size=self.settings.database_pool_size,
            connect_timeout=self.settings.connect_timeout,
            statement_timeout=self.settings.statement_timeout,
        )

    def search(self, query: SearchQuery) -> SearchPage:
        """Ask the index.

        Raises:
            IndexUnavailableError: there is no index, or it does not answer.
        """
        with self._asked() as index:
            return index.search(query)

    def did_you_mean(self, query: SearchQuery) -> str | None:
        """Give a text near to one that finds nothing, which finds something.

        Raises:
            IndexUnavailableError: there is no index, or it does not answer.
        """
        with self._asked() as index:
            return did_you_mean(index, query)

    def suggest(self, prefix: str, limit: int) -> Suggestions:
        """Ask the index what a few first letters may mean.

        Raises:
            IndexUnavailableError: there is no index, or it does not answer.
        """
        with self._asked() as index:
            return index.suggest(prefix, limit)

    @contextmanager
    def _asked(self) -> Iterator[SearchEngine]:
        """Give the index to ask, unless it was silent just before."""
        with _index_answers():
            if self._breaker.opened:
                raise IndexUnavailableError("it did not answer just before, and is left in peace for a while")
            with self._breaker:
                yield self._index

    def read(self, statement: Select[*tuple[Any, ...]], values: Values) -> Rows:
        """Give the rows of a statement on the store; as `Reader.rows`.

        Raises:
            StoreUnavailableError: there is no store, or it does not answer.
        """
        with self._store_answers():
            return self._reader.rows(statement, values)

    def version(self) -> Version | None:
        """Give what every change of the store changes; None where that cannot be known just now."""
        try:
            return self._reader.version()
        except ModuleNotFoundError:  # the driver's; whoever reads is told
            return None

    def close(self) -> None:
        """Let go of every connection that was opened."""
        if "_reader" in self.__dict__:
            self._reader.close()
        if "_writer" in self.__dict__:
            self._writer.dispose()
        if "_index" in self.__dict__:
            self._index.close()

    @contextmanager
    def writing(self) -> Iterator[Engine]:
        """Give the store for writing; every transaction begun on it takes the write lock at once.

        Raises:
            StoreUnavailableError: there is no store, it does not answer, or somebody else holds its lock.
        """
        with self._store_answers():
            yield self._writer

    def check_store(self) -> None:
        """See whether the store answers.

        Raises:
            StoreUnavailableError: it does not.
        """
        self.read(ANY_FILM, {})

    def check_index(self) -> None:
        """See whether the index answers.

        Raises:
            IndexUnavailableError: it does not.
        """
        with _index_answers():
            self._index.state()

    @contextmanager
    def _store_answers(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, ReadError, ModuleNotFoundError) as error:
            said = _log("store", error)
            raise StoreUnavailableError(self._what_to_do(said)) from error

    def _what_to_do(self, said: str) -> str:
        """Tell a store that is not there from one that does not answer."""
        file = sqlite_file(self.settings.database_url)
        if (file and not file.is_file()) or any(words in said for words in NOT_THERE):
            return NO_STORE
        return BROKEN_STORE


def _is_silence(_kind: type[BaseException], error: BaseException) -> bool:
    """Say whether an index failed to answer; one that is not there yet answers at once, and may come at any time."""
    return isinstance(error, IndexUnavailableError) and not isinstance(error, NoIndexError)


@contextmanager
def _index_answers() -> Iterator[None]:
    try:
        yield
    except UnavailableError as error:
        _log("index", error)
        raise IndexUnavailableError(NO_INDEX) from error


def _log(part: str, error: Exception) -> str:
    """Log why a part does not answer: paths and addresses are for the operator, not for clients."""
    said = " ".join(str(error).split())
    structlog.get_logger("api").warning(f"the {part} does not answer", cause=said)
    return said


def use_backends(app: Flask, settings: Settings) -> None:
    """Give the app its backends; nothing is opened, and what will be is closed with the app."""
    given = app.extensions[EXTENSION] = Backends(settings)
    weakref.finalize(app, given.close)


def backends() -> Backends:
    """Give the backends of the app that serves this request."""
    return current_app.extensions[EXTENSION]  # type: ignore[no-any-return]
