"""The way back after somebody changed the store: it names the films, and loses nothing without being told to."""

import sqlite3
from contextlib import closing

import pytest
from made_up import dump, film, legacy_database

FILMS = [film(1, genre="Drama, War"), film(2, director="Bo Day", writer="w2"), film(3, plot="N/A", imdb_rating="N/A")]


@pytest.fixture
def path(alembic, tmp_path, sqlite_url):
    """Rebuild three films in place."""
    made = legacy_database(tmp_path / "films.sqlite", films=FILMS, writers=[("w1", "Cid Poe"), ("w2", "Dee Fox")])
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(made)).status == 0
    return made


def change(path, statement):
    """Change the store as a DBA does."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(statement)
        connection.commit()


CHANGES = [
    ("UPDATE movies SET title = 'Other' WHERE id = 2", ["tt0000002"]),
    ("UPDATE movies SET imdb_rating = 9 WHERE id = 3", ["tt0000003"]),
    ("DELETE FROM movies WHERE id = 1", ["tt0000001"]),
    ("DELETE FROM movie_genres WHERE movie_id = 1 AND ordering = 2", ["tt0000001"]),
    ("UPDATE genres SET name = 'Drame' WHERE name = 'Drama'", ["tt0000001", "tt0000002", "tt0000003"]),
    ("UPDATE people SET name = 'Cid Po' WHERE name = 'Cid Poe'", ["tt0000001", "tt0000003"]),
    ("UPDATE movie_directors SET credit_note = 'with love' WHERE movie_id = 2", ["tt0000002"]),
    (
        "INSERT INTO movies (id, public_id, title, title_key, updated_at) VALUES (9, 'own', 'O', 'o', '')",
        ["own"],
    ),
]


@pytest.mark.parametrize(("statement", "films"), CHANGES, ids=[statement[:24] for statement, _ in CHANGES])
def test_the_way_back_is_refused_with_the_films_that_were_changed(
    alembic, path, sqlite_url, fingerprint, statement, films
):
    """Whichever table was changed: exit status 2, the films by their ids, nothing is taken away."""
    change(path, statement)
    before = fingerprint(path)
    ended = alembic("downgrade", "base", DATABASE_URL=sqlite_url(path))
    assert ended.status == 2
    assert f"error: {len(films)} films were changed" in ended.error
    assert f": {', '.join(films)}. To put it into the legacy tables: alembic -x changes=write-back" in ended.error
    assert ended.error.endswith(" To lose it: alembic -x changes=discard downgrade base.")
    assert fingerprint(path) == before


def test_changes_are_discarded_when_that_is_said(alembic, path, sqlite_url, tmp_path):
    """`-x changes=discard`: the legacy database is what it was."""
    change(path, CHANGES[0][0])
    ended = alembic("-x", "changes=discard", "downgrade", "base", DATABASE_URL=sqlite_url(path))
    assert ended.status == 0, ended.err
    same = legacy_database(tmp_path / "same.sqlite", films=FILMS, writers=[("w1", "Cid Poe"), ("w2", "Dee Fox")])
    assert dump(path) == dump(same)


def test_a_touch_that_changes_nothing_is_no_change(alembic, path, sqlite_url):
    """The time of an update, or a value set to what it is, keeps nobody from going back."""
    change(path, "UPDATE movies SET updated_at = 'later', title = title")
    assert alembic("downgrade", "base", DATABASE_URL=sqlite_url(path)).status == 0
