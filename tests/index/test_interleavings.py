"""No change is lost on PostgreSQL, whatever commits when: interleavings that lose one elsewhere, as scripts."""

import threading

import pytest
from sqlalchemy import create_engine, select, text
from stores import bring_in_step, differing, make_tables

from index.documents import documents
from index.feed import Feed
from index.lock import LockHeldError
from index.sync import read_batch
from normalize.errors import UnavailableError
from normalize.models import index_changes
from normalize.settings import Settings

FILM = (
    "INSERT INTO movies (id, imdb_id, public_id, title, title_key, updated_at) "
    "VALUES ({0}, 'tt{0}', 'u{0}', 'Film {0}', 'film {0}', '')"
)
RETITLE = "UPDATE movies SET title = '{1}' WHERE id = {0}"


@pytest.fixture
def settings(postgres_url, tmp_path):
    """Give the settings of a PostgreSQL store with two films, in step with an embedded index."""
    own = Settings(database_url=postgres_url, index_path=tmp_path / "index", _env_file=None)
    engine = create_engine(postgres_url)
    make_tables(engine)
    with engine.begin() as connection:
        for number in (1, 2):
            connection.execute(text(FILM.format(number)))
        connection.execute(text("INSERT INTO genres (id, name) VALUES (1, 'War')"))
    engine.dispose()
    bring_in_step(own)
    return own


@pytest.fixture
def writers(postgres_url):
    """Give two connections of other programs, and one that commits at once."""
    engine = create_engine(postgres_url)
    with engine.connect() as one, engine.connect() as two, engine.connect() as at_once:
        yield one, two, at_once.execution_options(isolation_level="AUTOCOMMIT")
    engine.dispose()


def batch(feed):
    """Read a batch; give it, with the title and genre of each film that it would send."""
    read = read_batch(feed, 100)
    sent = [change for change in read.changes() if not isinstance(change, str)]
    return read, {document.id: (document.title, document.genre) for document in sent}


def acknowledge(feed, read):
    """Take a batch off the queue."""
    feed.acknowledge(read.queued, (), ())


def queued(connection):
    """Give the films that are queued."""
    return set(connection.execute(select(index_changes.c.movie_id)).scalars())


def test_a_smaller_id_that_commits_later_is_not_lost(settings, writers):
    """Two transactions touch one film; the one that drew the smaller id of the queue becomes visible later."""
    early, late, at_once = writers
    early.execute(text("INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES (1, 1, 1)"))
    late.execute(text("UPDATE movie_genres SET ordering = 1"))
    late.execute(text("INSERT INTO index_changes (movie_id) VALUES (1)"))
    late.commit()
    with Feed(settings) as feed:
        first, sent = batch(feed)
        assert sent == {"tt1": ("Film 1", None)}
        early.commit()
        acknowledge(feed, first)
        assert queued(at_once) == {1}
        second, sent = batch(feed)
        assert sent == {"tt1": ("Film 1", ["War"])}
        assert second.version > first.version
        acknowledge(feed, second)
        assert queued(at_once) == set()


def test_an_edit_between_reading_and_acknowledging_stays_queued(settings, writers):
    """What is deleted is what was read, not all rows of the film and not all up to the highest."""
    *_, at_once = writers
    at_once.execute(text(RETITLE.format(1, "Uno")))
    with Feed(settings) as feed:
        first, sent = batch(feed)
        at_once.execute(text(RETITLE.format(1, "Ein")))
        acknowledge(feed, first)
        assert (sent, queued(at_once)) == ({"tt1": ("Uno", None)}, {1})
        assert batch(feed)[1] == {"tt1": ("Ein", None)}


def test_a_document_is_whole(settings, writers):
    """Films, genres and queue are read as of one moment: a commit in the middle is seen in none of them."""
    *_, at_once = writers
    at_once.execute(text(RETITLE.format(1, "Uno")))
    with Feed(settings) as feed, feed.snapshot() as store:
        read = store.oldest(100)
        at_once.execute(text(RETITLE.format(1, "Ein")))
        at_once.execute(text("INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES (1, 1, 1)"))
        (document,) = documents(store.films(read.films), pytest.fail)
        assert (document.title, document.genre) == ("Uno", None)
        assert store.oldest(100) == read
    assert queued(at_once) == {1}


def test_a_film_that_goes_while_it_is_read_is_taken_out(settings, writers):
    """Read, deleted, sent, acknowledged: the deletion is still queued, with the id that the film had."""
    *_, at_once = writers
    at_once.execute(text(RETITLE.format(2, "Due")))
    with Feed(settings) as feed:
        first, _ = batch(feed)
        at_once.execute(text("DELETE FROM movies WHERE id = 2"))
        acknowledge(feed, first)
        second, sent = batch(feed)
        assert (sent, second.gone) == ({}, {"tt2"})


def test_a_transaction_that_is_open_for_long_is_not_passed_by(settings, writers):
    """No watermark: however many batches went by, what commits at last is sent."""
    slow, _, at_once = writers
    slow.execute(text(RETITLE.format(1, "Slow")))
    with Feed(settings) as feed:
        for turn in range(3):
            at_once.execute(text(RETITLE.format(2, f"Turn {turn}")))
            read, sent = batch(feed)
            assert sent == {"tt2": (f"Turn {turn}", None)}
            acknowledge(feed, read)
        slow.commit()
        assert batch(feed)[1] == {"tt1": ("Slow", None)}


def test_no_number_comes_twice_and_later_reads_have_higher_ones(settings):
    """Also after a batch that was never acknowledged, in another process."""
    numbers = []
    for _ in range(3):
        with Feed(settings) as feed:
            numbers += [feed.draw(), read_batch(feed, 1).version]
    assert numbers == sorted(set(numbers))


def test_the_second_writer_is_told_who_holds_the_lock(settings):
    """And it has its turn when the first one is gone."""
    with Feed(settings), pytest.raises(LockHeldError, match=r"kinobase index, process \d+ on .* \(server process \d+"):
        Feed(settings).__enter__()
    with Feed(settings):
        pass


def test_whoever_loses_the_lock_reads_and_deletes_nothing(settings, writers):
    """The lock is of the connection that reads: when the server ends it, another may write and this one cannot."""
    *_, at_once = writers
    at_once.execute(text(RETITLE.format(1, "Uno")))
    with Feed(settings) as feed:
        read, _ = batch(feed)
        ours = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name LIKE :us"
        at_once.execute(text(ours), {"us": "kinobase index%"})
        with Feed(settings) as other:
            with pytest.raises(UnavailableError, match="does not answer"):
                acknowledge(feed, read)
            assert queued(at_once) == {1}
            assert batch(other)[1] == {"tt1": ("Uno", None)}


def test_writers_at_work_lose_nothing(settings, writers):
    """Threads write through films and genres while syncs run; at the end the index says what the store says."""
    *_, at_once = writers
    failures = []

    def write(seed):
        engine = create_engine(settings.database_url)
        try:
            for turn in range(25):
                with engine.begin() as connection:
                    number = (seed + turn) % 2 + 1
                    connection.execute(text(RETITLE.format(number, f"Writer {seed} turn {turn}")))
                    connection.execute(text(f"DELETE FROM movie_genres WHERE movie_id = {number}"))
                    link = f"INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES ({number}, 1, {turn + 1})"
                    connection.execute(text(link))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to fail by it
            failures.append(error)
        engine.dispose()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        bring_in_step(settings)
    bring_in_step(settings)
    assert failures == []
    assert queued(at_once) == set()
    assert differing(settings) == []
