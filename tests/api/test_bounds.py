"""What a request may cost is bounded, and no engine's query language is spoken to clients."""

import pytest

from api import create_app

LIST = "/api/v1/video/collection"
TOO_MUCH = {
    f"{LIST}?search={'a' * 201}": 422,
    f"{LIST}?limit=251": 422,
    f"{LIST}?page=10001&limit=1": 422,
    f"{LIST}?genre={','.join(f'g{n}' for n in range(11))}": 422,
    f"{LIST}?genre={'a' * 501}": 422,
    f"{LIST}?person={'a' * 201}": 422,
    f"{LIST}?cursor={'a' * 8001}": 422,
    f"/api/v1/video/suggest?prefix={'a' * 201}": 422,
    "/api/v1/video/suggest?prefix=a&limit=21": 422,
    "/movies?page_size=251": 400,
    f"/movies?genre={'a' * 101}": 400,
    f"/api/movies?search={'a' * 201}": 422,
    "/api/movies?limit=10001": 422,
}
"""A request beyond what is allowed → its status."""
SYNTAX = (
    "*", "*:*", "title:*", "id:[* TO *]", "st?r", "/.*/", "imdb_rating:>0", "NOT zzzz", "_exists_:id",
    "(((", "^^", "{!func}", '{"match_all": {}}', "a && b || !c", "title:", '"unfinished', "\\",
)  # fmt: skip
"""Texts that would find every film, or be an error, were they read as a query."""
ROUTES = (
    "/docs", "/swagger.json", "/openapi.json", "/metrics", "/client/info", "/health/live", "/health/ready", LIST,
    f"{LIST}?search=star", "/api/v1/video/suggest?prefix=st", "/api/v1/video/get/tt0000001", "/movies",
    "/movies/tt0000001", "/movies/tt0000001/", "/api/movies", "/api/movies/", "/api/movies?search=star",
    "/api/movies/tt0000001", "/api/movies/tt0000001/", "/nothing", f"{LIST}?limit=0", "/api/movies/nobody",
)  # fmt: skip


@pytest.mark.parametrize("asked", TOO_MUCH, ids=lambda asked: asked[:60])
def test_what_would_cost_too_much_is_refused(client, asked):
    """Lengths of words, numbers of filters, sizes of pages: beyond the bound it is an error, never cut in silence."""
    assert client.get(asked).status_code == TOO_MUCH[asked]


@pytest.mark.parametrize("path", [LIST, "/api/movies"])
def test_the_language_of_an_engine_is_not_spoken(on_engine, path):
    """Whatever a text means to a query parser, here it is words: no error, and nobody gets all films by it."""
    client = create_app(on_engine).test_client()
    for text in SYNTAX:
        answer = client.get(path, query_string={"search": text})
        films = answer.json["items"] if path == LIST else answer.json
        assert (answer.status_code, len(films) < 6) == (200, True), text


@pytest.mark.parametrize("path", ROUTES)
def test_head_is_get_without_a_body(client, path):
    """Status and headers are those of GET, the length included; what is new with each answer excepted."""
    got, headed = client.get(path), client.head(path)
    assert (headed.status_code, headed.data) == (got.status_code, b"")
    changing = {"X-Request-ID", "Date", "Content-Length"} if path == "/metrics" else {"X-Request-ID", "Date"}
    assert kept(headed, changing) == kept(got, changing)


def kept(answer, changing):
    """Give the headers of an answer, but for some."""
    return {name: value for name, value in answer.headers if name not in changing}


@pytest.mark.parametrize("path", [path for path in ROUTES if path != "/nothing"])
def test_options_and_other_methods_say_what_is_possible(client, path):
    """OPTIONS is 200, another method 405 in the contract's shape; `Allow` is the same."""
    path = path.partition("?")[0]
    possible = {"GET", "HEAD", "OPTIONS"} | ({"POST"} if path == "/movies" else set())
    options, refused = client.options(path), client.delete(path)
    assert (options.status_code, refused.status_code) == (200, 405)
    assert set(options.headers["Allow"].split(", ")) == set(refused.headers["Allow"].split(", ")) == possible
    assert list(refused.json) == (["detail"] if path.startswith("/api/movies") else ["message"])
