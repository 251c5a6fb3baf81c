"""Which engine: the settings in, the searching or the writing half of one of the two out; nothing is asked yet."""

from index.embedded_writer import EmbeddedWriter
from index.search import SearchEngine
from index.writer import IndexWriter
from normalize.settings import Settings


def open_engine(settings: Settings, name: str | None = None) -> SearchEngine:
    """Give Elasticsearch where ELASTICSEARCH_URL is set, else the embedded index in INDEX_PATH.

    Args:
        settings: which one, and where.
        name: of one index; None: the one that searches ask.
    """
    if settings.elasticsearch_url is None:
        from index.embedded import EmbeddedIndex  # noqa: PLC0415 - brings numpy, and only some need it

        return EmbeddedIndex(settings.index_path, name)
    from index.elastic import ElasticIndex  # noqa: PLC0415 - the client takes a while, and only some need it

    return ElasticIndex(settings, name)


def open_writer(settings: Settings) -> IndexWriter:
    """Give the writing half of the same engine."""
    if settings.elasticsearch_url is None:
        return EmbeddedWriter(settings.index_path)
    from index.elastic_writer import ElasticWriter  # noqa: PLC0415 - the same

    return ElasticWriter(settings)
