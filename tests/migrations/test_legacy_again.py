"""`python -m normalize legacy FILE`: a newer edition of the file is merged, wholly or not at all."""

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_up import dump, film, legacy_database, rows
from sqlalchemy import select

from normalize import statements
from normalize.__main__ import main
from normalize.facts import facts, records, stored
from normalize.models import index_changes, load_runs, movies, people
from normalize.precedence import LEGACY, OWN
from normalize.record import saying
from normalize.settings import Settings
from normalize.target import target

FILMS = [film(1, genre="Drama, War"), film(2, director="Bo Day", writer="w2"), film(3, plot="N/A", imdb_rating="N/A")]
WRITERS = [("w1", "Cid Poe"), ("w2", "Dee Fox")]
ACTORS = [(1, "Bob Ray"), (2, "Eve Sun")]
LINKS = [("tt0000001", "1"), ("tt0000001", "2"), ("tt0000002", "2")]
NEWER = [
    film(1, genre="War, Comedy", director="Ann Lee, Bo Day", plot="Something else happens."),
    film(3, plot="N/A", imdb_rating="8.1", writer="", writers='[{"id": "w1"}, {"id": "w3"}]'),
    film(4, title="New"),
]
NEWER_WRITERS = [("w1", "Cid Poe"), ("w2", "Dee Fox"), ("w3", "Eve Sun")]
NEWER_ACTORS = [(1, "Robert Ray"), (2, "Eve Sun"), (3, "Fay Kay")]
NEWER_LINKS = [("tt0000001", "3"), ("tt0000001", "1"), ("tt0000004", "1")]


@pytest.fixture(params=["copied", "in place", "postgresql"])
def url(request, alembic, tmp_path, sqlite_url):
    """Give the URL of a store that the first edition was taken into, in each way that there is."""
    first = legacy_database(tmp_path / "first.sqlite", FILMS, ACTORS, WRITERS, LINKS)
    if request.param == "in place":
        given = {"DATABASE_URL": sqlite_url(first)}
    elif request.param == "copied":
        given = {"DATABASE_URL": sqlite_url(tmp_path / "store.sqlite"), "LEGACY_DATABASE": first}
    else:
        given = {"DATABASE_URL": request.getfixturevalue("postgres_url"), "LEGACY_DATABASE": first}
    ended = alembic("upgrade", "head", **given)
    assert ended.status == 0, ended.err
    return given["DATABASE_URL"]


@pytest.fixture
def newer(tmp_path):
    """Make the next edition of the file."""
    return legacy_database(tmp_path / "newer.sqlite", NEWER, NEWER_ACTORS, NEWER_WRITERS, NEWER_LINKS)


@pytest.fixture
def again(tmp_path, monkeypatch):
    """Give a function that merges a file into a store, and tells the exit status and what was printed."""
    monkeypatch.chdir(tmp_path)

    def run(url, file, *flags, **given):
        env = {"DATABASE_URL": url} | {name: str(value) for name, value in given.items()}
        ended = CliRunner().invoke(main, ["legacy", str(file), *flags], env=env)
        return ended.exit_code, ended.stdout if ended.exit_code == 0 else ended.stderr.splitlines()[-1]

    return run


def said(url):
    """Give what the store says of each film."""
    with target(Settings(database_url=url, _env_file=None), write=False, create=False) as connection:
        return records(facts(stored(connection)), range(1 << 20))


def ask(url, query):
    """Ask the store."""
    with target(Settings(database_url=url, _env_file=None), write=False, create=False) as connection:
        return [tuple(row) for row in connection.execute(query)]


def change(url, statement):
    """Change the store as a DBA does."""
    with target(Settings(database_url=url, _env_file=None), write=True, create=False) as connection:
        connection.exec_driver_sql(statement)


def fresh(alembic, sqlite_url, tmp_path, file):
    """Give what a new store says that is filled from the file alone."""
    url = sqlite_url(tmp_path / f"fresh-of-{file.stem}.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=file).status == 0
    return said(url)


def test_after_a_merge_the_store_says_what_a_first_load_of_the_newer_file_says(
    alembic, again, url, newer, tmp_path, sqlite_url
):
    """New films, changed values, links that are gone: film by film as if it had been the first file."""
    status, told = again(url, newer, "--json")
    assert status == 0, told
    done = json.loads(told)
    assert {name: done[name] for name in ("added", "changed", "gone", "disagreements", "rehearsal")} == {
        "added": 1,
        "changed": 2,
        "gone": 1,
        "disagreements": [],
        "rehearsal": False,
    }
    assert said(url) == fresh(alembic, sqlite_url, tmp_path, newer)
    assert alembic("check", DATABASE_URL=url).status == 0


def test_people_keep_their_numbers_and_every_id_still_leads_to_somebody(again, url, newer):
    """A corrected name is the same person under the same number; who is new has the next one."""
    before = dict(ask(url, select(people.c.name, people.c.id)))
    assert again(url, newer)[0] == 0
    after = dict(ask(url, select(people.c.name, people.c.id)))
    last = max(before.values())
    assert after == {name: number for name, number in before.items() if name != "Bob Ray"} | {
        "Robert Ray": before["Bob Ray"],
        "Fay Kay": last + 1,
    }


def test_the_same_file_twice_changes_nothing(again, url, newer):
    """Not a row, not a load, not a time."""
    everything = select(movies), select(people), select(load_runs)
    assert again(url, newer)[0] == 0
    before = [ask(url, query) for query in everything]
    assert again(url, newer) == (0, "Nothing to do: this file was taken in last.\n")
    assert [ask(url, query) for query in everything] == before


def test_what_was_changed_in_the_store_is_kept_or_replaced_by_the_rule_and_told(again, url, newer):
    """An edit stands where the file says what it said, and gives way where the file says something new."""
    change(url, "UPDATE movies SET description = 'Mine.', imdb_rating = 1.0 WHERE id = 1")
    change(url, "DELETE FROM movie_directors WHERE movie_id = 3")
    status, told = again(url, newer, "--json")
    assert status == 0, told
    assert json.loads(told)["disagreements"] == [
        {
            "film": "tt0000001",
            "column": "description",
            "store": "Mine.",
            "file": "Something else happens.",
            "outcome": "replaced",
            "reason": "changed in the store and, since then, in the file",
        },
        {
            "film": "tt0000001",
            "column": "imdb_rating",
            "store": "1",
            "file": "7.5",
            "outcome": "kept",
            "reason": "changed in the store; the file says what it said",
        },
        {
            "film": "tt0000003",
            "column": "directors",
            "store": None,
            "file": "Ann Lee",
            "outcome": "kept",
            "reason": "changed in the store; the file says what it said",
        },
    ]
    merged = said(url)
    assert (merged[1]["description"], merged[1]["imdb_rating"]) == ("Something else happens.", 1.0)
    assert merged[3]["directors"] == ()


def test_a_file_that_lost_a_third_of_its_films_is_refused_unless_told_otherwise(again, url, tmp_path):
    """Half a file is not taken for the deletion of the other half."""
    half = legacy_database(tmp_path / "half.sqlite", FILMS[:1], ACTORS, WRITERS, LINKS)
    before = said(url)
    status, told = again(url, half)
    assert status == 1
    assert told == (
        f"error: {half} lacks 2 of the 3 films that the last file had: is it whole, and the right one? If so, say "
        "--accept-loss. Nothing was changed."
    )
    assert said(url) == before
    assert again(url, half, "--accept-loss")[0] == 0
    assert list(said(url)) == [1]


def test_only_films_that_changed_are_indexed_again(again, url, tmp_path):
    """The merge queues the film that the file says something new of, and no other."""
    change(url, "DELETE FROM index_changes")
    rated = legacy_database(tmp_path / "rated.sqlite", [*FILMS[:2], film(3, plot="N/A")], ACTORS, WRITERS, LINKS)
    assert again(url, rated)[0] == 0
    assert set(ask(url, select(index_changes.c.movie_id))) == {(3,)}


def test_a_film_of_our_own_keeps_its_word_when_the_file_speaks_of_it_too(again, url, newer):
    """What was entered through the API stands; what it does not say is the file's; both words are kept."""
    own = saying(title="Ours", year=1999)
    with target(Settings(database_url=url, _env_file=None), write=True, create=False) as connection:
        row = {"id": 4, "imdb_id": "tt0000004", "public_id": "4", "title": "Ours", "title_key": "ours", "year": 1999}
        connection.execute(movies.insert(), row | {"updated_at": ""})
        statements.write(connection, {4: {OWN: own}})
    assert again(url, newer)[0] == 0
    film_now = said(url)[4]
    assert (film_now["title"], film_now["year"], film_now["description"]) == ("Ours", 1999, "Something happens.")
    with target(Settings(database_url=url, _env_file=None), write=False, create=False) as connection:
        kept = statements.read(connection)
    assert (kept[4][OWN], kept[4][LEGACY]["title"]) == (own, "New")


def test_a_rehearsal_of_a_merge_changes_nothing(again, url, newer):
    """Counts and report as if it had been done; the store is as it was."""
    everything = select(movies), select(people), select(load_runs)
    before = [ask(url, query) for query in everything]
    status, told = again(url, newer, "--dry-run", "--json")
    assert status == 0, told
    done = json.loads(told)
    assert (done["added"], done["changed"], done["gone"], done["rehearsal"]) == (1, 2, 1, True)
    assert [ask(url, query) for query in everything] == before
    assert again(url, newer)[0] == 0


def test_the_gate_stops_a_newer_file_too(again, url, tmp_path):
    """A file that refers to films that are not there does not go in, and nothing of it stays."""
    bad = [*FILMS, *(film(number, id=f"bad{number}") for number in range(10, 20))]
    file = legacy_database(tmp_path / "bad.sqlite", bad, ACTORS, WRITERS, LINKS)
    before = said(url), ask(url, select(load_runs))
    status, told = again(url, file)
    assert status == 1
    assert told.startswith("error: the gate says no: reconciliation ")
    assert (said(url), ask(url, select(load_runs))) == before


def test_the_way_back_after_a_merge_in_place_gives_the_newer_files_rows(alembic, again, tmp_path, sqlite_url, newer):
    """The archive is the newest file taken in; views, indexes and triggers are those of the database itself."""
    more = """
        CREATE VIEW titles AS SELECT title FROM movies;
        CREATE INDEX by_title ON movies (title);
        CREATE TABLE log (said text);
        CREATE TRIGGER told AFTER DELETE ON movies BEGIN INSERT INTO log VALUES (old.id); END;
    """
    place = legacy_database(tmp_path / "place.sqlite", FILMS, ACTORS, WRITERS, LINKS, more=more)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(place)).status == 0
    assert again(sqlite_url(place), newer)[0] == 0
    assert alembic("downgrade", "base", DATABASE_URL=sqlite_url(place)).status == 0
    with closing(sqlite3.connect(newer)) as connection:
        connection.executescript(more)
    assert sorted(dump(place)) == sorted(dump(newer))
    assert rows(place, "SELECT * FROM log") == []


def test_a_newer_file_with_another_column_is_refused_in_place(alembic, again, tmp_path, sqlite_url, newer):
    """The database's own tables cannot hold it, so nothing is taken in."""
    place = legacy_database(tmp_path / "place.sqlite", FILMS, ACTORS, WRITERS, LINKS)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(place)).status == 0
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute("ALTER TABLE movies ADD COLUMN tagline text")
    status, told = again(sqlite_url(place), newer)
    assert status == 2
    assert told == (
        "error: the file has columns that this database's own table movies has not: tagline. Add them to "
        "legacy_movies, or rebuild into a new store with LEGACY_DATABASE. Nothing was changed."
    )


def test_a_database_without_a_store_is_refused(again, newer, tmp_path, sqlite_url):
    """The first file comes in by a rebuild."""
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    legacy_database(tmp_path / "other.sqlite")
    assert again(sqlite_url(tmp_path / "other.sqlite"), newer) == (
        2,
        "error: DATABASE_URL holds no store of this program's version. Run: alembic upgrade head",
    )


def test_an_empty_store_is_filled(alembic, again, newer, tmp_path, sqlite_url):
    """A store that was made without a file takes the first one in as a rebuild does."""
    url = sqlite_url(tmp_path / "new.sqlite")
    assert alembic("-x", "new=yes", "upgrade", "head", DATABASE_URL=url).status == 0
    assert again(url, newer)[0] == 0
    assert said(url) == fresh(alembic, sqlite_url, tmp_path, newer)


NAMES = st.sampled_from(["Ann Lee", "Bo Day", "Cid Poe", "N/A"])
IDS = st.sampled_from([1, 2, 3])


@st.composite
def editions(draw):
    """Draw an edition of a legacy file: films, actors, writers and links that may change in every way."""
    numbers = draw(st.lists(st.sampled_from([1, 2, 3, 4]), unique=True, min_size=1))
    films = [
        film(
            number,
            title=draw(st.sampled_from(["A", "B"])),
            genre=", ".join(draw(st.lists(st.sampled_from(["Drama", "War", "N/A"]), max_size=3))),
            director=", ".join(draw(st.lists(NAMES, max_size=2))),
            imdb_rating=draw(st.sampled_from(["7.5", "8,1", "N/A"])),
            writer=draw(st.sampled_from(["w1", "w2", ""])),
            writers=draw(st.sampled_from(["", '[{"id": "w1"}, {"id": "w2"}]', '[{"id": "w2"}]'])),
        )
        for number in numbers
    ]
    people_of = [[(each, draw(NAMES)) for each in ids] for ids in ((1, 2, 3), ("w1", "w2"))]
    links = draw(st.lists(st.tuples(st.sampled_from(numbers), IDS), max_size=6))
    return films, *people_of, [(f"tt{number:07d}", actor) for number, actor in links]


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes seconds: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(two_editions=st.tuples(editions(), editions()))
def test_any_edition_after_any_other_is_as_if_it_had_been_the_first(
    alembic, again, tmp_path, sqlite_url, loose_suites, two_editions
):
    """Whatever changed between two editions; and the older one again brings back what was."""
    loose = {"SUITES_PATH": loose_suites}
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    one, two = (legacy_database(folder / f"file{place}", *edition) for place, edition in enumerate(two_editions))
    store, fresh_store = (sqlite_url(folder / name) for name in ("store", "fresh"))
    assert alembic("upgrade", "head", DATABASE_URL=store, LEGACY_DATABASE=one, **loose).status == 0
    assert alembic("upgrade", "head", DATABASE_URL=fresh_store, LEGACY_DATABASE=two, **loose).status == 0
    was = said(store)
    for file, expected in ((two, said(fresh_store)), (one, was)):
        status, told = again(store, file, "--accept-loss", **loose)
        assert status == 0, told
        assert said(store) == expected
