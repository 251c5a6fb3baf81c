"""What keys prove while a load is written: the gate need not ask it again, and rows that no key allows are named."""

from contextlib import contextmanager
from threading import Event
from unittest.mock import Mock

import pyarrow as pa
import pytest
from imdb_made import small, write

from expectations.verdicts import blocking, passed
from normalize.errors import UnavailableError
from normalize.imdb.behind import AHEAD, Behind
from normalize.imdb.gating import judge
from normalize.imdb.staging import Staging
from normalize.keys import unique_of
from normalize.store import open_store


def test_postgresql_knows_what_a_first_load_has_written(make_store, postgres_url, tmp_path):
    """The day after, or a request a moment later, it finds a few rows by their keys."""
    store = make_store(postgres_url)
    store.load(write(tmp_path, **small()))
    known = {name for (name,) in store.ask("SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public'")}
    assert {"movies", "people", "movie_genres", "movie_actors", "movie_directors", "movie_writers"} <= known


@contextmanager
def transaction(store):
    """Open a store for writing; an error rolls back."""
    engine = open_store(store.url, write=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def films(*numbers):
    """Make rows of films."""
    ids = [f"tt{number:07}" for number in numbers]
    return pa.table(
        {
            "id": list(numbers),
            "imdb_id": ids,
            "public_id": [f"{place}-{each}" for place, each in enumerate(ids)],
            "title": ids,
            "title_key": ids,
            "updated_at": ["2026-01-01T00:00:00Z"] * len(ids),
        }
    )


def staged(gate, connection, rows):
    """Write films the short way, their keys made as far as they can be; gives what the gate says."""
    staging = Staging(connection, direct=True)
    with staging.made():
        staging.write("movies", rows)
        staging.complete("movies")
        results = judge(gate, connection, staging)
        if not passed(results):
            raise RefusedError(results)
    return results


class RefusedError(Exception):
    """Raised so that the transaction is rolled back, as a load does it."""


def told(results):
    """Give of results what the report shows of them."""
    return [
        (each.expectation, dict(each.kwargs), each.passed, each.checked, each.failed, len(each.failing))
        for each in results
    ]


def test_a_row_that_no_key_allows_is_named_by_the_gate(gate, make_store, postgres_url):
    """Two rows of one film: no key can be made, so the gate looks at all rows and names both, and nothing is stored."""
    store = make_store(postgres_url)
    with pytest.raises(RefusedError) as refused, transaction(store) as connection:
        staged(gate, connection, films(1, 2, 2, 3))
    (found,) = blocking(refused.value.args[0])
    assert (found.table, found.expectation, found.failed) == ("movies", "expect_column_values_to_be_unique", 2)
    assert found.failing.to_dict("records") == [{"imdb_id": "tt0000002", "id": 2}] * 2
    assert store.ask("SELECT count(*) FROM movies") == [(0,)]


def test_what_keys_prove_is_told_as_if_it_had_been_asked(gate, store):
    """The same results with keys and without them, in the same order: only who proved it differs."""
    with transaction(store) as connection:
        proven = staged(gate, connection, films(1, 2, 3))
        without = Staging(connection, direct=False)
        with without.made():
            without.write("movies", films(1, 2, 3))
            asked = judge(gate, connection, without)
    assert told(proven) == told(asked)
    of = {each.expectation: each.told["meta"] for each in proven}
    assert of["expect_column_values_to_be_unique"] == {"proved_by": "a key of the database"}


def test_the_database_itself_says_which_columns_are_unique(store):
    """Primary keys and unique constraints, not indexes of expressions or that only order."""
    with store.connected() as connection:
        assert {name: unique_of(connection, name) for name in ("movies", "movie_actors", "index_changes")} == {
            "movies": {frozenset({"id"}), frozenset({"imdb_id"}), frozenset({"public_id"})},
            "movie_actors": {frozenset({"movie_id", "person_id"}), frozenset({"movie_id", "ordering"})},
            "index_changes": {frozenset({"id"})} if connection.dialect.name == "postgresql" else frozenset(),
        }


def test_an_error_behind_is_raised_before_long_and_nothing_is_written_after_it():
    """Whoever reads hears of it when more is put, and what still waited is dropped."""
    done = []

    def fail():
        raise UnavailableError("the server went away")

    def put_all():
        with Behind(lambda: None) as behind:
            behind.put(fail)
            for number in range(2 * AHEAD):
                behind.put(lambda number=number: done.append(number))

    with pytest.raises(UnavailableError, match="went away"):
        put_all()
    assert len(done) <= AHEAD + 1


def test_whoever_is_interrupted_while_he_waits_does_not_wait_for_the_end():
    """Ctrl-C: the database is told to give up the statement that is waited for."""
    given_up = Event()

    def wait():
        with Behind(given_up.set) as behind:
            behind.put(lambda: given_up.wait(5))
            behind._waiting[0].result = Mock(side_effect=KeyboardInterrupt)
            behind.finish()

    with pytest.raises(KeyboardInterrupt):
        wait()
    assert given_up.is_set()


def test_what_is_put_is_done_in_order_and_all_of_it_at_the_end():
    """Keys of a table come after its rows."""
    done = []
    with Behind(lambda: None) as behind:
        for number in range(4 * AHEAD):
            behind.put(lambda number=number: done.append(number))
        behind.finish()
    assert done == list(range(4 * AHEAD))
