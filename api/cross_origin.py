"""CORS: origins in, the headers by which browsers let pages of these origins read our answers."""

from collections.abc import Sequence

from flask import Flask
from flask_cors import CORS

READABLE = ("ETag", "Link", "Location", "Retry-After", "X-Request-ID")
"""Headers of answers that a page may read, beside those that it always may."""
SENDABLE = ("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "X-Request-ID")
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
PREFLIGHT_SECONDS = 600
"""How long a browser may remember what it was allowed."""


def allow_origins(app: Flask, origins: Sequence[str]) -> None:
    """Let web pages of these origins read the API; of none where there are none, of any where one is '*'."""
    if origins:
        CORS(
            app,
            origins=list(origins),
            methods=list(METHODS),
            allow_headers=list(SENDABLE),
            expose_headers=list(READABLE),
            max_age=PREFLIGHT_SECONDS,
            send_wildcard=True,
        )
