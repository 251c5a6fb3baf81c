"""The soak, for some seconds: it finds nothing wrong where nothing is, and finds each answer that is."""

import importlib
import json
import subprocess
import sys
import threading
from contextlib import closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def traffic():
    """Give the module; its folder comes last on the path, for it has an `api.py`, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path, str(BENCHMARKS)])
        yield importlib.import_module("traffic")


def test_a_short_soak_finds_nothing_wrong(tmp_path):
    """All contracts, edits, `sync --follow` and a rebuild on a real server: no wrong answer, no command that failed."""
    file = tmp_path / "soak.json"
    words = ["--minutes", "0.05", "--films", "300", "--rebuilds", "1", "--json", str(file)]
    ended = subprocess.run(
        [sys.executable, BENCHMARKS / "soak.py", *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = json.loads(file.read_text())
    wrong, *others = said["measures"]
    assert (said["benchmark"], wrong["value"], wrong["reached"]) == ("soak: embedded, SQLite", 0, True)
    assert others


def test_a_film_is_called_as_it_was_between_the_question_and_the_answer(traffic):
    """Not as before an edit that was committed when it was asked for, nor as nobody ever called it."""
    film = traffic.Film(1, "tt0000001", "a-public-id", "First")
    titles = traffic.Titles([film])
    assert titles.wrong("tt0000001", "First", 0) == ""
    assert titles.wrong("tt0000001", "Other", 0) == "tt0000001 is called 'Other', of edits range(0, 1) of 'First'"
    edited = titles.begin(film)
    assert [titles.wrong("a-public-id", title, 0) for title in ("First", edited)] == ["", ""]
    titles.commit(film)
    oldest = titles.committed("a-public-id")
    assert titles.wrong("a-public-id", edited, oldest) == ""
    assert "of edits range(1, 2)" in titles.wrong("a-public-id", "First", oldest)


ANSWERS = {
    "/as-it-should-be": (200, b'{"id": "tt1"}'),
    "/another": (200, b'{"id": "tt2"}'),
    "/no-json": (200, b"<html>"),
    "/without-it": (200, b"{}"),
    "/fails": (500, b"oh"),
}


class Answers(BaseHTTPRequestHandler):
    """A server that says what stands in ANSWERS."""

    def do_GET(self):
        """Say it."""
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing on the console."""


def test_an_answer_that_is_wrong_in_any_way_is_told(traffic):
    """Another status, no JSON, a field that is missing, a value that cannot be."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        said = {}
        for path in ANSWERS:
            with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=60)) as connection:
                ask = traffic.Ask("any", path, lambda body: "" if body["id"] == "tt1" else f"{body['id']} came")
                said[path] = traffic.answered(connection, ask)
        server.shutdown()
        serving.join()
    assert said == {
        "/as-it-should-be": "",
        "/another": "tt2 came",
        "/no-json": "JSONDecodeError('Expecting value: line 1 column 1 (char 0)') in b'<html>'",
        "/without-it": "KeyError('id') in b'{}'",
        "/fails": "500: oh",
    }
