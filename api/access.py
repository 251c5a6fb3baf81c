"""What every request gets: an id, a line in the log, its place in the counts, headers that keep browsers careful.

It is done around the application, in WSGI's own terms: Flask's hooks and its headers cost several times as much.
"""

import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import structlog
from flask import Flask

from api.encoding import JSON
from api.metrics import Counts

REQUEST_ID = "X-Request-ID"
"""The header that a client may give and always gets; log lines carry it."""

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

LOGGED_LENGTH = 500
"""How much of a path and of a query string a log line shows."""

QUERY_SAFE = "%=&+/:,;"
"""Characters of a query string that a log line shows as they are."""

REQUEST = "werkzeug.request"
"""Where the environ of a request has Flask's request, while there is one."""
RULE = "kinobase.rule"
"""Where the environ of a request has its route, if its answer may be kept (`api.kept`)."""

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)
POLICY = "Content-Security-Policy"
NOTHING = "default-src 'none'; frame-ancestors 'none'"
OWN_FILES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)
"""What Swagger UI needs: its own files, and the script and style that stand in its page."""

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


def watch(app: Flask, counts: Counts) -> None:
    """Give each request its id, its log line, its count and the headers."""
    app.wsgi_app = Watched(app.wsgi_app, counts)  # type: ignore[method-assign]  # as Flask's documentation has it


class Watched:
    """A WSGI application around ours."""

    def __init__(self, application: Wsgi, counts: Counts) -> None:
        self._application, self._counts = application, counts
        self._log = structlog.get_logger("api").bind()  # once, rather than for each line

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if ACCEPTED_ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)

        def answered(status: str, headers: Headers, *rest: Any) -> Any:  # noqa: ANN401 - WSGI's own
            self._end(environ, int(status[:3]), perf_counter() - began)
            ours = (*HEADERS, (REQUEST_ID, request_id), *_policy(headers, environ))
            return start_response(status, [*headers, *ours], *rest)

        return self._application(environ, answered)

    def _end(self, environ: Environ, status: int, seconds: float) -> None:
        """Count a request and log it."""
        request = environ.get(REQUEST)
        rule = request.url_rule if request else environ.get(RULE)
        self._counts.add(environ["REQUEST_METHOD"], rule, status, seconds)
        path = environ["PATH_INFO"].encode("latin-1")
        self._log.info(
            "request",
            method=environ["REQUEST_METHOD"],
            path=quote(path)[:LOGGED_LENGTH],  # so that no line break of a path makes a line of the log
            query=quote(environ["QUERY_STRING"].encode("latin-1"), safe=QUERY_SAFE)[:LOGGED_LENGTH],
            status=status,
            milliseconds=round(seconds * 1000, 1),
            client=environ.get("REMOTE_ADDR"),
        )


def _policy(headers: Headers, environ: Environ) -> Headers:
    """Say what a page may load: of JSON nothing, of Swagger UI its own files."""
    if ("Content-Type", JSON) in headers:
        return [(POLICY, NOTHING)]
    request = environ.get(REQUEST)
    return [(POLICY, OWN_FILES)] if request and request.endpoint == "doc" else []
