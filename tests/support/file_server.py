"""A real HTTP server of files, on a port of its own, that can be told to misbehave."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer:
    """Serves `files` (name → bytes) with ETag, If-None-Match, Range and If-Range, as IMDb's place does.

    faults: answers to the next requests, in turn; each is a function that is given the request's handler and the file,
    and says whether it has answered. asked: (name, status, bytes sent) of each request. ranges: whether Range is known.
    """

    def __init__(self):
        self.files = {}
        self.faults = []
        self.asked = []
        self.ranges = True
        self.etags = True
        outer = self

        class Handler(_Handler):
            place = outer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()


def etag(data):
    """Give the mark of a version."""
    return f'"{hash(data):x}"'


def modified(data):
    """Give a date that is another one for each version."""
    return f"Sat, 21 Nov 2026 00:{len(data) // 60 % 60:02}:{len(data) % 60:02} GMT"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer as files are served, unless a fault is next."""
        name = self.path.removeprefix("/")
        data = self.place.files.get(name)
        if self.place.faults and self.place.faults.pop(0)(self, data):
            return
        if data is None:
            self.answer(404, b"no such file")
        elif self.is_unchanged(data):
            self.answer(304, b"", data)
        elif (start := self.start(data)) is not None:
            if start >= len(data):
                self.answer(416, b"", data)
            else:
                self.answer(206, data[start:], data, **{"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"})
        else:
            self.answer(200, data, data)

    def is_unchanged(self, data):
        """Say whether the client has this version."""
        if "If-None-Match" in self.headers:
            return self.headers["If-None-Match"] == etag(data)
        return self.headers.get("If-Modified-Since") == modified(data)

    def start(self, data):
        """Give the byte that a range begins with; None: all is to be sent."""
        if not self.place.ranges or "Range" not in self.headers:
            return None
        if self.headers.get("If-Range") not in {None, etag(data), modified(data)}:
            return None
        return int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))

    def answer(self, status, body, version=None, length=None, cut=None, **headers):
        """Send an answer; `cut`: only so many bytes of the body, then hang up; `length`: what is said of it."""
        self.place.asked.append((self.path.removeprefix("/"), status, len(body)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if version is not None:
            if self.place.etags:
                self.send_header("ETag", etag(version))
            self.send_header("Last-Modified", modified(version))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body if cut is None else body[:cut])
            self.wfile.flush()
        if cut is not None:
            self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""
