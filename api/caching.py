"""ETags and compression: an answer in; 304 where the client has it, else a body as small as the client takes."""

from hashlib import blake2b
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress

from api.encoding import JSON

ETAG_BYTES = 16
TAGGED = ("/api/", "/movies")
"""Where films are; health, metrics and who asks are new each time."""
CONDITIONS = frozenset(("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH"))
SMALLEST = 500
"""Bytes below which compressing does not pay."""


def cache_and_compress(app: Flask) -> None:
    """Give films an ETag, and compress what is worth it."""
    app.config.update(
        COMPRESS_MIMETYPES=[JSON, "text/html", "text/css", "text/javascript", "application/javascript"],
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_MIN_SIZE=SMALLEST,
        COMPRESS_REGISTER=False,  # its own hook looks at every answer, whatever the client takes
    )
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def _finish(response: Response) -> Response:
        environ = request.environ
        _tag(response, environ)
        if "HTTP_ACCEPT_ENCODING" in environ:
            return compress.after_request(response)
        response.headers.add("Vary", "Accept-Encoding")
        return response


def _tag(response: Response, environ: dict[str, Any]) -> None:
    """Give an answer about films its ETag; one that the client has already becomes 304."""
    read = environ["REQUEST_METHOD"] in ("GET", "HEAD") and response.status_code == 200  # noqa: PLR2004 - HTTP's own
    if read and environ["PATH_INFO"].startswith(TAGGED) and response.headers["Content-Type"] == JSON:
        response.headers["ETag"] = f'"{blake2b(response.get_data(), digest_size=ETAG_BYTES).hexdigest()}"'
        if not CONDITIONS.isdisjoint(environ):
            response.make_conditional(environ)
