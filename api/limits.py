"""How much one client may ask: a rate from the settings in, 429 with Retry-After for whoever asks more."""

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from normalize.errors import InputError

ALWAYS = ("/health/", "/metrics")
"""For whoever watches the server, and so never refused."""


def limit_rates(app: Flask, rate: str | None, storage: str) -> None:
    """Limit the requests of each client address, over all routes together.

    Args:
        app: the application.
        rate: such as '100/minute' or '10/second;1000/hour'; None: no limit.
        storage: where counts are kept; `memory://` is each process by itself.

    Raises:
        InputError: the rate or the storage is none.
    """
    if rate is None:
        return
    try:
        parse_many(rate)
        limiter = Limiter(
            get_remote_address,
            application_limits=[rate],
            storage_uri=storage,
            headers_enabled=True,
            in_memory_fallback_enabled=True,  # a storage that is down takes no request with it
            strategy="moving-window",
        )
        limiter.request_filter(lambda: request.path.startswith(ALWAYS))
        limiter.init_app(app)
    except Exception as error:  # the library raises whatever its storages raise
        raise InputError(
            f"bad setting: RATE_LIMIT={rate}, RATE_LIMIT_STORAGE={storage}: {error}. Write '100/minute' and memory://."
        ) from error
