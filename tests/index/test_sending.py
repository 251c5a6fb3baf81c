"""How the queue is sent: what goes first, by how many queries and requests, how fast, and what comes too late."""

import uuid
from contextlib import closing

import pytest
from sqlalchemy import Engine, delete, event, text
from stores import bring_in_step, fill

from index.documents import documents
from index.engine import open_engine, open_writer
from index.feed import Feed
from index.follow import sync
from index.rebuild import rebuild
from index.search import SearchQuery
from index.sync import Sender, Synced, read_batch
from normalize.capture import queue_all, uncaptured
from normalize.models import index_changes, index_parked, movies
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.stopping import Stop


@pytest.fixture
def embedded(store, tmp_path):
    """Give the settings of the store with an embedded index."""
    return Settings(database_url=store.url, index_path=tmp_path / "index", _env_file=None)


def test_a_film_that_was_edited_goes_before_films_reached_through_a_name(store, embedded):
    """However many films a corrected genre and a corrected name have queued before it."""
    for number in range(1, 6):
        store.film(f"tt{number:07d}", "Film", genre=["Wor"], actors=[("a", "An Lee")])
    store.film("tt0000006", "Film 6")
    bring_in_step(embedded)
    store.run(text("UPDATE genres SET name = 'War'"))
    store.run(text("UPDATE people SET name = 'Ann Lee'"))
    store.run(movies.update().where(movies.c.id == 6).values(title="Six"))
    with Feed(embedded) as feed:
        (first,) = read_batch(feed, 1).parts
        assert first.queued.films == {6}
        feed.acknowledge(first.queued, (), ())
        (others,) = read_batch(feed, 100).parts
        assert others.queued.films == {1, 2, 3, 4, 5}


def test_a_batch_is_read_by_as_many_queries_whatever_its_films(store, embedded):
    """No query per film."""
    for number in range(1, 41):
        store.film(
            f"tt{number:07d}", "Film", genre=["War"], actors=[("a", "Ann Lee")], writers=[("w", "Bob Ray")],
            directors=[("d", "Cleo Poe")],
        )  # fmt: skip
    with store.engine.begin() as connection:
        connection.execute(delete(index_changes))
        queue_all(connection)
    asked = []
    listen = (Engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    event.listen(*listen)
    counted = []
    with Feed(embedded) as feed:
        for films in (2, 40):
            asked.clear()
            (part,) = read_batch(feed, films).parts
            assert len(list(documents(part.rows, pytest.fail))) == films
            counted.append(len(asked))
    event.remove(*listen)
    assert counted[0] == counted[1] < 20


class Waits(Stop):
    """A stop that nobody waits for: what would have been waited is kept."""

    def __init__(self):
        super().__init__()
        self.waited = []

    def wait(self, seconds):
        """Keep it."""
        self.waited.append(seconds)
        return False


@pytest.mark.parametrize(
    ("rate", "pause", "least", "most"), [(0, 0, 0, 0), (0, 0.5, 0.5, 0.5), (0.01, 0.5, 0.5, 900.5)]
)
def test_a_rate_and_a_pause_spare_both_sides(store, embedded, rate, pause, least, most):
    """After each batch as long as the rate still asks for, which its own work counts for, and the pause."""
    fill(store.engine, 9)
    settings = embedded.model_copy(update={"index_read_films": 3, "index_rate": rate, "index_pause": pause})
    bring_in_step(embedded)
    with store.engine.begin() as connection:
        queue_all(connection)
    stop = Waits()
    with Feed(settings) as feed, closing(open_writer(settings)) as writer:
        sender = Sender(feed, writer, stop=stop)
        live = writer.live()
        sender.know(live.name, live.meta)
        sender.drain([live.name])
        assert len(stop.waited) == 3
        rebuild(feed, writer, sender, Steps("test"))
    assert len(stop.waited) > 3
    assert all(least <= waited <= most for waited in stop.waited)


@pytest.mark.parametrize("command", [rebuild, sync])
def test_what_is_always_being_written_is_not_waited_for(store, embedded, command):
    """A rebuild, and a sync, send what was queued when they came to it, though after each batch a film is written."""
    fill(store.engine, 9)
    bring_in_step(embedded)
    store.run(movies.update().values(title="Old"))

    class Edits(Waits):
        def wait(self, seconds):
            store.run(movies.update().where(movies.c.id == 1).values(title=f"Edition {len(self.waited)}"))
            assert len(self.waited) < 10, "it does not end"
            return super().wait(seconds)

    with Feed(embedded) as feed, closing(open_writer(embedded)) as writer:
        command(feed, writer, Sender(feed, writer, stop=Edits()), Steps("test"))
        assert feed.queue_figures().films == 1
    bring_in_step(embedded)
    with closing(open_engine(embedded)) as engine:
        assert engine.search(SearchQuery(text="old")).total == 8


@pytest.fixture
def elastic(store, elasticsearch_url):
    """Give the settings of the store with an index in Elasticsearch."""
    name = f"test-{uuid.uuid4().hex}"
    return Settings(database_url=store.url, elasticsearch_url=elasticsearch_url, index_name=name, _env_file=None)


@pytest.mark.elasticsearch
@pytest.mark.parametrize(("limits", "requests"), [({"films": 10}, 3), ({"films": 25}, 1), ({"bytes": 10_000}, 25)])
def test_requests_are_bounded_by_count_and_by_bytes(store, elastic, limits, requests):
    """As Elasticsearch counts them on arrival; a document beyond the bytes goes alone."""
    settings = elastic.model_copy(update={f"index_batch_{name}": limit for name, limit in limits.items()})
    fill(store.engine, 25, plot=lambda film: f"{film} " * 5000)
    bring_in_step(settings)
    with closing(open_writer(settings)) as writer:
        counted = writer._client.indices.stats(index=settings.index_name, metric="bulk")
    assert counted["_all"]["primaries"]["bulk"]["total_operations"] == requests


@pytest.mark.elasticsearch
def test_what_comes_late_loses_against_what_is_newer(store, elastic):
    """A request that a broken network delivers after a newer one changes nothing, and is not refused."""
    fill(store.engine, 2)
    bring_in_step(elastic)
    with Feed(elastic) as feed, feed.snapshot() as rows:
        old, gone = documents(rows.films([1, 2]), pytest.fail)
    store.run(movies.update().values(title="New"))
    store.run(movies.delete().where(movies.c.id == 2))
    fill(store.engine, 1, first=3)
    bring_in_step(elastic)
    with closing(open_writer(elastic)) as writer:
        name = writer.live().name
        before = list(writer.digests(name))
        assert writer.send(name, 1, [old, gone, "tt0000003"]) == ()
        writer.settle(name)
        assert [film for film, _ in before] == ["tt0000001", "tt0000003"]
        assert list(writer.digests(name)) == before


@pytest.mark.elasticsearch
def test_what_elasticsearch_itself_refuses_is_named_among_all_that_is_taken(store, elastic):
    """Of one request: a title beyond its longest term is refused; so is nothing else, be it there anew, or gone."""
    fill(store.engine, 3)
    bring_in_step(elastic)
    store.run(movies.update().where(movies.c.id == 2).values(title="я" * 20_000))
    store.run(movies.update().where(movies.c.id == 3).values(title="Three"))
    with Feed(elastic) as feed, feed.snapshot() as rows, closing(open_writer(elastic)) as writer:
        name = writer.live().name
        changes = ["tt0000009", *documents(rows.films([1, 2, 3]), pytest.fail), "tt0000001"]
        (refusal,) = writer.send(name, 100, changes)
        assert refusal.id == "tt0000002"
        assert "max length 32766" in refusal.reason
        there = writer.digests_of(name, ["tt0000001", "tt0000002", "tt0000003"])
        assert there.keys() == {"tt0000002", "tt0000003"}
        assert there["tt0000003"] == changes[3].digest


def test_a_parked_film_goes_again_when_its_time_has_come(store, in_step):
    """Not before; and not only when it changes: what refused it may have been mended elsewhere."""
    store.film("tt0000001", "One", plot="N/A")
    assert [film.id for film in in_step().refused] == ["tt0000001"]
    with store.engine.begin() as connection, uncaptured(connection):
        connection.execute(movies.update().values(description=None))
    assert in_step() == Synced()
    store.run(index_parked.update().values(next_attempt_at="2026-01-01T00:00:00.000Z"))
    assert in_step() == Synced(put=1)
    with store.engine.begin() as connection:
        queue_all(connection)
    assert in_step() == Synced(put=1)
