"""One life cycle on both engines: made, kept in step, refused when it is not this store's, rebuilt, gone back to."""

from contextlib import closing

import pytest
from sqlalchemy import text
from stores import bring_in_step, differing

from index.engine import open_writer
from index.feed import Feed
from index.mapping import MAPPING_VERSION
from index.rebuild import rebuild, rollback
from index.search import SearchQuery
from index.sync import Batch, NotOursError, Sender, Synced
from normalize.errors import DataError
from normalize.models import movies
from normalize.models import store as stores
from normalize.progress import Steps
from normalize.settings import Settings


@pytest.fixture
def films(store):
    """Fill the store with seven films."""
    for number in range(1, 8):
        store.film(f"tt000000{number}", f"Film {number}", actors=[("a", "Ann Lee")])


def retitle(store, number, title):
    """Change a film."""
    store.run(movies.update().where(movies.c.id == number).values(title=title))


def titles(engine):
    """Give the titles that a search of all films shows."""
    return [hit.title for hit in engine.search(SearchQuery()).hits]


def test_a_first_sync_sends_every_film_once_and_leaves_nothing_queued(films, settings, writer, in_step):
    """Also those that are queued: the documents of the fill answer for them."""
    assert in_step() == Synced(put=7)
    with Feed(settings, lock=False) as feed:
        assert not feed.is_queued()
    assert (writer.live().meta.mapping_version, writer.live().meta.filled_to) == (MAPPING_VERSION, None)
    assert differing(settings) == []
    if settings.elasticsearch_url:
        stats = writer._client.indices.stats(index=settings.index_name)["_all"]["primaries"]["docs"]
        assert (stats["count"], stats["deleted"]) == (7 + 7, 0)  # with the nested documents of the actors


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "another"}, "was made from another store"),
        ({"index_version": 0}, "is ahead of the store, which was restored from a backup"),
    ],
)
def test_an_index_of_another_store_is_refused(films, store, settings, engine, in_step, rebuilt, change, why):
    """Its documents would win against ours and look accepted: nothing is sent, and a rebuild helps."""
    in_step()
    store.run(stores.update().values(**change))
    retitle(store, 1, "Uno")
    with pytest.raises(NotOursError, match=rf"{why}\. Nothing was sent\. Run: python -m index rebuild"):
        in_step()
    assert titles(engine)[0] == "Film 1"
    rebuilt()
    assert titles(engine)[0] == "Uno"
    assert in_step() == Synced()


def test_an_index_of_another_mapping_is_refused(films, writer, in_step, rebuilt):
    """The message names both versions."""
    in_step()
    name, meta = writer.live().name, writer.live().meta
    writer.note(name, type(meta)(meta.store, MAPPING_VERSION + 1, meta.version))
    with pytest.raises(NotOursError, match=f"has version {MAPPING_VERSION + 1} of the mapping, and this"):
        in_step()
    rebuilt()
    assert in_step() == Synced()


class Interrupted(Sender):
    """A sender that is told to stop after some batches, and sees changes being made meanwhile."""

    def __init__(self, *parts, batches, meanwhile=lambda: None):
        super().__init__(*parts)
        self._left, self._meanwhile = batches, meanwhile

    def accept(self, batch):
        """Count, and make the changes after the first."""
        super().accept(batch)
        self._left -= 1
        if self._left == 0:
            self.stop.set()
        self._meanwhile()


def run(settings, **how):
    """Rebuild with such a sender; gives the name that was made, and the films sent."""
    with Feed(settings) as feed, closing(open_writer(settings)) as writer:
        sender = Interrupted(feed, writer, **how)
        return rebuild(feed, writer, sender, Steps("test")), sender.done.put


def test_an_interrupted_rebuild_goes_on_where_it_was(films, settings, engine, writer, in_step):
    """Stopped after a batch of five snapshots it leaves the live index alone; run again it begins with that batch."""
    in_step()
    settings = settings.model_copy(update={"index_read_films": 1})
    before = writer.live()
    assert run(settings, batches=2) == (None, 7)
    (half,) = writer.others()
    assert (writer.live(), half.meta.filled_to) == (before, 5)
    name, sent = run(settings, batches=99)
    assert (name, sent, writer.live().name) == (half.name, 2, half.name)
    assert differing(settings) == []
    assert [other.name for other in writer.others()] == [before.name]


def test_changes_during_a_rebuild_go_to_both_indexes(films, store, settings, engine, in_step, writer):
    """Readers of the live index see them before the new one is searched; the new one has them too."""
    in_step()
    settings = settings.model_copy(update={"index_read_films": 1})
    seen = []

    def meanwhile():
        if not seen:
            retitle(store, 1, "Uno")
            retitle(store, 7, "Sette")
            store.run(movies.delete().where(movies.c.id == 2))
        if settings.elasticsearch_url:
            writer.settle(writer.live().name)
        seen.append(titles(engine))

    old = writer.live().name
    name, _ = run(settings, batches=99, meanwhile=meanwhile)
    assert ["Uno", "Film 3", "Film 4", "Film 5", "Film 6", "Sette"] in seen
    assert writer.live().name == name != old
    assert titles(engine) == ["Uno", "Film 3", "Film 4", "Film 5", "Film 6", "Sette"]
    assert differing(settings) == []


def test_a_rollback_queues_what_the_index_before_lacks(films, store, settings, engine, writer, in_step, rebuilt):
    """Searches ask it at once, and the next sync sends what was changed since it was left, and no more."""
    in_step()
    before = writer.live().name
    rebuilt()
    retitle(store, 1, "Uno")
    store.run(movies.delete().where(movies.c.id == 2))
    in_step()
    assert titles(engine)[0] == "Uno"
    with Feed(settings) as feed:
        assert rollback(feed, writer) == (before, 2)
    assert (writer.live().name, titles(engine)[:2]) == (before, ["Film 1", "Film 2"])
    assert in_step() == Synced(put=1, gone=1)
    assert titles(engine)[:2] == ["Uno", "Film 3"]
    assert differing(settings) == []


def test_a_new_index_that_differs_is_taken_away(films, settings, engine, writer, in_step, monkeypatch):
    """It is compared with the store before it is searched; the live one stays."""
    in_step()
    before, all_of_them = writer.live(), Batch.changes

    def lossy(batch, **how):
        return (film for film in all_of_them(batch, **how) if film.id != "tt0000002")

    monkeypatch.setattr(Batch, "changes", lossy)
    with pytest.raises(DataError, match=r"differs from the store in 1 films: tt0000002 \(missing\)\. It was taken"):
        run(settings, batches=99)
    assert (writer.live(), writer.others()) == (before, [])
    assert len(titles(engine)) == 7


def test_golden_queries_must_give_what_they_gave(films, store, settings, engine, writer, in_step, rebuilt, tmp_path):
    """A search that is answered otherwise keeps the new index from being searched, and is named with both answers."""
    in_step()
    (tmp_path / "golden.txt").write_text("# what people look for\n\nann lee\nfilm 5\n")
    settings = settings.model_copy(update={"index_golden_queries": tmp_path / "golden.txt"})
    assert run(settings, batches=99)[0] == writer.live().name
    before = writer.live()
    with closing(open_writer(settings)) as other:
        other.send(before.name, 10**6, ["tt0000005"])
        other.settle(before.name)
    with pytest.raises(DataError, match="golden queries are answered otherwise: 'ann lee' found tt0000001"):
        run(settings, batches=99)
    assert writer.live() == before


def test_the_store_may_be_written_to_while_it_is_read(films, settings, store):
    """Batches are short transactions: a writer that waits for no lock at all gets its turn between them."""
    settings, times = settings.model_copy(update={"index_read_films": 1}), iter(range(4))

    def write():
        if next(times, None) is None:
            return
        with store.engine.begin() as connection:
            connection.execute(text("PRAGMA busy_timeout = 0"))
            connection.execute(text("UPDATE movies SET year = 1999 WHERE id = 1"))

    run(settings, batches=99, meanwhile=write)
    bring_in_step(settings)
    assert differing(settings) == []


def test_nothing_is_written_when_nothing_changed(films, settings, in_step, tmp_path):
    """An idle sync leaves the store's file as it is, byte for byte."""
    in_step()
    before = (tmp_path / "store.sqlite").read_bytes()
    assert in_step() == Synced()
    assert (tmp_path / "store.sqlite").read_bytes() == before


@pytest.mark.elasticsearch
def test_settings_of_an_index(elasticsearch_url, store, films):
    """Shards are those of the making; replicas and refreshes come when it is filled."""
    own = Settings(
        database_url=store.url, elasticsearch_url=elasticsearch_url, index_name="test-settings", index_shards=2,
        index_replicas=1, index_refresh="5s", _env_file=None,
    )  # fmt: skip
    bring_in_step(own)
    with closing(open_writer(own)) as writer:
        (made,) = writer._client.indices.get_settings(index="test-settings").values()
    kept = made["settings"]["index"]
    assert (kept["number_of_shards"], kept["number_of_replicas"], kept["refresh_interval"]) == ("2", "1", "5s")
