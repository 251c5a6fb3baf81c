"""Two sources, one store: IMDb's files and the legacy file come, and each gives way where it goes."""

import shutil
import sqlite3

import pytest
from imdb_made import crew, name, principal, rating, title, write
from made_up import film, legacy_database
from two_sources import held, said, section, take, words

from normalize import statements
from normalize.merge.films import KEPT, REPLACED
from normalize.models import movies
from normalize.precedence import IMDB, LEGACY, OWN
from normalize.record import saying

IMDB_FILES = {
    "title_basics": [title(1, "First", genres="War,Drama"), title(2, "Second", year=None, genres=None), title(3)],
    "title_ratings": [rating(1, "8.1", 70)],
    "name_basics": [name(1, "Bob Ray"), name(2, "Eve Sun"), name(3, "Cid Poe"), name(4, "Ann Lee"), name(5, "Ann Lee")],
    "title_principals": [principal(1, 1, 2, characters='["Ida"]'), principal(1, 2, 1), principal(3, 1, 5)],
    "title_crew": [crew(1, [4], [3]), crew(3, [4])],
}
FILMS = [
    film(1, title="The first", genre="Drama", director="Ann Lee(co-director), Gus Hay", writer="w1"),
    film(2, title="The second", genre="Comedy", director="Ann Lee", writer="w2", imdb_rating="6.6"),
    film(9, title="Alone", director="Eve Sun", writer="w1"),
]
ACTORS = [(1, "Bob Ray"), (2, "Fay Kay")]
WRITERS = [("w1", "Cid Poe"), ("w2", "Fay Kay")]
LINKS = [("tt0000001", "1"), ("tt0000001", "2"), ("tt0000002", "2"), ("tt0000009", "1")]


@pytest.fixture
def legacy(tmp_path):
    """Make the legacy file."""
    return legacy_database(tmp_path / "legacy.sqlite", FILMS, ACTORS, WRITERS, LINKS)


@pytest.fixture
def folder(tmp_path):
    """Make IMDb's files."""
    return write(tmp_path / "files", **IMDB_FILES)


ORDERS = [
    ("legacy first", "sqlite"),
    ("imdb first", "postgresql"),
    ("legacy first", "postgresql"),
    ("imdb first", "sqlite"),
]


def loaded(request, make_store, tmp_path):
    """Make a store and load both sources into it; gives the store, and what the second load said."""
    order, database = request.param
    url = f"sqlite:///{tmp_path}/store.sqlite" if database == "sqlite" else request.getfixturevalue("postgres_url")
    store, legacy, folder = make_store(url), request.getfixturevalue("legacy"), request.getfixturevalue("folder")
    if order == "legacy first":
        take(store, legacy)
        return store, store.load(folder)
    store.load(folder)
    return store, take(store, legacy)


@pytest.fixture(params=ORDERS, ids="-".join)
def every(request, make_store, tmp_path):
    """Give a store that both sources were loaded into, on either database in either order."""
    return loaded(request, make_store, tmp_path)


@pytest.fixture(params=ORDERS[:2], ids="-".join)
def both(request, make_store, tmp_path):
    """Give such a store, once on each database and once in each order."""
    return loaded(request, make_store, tmp_path)


def test_one_film_says_what_each_column_s_best_source_says(every):
    """IMDb is believed but for the description; a list is wholly one source's; what IMDb does not say is the file's."""
    store, _ = every
    films = said(store)
    assert sorted(films) == [1, 2, 3, 9]
    assert films[1] == saying(
        title="First",
        original_title="First",
        title_type="movie",
        description="Something happens.",
        year=1999,
        runtime_minutes=90,
        imdb_rating=8.1,
        imdb_votes=70,
        is_adult=False,
        genres=(("War",), ("Drama",)),
        directors=(("nm0000004", "Ann Lee", None),),
        writers=(("nm0000003", "Cid Poe", None),),
        actors=(("nm0000002", "Eve Sun", None, "Ida"), ("nm0000001", "Bob Ray", None, None)),
    )
    assert films[2] == saying(
        title="Second",
        original_title="Second",
        title_type="movie",
        description="Something happens.",
        runtime_minutes=90,
        imdb_rating=6.6,
        is_adult=False,
        genres=(("Comedy",),),
        directors=(("Ann Lee", "Ann Lee", None),),
        writers=(("w2", "Fay Kay", None),),
        actors=(("2", "Fay Kay", None, None),),
    )
    assert (films[3]["title"], films[9]["title"]) == ("A film", "Alone")


def test_only_films_of_several_sources_have_their_words_kept(both):
    """Of the others the rows themselves are it."""
    store, _ = both
    kept = words(store)
    assert {film: sorted(each) for film, each in kept.items()} == {1: [IMDB, LEGACY], 2: [IMDB, LEGACY]}
    assert (kept[1][IMDB]["title"], kept[1][LEGACY]["title"]) == ("First", "The first")
    assert kept[1][IMDB]["actors"] == (("nm0000002", "Eve Sun", None, "Ida"), ("nm0000001", "Bob Ray", None, None))


def test_whoever_has_a_name_a_role_and_a_film_in_both_is_one_person(both):
    """And whoever the file takes for the same; a name alone proves nothing, whatever else IMDb calls so."""
    store, done = both
    rows = store.ask("SELECT source, source_id, person_id FROM person_sources")
    leads = {(source, source_id): person for source, source_id, person in rows}
    assert leads["legacy_actors", "1"] == leads[IMDB, "nm0000001"] == 1
    assert leads["legacy_writers", "w1"] == leads[IMDB, "nm0000003"] == 3
    assert leads["legacy_directors", "Ann Lee"] == leads[IMDB, "nm0000004"] == 4
    assert leads["legacy_directors", "Eve Sun"] > 10**12
    assert leads["legacy_actors", "2"] == leads["legacy_writers", "w2"] > 10**12
    assert sorted(store.ask("SELECT name, count(*) FROM people GROUP BY name")) == [
        ("Ann Lee", 2), ("Bob Ray", 1), ("Cid Poe", 1), ("Eve Sun", 2), ("Fay Kay", 1), ("Gus Hay", 1),
    ]  # fmt: skip
    assert store.ask("SELECT person_id, source_person_id FROM movie_actors WHERE movie_id = 9") == [(1, "1")]
    assert section(done, "matches") == [
        "Bob Ray,legacy_actors,1,nm0000001,tt0000001 actors,one person",
        "Ann Lee,legacy_directors,Ann Lee,nm0000004,tt0000001 directors,one person",
        "Cid Poe,legacy_writers,w1,nm0000003,tt0000001 writers,one person",
    ]


def test_every_value_that_lost_is_listed(both):
    """With the film, the column, both words and who is believed."""
    _, done = both
    lost = 'kept,"imdb is believed, legacy says otherwise"'
    assert section(done, "disagreements") == [
        f"tt0000001,title,First,The first,{lost}",
        f"tt0000001,imdb_rating,8.1,7.5,{lost}",
        f"tt0000001,genres,War; Drama,Drama,{lost}",
        f"tt0000001,directors,nm0000004 Ann Lee,Ann Lee co-director; Gus Hay,{lost}",
        f"tt0000001,actors,nm0000002 Eve Sun Ida; nm0000001 Bob Ray,1 Bob Ray; 2 Fay Kay,{lost}",
        f"tt0000002,title,Second,The second,{lost}",
    ]


def test_files_that_say_what_they_said_change_nothing(both, tmp_path, legacy):
    """Neither source's second coming changes a row or queues a film."""
    store, _ = both
    store.queued()
    before = held(store)
    again = write(tmp_path / "again", compressed=True, **IMDB_FILES)
    assert store.load(again)["films"] == {"added": 0, "changed": 0, "gone": 0}
    other = shutil.copy(legacy, tmp_path / "copy.sqlite")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE more (id)")
    done = take(store, other)
    assert {each: done[each] for each in ("added", "changed", "gone")} == {"added": 0, "changed": 0, "gone": 0}
    assert (held(store), store.queued()) == (before, [])


def test_only_the_film_of_several_sources_that_changed_is_written_and_queued(both, tmp_path):
    """What IMDb says anew of one part goes in; the other parts are what it said before."""
    store, _ = both
    store.change("UPDATE movies SET updated_at = 'before'")
    store.queued()
    newer = IMDB_FILES | {"title_ratings": [rating(1, "8.2", 71)]}
    done = store.load(write(tmp_path / "newer", **newer))
    assert done["films"] == {"added": 0, "changed": 1, "gone": 0}
    assert store.queued() == [(1, None, 0)]
    assert {film for film, at in store.ask("SELECT id, updated_at FROM movies") if at != "before"} == {1}
    film_now = said(store)[1]
    assert (film_now["imdb_rating"], film_now["description"], len(film_now["actors"])) == (8.2, "Something happens.", 2)
    assert words(store)[1][IMDB]["actors"] == film_now["actors"]


def test_a_person_whom_imdb_renames_is_renamed_in_every_film(both, tmp_path):
    """Those of the legacy file among them, and nobody takes it for a change by hand."""
    store, _ = both
    store.queued()
    names = [name(1, "Robert Ray"), *IMDB_FILES["name_basics"][1:]]
    done = store.load(write(tmp_path / "newer", **IMDB_FILES | {"name_basics": names}))
    assert (done["films"]["changed"], done["disagreements"]) == (0, 0)
    assert store.queued() == [(1, None, 1), (9, None, 1)]
    assert said(store)[9]["actors"] == (("1", "Robert Ray", None, None),)
    assert words(store)[1][IMDB]["actors"][1] == ("nm0000001", "Robert Ray", None, None)


def test_an_edit_stands_until_a_source_that_is_believed_says_something_new(store, tmp_path, legacy, folder):
    """A source that comes for the first time does so; each such meeting is told."""
    take(store, legacy)
    store.change("UPDATE movies SET title = 'My title', description = 'Mine.' WHERE id = 1")
    done = store.load(folder)
    assert store.ask("SELECT title, description FROM movies WHERE id = 1") == [("First", "Mine.")]
    assert section(done, "disagreements")[:2] == [
        f'tt0000001,title,My title,First,{REPLACED},"changed in the store and, since then, in the file"',
        f"tt0000001,description,Mine.,Something happens.,{KEPT},changed in the store; the file says what it said",
    ]
    store.load(write(tmp_path / "newer", **IMDB_FILES | {"title_ratings": [rating(1, "8.2", 71)]}))
    assert store.ask("SELECT imdb_votes, description FROM movies WHERE id = 1") == [(71, "Mine.")]


def test_a_film_of_our_own_stands_over_both(both, tmp_path, legacy):
    """What was entered through the API is there first; both sources only say what it does not."""
    store, _ = both
    own = saying(title="Ours", year=2001)
    store.change("DELETE FROM movies WHERE id = 1")
    with store.connected(write=True) as connection:
        row = {"id": 1, "imdb_id": "tt0000001", "public_id": "1", "title": "Ours", "title_key": "ours", "year": 2001}
        connection.execute(movies.insert(), row | {"updated_at": ""})
        statements.write(connection, {1: {OWN: own}})
    lines = [*IMDB_FILES["title_basics"], title(4, "More")]
    store.load(write(tmp_path / "newer", **IMDB_FILES | {"title_basics": lines}))
    film_now = said(store)[1]
    assert [film_now[each] for each in ("title", "year", "runtime_minutes", "imdb_rating")] == ["Ours", 2001, 90, 8.1]
    assert sorted(words(store)[1]) == [IMDB, OWN]
    newer = [film(1, title="Edited", plot="Another."), *FILMS[1:]]
    take(store, legacy_database(tmp_path / "newer.sqlite", newer, ACTORS, WRITERS, LINKS))
    film_now = said(store)[1]
    assert [film_now[each] for each in ("title", "description", "year")] == ["Ours", "Another.", 2001]
    assert sorted(words(store)[1]) == [IMDB, LEGACY, OWN]


def test_a_source_without_a_film_gives_way_to_the_other(both, tmp_path, legacy):
    """IMDb's first film goes and the file's word comes back; the file's second goes and IMDb's stays."""
    store, _ = both
    lines = IMDB_FILES["title_basics"][1:]
    done = store.load(write(tmp_path / "less", **IMDB_FILES | {"title_basics": lines}), "--accept-shrink")
    assert done["films"] == {"added": 0, "changed": 1, "gone": 0}
    film_now = said(store)[1]
    assert [film_now[each] for each in ("title", "year", "imdb_rating", "genres")] == [
        "The first", None, 7.5, (("Drama",),)
    ]  # fmt: skip
    assert film_now["actors"] == (("1", "Bob Ray", None, None), ("2", "Fay Kay", None, None))
    take(store, legacy_database(tmp_path / "less.sqlite", [FILMS[0], FILMS[2]], ACTORS, WRITERS, LINKS[:2]))
    film_now = said(store)[2]
    assert [film_now[each] for each in ("title", "description", "actors")] == ["Second", None, ()]
    assert words(store) == {}
