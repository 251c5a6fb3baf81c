"""JSON as it leaves the API: a value in, a response of UTF-8 bytes out, Cyrillic unescaped (orjson)."""

from collections.abc import Mapping

import orjson
from flask import Response

JSON = "application/json"


def json_response(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Make a response; flask-restx makes its own ones with this, too.

    The body ends with a line break, for those who read it on a terminal.
    """
    return Response(encoded(data), status, headers, mimetype=JSON)


def encoded(data: object) -> bytes:
    """Give the bytes of a body."""
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
