"""`alembic -x changes=write-back downgrade base`: what was changed in the store is put into the legacy shape."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_up import film, legacy_database, rows

from normalize.facts import facts, records, stored
from normalize.settings import Settings
from normalize.target import target

FILMS = [
    film(1, genre="Drama, War"),
    film(2, director="Bo Day", writer="w2"),
    film(3, plot="N/A", imdb_rating="N/A", writer="", writers='[{"id": "w1"}, {"id": "w2"}]'),
]
WRITERS = [("w1", "Cid Poe"), ("w2", "Dee Fox"), ("w3", "N/A")]
ACTORS = [(1, "Bob Ray"), (2, "Eve Sun")]
LINKS = [("tt0000001", "1"), ("tt0000001", "2"), ("tt0000002", "2")]
BACK = ("-x", "changes=write-back", "downgrade", "base")
NEW_FILM = (
    "INSERT INTO movies (id, imdb_id, public_id, title, title_key, updated_at) "
    "VALUES (9, 'tt0000009', '9', 'Nine', 'nine', '')"
)
PLAYS = (
    "INSERT INTO movie_actors SELECT 3, person_id, 1, source_id, NULL, NULL FROM person_sources "
    "WHERE source = 'legacy_actors' AND source_id = '2'"
)
CHANGES = [
    "UPDATE movies SET title = 'Other', description = NULL, imdb_rating = 9 WHERE id = 1",
    "UPDATE movies SET description = 'Known.', imdb_rating = 1.5 WHERE id = 3",
    "DELETE FROM movie_genres WHERE movie_id = 1",
    "INSERT INTO movie_genres SELECT 3, id, 2 FROM genres WHERE name = 'War'",
    "UPDATE genres SET name = 'Krieg' WHERE name = 'War'",
    "UPDATE movie_directors SET credit_note = 'co-director' WHERE movie_id = 2",
    "DELETE FROM movie_directors WHERE movie_id = 1",
    "UPDATE people SET name = 'Robert Ray' WHERE name = 'Bob Ray'",
    "UPDATE people SET name = 'Cid Po' WHERE name = 'Cid Poe'",
    "UPDATE people SET name = 'Anna Lee' WHERE name = 'Ann Lee'",
    "DELETE FROM movie_writers WHERE movie_id = 3 AND ordering = 1",
    "DELETE FROM movie_writers WHERE movie_id = 1",
    PLAYS,
    "DELETE FROM movie_actors WHERE movie_id = 1 AND ordering = 1",
    "DELETE FROM movies WHERE id = 2",
    NEW_FILM,
]
"""Changes that the legacy shape can hold, in any order and number."""


def change(url, *statements):
    """Change the store as a DBA does."""
    with target(Settings(database_url=url, _env_file=None), write=True, create=False) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def said(url):
    """Give what the store says of each film, but for the ids of directors, which are their names in the file."""
    with target(Settings(database_url=url, _env_file=None), write=False, create=False) as connection:
        tables = stored(connection)
    nameless = tables["movie_directors"].drop(columns="source_person_id")
    return records(facts({**tables, "movie_directors": nameless}), range(1 << 20))


@pytest.fixture
def place(alembic, tmp_path, sqlite_url):
    """Rebuild three films in place; gives the file."""
    made = legacy_database(tmp_path / "films.sqlite", FILMS, ACTORS, WRITERS, LINKS)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(made)).status == 0
    return made


def test_changes_are_written_as_the_legacy_file_writes_them(alembic, place, sqlite_url):
    """Lists are joined by commas, one writer is an id and several are JSON, 'N/A' is nothing; the rest is untouched."""
    untouched = rows(place, "SELECT rowid, * FROM legacy_movies WHERE id = 'tt0000002'")
    change(
        sqlite_url(place),
        "UPDATE movies SET title = 'Other', description = NULL, imdb_rating = 9 WHERE id = 1",
        "UPDATE genres SET name = 'Krieg' WHERE name = 'War'",
        "UPDATE movie_directors SET credit_note = 'co-director' WHERE movie_id = 1",
        "INSERT INTO movie_writers SELECT 1, person_id, 2, source_id, NULL FROM person_sources WHERE source_id = 'w2'",
        "DELETE FROM movie_actors WHERE movie_id = 1 AND ordering = 1",
        "DELETE FROM movie_directors WHERE movie_id = 3",
        "DELETE FROM movie_writers WHERE movie_id = 3 AND ordering = 1",
        "UPDATE people SET name = 'Eva Sun' WHERE name = 'Eve Sun'",
        NEW_FILM,
    )
    ended = alembic(*BACK, DATABASE_URL=sqlite_url(place))
    assert ended.status == 0, ended.err
    columns = "id, genre, director, writer, title, plot, imdb_rating, writers"
    assert rows(place, f"SELECT {columns} FROM movies ORDER BY rowid") == [
        ("tt0000001", "Drama, Krieg", "Ann Lee (co-director)", "", "Other", "N/A", "9.0",
         '[{"id": "w1"}, {"id": "w2"}]'),
        ("tt0000002", "Drama", "Bo Day", "w2", "Film 2", "Something happens.", "7.5", ""),
        ("tt0000003", "Drama", "N/A", "w2", "Film 3", "N/A", "N/A", ""),
        ("tt0000009", "N/A", "N/A", "", "Nine", "N/A", "N/A", ""),
    ]  # fmt: skip
    assert rows(place, "SELECT rowid, * FROM movies WHERE id = 'tt0000002'") == untouched
    assert rows(place, "SELECT * FROM actors") == [(1, "Bob Ray"), (2, "Eva Sun")]
    assert rows(place, "SELECT movie_id, actor_id FROM movie_actors ORDER BY rowid") == [
        ("tt0000002", "2"),
        ("tt0000001", "2"),
    ]


CANNOT = [
    ("UPDATE movies SET year = 1999 WHERE id = 1", "tt0000001: year 1999"),
    ("UPDATE people SET name = 'Lee, Ann' WHERE name = 'Ann Lee'", "directors ((None, 'Lee, Ann', None),)"),
    ("UPDATE genres SET name = 'N/A' WHERE name = 'War'", "tt0000001: genres (('Drama',), ('N/A',))"),
    ("UPDATE movies SET imdb_rating = 0 WHERE id = 1", "tt0000001: imdb_rating 0"),
    ("UPDATE movies SET title = 'A  B' WHERE id = 1", "tt0000001: title 'A  B'"),
    ("UPDATE movie_actors SET characters = 'Ed' WHERE movie_id = 2", "tt0000002: actors (('2', 'Eve Sun', None, 'Ed'"),
    (
        "INSERT INTO movies (id, public_id, title, title_key, updated_at) VALUES (1000000000009, 'x', 'O', 'o', '')",
        "the film 'O', which has no IMDb id",
    ),
]


@pytest.mark.parametrize(("statement", "named"), CANNOT, ids=[named[:24] for _, named in CANNOT])
def test_what_the_legacy_shape_cannot_hold_is_refused_by_name(
    alembic, place, sqlite_url, fingerprint, statement, named
):
    """Exit status 2, film and value are named, nothing happens."""
    change(sqlite_url(place), statement)
    before = fingerprint(place)
    ended = alembic(*BACK, DATABASE_URL=sqlite_url(place))
    assert ended.status == 2
    assert ended.error.startswith("error: the legacy shape cannot hold what the store says: ")
    assert named in ended.error
    assert fingerprint(place) == before


def test_the_triggers_of_the_legacy_tables_are_not_set_off(alembic, tmp_path, sqlite_url):
    """They are for what the old programs write; afterwards they are there again."""
    more = """
        CREATE TABLE log (said text);
        CREATE TRIGGER told AFTER UPDATE ON movies BEGIN INSERT INTO log VALUES (old.id); END;
    """
    path = legacy_database(tmp_path / "films.sqlite", FILMS, ACTORS, WRITERS, LINKS, more=more)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    change(sqlite_url(path), "UPDATE movies SET title = 'Other' WHERE id = 1")
    assert alembic(*BACK, DATABASE_URL=sqlite_url(path)).status == 0
    assert rows(path, "SELECT * FROM log") == []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE movies SET title = 'Another' WHERE id = 'tt0000001'")
        assert connection.execute("SELECT * FROM log").fetchall() == [("tt0000001",)]


@pytest.fixture(params=["sqlite", "postgresql"])
def copied(request, alembic, tmp_path, sqlite_url):
    """Rebuild three films into another store; gives its URL and the legacy file."""
    file = legacy_database(tmp_path / "old.sqlite", FILMS, ACTORS, WRITERS, LINKS, more="CREATE VIEW v AS SELECT 1")
    url = sqlite_url(tmp_path / "store.sqlite")
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    assert alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=file).status == 0
    return url, file


def test_a_copied_store_is_written_back_into_a_copy_of_its_legacy_file(
    alembic, copied, tmp_path, sqlite_url, fingerprint
):
    """The legacy file itself is never written to; a store made of the new file says what the old store said."""
    url, file = copied
    change(url, *CHANGES[:2], *CHANGES[4:10], *CHANGES[12:])
    before, expected = fingerprint(file), said(url)
    new = tmp_path / "new.sqlite"
    ended = alembic("-x", f"legacy-file={new}", *BACK, DATABASE_URL=url, LEGACY_DATABASE=file)
    assert ended.status == 0, ended.err
    assert fingerprint(file) == before
    assert rows(new, "SELECT * FROM v") == [(1,)]
    again = sqlite_url(tmp_path / "again.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=again, LEGACY_DATABASE=new).status == 0
    assert said(again) == expected


def test_a_copied_store_needs_the_names_of_both_files(alembic, copied, tmp_path):
    """Without them, with another legacy file or onto a file that is there, nothing happens."""
    url, file = copied
    change(url, CHANGES[0])
    other = legacy_database(tmp_path / "other.sqlite")
    new, there = tmp_path / "new.sqlite", ("-x", f"legacy-file={other}", *BACK)
    asked = [
        alembic(*BACK, DATABASE_URL=url, LEGACY_DATABASE=file),
        alembic("-x", f"legacy-file={new}", *BACK, DATABASE_URL=url),
        alembic("-x", f"legacy-file={new}", *BACK, DATABASE_URL=url, LEGACY_DATABASE=other),
        alembic(*there, DATABASE_URL=url, LEGACY_DATABASE=file),
    ]
    assert [(ended.status, ended.error.split(". ")[0]) for ended in asked] == [
        (2, "error: the legacy tables are in a file of their own"),
        (2, "error: the legacy tables are in a file of their own"),
        (2, f"error: LEGACY_DATABASE: {other} is not the file that was taken in last"),
        (2, f"error: -x legacy-file: {other} is there already; name a new file."),
    ]
    assert not new.exists()
    assert said(url)[1]["title"] == "Other"


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes seconds: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(statements=st.lists(st.sampled_from(CHANGES), unique=True, min_size=1))
def test_after_write_back_and_upgrade_the_store_says_what_it_said(alembic, tmp_path, sqlite_url, statements):
    """Whatever was changed, as long as the legacy shape can hold it."""
    path = legacy_database(Path(tempfile.mkdtemp(dir=tmp_path)) / "films", FILMS, ACTORS, WRITERS, LINKS)
    url = sqlite_url(path)
    assert alembic("upgrade", "head", DATABASE_URL=url).status == 0
    change(url, *statements)
    expected = said(url)
    ended = alembic(*BACK, DATABASE_URL=url)
    assert ended.status == 0, ended.err
    assert alembic("upgrade", "head", DATABASE_URL=url).status == 0
    assert said(url) == expected
