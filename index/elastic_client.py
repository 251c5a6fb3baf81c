"""The connection to Elasticsearch: settings in, a client out, and what it says as one clear line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch.helpers import ScanError
from elasticsearch.serializer import CompatibilityModeNdjsonSerializer

from index.search import IndexUnavailableError, NoIndexError
from normalize.errors import InputError
from normalize.settings import Settings


class NotNow(Exception):  # noqa: N818 - a state, not an error
    """Elasticsearch took some documents of a request, and was too busy for the others."""


class ReadyLines(CompatibilityModeNdjsonSerializer):
    """Sends lines that are ready as they are; the client by itself copies them twice, megabytes a request."""

    def dumps(self, data: Any) -> bytes:  # noqa: ANN401 - the client's own type
        """Give what is sent."""
        return data if isinstance(data, bytes) else super().dumps(data)


def nodes(settings: Settings) -> list[str]:
    """Give the addresses that ELASTICSEARCH_URL names."""
    return [url.strip() for url in (settings.elasticsearch_url or "").split(",")]


def connect(settings: Settings) -> Elasticsearch:
    """Make a client; nothing is asked yet.

    Raises:
        InputError: the certificates cannot be read, or the URL is not https.
    """
    key, certificates = settings.elasticsearch_api_key, settings.elasticsearch_ca_certs
    try:
        return Elasticsearch(
            nodes(settings),
            api_key=key.get_secret_value() if key else None,
            request_timeout=settings.elasticsearch_timeout,
            connections_per_node=settings.elasticsearch_connections,
            ca_certs=str(certificates) if certificates else DEFAULT,
            serializers={ReadyLines.mimetype: ReadyLines()},
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"ELASTICSEARCH_URL={settings.elasticsearch_url} and ELASTICSEARCH_CA_CERTS={certificates} do not work: "
            f"{error}. Name a file with certificates, and https."
        ) from error


@contextmanager
def told(alias: str) -> Iterator[None]:
    """Turn what the client says into one clear line.

    Raises:
        NoIndexError: nothing was indexed yet.
        IndexUnavailableError: Elasticsearch does not answer, or refuses the whole.
    """
    try:
        yield
    except NotFoundError as error:
        raise NoIndexError(f"there is no index {alias} yet. Run: python -m index sync") from error
    except (ApiError, ScanError) as error:
        said = " ".join(str(error).split())
        raise IndexUnavailableError(f"Elasticsearch refuses: {said}. See its log, and run again.") from error
    except NotNow as error:
        raise IndexUnavailableError(f"Elasticsearch is too busy: {error}. Run again when it has time.") from error
    except TransportError as error:
        said = " ".join(str(error.message).split())
        raise IndexUnavailableError(
            f"Elasticsearch does not answer ({said}). Start it, or mend ELASTICSEARCH_URL."
        ) from error
