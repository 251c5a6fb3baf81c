"""ETags and compression: an answer in; 304 where the client has it, else a body as small as the client takes."""

from hashlib import blake2b

from flask import Flask, Response, request
from flask_compress import Compress

from api.encoding import JSON

ETAG_BYTES = 16
TAGGED = ("/api/", "/movies")
"""Where films are; health, metrics and who asks are new each time."""
SMALLEST = 500
"""Bytes below which compressing does not pay."""


def cache_and_compress(app: Flask) -> None:
    """Give films an ETag, and compress what is worth it."""
    app.config.update(
        COMPRESS_MIMETYPES=[JSON, "text/html", "text/css", "text/javascript", "application/javascript"],
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIN_SIZE=SMALLEST,
    )
    Compress(app)
    app.after_request(_tag)  # runs before compression: later functions come first


def _tag(response: Response) -> Response:
    read = request.method in ("GET", "HEAD") and response.status_code == 200  # noqa: PLR2004 - HTTP's own number
    if read and response.mimetype == JSON and request.path.startswith(TAGGED):
        response.set_etag(blake2b(response.get_data(), digest_size=ETAG_BYTES).hexdigest())
        response.make_conditional(request)
    return response
