"""The files come again: only what they say anew goes in, and just these films are queued for the index."""

import logging
import random
import time
from collections import Counter

import pytest
from contents import contents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imdb_made import alternative, crew, name, principal, rating, small, title, write
from processes import PATIENCE, fork_normalize

from normalize.facts import facts, stored
from normalize.models import metadata

FILES = small(title_akas=[alternative(1, 1, "Erster"), alternative(2, 1, "Zweiter")])
NEWER = {
    "title_basics": [title(1, "First", genres="War,Drama"), title(2, "Second", genres="Comedy"), title(4, "New")],
    "title_ratings": [rating(1), rating(2, "5.1", 8)],
    "name_basics": [name(1, "Ann Lee"), name(2, "Bo Day"), name(3, "Cid Po"), name(4, "Dee Fox"), name(5, "Eve Sun")],
    "title_principals": [
        principal(1, 1, 1, characters='["Eve"]'),
        principal(1, 2, 2, "actress", characters='["Ida","Ode"]'),
        principal(1, 3, 3, "writer", "novel"),
        principal(2, 1, 2),
        principal(4, 1, 5),
    ],
    "title_crew": [crew(1, [4], [3, 4]), crew(2, [3])],
    "title_akas": [alternative(1, 1, "Erster"), alternative(2, 1, "Der zweite")],
}


def said(store):
    """Give what a store says of its films, whoever gave people and genres their numbers."""
    with store.connected() as connection:
        return {
            name: sorted(frame.itertuples(index=False, name=None), key=repr)
            for name, frame in facts(stored(connection)).items()
        } | {
            table: sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}"))
            for table in ("movie_titles", "movie_episodes")
        }


def test_the_same_files_are_no_work(store, tmp_path):
    """Neither the store nor the queue nor the reports change."""
    folder = write(tmp_path / "files", **FILES)
    store.load(folder)
    before = contents(store.url)
    assert store.load(folder) == {"done": False}
    assert contents(store.url) == before


def test_a_file_written_anew_with_the_same_lines_changes_nothing(store, tmp_path):
    """Compressed, in another order of titles: it is another file, and says nothing new."""
    store.load(write(tmp_path / "files", **FILES))
    store.queued()
    before = {name: rows for name, rows in contents(store.url).items() if name not in {"load_runs", "schema"}}
    turned = {name: lines[::-1] if "principals" not in name else lines for name, lines in FILES.items()}
    done = store.load(write(tmp_path / "again", compressed=True, **turned))
    assert (done["films"], sum(done["rows"].values())) == ({"added": 0, "changed": 0, "gone": 0}, 0)
    assert {name: rows for name, rows in contents(store.url).items() if name in before} == before


def test_only_what_is_new_goes_in_and_is_queued(store, tmp_path):
    """Films that changed, came and went are queued once; behind them those of a person who was renamed."""
    store.load(write(tmp_path / "files", **FILES), "--with", "titles")
    store.change("UPDATE movies SET updated_at = 'before'")
    store.queued()
    done = store.load(write(tmp_path / "newer", **NEWER), "--with", "titles")
    assert done["films"] == {"added": 1, "changed": 2, "gone": 0}
    assert store.queued() == [(1, None, 0), (2, None, 0), (4, None, 0)]
    assert {film for film, at in store.ask("SELECT id, updated_at FROM movies") if at != "before"} == {1, 2, 4}
    store.load(write(tmp_path / "renamed", **NEWER | {"name_basics": [name(n, "Ann O") for n in range(1, 6)]}))
    assert store.queued() == [(1, None, 1), (2, None, 1), (4, None, 1)]
    gone = {name: [line for line in lines if not line.startswith("tt0000002")] for name, lines in NEWER.items()}
    done = store.load(write(tmp_path / "gone", **gone), "--accept-shrink")
    assert done["films"] == {"added": 0, "changed": 0, "gone": 1}
    assert (2, "tt0000002", 0) in store.queued()


def test_a_second_load_makes_what_a_first_would(store, make_store, tmp_path):
    """The difference brings the store to where the newer files alone would have brought an empty one."""
    store.load(write(tmp_path / "files", **FILES), "--with", "titles")
    store.load(write(tmp_path / "newer", **NEWER), "--with", "titles")
    fresh = make_store(f"sqlite:///{tmp_path}/fresh.sqlite")
    fresh.load(tmp_path / "newer", "--with", "titles")
    assert plain(said(store)) == plain(said(fresh))


WATCHED = {
    "sqlite": [
        """CREATE TRIGGER watch_{event} AFTER {event} ON movie_actors
        BEGIN INSERT INTO watched SELECT '{event}', {row}.movie_id, {row}.person_id; END"""
    ],
    "postgresql": [
        """CREATE FUNCTION watch_{event}() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO watched SELECT TG_OP, {row}.movie_id, {row}.person_id; RETURN NULL; END'""",
        "CREATE TRIGGER watch_{event} AFTER {event} ON movie_actors FOR EACH ROW EXECUTE FUNCTION watch_{event}()",
    ],
}
"""Statements that write down each row of movie_actors that is written, by database."""


def test_rows_that_are_the_same_are_not_written(store, tmp_path):
    """Of a film whose cast changed only the credits that came, went or are others now are."""
    cast = [principal(1, 1, 1, characters='["Eve"]'), principal(1, 2, 2), principal(1, 3, 3), principal(2, 1, 2)]
    store.load(write(tmp_path / "files", **small(title_principals=cast)))
    store.change("CREATE TABLE watched (event TEXT, movie_id BIGINT, person_id BIGINT)")
    for event, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        for statement in WATCHED[store.url.partition("+")[0].partition(":")[0]]:
            store.change(statement.format(event=event, row=row))
    newer = [cast[0], principal(1, 2, 2, characters='["Ida"]'), principal(1, 3, 4), cast[3]]
    store.load(write(tmp_path / "newer", **small(title_principals=newer)))
    assert sorted(store.ask("SELECT * FROM watched")) == [
        ("DELETE", 1, 3),
        ("INSERT", 1, 4),
        ("UPDATE", 1, 2),
    ]
    assert store.ask("SELECT person_id, ordering, characters FROM movie_actors WHERE movie_id = 1 ORDER BY 2") == [
        (1, 1, "Eve"),
        (2, 2, "Ida"),
        (4, 3, None),
    ]


def plain(facts):
    """Give facts with decimals and truths as SQLite has them."""
    return {
        name: sorted((tuple(float(v) if hasattr(v, "as_tuple") else v for v in row) for row in rows), key=repr)
        for name, rows in facts.items()
    }


def test_other_types_are_another_store(sqlite_store, tmp_path):
    """With other --types the same files bring other films, and take those away that are not wanted any more."""
    folder = write(tmp_path / "files", **FILES)
    sqlite_store.load(folder)
    assert sqlite_store.load(folder, "--types", "movie,short")["films"] == {"added": 1, "changed": 0, "gone": 0}
    assert sqlite_store.load(folder, "--types", "short")["films"] == {"added": 0, "changed": 0, "gone": 2}
    assert sqlite_store.ask("SELECT id FROM movies") == [(3,)]


def test_a_crew_file_that_comes_or_goes_is_taken_as_it_is(sqlite_store, tmp_path):
    """Directors and writers are the crew's where there is one, else the principals', whatever was there before."""
    without = {name: lines for name, lines in FILES.items() if name != "title_crew"}
    writers = "SELECT movie_id, person_id, credit_note FROM movie_writers ORDER BY movie_id, ordering"
    sqlite_store.load(write(tmp_path / "without", **without))
    assert sqlite_store.ask(writers) == [(1, 3, "novel")]
    sqlite_store.load(write(tmp_path / "with", **FILES))
    assert sqlite_store.ask(writers) == [(1, 3, "novel"), (1, 4, None)]
    failed = sqlite_store.fail(tmp_path / "without")
    assert (failed.status, "title.crew is not there any more" in failed.error) == (1, True)
    sqlite_store.load(tmp_path / "without", "--accept-shrink")
    assert sqlite_store.ask(writers) == [(1, 3, "novel")]


def test_a_file_that_lost_much_is_refused(sqlite_store, tmp_path):
    """Less than 70 % of the lines of last time is taken for a damaged file, unless that is accepted."""
    lines = [title(number, f"Film {number}") for number in range(1, 11)]
    sqlite_store.load(write(tmp_path / "files", title_basics=lines))
    assert sqlite_store.load(write(tmp_path / "seven", title_basics=lines[:7]))["films"]["gone"] == 3
    before = contents(sqlite_store.url)
    failed = sqlite_store.fail(write(tmp_path / "four", title_basics=lines[:4]))
    assert failed.status == 1
    assert "title.basics has 4 lines, and had 7" in failed.error
    assert contents(sqlite_store.url) == before
    assert sqlite_store.load(tmp_path / "four", "--accept-shrink")["films"]["gone"] == 3


def test_a_change_by_hand_stands_until_the_files_say_something_new(store, tmp_path):
    """What is edited or deleted in the store stays so while the files say what they said of it."""
    store.load(write(tmp_path / "files", **FILES))
    store.change("UPDATE movies SET title = 'Mine' WHERE id = 1")
    store.change("DELETE FROM movies WHERE id = 2")
    store.load(write(tmp_path / "again", **FILES | {"title_basics": [*FILES["title_basics"], title(5, "More")]}))
    assert store.ask("SELECT id, title FROM movies ORDER BY id") == [(1, "Mine"), (5, "More")]
    more = [*FILES["title_principals"], principal(2, 2, 3)]
    store.load(write(tmp_path / "once more", **FILES | {"title_principals": more}), "--accept-shrink")
    assert store.ask("SELECT id, title FROM movies ORDER BY id") == [(1, "Mine")]


PEOPLE = st.lists(st.integers(1, 4), max_size=3)
FILMS = st.dictionaries(
    st.integers(1, 4),
    st.tuples(st.sampled_from(["A", "Ы", "NA"]), st.sampled_from([None, "Drama", "War,Drama"]), PEOPLE, PEOPLE, PEOPLE),
    min_size=1,
    max_size=4,
)
NAMES = st.dictionaries(st.integers(1, 4), st.sampled_from(["Ann", "Bo"]), min_size=1, max_size=4)
EDITION = st.tuples(FILMS, NAMES, st.sampled_from(["7.0", "8.5"]))


def edition(films, names, points):
    """Make the lines of some files."""
    return {
        "title_basics": [title(film, called, genres=genres) for film, (called, genres, *_) in films.items()],
        "title_ratings": [rating(film, points) for film in films if film % 2],
        "name_basics": [name(person, called) for person, called in names.items()],
        "title_principals": [
            principal(film, place, person)
            for film, (_, _, cast, *_) in films.items()
            for place, person in enumerate(cast, 1)
        ],
        "title_crew": [crew(film, directors, writers) for film, (*_, directors, writers) in films.items()],
    }


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(editions=st.lists(EDITION, min_size=2, max_size=3))
def test_any_editions_one_after_another_make_what_the_last_alone_makes(make_store, tmp_path_factory, editions):
    """And what is queued is just what differs between two of them."""
    folder = tmp_path_factory.mktemp("editions")
    (folder / "s").mkdir()
    store = _store(make_store, folder / "s" / "a.sqlite")
    for number, each in enumerate(editions):
        before = said(store)
        store.load(write(folder / str(number), **edition(*each)), "--accept-shrink", "--max-refused", "100")
        after = said(store)
        changed = {row[0] for name in before for row in set(before[name]) ^ set(after[name])}
        if number:
            assert {film for film, _, _ in store.queued()} == changed
    fresh = _store(make_store, folder / "s" / "b.sqlite")
    fresh.load(folder / str(len(editions) - 1), "--max-refused", "100")
    assert said(store) == said(fresh)


def _store(make_store, path):
    path.touch()
    return make_store(f"sqlite:///{path}")


STEPS = {True: ("title.principals", "gate", "keys", "report"), False: ("gate", "merge", "record", "report")}
"""Whether it is a first load → the steps after which it is killed, a moment later; the transaction ends soon after the
last of them."""


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_killed_at_any_moment_the_old_store_is_there_and_the_next_run_goes_through(store, tmp_path, first, times):
    """After kill -9 the store is the old one or the new one, nothing lies about, and the same command ends the work."""
    chance = random.Random(times)
    many = range(1, 400)
    old = small(title_basics=[title(n, f"Film {n}") for n in many], title_principals=[principal(n, 1, 1) for n in many])
    new = old | {"title_principals": [principal(n, 1, 2) for n in many], "title_ratings": [rating(n) for n in many]}
    files, newer = write(tmp_path / "files", **old), write(tmp_path / "newer", **new)
    if not first:
        store.load(files)
    before, ends = said(store), Counter()
    while ends["old"] + ends["new"] < times:
        step = STEPS[first][ends.total() % len(STEPS[first])]
        if not _killed(tmp_path, files if first else newer, store, step, chance.random() / 20):
            ends["too late"] += 1
        elif said(store) == before:
            ends["old"] += 1
            continue
        else:
            ends["new"] += 1
        assert _is_new(store, first)
        _back(store, None if first else files)
        assert said(store) == before
    logging.getLogger(__name__).info("ends: %s", dict(ends))
    assert store.load(files if first else newer)["done"]
    assert _is_new(store, first)


def _back(store, files):
    """Make the store what it was before: empty, or what these files say."""
    if files:
        store.load(files, "--accept-shrink")  # they have fewer ratings
        return
    with store.connected(write=True) as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "store":
                connection.execute(table.delete())


def _is_new(store, first):
    """Say whether the store is as the load leaves it."""
    with store.connected() as connection:
        credited = connection.exec_driver_sql("SELECT DISTINCT person_id, count(*) FROM movie_actors GROUP BY 1").all()
    return [tuple(row) for row in credited] == [(1 if first else 2, 399)]


def _killed(folder, files, store, step, later):
    """Run the command and kill it a moment after a step is done; says whether it was still there."""
    said_there = folder / "said"
    said_there.write_text("")
    process = fork_normalize(folder, "imdb", str(files), DATABASE_URL=store.url)
    deadline = time.monotonic() + PATIENCE
    while process.is_alive() and f"step={step}" not in said_there.read_text():
        assert time.monotonic() < deadline
        process.join(0.01)
    process.join(later)
    alive = process.is_alive()
    process.kill()
    process.join(PATIENCE)
    return alive
