"""The figures of the index in /metrics: those of `status`, in Prometheus' words, soon there whatever is not."""

import socket
from threading import Thread

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from api import create_app
from index.mapping import MAPPING_VERSION
from index.status import STATES


@pytest.fixture
def live(stored, make_index):
    """Give settings of a store and its index, whose figures are asked anew each time."""
    settings = stored.model_copy(update={"index_figures_seconds": 0.0})
    make_index(settings)
    return settings


def figures(client):
    """Ask for the metrics; give those of the store and the index, and which state has the 1."""
    found, state = {}, []
    for family in text_string_to_metric_families(client.get("/metrics").text):
        if family.name == "kinobase_index_state":
            assert tuple(sample.labels["state"] for sample in family.samples) == STATES
            state += [sample.labels["state"] for sample in family.samples if sample.value == 1]
        elif family.name.startswith(("kinobase_index_", "kinobase_store_")):
            (sample,) = family.samples
            found[family.name.removeprefix("kinobase_")] = sample.value
    return found, state


def write(settings, statement):
    """Change the store."""
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_figures_are_those_of_the_index(live, served, make_index):
    """What is queued, since when, what is parked; of the comparison nothing until there was one."""
    with served(live) as client:
        found, state = figures(client)
        assert (found.pop("index_size_bytes") > 0, state) == (True, ["in step"])
        in_step = {
            "store_up": 1, "store_films": 6, "index_documents": 6, "index_behind_films": 0, "index_queue_rows": 0,
            "index_lag_seconds": 0, "index_parked_films": 0, "index_mapping_version": MAPPING_VERSION,
        }  # fmt: skip
        assert found == in_step
        write(live, "UPDATE movies SET description = 'N/A' WHERE imdb_id = 'tt0000001'")
        write(live, "UPDATE store SET verified_at = '1970-01-02T00:00:00.000Z', differing = 3")
        write(live, "UPDATE index_changes SET changed_at = '2026-01-01T00:00:00.000Z'")
        found, state = figures(client)
        assert (found.pop("index_size_bytes") > 0, state) == (True, ["behind"])
        assert found.pop("index_lag_seconds") > 0
        behind = {"index_behind_films": 1, "index_queue_rows": 2}
        compared = {"index_verified_timestamp_seconds": 86400, "index_differing_films": 3}
        assert (
            found == {name: value for name, value in in_step.items() if name != "index_lag_seconds"} | behind | compared
        )
        make_index(live)
        found, state = figures(client)
        assert (found["index_parked_films"], found["index_queue_rows"], state) == (1, 0, ["parked"])


def test_the_figures_are_kept_for_a_while(live, served):
    """Who looks often asks the store and the engine no more often than the setting says."""
    with served(live.model_copy(update={"index_figures_seconds": 3600.0})) as client:
        before = figures(client)
        write(live, "UPDATE movies SET year = 1900")
        assert figures(client) == before
    with served(live) as client:
        assert figures(client) != before


def test_without_a_store_only_that_is_said(empty):
    """No store, no figures: what is not known is not there, rather than 0."""
    assert figures(create_app(empty).test_client()) == ({"store_up": 0}, [])


def test_an_engine_that_hangs_leaves_the_figures_of_the_queue(stored, served):
    """One short time-out, and what waits for the engine is told."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        Thread(target=_take_and_say_nothing, args=(silent,), daemon=True).start()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = stored.model_copy(update={"elasticsearch_url": url, "elasticsearch_timeout": 0.3})
        with served(settings) as client:
            found, state = figures(client)
    assert (found.pop("index_lag_seconds") > 0, state) == (True, ["unavailable"])
    assert found.pop("index_queue_rows") > 0
    assert found == {"store_up": 1, "store_films": 6, "index_behind_films": 6, "index_parked_films": 0}


def _take_and_say_nothing(server):
    kept = []
    try:
        while True:
            kept.append(server.accept()[0])
    except OSError:
        for connection in kept:
            connection.close()
