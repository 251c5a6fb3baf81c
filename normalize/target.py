"""The database that a run works on: settings in, a connection in one transaction out.

The transaction is committed at the end and rolled back on any error; what the database says on the way becomes one
clear line. A file that was made for a run that failed is taken away again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from normalize import postgresql, sources
from normalize.errors import InputError
from normalize.settings import Settings
from normalize.store import open_store, sqlite_file

ADVISORY_LOCK = 0x6B696E6F
"""The key of PostgreSQL's advisory lock for upgrades ('kino')."""


class RolledBack(Exception):  # noqa: N818 - the rehearsal's good end, not an error
    """Raised inside of `target` at the end of a rehearsal, so that the transaction is rolled back."""


@contextmanager
def target(settings: Settings, *, write: bool, create: bool, references: bool = True) -> Iterator[Connection]:
    """Open the target in one transaction, committed at the end and rolled back on any error.

    Args:
        settings: DATABASE_URL and the time-outs.
        write: take the write lock at once.
        create: a SQLite file that is not there is made; it is taken away again if the run fails.
        references: SQLite holds foreign keys with each row; if not, the caller looks at all of them at the end.

    Raises:
        InputError: the target cannot be opened or written.
        UnavailableError: the database server does not answer, or somebody holds its locks.
    """
    file = sqlite_file(settings.database_url)
    made = sources.writable_target(file, create=create) if file and write else False
    if file and not write:
        if not file.exists():
            raise InputError(f"DATABASE_URL: there is no file {file} yet. Run: alembic upgrade head; or mend the path.")
        sources.check_file(file, "DATABASE_URL")
    engine = store_engine(settings, write=write, references=references)
    done = False
    try:
        with one_line(settings, engine), _transaction(engine, lock=write) as connection:
            yield connection
        done = True
    finally:
        engine.dispose()
        if made and file and not done:
            file.unlink(missing_ok=True)


def store_engine(settings: Settings, *, write: bool, references: bool = True) -> Engine:
    """Make an engine for DATABASE_URL with the time-outs of the settings; nothing is connected yet.

    `write` and `references` as of `target`.

    Raises:
        InputError: the driver of this database is not installed.
    """
    try:
        return open_store(
            settings.database_url,
            write=write,
            references=references,
            lock_timeout=settings.lock_timeout,
            connect_timeout=settings.connect_timeout,
            statement_timeout=settings.statement_timeout,
        )
    except ModuleNotFoundError as error:
        raise InputError(postgresql.DRIVER_IS_MISSING) from error


@contextmanager
def _transaction(engine: Engine, *, lock: bool) -> Iterator[Connection]:
    if lock and engine.dialect.name == "postgresql":
        # Each statement is to see what was committed while the lock was waited for, whatever the server's default.
        engine = engine.execution_options(isolation_level="READ COMMITTED")
    with engine.begin() as connection:
        if lock and engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        yield connection


@contextmanager
def one_line(settings: Settings, engine: Engine) -> Iterator[None]:
    """Turn what the database says, through SQLAlchemy or past it, into one clear line."""
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error, UnicodeDecodeError) as error:
        said = error.orig if isinstance(error, DBAPIError) and error.orig else error
        while isinstance(said.__context__, driver.Error):  # the first one: a rollback fails too when a server is lost
            said = said.__context__
        if file := sqlite_file(settings.database_url):
            with sources.refusing(file, settings.lock_timeout):
                raise said from None
        raise postgresql.refusal(said, driver, settings) from error
