"""Every request: its id, its line in the log, and headers that keep browsers careful."""

import json

import pytest

from api import create_app

PATHS = ("/api/v1/video/collection", "/api/v1/video/nothing", "/nothing", "/docs", "/client/info", "/")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_careful_headers(client, path):
    """Good or bad, every answer says that its type is meant, that it is not to be framed, and names no referrer."""
    headers = client.get(path).headers
    assert {name: headers[name] for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
    }


def test_json_may_load_nothing(client):
    """JSON that a browser is made to show can load nothing; the documentation only its own files."""
    assert client.get("/client/info").headers["Content-Security-Policy"].startswith("default-src 'none'; frame")
    assert "http" not in client.get("/docs").headers["Content-Security-Policy"]


def test_a_good_request_id_is_kept_and_another_one_replaced(client):
    """A client's own id comes back; one with odd characters or of great length does not."""
    for given in ("abc-1.2_3", "x" * 64):
        assert client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    for given in ("a b", "x" * 65, "<script>", ""):
        made = client.get("/health/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        assert made != given
        assert len(made) == 32


def test_each_request_is_one_line_of_the_log(whole, capsys):
    """A request is one line of JSON with what was asked and answered; a path cannot begin a line of its own."""
    app = create_app(whole.model_copy(update={"log_format": "json"}))
    capsys.readouterr()
    app.test_client().get("/a%0Ab?x=1%0A&y=%D1%91", headers={"X-Request-ID": "one"})
    (line,) = capsys.readouterr().err.splitlines()
    logged = json.loads(line)
    assert logged.pop("milliseconds") >= 0
    assert logged.pop("timestamp")
    assert logged == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/a%0Ab",
        "query": "x=1%0A&y=%D1%91",
        "status": 404,
        "client": "127.0.0.1",
        "request_id": "one",
    }
