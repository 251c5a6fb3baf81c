"""Waiting for changes: wakes soon after something was queued, and now and then anyway."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import text

from normalize.models import index_changes
from normalize.settings import Settings
from normalize.stopping import Stop
from normalize.store import sqlite_file
from normalize.target import one_line, store_engine

Wait = Callable[[], None]
TURN = 0.5
"""Seconds after which a wait looks whether it is to stop."""


@contextmanager
def watching(settings: Settings, stop: Stop) -> Iterator[Wait]:
    """Give a function that waits for changes, or for INDEX_POLL seconds.

    PostgreSQL tells us (NOTIFY, by a trigger of the queue); SQLite is looked at that often.

    Args:
        settings: DATABASE_URL and INDEX_POLL.
        stop: ends a wait early.
    """
    if sqlite_file(settings.database_url):
        yield lambda: _ignore(stop.wait(settings.index_poll))
        return
    engine = store_engine(settings, write=False)
    try:
        with one_line(settings, engine), engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f"LISTEN {index_changes.name}"))
            driver = connection.connection.driver_connection
            if driver is None:
                raise RuntimeError("the connection was closed under a wait")
            yield lambda: _until_told(driver, settings.index_poll, stop)
    finally:
        engine.dispose()


def _until_told(connection: Any, seconds: float, stop: Stop) -> None:  # noqa: ANN401 - psycopg may be missing
    """Wait for a NOTIFY, in turns: a signal sets the stop, but does not end psycopg's wait."""
    until = monotonic() + seconds
    while not stop.is_set() and (left := until - monotonic()) > 0:
        if list(connection.notifies(timeout=min(left, TURN), stop_after=1)):
            return


def _ignore(_told: object) -> None:
    """Take what woke us; the queue itself says what there is to do."""
