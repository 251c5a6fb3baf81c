"""A disk that is full, on the index's side and on the store's: told in one line, nothing lost; on it goes with room.

The disks are real ones of a few megabytes, in memory.
"""

import signal
import tempfile
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from disks import small_disk
from elasticsearch import Elasticsearch
from nodes import start_node
from postgres import own_server
from processes import PATIENCE, start_index, wait_for
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from stores import bring_in_step, differing, environment, fill, make_tables, retitle, shows

from index.feed import Feed
from index.status import figures
from normalize.errors import PassingError
from normalize.models import store as stores
from normalize.settings import Settings
from normalize.store import open_store

FIRST, MORE = 100, 3000


@pytest.fixture
def database():
    """Give a disk of 20 megabytes, and the engine of a store in a PostgreSQL database that lies on it."""
    with (
        own_server() as server,
        tempfile.TemporaryDirectory(prefix="kinobase-disk-") as folder,
        create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection,
    ):
        owner = psutil.Process(connection.execute(text("SELECT pg_backend_pid()")).scalar_one()).uids().real
        Path(folder).chmod(0o755)  # as root the server is another user
        (place := Path(folder) / "disk").mkdir()
        with small_disk(place, 20, f"uid={owner}", "mode=700") as made:
            connection.execute(text("ALTER SYSTEM SET autovacuum = off"))  # it could give room back
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE TABLESPACE small LOCATION '{place}'"))
            connection.execute(text("CREATE DATABASE store TABLESPACE small"))
            engine = create_engine(make_url(server.url).set(database="store"), poolclass=NullPool)
            make_tables(engine)
            yield made, engine
            connection.execute(text("DROP DATABASE store WITH (FORCE)"))
            connection.execute(text("DROP TABLESPACE small"))


def plot(film):
    """Give a plot that no compression makes small."""
    return " ".join(sha256(f"{film} {part}".encode()).hexdigest()[:12] for part in range(60))


def run(folder, command, settings, **more):
    """Run a command; give its exit status and its last line."""
    process = start_index(folder, command, **environment(settings) | more)
    said = process.communicate(timeout=PATIENCE)[1]
    return process.returncode, said.strip().splitlines()[-1]


def follow(folder, settings, disk, words):
    """Follow the store, make room on the disk once the words are said, wait for the change, stop; give the status."""
    with (folder / "said").open("w+") as told:
        process = start_index(folder, "sync", "--follow", said=told, **environment(settings))
        assert wait_for(lambda: words in (folder / "said").read_text(), process)
        disk.grow()
        assert wait_for(lambda: shows(settings, "Zauberberg"), process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    return process.returncode


def queued(settings):
    """Give how many films are queued."""
    with Feed(settings, lock=False) as feed:
        return feed.queue_figures().films


@pytest.mark.parametrize("command", ["sync", "rebuild"])
def test_an_index_whose_disk_is_full_goes_on_when_there_is_room(command, disk, store, tmp_path):
    """Exit status 3, searches go on in what they had, the films stay queued; with room the same command ends it."""
    settings = Settings(database_url=store.url, index_path=disk.path / "index", index_read_films=500, _env_file=None)
    fill(store.engine, FIRST, plot=plot)
    bring_in_step(settings)
    fill(store.engine, MORE, FIRST + 1, plot)
    status, said = run(tmp_path, command, settings)
    assert (status, "No space left on device" in said) == (3, True), said
    assert said.endswith("Mend INDEX_PATH, its rights or the room on its disk, and run: python -m index sync")
    assert (shows(settings, "Film 7 of the many 7"), queued(settings) > 0) == (True, True)
    disk.grow()
    assert run(tmp_path, command, settings)[0] == 0
    assert differing(settings) == []
    assert figures(settings).state == "in step"


def test_a_store_whose_disk_is_full_is_waited_for(disk, tmp_path):
    """A sync ends with 2, one that follows waits for room; searches go on, and the change arrives in the end."""
    (disk.path / "store.sqlite").touch()
    settings = Settings(
        database_url=f"sqlite:///{disk.path / 'store.sqlite'}", index_path=tmp_path / "index", index_poll=0.2,
        index_first_wait=0.1, index_longest_wait=0.5, _env_file=None,
    )  # fmt: skip
    engine = open_store(settings.database_url, write=True)
    make_tables(engine)
    fill(engine, FIRST)
    bring_in_step(settings)
    retitle(engine, "Zauberberg")
    disk.fill()
    status, said = run(tmp_path, "sync", settings)
    assert (status, "the disk is full; nothing was changed: free space and run again" in said) == (2, True), said
    assert (shows(settings, "Film 1 of the many 1"), queued(settings)) == (True, 1)
    assert follow(tmp_path, settings, disk, "the disk is full") == 0
    engine.dispose()
    assert differing(settings) == []


def test_a_postgresql_whose_disk_is_full_is_waited_for(database, tmp_path):
    """A sync ends with 2, one that follows waits for room; what is queued stays so, and arrives in the end."""
    disk, engine = database
    settings = Settings(
        database_url=engine.url.render_as_string(hide_password=False), index_path=tmp_path / "index", index_poll=0.2,
        index_first_wait=0.1, index_longest_wait=0.5, _env_file=None,
    )  # fmt: skip
    fill(engine, FIRST)
    bring_in_step(settings)
    retitle(engine, "Zauberberg")
    disk.fill()
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(select(stores)).all()  # what it sees is kept, so numbers of batches take room until none is left
        with pytest.raises(PassingError):
            draw_many(settings)
        status, said = run(tmp_path, "sync", settings)
        assert (status, "No space left on device" in said) == (2, True), said
        assert said.endswith("Nothing was changed. Make room on the server and run again.")
        assert (shows(settings, "Film 1 of the many 1"), queued(settings)) == (True, 1)
        assert follow(tmp_path, settings, disk, "No space left on device") == 0
    assert differing(settings) == []


def draw_many(settings):
    """Give thousands of batches their numbers."""
    with Feed(settings) as feed:
        for _ in range(10_000):
            feed.draw()


def asking_for(room):
    """Give the settings by which Elasticsearch writes only while there is so much room on its disk."""
    disk = "cluster.routing.allocation.disk"
    return {f"{disk}.threshold_enabled": "true"} | {
        f"{disk}.watermark.{mark}": room for mark in ("low", "high", "flood_stage")
    }


@pytest.mark.elasticsearch
def test_an_elasticsearch_whose_disk_is_full_is_waited_for(store, tmp_path):
    """It blocks its indexes by itself: a sync ends with 3, one that follows goes on once there is room again."""
    node, url = start_node(tmp_path / "node", **asking_for("1b"), **{"cluster.info.update.interval": "10s"})
    settings = Settings(
        database_url=store.url, elasticsearch_url=url, index_name="full", index_first_wait=0.1, index_longest_wait=0.5,
        index_poll=0.2, _env_file=None,
    )  # fmt: skip
    fill(store.engine, FIRST)
    try:
        bring_in_step(settings)
        with Elasticsearch(url) as client:
            client.cluster.put_settings(persistent=asking_for("1000tb"))
            assert wait_for(lambda: "read_only_allow_delete" in str(client.indices.get_settings(index="full")))
            retitle(store.engine, "Zauberberg")
            status, said = run(tmp_path, "sync", settings, INDEX_ATTEMPTS=2)
            assert (status, "disk usage exceeded flood-stage watermark" in said) == (3, True), said
            assert (shows(settings, "Film 1 of the many 1"), queued(settings)) == (True, 1)
            with (tmp_path / "said").open("w+") as told:
                process = start_index(tmp_path, "sync", "--follow", said=told, **environment(settings))
                client.cluster.put_settings(persistent=asking_for("1b"))
                assert wait_for(lambda: shows(settings, "Zauberberg"), process)
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert differing(settings) == []
    finally:
        node.kill()
        node.wait()
