"""Answers that are kept while the store stays as it is: a request in, its answer out, made anew only after a change.

It stands around the application, so an answer that is kept costs a look at the store's version and none of Flask's
work. The version is read with each request, before the answer is made: whoever changed the store, and wherever, the
next request has it. Only answers that come from the store alone are kept, and routes say which these are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import LRUCache
from flask import Flask, request
from werkzeug.routing import Rule

from api.access import REQUEST, RULE, Environ, Headers, StartResponse, Wsgi
from api.backends import EXTENSION, Backends
from api.caching import TAGGED
from api.reading import Version

ASKED = (
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ORIGIN",
)
"""All of a request that its answer can depend on, beside the store."""
KEPT_STATUSES = ("200", "304")
LARGEST_SHARE = 16
"""An answer larger than this part of the room is not kept: it would drive many others out."""
OVERHEAD_BYTES = 1_000
"""About what an answer takes beside its body and what was asked: its headers, the objects of Python."""

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went out, and the route that made it."""

    status: str
    headers: Headers
    body: bytes
    rule: Rule
    size: int
    """About how many bytes it takes."""


def keep() -> None:
    """Say that the answer to this request comes from the store alone."""
    request.environ[RULE] = request.url_rule


def keep_answers(app: Flask, room: int) -> None:
    """Keep answers of the app while the store stays as it is.

    Args:
        app: the application.
        room: how many bytes they may take together; 0: none are kept.
    """
    if room:
        app.wsgi_app = Keeper(app.wsgi_app, app.extensions[EXTENSION], room)  # type: ignore[method-assign]  # as Flask's documentation has it


class Keeper:
    """A WSGI application around ours that remembers its answers."""

    def __init__(self, application: Wsgi, store: Backends, room: int) -> None:
        self._application, self._store, self._room = application, store, room
        self._version: Version | None = None
        self._answers = self._nothing()
        self._lock = Lock()

    def _nothing(self) -> LRUCache[Key, Answer]:
        return LRUCache(self._room, lambda answer: answer.size)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].startswith(TAGGED):
            return self._application(environ, start_response)
        version = self._store.version()
        if version is None:
            return self._application(environ, start_response)
        key = tuple(map(environ.get, ASKED))
        with self._lock:
            if version != self._version:  # what is kept is never asked for again
                self._version, self._answers = version, self._nothing()
            answer = self._answers.get(key)
        if answer is None:
            return self._made(version, key, environ, start_response)
        environ[RULE], environ[REQUEST] = answer.rule, None  # a test client puts a request of its own there
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _made(self, version: Version, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer, and keep what may be kept."""
        began: list[tuple[str, Headers]] = []

        def answered(status: str, headers: Headers, *rest: Any) -> Any:  # noqa: ANN401 - WSGI's own
            began.append((status, headers))
            return start_response(status, headers, *rest)

        parts = self._application(environ, answered)
        ((status, headers),) = began
        if RULE not in environ or not status.startswith(KEPT_STATUSES):
            return parts
        body = b"".join(parts)
        if close := getattr(parts, "close", None):
            close()
        size = len(body) + sum(len(said) for said in key if said) + OVERHEAD_BYTES
        answer = Answer(status, headers, body, environ[RULE], size)
        with self._lock:
            if version == self._version and answer.size <= self._room // LARGEST_SHARE:
                self._answers[key] = answer
        return [body]
