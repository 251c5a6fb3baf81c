"""The Elasticsearch engine: documents go in by bulk requests, pages come out, in the contract's mapping.

The alias INDEX_NAME stands over one index, named after the version of its mapping. A new version is a new index that
is filled whole; then one call moves the alias, so that readers see the old one or the new one.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from elastic_transport import TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch, NotFoundError
from elasticsearch.helpers import ScanError, scan, streaming_bulk

from index.documents import Document
from index.mapping import EXACT_TIER, FUZZY_EXPANSIONS, MAPPING, MAPPING_VERSION, SETTINGS, WEIGHTS, words_of
from index.search import (
    MAX_WINDOW,
    Change,
    IndexState,
    IndexUnavailableError,
    NoIndexError,
    Refusal,
    SearchHit,
    SearchPage,
    SearchQuery,
)
from normalize.errors import InputError
from normalize.settings import Settings

RETRIES = 5
RETRIED = (429, 502, 503, 504)
"""Answers that mean: not now."""
DIGESTS_AT_ONCE = 5_000
FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
SHOWN = ["id", "title", "imdb_rating", "year", "genre"]
SORT_FIELDS = {"id": "id", "title": "title_key", "imdb_rating": "imdb_rating", "year": "year"}


class ElasticIndex:
    """An index in Elasticsearch; keeps the promises of SearchEngine."""

    def __init__(self, settings: Settings) -> None:
        key, certificates = settings.elasticsearch_api_key, settings.elasticsearch_ca_certs
        self._url = settings.elasticsearch_url or ""
        self._alias = settings.index_name
        self._index = f"{settings.index_name}-v{MAPPING_VERSION}"
        self._batch_films, self._batch_bytes = settings.index_batch_films, settings.index_batch_bytes
        self._client = Elasticsearch(
            self._url,
            api_key=key.get_secret_value() if key else None,
            request_timeout=settings.elasticsearch_timeout,
            ca_certs=str(certificates) if certificates else DEFAULT,
        )
        self._patient = self._client.options(max_retries=RETRIES, retry_on_status=RETRIED, retry_on_timeout=True)

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        if query.offset + query.limit > MAX_WINDOW:
            raise ValueError(f"offset + limit must not be above {MAX_WINDOW}")
        with self._told():
            found = self._client.search(
                index=self._alias,
                query=search_body(query.text),
                sort=sort_body(query),
                from_=query.offset,
                size=query.limit,
                source_includes=SHOWN,
                track_total_hits=True,
            )
        hits = (hit["_source"] for hit in found["hits"]["hits"])
        return SearchPage(found["hits"]["total"]["value"], tuple(_hit(source) for source in hits))

    def state(self) -> IndexState:
        """Say what is there."""
        with self._told():
            return IndexState("elasticsearch", self._alias, self._client.count(index=self._alias)["count"])

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id; nothing where there is no index yet."""
        with self._told():
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
        with self._told():
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

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what the client says into one clear line."""
        try:
            yield
        except NotFoundError as error:
            raise NoIndexError(f"there is no index {self._alias} yet. Run: python -m index sync") from error
        except (ApiError, ScanError) as error:
            said = " ".join(str(error).split())
            raise IndexUnavailableError(f"Elasticsearch refuses: {said}. See its log, and run again.") from error
        except TransportError as error:
            said = " ".join(str(error.message).split())
            raise IndexUnavailableError(
                f"Elasticsearch does not answer ({said}). Start it, or mend ELASTICSEARCH_URL."
            ) from error


def source(film: Document) -> dict[str, Any]:
    """Give the document as it is sent: the contract's fields, and after them ours."""
    return {**film.model_dump(), "genre_text": film.genre, "digest": film.digest}


def search_body(text: str) -> dict[str, Any]:
    """Make the query of a text: each word by itself where it weighs most, exact matches above fuzzy ones."""
    if not text.strip():
        return {"match_all": {}}
    parts: list[dict[str, Any]] = []
    for word in words_of(text):
        exact = {"multi_match": {"query": word, "fields": FIELDS, "type": "best_fields"}}
        near = {"fuzziness": "AUTO", "prefix_length": 0, "max_expansions": FUZZY_EXPANSIONS}
        parts += [
            exact,
            {"constant_score": {"filter": exact, "boost": EXACT_TIER}},
            {"multi_match": {**exact["multi_match"], **near}},
        ]
    return {"bool": {"should": parts, "minimum_should_match": 1}} if parts else {"match_none": {}}


def sort_body(query: SearchQuery) -> list[dict[str, Any]]:
    """Make the order: ties by id ascending, missing last both ways."""
    if query.sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    way = "desc" if query.descending else "asc"
    first = {SORT_FIELDS[query.sort]: {"order": way, "missing": "_last"}}
    return [first] if query.sort == "id" else [first, {"id": "asc"}]


def _refusal(answer: dict[str, Any]) -> Refusal | None:
    """Read why a document was refused; one that is not there is as gone as it should be."""
    ((operation, result),) = answer.items()
    if operation == "delete" and result.get("status") == 404:  # noqa: PLR2004 - HTTP's own number
        return None
    error = result.get("error", result)
    return Refusal(result["_id"], error["reason"] if isinstance(error, dict) and "reason" in error else str(error))


def _hit(found: dict[str, Any]) -> SearchHit:
    return SearchHit(found["id"], found["title"], found["imdb_rating"], found["year"], tuple(found["genre"] or ()))
