"""The search half of the Elasticsearch engine: a SearchQuery in, a page out of the alias INDEX_NAME."""

from typing import Any

from index.elastic_client import connect, told
from index.mapping import EXACT_TIER, FUZZY_EXPANSIONS, WEIGHTS, words_of
from index.search import MAX_WINDOW, IndexState, SearchHit, SearchPage, SearchQuery
from normalize.settings import Settings

FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
SHOWN = ["id", "title", "imdb_rating", "year", "genre"]
SORT_FIELDS = {"id": "id", "title": "title_key", "imdb_rating": "imdb_rating", "year": "year"}


class ElasticIndex:
    """An index in Elasticsearch; keeps the promises of SearchEngine."""

    def __init__(self, settings: Settings, name: str | None = None) -> None:
        self._alias = name or settings.index_name
        self._client = connect(settings)

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        if query.offset + query.limit > MAX_WINDOW:
            raise ValueError(f"offset + limit must not be above {MAX_WINDOW}")
        with told(self._alias):
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
        with told(self._alias):
            return IndexState("elasticsearch", self._alias, self._client.count(index=self._alias)["count"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


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


def _hit(found: dict[str, Any]) -> SearchHit:
    return SearchHit(found["id"], found["title"], found["imdb_rating"], found["year"], tuple(found["genre"] or ()))
