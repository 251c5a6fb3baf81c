"""The writing half of the Elasticsearch engine: documents go in by bulk requests, in the contract's mapping.

The alias INDEX_NAME stands over one index, named after the version of its mapping. A new version is a new index that
is filled whole; then one call moves the alias, so that readers see the old one or the new one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch.helpers import scan, streaming_bulk

from index.documents import Document
from index.elastic_client import connect, told
from index.mapping import MAPPING, MAPPING_VERSION, SETTINGS
from index.writer import Change, Refusal
from normalize.errors import InputError
from normalize.settings import Settings

RETRIES = 5
RETRIED = (429, 502, 503, 504)
"""Answers that mean: not now."""
DIGESTS_AT_ONCE = 5_000


class ElasticWriter:
    """Writes an index in Elasticsearch; keeps the promises of IndexWriter."""

    def __init__(self, settings: Settings) -> None:
        self._alias = settings.index_name
        self._index = f"{settings.index_name}-v{MAPPING_VERSION}"
        self._batch_films, self._batch_bytes = settings.index_batch_films, settings.index_batch_bytes
        self._client = connect(settings)
        self._patient = self._client.options(max_retries=RETRIES, retry_on_status=RETRIED, retry_on_timeout=True)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id; nothing where there is no index yet."""
        with told(self._alias):
            if not self._patient.indices.exists(index=self._index):
                return
            found = scan(
                self._patient,
                index=self._index,
                query={"sort": ["id"], "_source": ["id", "digest"]},
                size=DIGESTS_AT_ONCE,
                preserve_order=True,
            )
            for hit in found:
                yield hit["_source"]["id"], hit["_source"]["digest"]

    def apply(self, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Put documents in and take ids out by bulk requests; the alias is moved when all is in.

        Raises:
            IndexUnavailableError: Elasticsearch does not answer, or refuses the whole.
        """
        with told(self._alias):
            self._check_alias()
            if not self._patient.indices.exists(index=self._index):
                self._patient.indices.create(index=self._index, settings=SETTINGS, mappings=MAPPING)
            sent = streaming_bulk(
                self._patient,
                (self._action(change) for change in changes),
                chunk_size=self._batch_films,
                max_chunk_bytes=self._batch_bytes,
                raise_on_error=False,
                max_retries=RETRIES,
            )
            refused = tuple(_refusal(answer) for accepted, answer in sent if not accepted)
            self._patient.indices.refresh(index=self._index)
            self._point_alias()
        return tuple(refusal for refusal in refused if refusal is not None)

    def _action(self, change: Change) -> dict[str, Any]:
        if isinstance(change, str):
            return {"_op_type": "delete", "_index": self._index, "_id": change}
        return {"_op_type": "index", "_index": self._index, "_id": change.id, "_source": source(change)}

    def _check_alias(self) -> None:
        """Refuse a name that an index has already.

        Raises:
            InputError: it has.
        """
        alias = self._patient.indices.exists_alias(name=self._alias)
        if not alias and self._patient.indices.exists(index=self._alias):
            raise InputError(
                f"INDEX_NAME={self._alias}: Elasticsearch has an index of this name, where our alias should be. "
                "Remove that index, or choose another name."
            )

    def _point_alias(self) -> None:
        """Let the alias stand over our index alone, in one call."""
        pointed = (
            list(self._patient.indices.get_alias(name=self._alias))
            if self._patient.indices.exists_alias(name=self._alias)
            else []
        )
        if pointed != [self._index]:
            away = [{"remove": {"index": name, "alias": self._alias}} for name in pointed]
            to = [{"add": {"index": self._index, "alias": self._alias}}]
            self._patient.indices.update_aliases(actions=away + to)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def source(film: Document) -> dict[str, Any]:
    """Give the document as it is sent: the contract's fields, and after them ours."""
    return {**film.model_dump(), "genre_text": film.genre, "digest": film.digest}


def _refusal(answer: dict[str, Any]) -> Refusal | None:
    """Read why a document was refused; one that is not there is as gone as it should be."""
    ((operation, result),) = answer.items()
    if operation == "delete" and result.get("status") == 404:  # noqa: PLR2004 - HTTP's own number
        return None
    error = result.get("error", result)
    return Refusal(result["_id"], error["reason"] if isinstance(error, dict) and "reason" in error else str(error))
