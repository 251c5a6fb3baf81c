"""The store's engine: a database URL in, an engine out whose every connection keeps the store's rules.

SQLite is driven with explicit transactions (sqlite3's own mode commits behind Alembic's back): a *writing*
engine begins IMMEDIATE, so that a second writer waits before it has read anything; a reading one does not lock.
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

APPLICATION_NAME = "kinobase"


def open_store(  # noqa: PLR0913 - a name and a default for each of an engine's limits
    url: str,
    *,
    write: bool = False,
    references: bool = True,
    lock_timeout: float = 10.0,
    connect_timeout: int = 10,
    statement_timeout: float = 0.0,
    pool_size: int = 5,
) -> Engine:
    """Make an engine for the store at `url`; nothing is connected yet.

    Args:
        url: `sqlite:///path` or `postgresql+psycopg://…`.
        write: transactions take the write lock when they begin (SQLite).
        references: foreign keys are held with each row (SQLite).
        lock_timeout: seconds to wait for a locked database; 0: not at all.
        connect_timeout: seconds to wait for a server's answer (PostgreSQL).
        statement_timeout: seconds that one statement may take; 0: as long as it needs (PostgreSQL).
        pool_size: connections that are kept (PostgreSQL).

    Raises:
        ModuleNotFoundError: the driver of this database is not installed.
    """
    if make_url(url).get_backend_name() != "sqlite":
        limits = server_limits(lock_timeout, statement_timeout)
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=pool_size,
            connect_args={
                "application_name": APPLICATION_NAME,
                "connect_timeout": connect_timeout,
                "options": " ".join(f"-c {name}={limit}" for name, limit in limits.items()),
            },
        )
    # No pool: a connection that is kept would go on reading a file that was taken away or replaced.
    engine = create_engine(_existing_file_only(url), connect_args={"timeout": lock_timeout}, poolclass=NullPool)
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"

    @event.listens_for(engine, "connect")
    def _explicit_transactions(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys={'ON' if references else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def server_limits(lock_timeout: float, statement_timeout: float) -> dict[str, int]:
    """Give PostgreSQL's own names of the time-outs and their milliseconds.

    To the server 0 is no limit. That is what it means for a statement; for a lock 0 is not to wait, which a
    millisecond comes to.
    """
    return {"lock_timeout": max(1, round(lock_timeout * 1000)), "statement_timeout": round(statement_timeout * 1000)}


def _existing_file_only(url: str) -> URL:
    """Rewrite a SQLite URL so that connecting to a file that is not there is an error, not an empty new file."""
    path = Path(make_url(url).database or "").absolute()
    return make_url(url).set(database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})


def sqlite_file(url: str) -> Path | None:
    """Give the file that a SQLite URL names; None for another database."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def shown_url(url: str) -> str:
    """Give a database URL as it may be shown: without its password."""
    return make_url(url).render_as_string(hide_password=True)


def has_store(connection: Connection) -> bool:
    """Say whether the store's tables are there (`load_runs` is made by the first revision and only ours)."""
    return inspect(connection).has_table("load_runs")
