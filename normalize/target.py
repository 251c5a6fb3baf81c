"""The database that a run works on: settings in, a connection in one transaction out.

The transaction is committed at the end and rolled back on any error; what the database says on the way becomes one
clear line. A file that was made for a run that failed is taken away again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from normalize import sources
from normalize.errors import InputError, UnavailableError
from normalize.settings import Settings
from normalize.store import open_store, sqlite_file

ADVISORY_LOCK = 0x6B696E6F
"""The key of PostgreSQL's advisory lock for upgrades ('kino')."""


@contextmanager
def target(settings: Settings, *, write: bool, create: bool) -> Iterator[Connection]:
    """Open the target in one transaction, committed at the end and rolled back on any error.

    Args:
        settings: DATABASE_URL and LOCK_TIMEOUT.
        write: take the write lock at once.
        create: a SQLite file that is not there is made; it is taken away again if the run fails.

    Raises:
        InputError: the target cannot be opened or written.
        UnavailableError: the database server does not answer.
    """
    file = sqlite_file(settings.database_url)
    made = sources.writable_target(file, create=create) if file and write else False
    if file and not write:
        if not file.exists():
            raise InputError(f"DATABASE_URL: there is no file {file} yet. Run: alembic upgrade head; or mend the path.")
        sources.check_file(file, "DATABASE_URL")
    engine = open_store(settings.database_url, write=write, lock_timeout=settings.lock_timeout)
    done = False
    try:
        with _one_line(settings), _transaction(engine, lock=write) as connection:
            yield connection
        done = True
    finally:
        engine.dispose()
        if made and file and not done:
            file.unlink(missing_ok=True)


@contextmanager
def _transaction(engine: Engine, *, lock: bool) -> Iterator[Connection]:
    with engine.begin() as connection:
        if lock and engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        yield connection


@contextmanager
def _one_line(settings: Settings) -> Iterator[None]:
    """Turn what the database says into one clear line."""
    try:
        with sources.refusing(_file(settings), settings.lock_timeout):  # what comes past SQLAlchemy
            yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise sources.refusal(error.orig, _file(settings), settings.lock_timeout) from error
        shown = make_url(settings.database_url).render_as_string(hide_password=True)
        said = " ".join(str(error.orig).split())
        if error.connection_invalidated or "connect" in said:
            raise UnavailableError(f"{shown} does not answer: {said}. Start it, or mend DATABASE_URL.") from error
        raise InputError(f"{shown}: {said}. Nothing was changed.") from error


def _file(settings: Settings) -> Path:
    return sqlite_file(settings.database_url) or Path(settings.database_url)
