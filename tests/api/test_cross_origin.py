"""CORS: pages of the origins that the setting names may read the API, others may not."""

import pytest

from api import create_app
from normalize.errors import InputError
from normalize.settings import Settings

OURS = "https://films.example"
ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def open_to_ours(whole):
    """Give a client of an app that pages of two origins may read."""
    return create_app(whole.model_copy(update={"cors_origins": (OURS, "http://localhost:3000")})).test_client()


def test_nobody_is_allowed_by_default(client):
    """Without the setting no origin may read anything."""
    assert ALLOW not in client.get("/api/movies", headers={"Origin": OURS}).headers


def test_the_origin_of_the_setting_may_read_answers_and_errors(open_to_ours):
    """Answers name our origin and no other, errors too, with the headers that a page may read."""
    for path in ("/api/movies", "/api/movies?limit=x", "/nothing"):
        headers = open_to_ours.get(path, headers={"Origin": OURS}).headers
        assert headers[ALLOW] == OURS
        assert "Link" in headers["Access-Control-Expose-Headers"]
        assert "Origin" in headers["Vary"]
    assert ALLOW not in open_to_ours.get("/api/movies", headers={"Origin": f"{OURS}.evil"}).headers


def test_a_preflight_is_answered(open_to_ours):
    """A browser that asks first is told what it may send."""
    asked = {"Origin": OURS, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-request-id"}
    answer = open_to_ours.options("/api/movies", headers=asked)
    assert answer.status_code == 200
    assert answer.headers[ALLOW] == OURS
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "x-request-id"


def test_a_star_is_everybody(whole):
    """`*` lets pages of any origin read."""
    client = create_app(whole.model_copy(update={"cors_origins": ("*",)})).test_client()
    assert client.get("/api/movies", headers={"Origin": "https://any.example"}).headers[ALLOW] == "*"


@pytest.mark.parametrize("value", ["films.example", "https://films.example/", "https://*.example", "null"])
def test_what_is_no_origin_is_a_bad_setting(monkeypatch, value):
    """An origin is a scheme, a host and perhaps a port: anything else is named before the server starts."""
    monkeypatch.setenv("CORS_ORIGINS", value)
    with pytest.raises(InputError, match=r"bad setting: CORS_ORIGINS=.* is no origin; write"):
        Settings.read()
