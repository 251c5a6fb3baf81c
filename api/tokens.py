"""Who may write: the Authorization header and API_TOKENS in, a fingerprint of the token out, or 401 or 403."""

import hmac
from collections.abc import Sequence
from hashlib import blake2b

from flask import Request
from pydantic import SecretStr
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

SCHEME = "bearer"
FINGERPRINT_BYTES = 16


def writer_of(request: Request, tokens: Sequence[SecretStr]) -> str:
    """Say who writes; every token is compared, each in constant time.

    Returns:
        a fingerprint of the token, which does not give the token away.

    Raises:
        Forbidden: writing is off.
        Unauthorized: there is no token, or an unknown one.
    """
    if not tokens:
        raise Forbidden("Writing is off. Whoever runs the server names tokens in API_TOKENS.")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    sent = given.strip().encode("utf-8", "replace")
    known = [hmac.compare_digest(sent, token.get_secret_value().encode()) for token in tokens]
    if scheme.lower() != SCHEME or not any(known):
        said = "unknown token" if given else "no token"
        raise Unauthorized(f"Send 'Authorization: Bearer <token>': {said}.", www_authenticate=WWWAuthenticate(SCHEME))
    return blake2b(sent, digest_size=FINGERPRINT_BYTES).hexdigest()
