"""Which engine: the settings in, one of the two out; nothing is opened or asked yet."""

from index.embedded import EmbeddedIndex
from index.search import SearchEngine
from normalize.settings import Settings


def open_engine(settings: Settings) -> SearchEngine:
    """Give Elasticsearch where ELASTICSEARCH_URL is set, else the embedded index in INDEX_PATH."""
    if settings.elasticsearch_url is None:
        return EmbeddedIndex(settings.index_path)
    from index.elastic import ElasticIndex  # noqa: PLC0415 - the client takes a while, and only some need it

    return ElasticIndex(settings)
