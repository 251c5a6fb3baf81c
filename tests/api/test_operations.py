"""What operators rely on: counts, limits, 304, compression, the description in both versions, failing over."""

import gzip
import re
import socket
from threading import Thread

import pytest
from openapi_spec_validator import OpenAPIV2SpecValidator, validate

from api import create_app
from normalize.errors import InputError

LIST = "/api/v1/video/collection"
SERIES = r'^kinobase_requests_total\{method="(\w+)",route="([^"]+)",status="(\d+)"\} (\d+)'
FILMS = (LIST, "/api/v1/video/get/tt0000001", "/movies", "/movies/tt0000001", "/api/movies", "/api/movies/tt0000001")


def test_the_description_is_valid_in_both_versions(client):
    """/swagger.json is Swagger 2.0, /openapi.json is OpenAPI 3.1 and describes the same, with the same examples."""
    new, old = client.get("/openapi.json").json, client.get("/swagger.json").json
    validate(old, cls=OpenAPIV2SpecValidator)
    validate(new)
    assert new["openapi"].startswith("3.")
    assert examples(new) == examples(old)
    assert set(new["paths"]) == set(old["paths"])
    assert set(new["components"]["schemas"]) == set(old["definitions"])
    posted = new["paths"]["/movies"]["post"]
    assert posted["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/NewFilm"}
    assert posted["security"] == [{"token": []}]
    film = new["components"]["schemas"]["CatalogueFilm"]["properties"]
    assert film["year"] == {"anyOf": [{"type": "integer"}, {"type": "null"}]}


def examples(described):
    """Give the example of each body that a description in either version says is answered."""
    found = {}
    for path, item in described["paths"].items():
        for method in {"get", "post"} & set(item):
            for status, response in item[method]["responses"].items():
                new = response.get("content", {}).get("application/json", {}).get("example")
                found[path, method, status] = response.get("examples", {}).get("application/json", new)
    assert {status for (_, _, status), body in found.items() if body is None} == {"304"}
    return found


@pytest.mark.parametrize("path", FILMS)
def test_what_has_not_changed_is_304(client, path):
    """Every list and every film has an ETag; sent back, the answer is 304 without a body, compressed or not."""
    for accepted in ("identity", "gzip"):
        first = client.get(path, headers={"Accept-Encoding": accepted})
        again = client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_bodies_are_compressed_for_whoever_takes_it(client):
    """A body worth it is compressed as the client likes, and says that it varies; others are left."""
    plain = client.get(LIST)
    packed = client.get(LIST, headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], "Accept-Encoding" in packed.headers["Vary"]) == ("gzip", True)
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in client.get("/health/live", headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize("path", FILMS)
def test_options_says_what_is_possible(client, path):
    """OPTIONS is answered everywhere with `Allow`."""
    answer = client.options(path)
    assert answer.status_code == 200
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))


def test_requests_are_counted_by_route(whole):
    """/metrics counts by method, route and status; an address of nothing makes no series of its own."""
    client = create_app(whole).test_client()
    for path in (LIST, LIST, f"{LIST}?limit=0", "/api/v1/video/get/tt0000001", "/nothing", "/else"):
        client.get(path)
    answer = client.get("/metrics")
    assert answer.content_type.startswith("text/plain; version=")
    counted = re.findall(SERIES, answer.text, re.MULTILINE)
    assert sorted(counted) == [
        ("GET", LIST, "200", "2"),
        ("GET", LIST, "422", "1"),
        ("GET", "/api/v1/video/get/<string:film_id>", "200", "1"),
        ("none", "none", "404", "2"),
    ]
    assert f'kinobase_request_seconds_count{{route="{LIST}"}} 3.0' in answer.text


def test_who_asks_too_much_is_told_when_to_come_again(whole):
    """With a limit the request beyond it is 429 with Retry-After; health is never refused."""
    client = create_app(whole.model_copy(update={"rate_limit": "3/hour"})).test_client()
    assert [client.get(path).status_code for path in (LIST, "/movies", "/api/movies", LIST)] == [200, 200, 200, 429]
    refused = client.get("/api/movies")
    assert (refused.status_code, list(refused.json), int(refused.headers["Retry-After"]) > 0) == (429, ["detail"], True)
    assert client.get("/health/live").status_code == 200


def test_a_bad_limit_is_a_bad_setting(whole):
    """A rate that is none is named before the server starts."""
    with pytest.raises(InputError, match="bad setting: RATE_LIMIT=often"):
        create_app(whole.model_copy(update={"rate_limit": "often"}))


def test_an_elasticsearch_that_hangs_is_not_waited_for_again(stored):
    """A server that takes a request and is silent costs one time-out a search; then nobody waits for a while."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept = []
        Thread(target=lambda: accept(silent, kept), daemon=True).start()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = stored.model_copy(update={"elasticsearch_url": url, "elasticsearch_timeout": 0.3})
        client = create_app(settings).test_client()
        for _ in range(5):
            assert client.get(f"{LIST}?search=star").status_code == 503
        assert len(kept) == 3  # the two after that did not ask
        assert client.get(LIST).status_code == 200
        assert len(kept) == 3


def accept(server, kept):
    """Take connections and say nothing."""
    try:
        while True:
            kept.append(server.accept()[0])
    except OSError:
        for connection in kept:
            connection.close()
