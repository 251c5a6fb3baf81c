"""Notifications: whoever is to be told gets the verdict and the link; one that fails is said, and that is all."""

import json
import shlex
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from expectations.notification import notify

RUN = {
    "version": 2, "run": "20260102T030405Z-abcdef", "verdict": "failed", "rehearsal": False, "loaded": True,
    "store": "sqlite:///films.sqlite", "source": {"file": "фильмы.sqlite", "size": 1, "sha256": ""},
    "finished_at": "2026-01-02T03:04:06Z", "suspects": 3, "moved": [{}],
    "reconciliation": [{"stored": 5, "refused": 1}, {"stored": 2, "refused": 0}],
    "expectations": [{"kind": "store", "passed": False}],
}  # fmt: skip
TOLD = {
    "run": "20260102T030405Z-abcdef", "verdict": "failed", "rehearsal": False, "loaded": True, "file": "фильмы.sqlite",
    "store": "sqlite:///films.sqlite", "finished_at": "2026-01-02T03:04:06Z", "stored": 7, "refused": 1, "failing": 1,
    "moved": 1, "suspects": 3, "report": "https://example.org/reports/20260102T030405Z-abcdef/report.html",
}  # fmt: skip
LINK = "https://example.org/reports/"


@pytest.fixture
def page(tmp_path):
    """Make a report's folder; give its page."""
    folder = tmp_path / str(RUN["run"])
    folder.mkdir()
    (folder / "result.json").write_text(json.dumps(RUN), encoding="utf-8")
    return folder / "report.html"


def python(code):
    """Give a command line that runs a line of Python."""
    return shlex.join([sys.executable, "-c", code])


@pytest.fixture
def server():
    """Serve on 127.0.0.1; `asked` has the requests, /fail answers 500."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(500 if self.path == "/fail" else 204)
            self.end_headers()

        def log_message(self, *_args):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        running.asked = asked
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_a_command_gets_the_message_on_its_input_and_as_variables(page, tmp_path):
    """JSON on standard input; KINOBASE_… in its environment; arguments are split as a shell would, without one."""
    said = tmp_path / "said it"
    code = (
        "import os, sys; open(sys.argv[1], 'w', encoding='utf-8').write(sys.stdin.buffer.read().decode()"
        " + os.environ['KINOBASE_VERDICT'] + os.environ['KINOBASE_REPORT'])"
    )
    command = f"{python(code)} {shlex.quote(str(said))}"
    assert list(notify(page, command, None, LINK, 60)) == []
    text = said.read_text(encoding="utf-8")
    assert text == json.dumps(TOLD, ensure_ascii=False) + "failed" + TOLD["report"]


def test_a_url_is_sent_the_message(page, server):
    """POST, JSON; without REPORTS_URL the link is the file's own."""
    url = f"http://127.0.0.1:{server.server_port}/hook"
    assert list(notify(page, None, url, None, 60)) == []
    kind = "application/json; charset=utf-8"
    assert server.asked == [("/hook", kind, TOLD | {"report": page.as_uri()})]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-command-anywhere", "NOTIFY_COMMAND failed: [Errno 2]"),
        (python("import sys; sys.exit('no such channel')"), "NOTIFY_COMMAND failed: it ended with 1: no such channel"),
        ("'", "NOTIFY_COMMAND failed: No closing quotation"),
        (python("import signal; signal.pause()"), "timed out after 0.5 seconds"),
    ],
)
def test_a_command_that_fails_is_said_and_no_more(page, command, said):
    """Whatever goes wrong is a line, not an error."""
    (line,) = notify(page, command, None, LINK, 0.5 if "pause" in command else 60)
    assert said in line


def test_a_url_that_fails_is_said_and_the_command_is_run_all_the_same(page, server, tmp_path):
    """Each means is tried; a server's error and a closed port are lines."""
    done = tmp_path / "done"
    command = python(f"open({str(done)!r}, 'w')")
    (line,) = notify(page, command, f"http://127.0.0.1:{server.server_port}/fail", LINK, 60)
    assert (line, done.exists()) == ("NOTIFY_URL failed: HTTP Error 500: Internal Server Error", True)
    (line,) = notify(page, None, "http://127.0.0.1:9/", LINK, 60)
    assert line.startswith("NOTIFY_URL failed: <urlopen error")


def test_without_its_figures_nothing_is_sent(tmp_path):
    """A report that somebody took away cannot be told of."""
    (line,) = notify(tmp_path / "gone" / "report.html", "true", None, None, 60)
    assert "no notification was sent" in line
