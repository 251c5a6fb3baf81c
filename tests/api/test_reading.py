"""Reads of the store: connections are kept, notice what became of the database, and write nothing."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import bindparam, select, text, update

from api.reading import Reader, ReadError
from normalize.models import movies
from normalize.store import open_store, sqlite_file

TITLE = select(movies.c.title).where(movies.c.id == bindparam("film"))
ALL = [("Ёлка в лагере",)]


@pytest.fixture(params=["sqlite", "postgresql"])
def reader(request, empty, make_store):
    """Give a reader of a store on each database in turn, which keeps two connections."""
    url = empty.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    make_store(url)
    engine = open_store(url)
    given = Reader(engine, sqlite_file(url), kept=2)
    yield given
    given.close()
    engine.dispose()


def test_rows_are_read_and_a_connection_is_used_again(reader):
    """One after the other, reads share one connection."""
    assert [reader.rows(TITLE, {"film": 1}) for _ in range(3)] == [ALL] * 3
    assert len(reader._idle) == 1


def test_no_more_connections_are_kept_than_allowed(reader):
    """Any number of threads may read at once; what is left idle after them is bounded."""
    start, found = Barrier(6), []

    def read():
        start.wait()
        found.extend(reader.rows(TITLE, {"film": 1}) for _ in range(20))

    threads = [Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ALL] * 120
    assert 1 <= len(reader._idle) <= 2


def test_a_change_is_seen_by_the_next_read(reader):
    """A connection that is kept holds on to no old snapshot."""
    assert reader.rows(TITLE, {"film": 1}) == ALL
    with reader._engine.begin() as connection:
        connection.execute(update(movies).where(movies.c.id == 1).values(title="Another"))
    assert reader.rows(TITLE, {"film": 1}) == [("Another",)]


def test_a_statement_that_fails_leaves_the_next_one_alone(reader):
    """An error of the driver is a ReadError, and the connection it came from is not used again."""
    with pytest.raises(ReadError):
        reader.rows(select(text("nothing FROM nowhere")), {})
    assert len(reader._idle) == 0
    assert reader.rows(TITLE, {"film": 1}) == ALL


def test_a_reader_cannot_write(empty, make_store):
    """SQLite refuses to change anything on these connections."""
    make_store(empty.database_url)
    engine = open_store(empty.database_url)
    reader = Reader(engine, sqlite_file(empty.database_url), kept=1)
    assert reader.rows(TITLE, {"film": 1}) == ALL
    with pytest.raises(Exception, match="readonly"):
        reader._idle[0].connection.execute("DELETE FROM movies")
    reader.close()


def test_connections_that_a_restart_of_the_server_ended_are_not_missed(postgres_url, make_store):
    """PostgreSQL ended the connections while nobody used them: the next read opens another one."""
    make_store(postgres_url)
    engine = open_store(postgres_url)
    reader = Reader(engine, None, kept=1)
    assert reader.rows(TITLE, {"film": 1}) == ALL
    with engine.begin() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    assert reader.rows(TITLE, {"film": 1}) == ALL
    reader.close()
    engine.dispose()
