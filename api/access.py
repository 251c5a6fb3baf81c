"""What every request gets: an id, a line in the log, and headers that keep browsers careful."""

import re
from time import perf_counter
from urllib.parse import quote
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from api.encoding import JSON

REQUEST_ID = "X-Request-ID"
"""The header that a client may give and always gets; log lines carry it."""

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

LOGGED_LENGTH = 500
"""How much of a path and of a query string a log line shows."""

QUERY_SAFE = "%=&+/:,;"
"""Characters of a query string that a log line shows as they are."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}

NOTHING = "default-src 'none'; frame-ancestors 'none'"
OWN_FILES = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)
"""What Swagger UI needs: its own files, and the script and style that stand in its page."""


def watch(app: Flask) -> None:
    """Give each request its id, its log line and the headers."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID, "")
    g.request_id = given if ACCEPTED_ID.fullmatch(given) else uuid4().hex
    g.began = perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers[REQUEST_ID] = g.request_id
    if response.mimetype == JSON:
        response.headers["Content-Security-Policy"] = NOTHING
    elif request.endpoint == "doc":
        response.headers["Content-Security-Policy"] = OWN_FILES
    structlog.get_logger("api").info(
        "request",
        method=request.method,
        path=quote(request.path)[:LOGGED_LENGTH],  # so that no line break of a path makes a line of the log
        query=quote(request.query_string, safe=QUERY_SAFE)[:LOGGED_LENGTH],
        status=response.status_code,
        milliseconds=round((perf_counter() - g.began) * 1000, 1),
        client=request.remote_addr,
    )
    return response
