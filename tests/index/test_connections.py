"""How an Elasticsearch is reached: several nodes, a key, a CA; and who is told when something goes wrong."""

import datetime as dt
import ipaddress
import json
import signal
import ssl
import threading
import uuid
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from processes import PATIENCE, start_index, wait_for
from stores import bring_in_step, differing, environment, fill

from index.engine import open_engine, open_writer
from index.search import IndexUnavailableError, SearchQuery
from normalize.settings import Settings

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.elasticsearch
def test_one_of_several_nodes_may_be_away(store, elasticsearch_url):
    """What one does not take, another does: syncs and searches go on."""
    settings = Settings(
        database_url=store.url, elasticsearch_url=f"{NOWHERE},{elasticsearch_url}", _env_file=None,
        index_name=f"test-{uuid.uuid4().hex}",
    )  # fmt: skip
    fill(store.engine, 30)
    bring_in_step(settings)
    assert differing(settings) == []
    with closing(open_engine(settings)) as engine:
        assert [engine.search(SearchQuery()).total for _ in range(4)] == [30] * 4


class Heard(BaseHTTPRequestHandler):
    """Keeps what it hears, as (headers, body), and answers that there is no such thing."""

    def do_GET(self):
        """Keep it."""
        length = int(self.headers.get("Content-Length") or 0)
        self.server.heard.append((self.headers, self.rfile.read(length)))
        self.send_response(self.server.status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        """Keep it."""
        self.do_GET()

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def listening(status, certificate=None):
    """Serve on this machine until the end; gives the server, which keeps what it heard."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Heard)
    server.heard, server.status = [], status
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def certificate(tmp_path):
    """Give the path of a key and a certificate for 127.0.0.1, which is its own authority."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    today = dt.datetime.now(dt.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1)).add_extension(here, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "certificate.pem").write_bytes(private + made.public_bytes(pem))
    return tmp_path / "certificate.pem"


def test_a_key_and_an_authority_are_used(certificate):
    """The key goes with each request; a server whose certificate the given authority did not sign is not asked."""
    with listening(404, certificate) as server:
        own = Settings(
            elasticsearch_url=f"https://127.0.0.1:{server.server_port}", elasticsearch_api_key="c2VjcmV0",
            elasticsearch_ca_certs=certificate, index_attempts=1, _env_file=None,
        )  # fmt: skip
        with closing(open_writer(own)) as writer:
            assert writer.live() is None
        assert [headers["Authorization"] for headers, _ in server.heard] == ["ApiKey c2VjcmV0"]
        stranger = own.model_copy(update={"elasticsearch_ca_certs": None})
        with closing(open_writer(stranger)) as writer, pytest.raises(IndexUnavailableError, match="certificate"):
            writer.live()
        assert len(server.heard) == 1


def test_an_alert_tells_of_parked_films(store, tmp_path):
    """A URL gets what was parked by one that follows, once, as JSON; nobody else waits for that."""
    store.film("tt0000001", "One", plot="N/A")
    store.film("tt0000002", "Two")
    with listening(200) as server:
        settings = Settings(
            database_url=store.url, index_path=tmp_path / "index", index_poll=0.1, _env_file=None,
            index_alert=f"http://127.0.0.1:{server.server_port}/hook",
        )  # fmt: skip
        process = start_index(tmp_path, "sync", "--follow", **environment(settings))
        assert wait_for(lambda: server.heard, process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        ((headers, body),) = server.heard
    told = json.loads(body)
    assert (process.returncode, headers["Content-Type"], told["event"]) == (0, "application/json", "parked")
    assert told["text"].startswith("1 films could not go into the index: tt0000001 (description: Value error, 'N/A'")
