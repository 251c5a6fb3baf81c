"""`python -m normalize retire`: the archive goes when the administrator is ready, and what that costs is said first."""

import json
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from contents import contents
from made_up import film, legacy_database, rows
from sqlalchemy import create_engine, text

from normalize.__main__ import main

ARCHIVE = ("legacy_movies", "legacy_actors", "legacy_writers", "legacy_movie_actors")
OURS = {*ARCHIVE, "legacy_source", "legacy_objects", "sqlite_sequence"}
"""The archive, and what SQLite keeps for a key of it."""


@pytest.fixture
def retire(alembic, monkeypatch):
    """Give a function that runs the command on a database and tells how it ended."""

    def run(url, *options):
        monkeypatch.setenv("DATABASE_URL", url)
        ended = CliRunner().invoke(main, ["retire", *options])
        monkeypatch.delenv("DATABASE_URL")
        return ended

    return run


@pytest.fixture(params=["in place", "copied", "postgresql"])
def url(request, alembic, tmp_path, sqlite_url):
    """Give the URL of a store with its archive."""
    legacy = legacy_database(tmp_path / "legacy.sqlite", films=[film(n, plot="Long. " * 200) for n in range(1, 200)])
    if request.param == "in place":
        url, settings = sqlite_url(legacy), {}
    else:
        new = request.getfixturevalue("postgres_url") if request.param == "postgresql" else sqlite_url(tmp_path / "new")
        url, settings = new, {"LEGACY_DATABASE": legacy}
    assert alembic("upgrade", "head", DATABASE_URL=url, **settings).status == 0
    return url


def without_archive(held):
    """Leave out of a database's contents what belongs to the archive, and the note that it was retired."""
    kept = {name: found for name, found in held.items() if name not in {*OURS, "schema", "load_runs"}}
    schema = [row for row in held.get("schema", ()) if row[2] not in OURS]
    runs = [[value for value in row if not str(value).startswith("{")] for row in held["load_runs"]]
    return {**kept, "schema": schema, "load_runs": runs}


def test_without_yes_it_only_says_what_would_be_lost(retire, url):
    """Tables with their rows, the room, and what can no longer be done: exit status 2, nothing is changed."""
    before = contents(url)
    ended = retire(url)
    assert ended.exit_code == 2
    assert "nothing was changed. What is lost by it is the exact way back (alembic downgrade base)" in ended.stderr
    listed = [line.split()[1::2] for line in ended.stdout.splitlines() if line.startswith("│")]
    assert listed == [
        ["legacy_movies", "199"],
        ["legacy_actors", "1"],
        ["legacy_writers", "1"],
        ["legacy_movie_actors", "1"],
    ]
    room = int(ended.stdout.rsplit("room: ", 1)[1].split()[0].replace(",", ""))
    assert room > 199 * len("Long. " * 200)
    assert contents(url) == before


def test_with_yes_the_archive_goes_and_the_store_stays(alembic, retire, url, tmp_path):
    """Every row of the store is as it was, a second time is no work, and the upgrade has nothing to do."""
    before = without_archive(contents(url))
    ended = retire(url, "--yes", "--json")
    assert ended.exit_code == 0, ended.stderr
    done = json.loads(ended.stdout)
    assert list(done["tables"]) == list(ARCHIVE)
    assert contents(url).keys().isdisjoint(OURS - {"sqlite_sequence"})
    assert without_archive(contents(url)) == before
    if done["file_before"] is not None:
        assert done["file_before"] - done["file_after"] >= done["size"]
    again = retire(url, "--yes")
    assert (again.exit_code, "was retired before" in again.stdout) == (0, True)
    up = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE="")
    assert (up.status, up.out) == (0, "Nothing to do: the store is there and filled.\n")
    assert alembic("check", DATABASE_URL=url).status == 0


def test_afterwards_there_is_no_way_back_unless_the_films_may_go(alembic, retire, url):
    """`downgrade base` says why it cannot, and how to take the store away for good."""
    assert retire(url, "--yes").exit_code == 0
    before = contents(url)
    ended = alembic("downgrade", "base", DATABASE_URL=url)
    assert ended.status == 2
    assert "the archive was retired at 20" in ended.error
    assert "alembic -x archive=retired downgrade base" in ended.error
    assert contents(url) == before
    assert alembic("-x", "archive=retired", "downgrade", "base", DATABASE_URL=url).status == 0
    assert set(contents(url)) <= {"rating_agency", "sqlite_sequence", "schema"}


SURROUNDINGS = """
CREATE INDEX movies_by_title ON movies (title);
CREATE VIEW titles AS SELECT title FROM movies;
CREATE VIEW long_titles AS SELECT title FROM titles WHERE length(title) > 9;
CREATE VIEW broken AS SELECT a FROM nowhere;
CREATE VIEW mine AS SELECT what FROM log;
CREATE TABLE log (what text);
CREATE TRIGGER logged AFTER UPDATE ON movies BEGIN INSERT INTO log VALUES (new.title); END;
CREATE TRIGGER told AFTER INSERT ON log BEGIN UPDATE movies SET title = new.what; END;
"""


def test_what_cannot_live_without_the_archive_goes_with_it_and_is_named(alembic, retire, tmp_path, sqlite_url):
    """Indexes, triggers and views on it, views on these, and what was broken before; other things stay."""
    path = legacy_database(tmp_path / "films.sqlite", more=SURROUNDINGS)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    ended = retire(sqlite_url(path), "--yes")
    assert ended.exit_code == 0, ended.stderr
    named = ended.stdout.split("with them go: ", 1)[1].splitlines()[0].split(", ", 5)
    assert sorted(named) == [
        "index movies_by_title", "trigger logged", "trigger told", "view broken (broken before, so it was set aside)",
        "view long_titles", "view titles",
    ]  # fmt: skip
    left = {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger', 'index')")}
    assert "mine" in left
    assert left.isdisjoint({"movies_by_title", "logged", "told", "broken", "long_titles", "titles"})


def test_a_table_that_refers_to_the_archive_keeps_it(alembic, retire, tmp_path, sqlite_url, fingerprint):
    """A foreign key of somebody's table would lead nowhere: refused by the table's name."""
    more = "CREATE TABLE notes (movie_id text REFERENCES movies(id)); INSERT INTO notes VALUES ('tt0000001')"
    path = legacy_database(tmp_path / "films.sqlite", more=more)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    before = fingerprint(path)
    ended = retire(sqlite_url(path), "--yes")
    assert (ended.exit_code, "foreign keys of notes refer to the archive" in ended.stderr) == (2, True)
    assert fingerprint(path) == before


def test_a_view_on_the_archive_keeps_it_on_postgresql(alembic, retire, tmp_path, postgres_url):
    """The server itself refuses, and names the view."""
    settings = {"DATABASE_URL": postgres_url, "LEGACY_DATABASE": legacy_database(tmp_path / "legacy.sqlite")}
    assert alembic("upgrade", "head", **settings).status == 0
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW titles AS SELECT title FROM legacy_movies"))
    engine.dispose()
    ended = retire(postgres_url, "--yes")
    assert (ended.exit_code, "view titles depends on table legacy_movies" in ended.stderr) == (2, True)


def test_a_store_without_an_archive_is_refused(alembic, retire, tmp_path, sqlite_url):
    """A store that was made empty never had one; a file that is not there is named."""
    url = sqlite_url(tmp_path / "new.sqlite")
    missing = retire(url, "--yes")
    assert (missing.exit_code, "there is no file" in missing.stderr) == (2, True)
    assert alembic("-x", "new=yes", "upgrade", "head", DATABASE_URL=url).status == 0
    ended = retire(url, "--yes")
    assert (ended.exit_code, "so there is no archive" in ended.stderr) == (2, True)


def test_a_file_may_keep_its_size(alembic, retire, tmp_path, sqlite_url):
    """Where there is no room to copy it, the file keeps its size and uses again what is free in it."""
    path = legacy_database(tmp_path / "films.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    size = path.stat().st_size
    assert retire(sqlite_url(path), "--yes", "--keep-size").exit_code == 0
    assert path.stat().st_size == size
    assert rows(path, "PRAGMA freelist_count") != [(0,)]
    assert retire(sqlite_url(path), "--yes").exit_code == 0
    assert rows(path, "PRAGMA freelist_count") == [(0,)]


def test_a_file_that_others_use_is_left_alone(alembic, retire, tmp_path, sqlite_url, monkeypatch):
    """Somebody writes: one line after LOCK_TIMEOUT, nothing dropped."""
    path = legacy_database(tmp_path / "films.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    monkeypatch.setenv("LOCK_TIMEOUT", "0.1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = retire(sqlite_url(path), "--yes")
    assert (ended.exit_code, "is locked by another program (waited 0.1 s)" in ended.stderr) == (2, True)
    assert rows(path, "SELECT count(*) FROM legacy_movies") == [(1,)]
