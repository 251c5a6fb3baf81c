"""What PostgreSQL's time-outs and other refusals end in: one line that names the setting, and the right exit status."""

import socket
import sys
from contextlib import contextmanager

import pytest
from made_up import legacy_database
from sqlalchemy import create_engine, inspect, text

from normalize.errors import InputError
from normalize.settings import Settings
from normalize.target import ADVISORY_LOCK, target


@contextmanager
def lock_held(url):
    """Hold the lock that upgrades wait for."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        yield
    engine.dispose()


def tables(url):
    """Name the tables of a database."""
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


@pytest.fixture
def legacy(tmp_path):
    """Make a legacy database."""
    return legacy_database(tmp_path / "legacy.sqlite")


@pytest.mark.parametrize("seconds", ["0.2", "0"])
def test_a_lock_that_is_held_too_long_ends_with_3(alembic, legacy, postgres_url, seconds):
    """The line says how long it was waited and names LOCK_TIMEOUT; 0 is not to wait at all, as on SQLite."""
    with lock_held(postgres_url):
        ended = alembic("upgrade", "head", DATABASE_URL=postgres_url, LEGACY_DATABASE=legacy, LOCK_TIMEOUT=seconds)
    assert ended.status == 3
    assert (
        f"holds a lock (waited {seconds} s). Nothing was changed; let it finish, or raise LOCK_TIMEOUT" in ended.error
    )
    assert tables(postgres_url) == []


def test_a_statement_that_takes_too_long_ends_with_2(alembic, legacy, postgres_url):
    """The line names STATEMENT_TIMEOUT, which is unlimited unless it is set."""
    settings = {"DATABASE_URL": postgres_url, "LEGACY_DATABASE": legacy, "STATEMENT_TIMEOUT": "0.2"}
    with lock_held(postgres_url):
        ended = alembic("upgrade", "head", LOCK_TIMEOUT=60, **settings)
    assert ended.status == 2
    assert "a statement took longer than STATEMENT_TIMEOUT=0.2 s" in ended.error
    assert tables(postgres_url) == []


def test_a_server_that_does_not_answer_ends_with_3(alembic, legacy):
    """It takes the connection and says nothing: the run waits CONNECT_TIMEOUT seconds, then ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg://me@127.0.0.1:{silent.getsockname()[1]}/kino"
        ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy, CONNECT_TIMEOUT=2)
    assert ended.status == 3
    assert f"{url} does not answer: connection timeout expired. Nothing was changed." in ended.error


def test_a_database_that_is_not_there_ends_with_3(alembic, legacy, postgres_url):
    """The server's own words say which."""
    ended = alembic("upgrade", "head", DATABASE_URL=postgres_url.replace("/test_", "/no_"), LEGACY_DATABASE=legacy)
    assert (ended.status, "does not exist. Nothing was changed" in ended.error) == (3, True), ended.error


def test_a_run_that_the_server_ends_says_so(postgres_url):
    """An administrator shuts the connection: exit status 3, also for what the driver says past SQLAlchemy."""
    settings = Settings(database_url=postgres_url, _env_file=None)
    for end, status, said in [
        ("SELECT pg_terminate_backend(pg_backend_pid())", 3, "does not answer: terminating connection"),
        ("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)", 2, "Somebody cancelled it on the server"),
        ("COPY nothing FROM STDIN", 2, 'relation "nothing" does not exist. Nothing was changed.'),
    ]:
        with pytest.raises(Exception, match=said) as ended, target(settings, write=True, create=False) as connection:
            connection.connection.driver_connection.execute(end)
        assert ended.value.exit_status == status


def test_text_that_the_server_cannot_take_is_not_a_missing_server(postgres_url):
    """An error of the driver itself, which has no code, is told from a server that does not answer."""
    settings = Settings(database_url=postgres_url, _env_file=None)
    with pytest.raises(InputError, match="NUL") as ended, target(settings, write=True, create=False) as connection:
        connection.execute(text("SELECT CAST(:value AS text)"), {"value": "a\0b"})
    assert ended.value.exit_status == 2


def test_without_the_driver_it_says_what_to_install(alembic, legacy, postgres_url, monkeypatch):
    """Psycopg is an extra: without it PostgreSQL is refused, with the command that brings it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    ended = alembic("upgrade", "head", DATABASE_URL=postgres_url, LEGACY_DATABASE=legacy)
    assert (ended.status, "pip install 'kinobase[postgresql]'" in ended.error) == (2, True)
