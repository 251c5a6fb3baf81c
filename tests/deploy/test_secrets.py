"""Secrets: made once for the one who reads them; the key of Elasticsearch has few rights.

The tests' Elasticsearch has no security, so the key is asked of a server that only speaks its words, over TLS with the
certificate that was prepared.
"""

import json
import re
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from composition import ROOT, our_services


def test_secrets_are_made_once_and_for_their_readers_only(prepared, prepare):
    """A second run leaves all as it is; nobody but the owner may read; no two are the same."""
    before = prepare(prepared)
    assert set(before) == {
        "postgres/superuser_password", "postgres/kinobase_password", "elasticsearch/password", "elasticsearch/ca.crt",
        "elasticsearch/http.crt", "elasticsearch/http.key", "kinobase/api_tokens", "kinobase/ca.crt",
        "kinobase/database_url",
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in prepared.glob("*/*")} == {0o400}
    assert prepare(prepared) == before
    words = [before[name].strip() for name in before if not name.endswith((".crt", ".key", "_url"))]
    assert len(set(words)) == len(words) == 4
    assert all(re.fullmatch(rb"[0-9a-f]{48}", word) for word in words)
    password = before["postgres/kinobase_password"].decode().strip()
    assert (
        before["kinobase/database_url"].decode() == f"postgresql+psycopg://kinobase:{password}@postgres:5432/kinobase"
    )


def test_a_certificate_that_ends_soon_is_made_anew(prepared, prepare):
    """Thirty days before its end the CA and the certificate are new, and passwords are what they were."""
    before = prepare(prepared)
    short = prepared / "elasticsearch" / "http.crt"
    short.unlink()
    command = ["openssl", "req", "-x509", "-key", prepared / "elasticsearch" / "http.key", "-days", "29"]
    subprocess.run([*command, "-subj", "/CN=elasticsearch", "-out", short], check=True)
    after = prepare(prepared)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {f"elasticsearch/{name}" for name in ("ca.crt", "http.crt", "http.key")} | {"kinobase/ca.crt"}


def test_prepare_without_its_folders_is_wrong_use(tmp_path):
    """One line, status 2, nothing made."""
    done = subprocess.run([ROOT / "deploy" / "prepare.sh", tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n"), list(tmp_path.iterdir())) == (2, 1, [])


class Security(BaseHTTPRequestHandler):
    """Elasticsearch's answers to who asks for a key, and to who has one."""

    def do_GET(self):
        """Know a key, or not."""
        known = self.headers["Authorization"] == f"ApiKey {self.server.known}"
        self.answer(*((200, {"username": "elastic"}) if known else (401, {"error": "unknown", "status": 401})))

    def do_PUT(self):
        """Make a key for the user elastic."""
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Basic {self.server.basic}":
            self.answer(401, {"error": "unknown", "status": 401})
            return
        self.server.asked.append((self.path, wanted))
        self.server.known = b64encode(f"id:{len(self.server.asked)}".encode()).decode()
        self.answer(200, {"id": "id", "name": "kinobase", "api_key": "key", "encoded": self.server.known})

    def answer(self, status, body):
        """Answer in JSON, as Elasticsearch."""
        told = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("X-Elastic-Product", "Elasticsearch"), ("Content-Type", "application/json")):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_said):
        """Say nothing."""


@pytest.fixture
def security(prepared):
    """Serve with the certificate that was prepared."""
    with HTTPServer(("127.0.0.1", 0), Security) as server:
        password = (prepared / "elasticsearch" / "password").read_text().strip()
        server.known, server.asked = "", []
        server.basic = b64encode(f"elastic:{password}".encode()).decode()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = prepared / "elasticsearch"
        context.load_cert_chain(folder / "http.crt", folder / "http.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.shutdown()
        serving.join()


def ask_for_key(folder, server):
    """Run the command of the service elasticsearch-key, on a prepared folder and a server of this machine."""
    given = our_services()["elasticsearch-key"]["command"]
    assert given[:3] == ["python", "/deploy/elasticsearch_key.py", "https://elasticsearch:9200"]
    places = {"/elasticsearch": folder / "elasticsearch", "/secrets": folder / "kinobase"}
    rest = [re.sub(r"^/\w+", lambda found: str(places[found[0]]), part) for part in given[3:]]
    command = [sys.executable, ROOT / "deploy" / "elasticsearch_key.py", f"https://localhost:{server.server_port}"]
    return subprocess.run([*command, *rest], capture_output=True, text=True, check=False)


def test_the_key_is_made_once_with_few_rights_and_again_when_it_is_forgotten(prepared, security):
    """Over TLS with the prepared CA; the key may use our index and nothing else; its file is for one reader."""
    key = prepared / "kinobase" / "elasticsearch_api_key"
    for _ in range(2):
        done = ask_for_key(prepared, security)
        assert (done.returncode, done.stderr) == (0, "")
        assert key.read_text() == security.known
    rights = {"index": [{"names": ["movies", "movies-*"], "privileges": ["manage", "read", "write"]}]}
    wanted = ("/_security/api_key", {"name": "kinobase", "role_descriptors": {"kinobase": rights}})
    assert security.asked == [wanted]
    assert key.stat().st_mode & 0o777 == 0o400
    security.known = "another"
    assert ask_for_key(prepared, security).returncode == 0
    assert (security.asked, key.read_text()) == ([wanted, wanted], security.known)


def test_a_server_that_another_ca_signed_gets_no_password(prepared, prepare, security):
    """The certificate is checked: one line, status 3, no key."""
    (prepared / "elasticsearch" / "http.crt").unlink()
    prepare(prepared)  # another CA
    done = ask_for_key(prepared, security)
    assert (done.returncode, done.stderr.count("\n"), security.asked) == (3, 1, [])
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
