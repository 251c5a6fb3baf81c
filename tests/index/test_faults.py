"""Whatever goes wrong on the way, nothing is missing and nothing is there twice: real servers, really killed."""

import json
import signal
import sys
import time
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch
from nodes import start_node
from processes import PATIENCE, start_index, wait_for
from proxy import Proxy
from sqlalchemy import create_engine, text
from stores import bring_in_step, differing, environment, fill, make_tables, retitle, shows

from index.feed import Feed
from index.status import figures
from normalize.capture import queue_all, uncaptured
from normalize.settings import Settings


@pytest.fixture
def postgres_store(postgres_url, tmp_path):
    """Give the settings of a PostgreSQL store with an embedded index, and its engine."""
    engine = create_engine(postgres_url)
    make_tables(engine)
    yield Settings(database_url=postgres_url, index_path=tmp_path / "index", index_poll=0.2, _env_file=None), engine
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_follow_sends_changes_until_it_is_told_to_stop(database, request, store, tmp_path):
    """A change is found soon after its commit; SIGTERM ends it with 0; a killed one gives way to the one that waits."""
    if database == "postgresql":
        settings, engine = request.getfixturevalue("postgres_store")
    else:
        settings = Settings(database_url=store.url, index_path=tmp_path / "index", index_poll=0.2, _env_file=None)
        engine = store.engine
    fill(engine, 3)
    with (tmp_path / "said").open("w+") as said:
        first = start_index(tmp_path, "sync", "--follow", said=said, **environment(settings))
        assert wait_for(lambda: shows(settings, "Film 1 of the many 1"), first)
        retitle(engine, "Zauberberg")
        assert wait_for(lambda: shows(settings, "Zauberberg"), first)
        second = start_index(tmp_path, "sync", "--follow", said=said, **environment(settings))
        assert wait_for(lambda: "another program keeps the index in step" in (tmp_path / "said").read_text(), second)
        first.kill()
        first.communicate()
        retitle(engine, "Nachtzug")
        assert wait_for(lambda: shows(settings, "Nachtzug"), second)
        if database == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                ours = text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kino%'"
                )
                connection.execute(ours)
            retitle(engine, "Morgenrot")
            assert wait_for(lambda: shows(settings, "Morgenrot"), second)
        second.send_signal(signal.SIGTERM)
        second.communicate(timeout=30)
        assert second.returncode == 0
    assert differing(settings) == []


def test_follow_is_woken_by_postgresql_and_by_a_signal(postgres_store, tmp_path):
    """Nobody waits for INDEX_POLL: a commit tells of itself, and SIGTERM ends a wait."""
    settings, engine = postgres_store
    settings = settings.model_copy(update={"index_poll": 36000.0})
    fill(engine, 3)
    process = start_index(tmp_path, "sync", "--follow", **environment(settings))
    assert wait_for(lambda: shows(settings, "Film 1 of the many 1"), process)
    for title in ("Zauberberg", "Nachtzug"):
        retitle(engine, title)
        assert wait_for(lambda title=title: shows(settings, title), process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_killed_at_any_moment_it_goes_on_where_it_was(store, tmp_path):
    """Kill -9 of the indexer, again and again, while a first index is filled and while changes are sent."""
    settings = Settings(database_url=store.url, index_path=tmp_path / "index", index_read_films=50, _env_file=None)
    fill(store.engine, 2000)
    ended = None
    for turn in range(30):
        process = start_index(tmp_path, "sync", **environment(settings))
        time.sleep(0.6 + 0.07 * turn)  # a moment of no meaning is what is wanted
        process.kill()
        process.communicate()
        if turn % 4 == 3:
            with store.engine.begin() as connection:
                with uncaptured(connection):
                    connection.execute(text(f"UPDATE movies SET year = {1900 + turn}"))
                queue_all(connection)
        ended = process.returncode
        if turn > 8:
            break
    assert ended in (0, -signal.SIGKILL)
    bring_in_step(settings)
    assert differing(settings) == []
    assert figures(settings).state == "in step"


@pytest.mark.elasticsearch
def test_a_network_that_cuts_connections_loses_nothing(elasticsearch_url, store, tmp_path):
    """Requests that break off are sent again; with no network at all sync ends with 3 and everything stays queued."""
    target = urlsplit(elasticsearch_url)
    proxy = Proxy(target.hostname, target.port)
    settings = Settings(
        database_url=store.url, elasticsearch_url=proxy.url, index_name=f"test-{tmp_path.name}".replace("_", "-"),
        index_batch_films=50, index_first_wait=0.01, index_longest_wait=0.05, index_attempts=50, _env_file=None,
    )  # fmt: skip
    fill(store.engine, 1000)
    proxy.limit = 60_000
    bring_in_step(settings)
    assert proxy.cut > 0
    proxy.limit = None
    assert differing(settings) == []
    retitle(store.engine, "Zauberberg")
    proxy.close()
    proxy.limit = 0
    process = start_index(tmp_path, "sync", **environment(settings) | {"INDEX_ATTEMPTS": 2})
    said = process.communicate()[1]
    assert (process.returncode, "Elasticsearch does not answer" in said) == (3, True)
    with Feed(settings, lock=False) as feed:
        assert feed.queue_figures().films == 1


@pytest.mark.elasticsearch
def test_a_busy_node_that_is_killed_has_everything_in_the_end(store, tmp_path):
    """Genuine 429s of a node with little memory for bulk requests, then kill -9 of the node in the middle."""
    limit = {"indexing_pressure.memory.limit": "30kb"}
    node, url = start_node(tmp_path / "node", **limit)
    settings = Settings(
        database_url=store.url, elasticsearch_url=url, index_name="busy", index_senders=8, index_batch_films=20,
        index_read_films=300, index_first_wait=0.02, index_longest_wait=0.5, index_attempts=400, _env_file=None,
    )  # fmt: skip
    fill(store.engine, 1500)
    try:
        with (tmp_path / "said").open("w") as said:
            process = start_index(tmp_path, "sync", said=said, **environment(settings))
            client = Elasticsearch(url)
            assert wait_for(lambda: _documents(client) > 200, process)
            pressure = client.nodes.stats(metric="indexing_pressure")["nodes"].values()
            rejected = [each["indexing_pressure"]["memory"]["total"]["coordinating_rejections"] for each in pressure]
            node.kill()
            node.wait()
            node, _ = start_node(tmp_path / "node", port=urlsplit(url).port, **limit)
            process.communicate(timeout=120)
            assert process.returncode == 0, (tmp_path / "said").read_text()
        assert sum(rejected) > 0
        assert differing(settings) == []
        stats = client.indices.stats(index="busy")["_all"]["primaries"]["docs"]
        assert stats["count"] == 1500
        client.close()
    finally:
        node.kill()
        node.wait()


def _documents(client):
    """Count the documents, as far as a search could see them."""
    try:
        client.indices.refresh(index="busy-*")
        return client.count(index="busy-*")["count"]
    except Exception:  # noqa: BLE001 - not yet
        return 0


def test_an_alert_tells_of_a_run_that_fails(store, tmp_path):
    """The command gets the event and the line as JSON; a command that fails changes nothing."""
    script = tmp_path / "alert.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(sys.stdin.buffer.read())")
    settings = {
        "DATABASE_URL": store.url, "ELASTICSEARCH_URL": "http://127.0.0.1:9", "INDEX_ATTEMPTS": 1,
        "INDEX_ALERT": f"{sys.executable} {script} {tmp_path / 'told'}",
    }  # fmt: skip
    process = start_index(tmp_path, "sync", **settings)
    process.communicate()
    told = json.loads((tmp_path / "told").read_text())
    assert (process.returncode, told["event"]) == (3, "failed")
    assert told["text"].startswith("Elasticsearch does not answer")
    process = start_index(tmp_path, "sync", **settings | {"INDEX_ALERT": "http://127.0.0.1:9/hook"})
    said = process.communicate()[1]
    assert (process.returncode, "the alert failed" in said) == (3, True)
