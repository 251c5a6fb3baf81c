"""Cursors: a place in a list in, an opaque text out, and back. A cursor belongs to the list that it came from."""

import base64
import binascii
import re
from hashlib import blake2b

import orjson

from index.documents import OUTSIDE_ID
from index.search import Position, SearchQuery, Sort

MAX_CURSOR_LENGTH = 8_000
"""As long as the longest title's key makes one."""
FINGERPRINT_BYTES = 8
ID = re.compile(OUTSIDE_ID)
VALUES: dict[Sort, type | tuple[type, ...]] = {"relevance": (int, float), "id": str, "title": str}
"""What an order goes by; all others by a number, or nothing."""


def cursor_of(query: SearchQuery, last: Position, passed: int) -> str:
    """Write down a place.

    Args:
        query: the list.
        last: the place of the last film that was given.
        passed: how many films came up to it.
    """
    said = orjson.dumps([_fingerprint(query), last.value, last.id, passed])
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def read_cursor(text: str, query: SearchQuery) -> Position | None:
    """Read a cursor; None where it is none, or belongs to another list."""
    try:
        said = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return None
    match said:
        case [str(fingerprint), value, str(film), int(passed)] if fingerprint == _fingerprint(query):
            fits = isinstance(value, VALUES.get(query.sort, (int, float, type(None))))
            return Position(value, film, passed) if fits and ID.fullmatch(film) else None
    return None


def _fingerprint(query: SearchQuery) -> str:
    """Tell lists apart: by everything that decides which films there are and in which order."""
    said = repr((query.text, query.sort, query.descending, query.filters)).encode("utf-8", "replace")
    return blake2b(said, digest_size=FINGERPRINT_BYTES).hexdigest()
