"""Change capture: whoever writes, through whichever table, the films whose documents can have changed are queued."""

import sqlite3
from contextlib import closing

import pytest
from made_up import film, legacy_database
from sqlalchemy import create_engine, delete, func, inspect, select, text
from stores import make_tables

from normalize import capture
from normalize.models import index_changes, movies
from normalize.models import store as stores
from normalize.store import open_store

ROWS = """
INSERT INTO movies (id, imdb_id, public_id, title, title_key, updated_at) VALUES
  (1, 'tt1', 'u1', 'One', 'one', ''), (2, 'tt2', 'u2', 'Two', 'two', ''), (3, NULL, 'u3', 'Own', 'own', '');
INSERT INTO genres (id, name) VALUES (1, 'Drama'), (2, 'War');
INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cleo');
INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES (1, 1, 1), (2, 1, 1), (3, 2, 1);
INSERT INTO movie_actors (movie_id, person_id, ordering, source_person_id) VALUES (1, 1, 1, 'a'), (3, 2, 1, 'b');
INSERT INTO movie_writers (movie_id, person_id, ordering, source_person_id) VALUES (1, 1, 1, 'a'), (2, 1, 1, 'a');
INSERT INTO movie_directors (movie_id, person_id, ordering, source_person_id) VALUES (2, 2, 1, 'b')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Give the URL of an empty database of either kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    (tmp_path / "store.sqlite").touch()
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def engine(url):
    """Give a store of three films with an empty queue."""
    made = open_store(url, write=True)
    make_tables(made)
    with made.begin() as connection:
        with capture.uncaptured(connection):
            for statement in ROWS.split(";"):
                connection.execute(text(statement))
        assert queued(connection) == set()
    yield made
    made.dispose()


def queued(connection):
    """Give what is queued: (number, id that it had outside, priority), each once."""
    rows = select(index_changes.c.movie_id, index_changes.c.outside_id, index_changes.c.priority)
    return {tuple(row) for row in connection.execute(rows)}


NEW = "INSERT INTO movies (id, imdb_id, public_id, title, title_key, updated_at) VALUES (4, 'tt4', 'u4', 'A', 'a', '')"
WRITES = {
    "a new film": (NEW, {(4, None, 0)}),
    "a new title": ("UPDATE movies SET title = 'Uno' WHERE id = 1", {(1, "tt1", 0)}),
    "a new id outside": ("UPDATE movies SET imdb_id = NULL WHERE id = 1", {(1, "tt1", 0)}),
    "a new number": ("UPDATE movies SET id = 5 WHERE id = 4", {(4, "tt4", 0), (5, None, 0)}),
    "many films": ("UPDATE movies SET year = 2000", {(1, "tt1", 0), (2, "tt2", 0), (3, "u3", 0), (4, "tt4", 0)}),
    "no film": ("UPDATE movies SET year = 2000 WHERE id = 77", set()),
    "a film goes": ("DELETE FROM movies WHERE id = 3", {(3, "u3", 0), (3, None, 0)}),
    "a genre more": ("INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES (1, 2, 2)", {(1, None, 0)}),
    "another order": ("UPDATE movie_genres SET ordering = 9 WHERE movie_id = 2", {(2, None, 0)}),
    "a genre less": ("DELETE FROM movie_genres WHERE movie_id = 2", {(2, None, 0)}),
    "an actor more": (
        "INSERT INTO movie_actors (movie_id, person_id, ordering, source_person_id) VALUES (2, 3, 1, 'c')",
        {(2, None, 0)},
    ),
    "a credit moved": ("UPDATE movie_actors SET movie_id = 2 WHERE movie_id = 1", {(1, None, 0), (2, None, 0)}),
    "an actor less": ("DELETE FROM movie_actors WHERE person_id = 1", {(1, None, 0)}),
    "a writer less": ("DELETE FROM movie_writers WHERE person_id = 1", {(1, None, 0), (2, None, 0)}),
    "another director": ("UPDATE movie_directors SET person_id = 3", {(2, None, 0)}),
    "a genre renamed": ("UPDATE genres SET name = 'Драма' WHERE id = 1", {(1, None, 1), (2, None, 1)}),
    "a person renamed": ("UPDATE people SET name = 'Rob' WHERE id = 2", {(2, None, 1), (3, None, 1)}),
    "a person in two roles": ("UPDATE people SET name = 'Anna' WHERE id = 1", {(1, None, 1), (2, None, 1)}),
    "a person in no film": ("UPDATE people SET name = 'Kleo' WHERE id = 3", set()),
    "new people": ("INSERT INTO people (id, name) VALUES (9, 'Zoe')", set()),
    "people go": ("DELETE FROM people WHERE id = 3", set()),
}


@pytest.mark.parametrize(("statement", "expected"), WRITES.values(), ids=WRITES)
def test_a_write_queues_the_films_that_it_concerns(engine, statement, expected):
    """Exactly these films; those that are reached through a genre or a person wait behind edits of films."""
    with engine.begin() as connection:
        connection.execute(text(NEW))
        if statement != NEW:
            connection.execute(delete(index_changes))
            connection.execute(text(statement))
        assert queued(connection) == expected
        assert connection.execute(select(func.min(index_changes.c.changed_at))).scalar() or not expected


def test_what_is_rolled_back_queues_nothing(engine):
    """The queue is part of the writer's transaction."""
    with engine.connect() as connection:
        connection.execute(text("UPDATE movies SET year = 1999"))
        connection.rollback()
        assert queued(connection) == set()


def test_a_load_passes_the_triggers_and_queues_each_film_once(engine):
    """While it lasts nothing is queued; afterwards every edit is again; a failed load changes no trigger."""
    with engine.begin() as connection:
        with capture.uncaptured(connection):
            connection.execute(text("UPDATE movies SET year = 1999"))
        assert queued(connection) == set()
        capture.queue(connection, {1: None, 7: "tt7"})
        assert queued(connection) == {(1, None, 0), (7, "tt7", 0)}
        connection.execute(delete(index_changes))
        capture.queue_all(connection)
        assert queued(connection) == {(1, None, 0), (2, None, 0), (3, None, 0)}
        connection.execute(delete(index_changes))
    with pytest.raises(ZeroDivisionError), engine.begin() as connection, capture.uncaptured(connection):
        raise ZeroDivisionError
    with engine.begin() as connection:
        connection.execute(text("UPDATE people SET name = 'Rob' WHERE id = 2"))
        assert queued(connection) == {(2, None, 1), (3, None, 1)}


def test_anybody_with_sqlite3_is_captured(tmp_path):
    """A shell that replaces rows and enforces no foreign keys: what went is queued as well as what came."""
    path = tmp_path / "store.sqlite"
    path.touch()
    made = open_store(f"sqlite:///{path}", write=True)
    make_tables(made)
    with closing(sqlite3.connect(path)) as shell:
        shell.executescript(ROWS)
        for statement, expected in (
            (NEW.replace("INSERT", "REPLACE").replace("'tt4'", "'tt1'"), {(1, "tt1", 0), (4, None, 0)}),
            ("UPDATE OR REPLACE movies SET imdb_id = 'tt2' WHERE id = 4", {(4, "tt1", 0), (2, "tt2", 0)}),
            ("DELETE FROM people WHERE id = 2", {(2, None, 1), (3, None, 1)}),
            ("INSERT INTO people (id, name) VALUES (2, 'Rob')", {(2, None, 1), (3, None, 1)}),
            ("DELETE FROM genres WHERE id = 2", {(3, None, 1)}),
        ):
            shell.execute("DELETE FROM index_changes")
            shell.execute(statement)
            shell.commit()
            with made.connect() as connection:
                assert queued(connection) == expected, statement
    made.dispose()


def test_anybody_with_psql_is_captured(postgres_url):
    """A role that may write films and nothing else, COPY, and TRUNCATE."""
    made = create_engine(postgres_url)
    make_tables(made)
    with made.begin() as connection:
        for statement in ROWS.split(";"):
            connection.execute(text(statement))
        connection.execute(delete(index_changes))
        connection.execute(text("DROP ROLE IF EXISTS kinobase_clerk"))
        connection.execute(text("CREATE ROLE kinobase_clerk"))
        connection.execute(text("GRANT SELECT, UPDATE ON movies TO kinobase_clerk"))
        connection.execute(text("SET LOCAL ROLE kinobase_clerk"))
        connection.execute(text("UPDATE movies SET year = 2000 WHERE id = 3"))
    with made.begin() as connection:
        assert queued(connection) == {(3, "u3", 0)}
        connection.execute(text("DROP OWNED BY kinobase_clerk"))
        connection.execute(text("DROP ROLE kinobase_clerk"))
        connection.execute(delete(index_changes))
        with connection.connection.cursor().copy("COPY people (id, name) FROM STDIN") as copy:
            copy.write_row((8, "Eve"))
        rows = "COPY movie_actors (movie_id, person_id, ordering, source_person_id) FROM STDIN"
        with connection.connection.cursor().copy(rows) as copy:
            for ordering in (8, 9):
                copy.write_row((ordering - 7, 8, ordering, "e"))
        assert connection.execute(select(func.count()).select_from(index_changes)).scalar() == 2
        assert queued(connection) == {(1, None, 0), (2, None, 0)}
        connection.execute(delete(index_changes))
        connection.execute(text("TRUNCATE movie_genres"))
        assert queued(connection) == {(1, None, 0), (2, None, 0), (3, None, 0)}
        connection.execute(delete(index_changes))
        connection.execute(text("TRUNCATE movies CASCADE"))
        assert {(1, "tt1", 0), (2, "tt2", 0), (3, "u3", 0)} <= queued(connection)
    made.dispose()


def test_a_rebuild_queues_nothing_and_names_the_store_anew(alembic, url, tmp_path, sqlite_url):
    """A store is told from another by its id: new after the way back and another rebuild, kept by a second upgrade."""
    legacy = legacy_database(tmp_path / "legacy.sqlite", films=[film(1), film(2)])
    (tmp_path / "store.sqlite").unlink(missing_ok=True)
    settings = {"DATABASE_URL": url, "LEGACY_DATABASE": legacy}
    ids = []
    for again in ("upgrade", "upgrade", "downgrade", "upgrade"):
        ended = alembic(again, "base" if again == "downgrade" else "head", **settings)
        assert ended.status == 0, ended.err
        if again == "upgrade":
            engine = open_store(url)
            with engine.connect() as connection:
                assert connection.execute(select(func.count()).select_from(movies)).scalar() == 2
                assert queued(connection) == set()
                ids.append(connection.execute(select(stores.c.id)).scalar_one())
            engine.dispose()
    assert ids[0] == ids[1] != ids[2]
    assert alembic("check", **settings).status == 0


def test_one_step_back_takes_tables_and_triggers_away(alembic, url, tmp_path):
    """At the revision before, nothing of the queue is left, and edits go on; forward again it is another store."""
    legacy = legacy_database(tmp_path / "legacy.sqlite", films=[film(1)])
    (tmp_path / "store.sqlite").unlink(missing_ok=True)
    settings = {"DATABASE_URL": url, "LEGACY_DATABASE": legacy}
    assert alembic("upgrade", "head", **settings).status == 0
    assert alembic("downgrade", "0002", **settings).status == 0
    engine = open_store(url, write=True)
    assert not {"store", "index_changes", "index_parked"} & set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        connection.execute(text("UPDATE movies SET year = 1999"))
        if engine.dialect.name == "postgresql":
            left = text("SELECT proname FROM pg_proc WHERE proname LIKE 'index_changes%'")
            assert connection.execute(left).all() == []
    engine.dispose()
    assert alembic("upgrade", "head", **settings).status == 0
