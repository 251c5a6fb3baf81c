"""What to ask of Elasticsearch: a SearchQuery in, the parts of a request's body out; and its counts in our words.

No text of a client reaches a parser of queries: words go into match queries, everything else into filters.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from index.mapping import EXACT_TIER, FUZZY_EXPANSIONS, WEIGHTS, words_of
from index.search import FACET_GENRES, Facet, FacetCounts, Filters, SearchQuery

FIELDS = [f"{name}^{weight}" for name, weight in WEIGHTS.items()]
SORT_FIELDS = {"id": "id", "title": "title_key", "imdb_rating": "imdb_rating", "year": "year"}
WHOLE = "whole"
"""The name of the count of all that is found."""
YEARS = 10
"""Years in a decade."""

FACETS: Mapping[Facet, Mapping[str, Any]] = {
    "genres": {"terms": {"field": "genre", "size": FACET_GENRES}},
    "decades": {"histogram": {"field": "year", "interval": YEARS, "min_doc_count": 1}},
    "ratings": {"histogram": {"field": "imdb_rating", "interval": 1, "min_doc_count": 1}},
}


def search_body(query: SearchQuery) -> dict[str, Any]:
    """Make the query: the words, and what films must have, which does not count for the score."""
    words = _words(query.text)
    conditions = list(_conditions(query.filters))
    return {"bool": {"must": [words], "filter": conditions}} if conditions else words


def _words(text: str) -> dict[str, Any]:
    """Ask for a text: each word by itself where it weighs most, exact matches above fuzzy ones."""
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


def _conditions(filters: Filters) -> Iterable[dict[str, Any]]:
    for genre in filters.genres:
        yield {"term": {"genre": genre}}
    if filters.title_types:
        yield {"terms": {"title_type": list(filters.title_types)}}
    if filters.person is not None:
        yield {"term": {"people": filters.person}}
    for field, low, high in (
        ("year", filters.year_from, filters.year_to),
        ("imdb_rating", filters.rating_from, filters.rating_to),
    ):
        bounds = {name: value for name, value in (("gte", low), ("lte", high)) if value is not None}
        if bounds:
            yield {"range": {field: bounds}}


def sort_body(query: SearchQuery) -> list[dict[str, Any]]:
    """Make the order: ties by id ascending, missing last both ways."""
    if query.sort == "relevance":
        return [{"_score": "desc"}, {"id": "asc"}]
    way = "desc" if query.descending else "asc"
    first = {SORT_FIELDS[query.sort]: {"order": way, "missing": "_last"}}
    return [first] if query.sort == "id" else [first, {"id": "asc"}]


def scored_after(query: SearchQuery) -> list[Any] | None:
    """Begin after a score and an id."""
    if query.after is None or query.sort != "relevance":
        return None
    return [query.after.value, query.after.id]


def after_body(query: SearchQuery) -> dict[str, Any] | None:
    """Leave out what comes before a position: the values before it, and of the same value the ids up to it.

    It is a filter after the search, so that totals and facets are those of the whole.
    """
    if query.after is None or query.sort == "relevance":
        return None
    field, value = SORT_FIELDS[query.sort], query.after.value
    beyond = "lt" if query.descending else "gt"
    if query.sort == "id":
        return {"range": {"id": {beyond: query.after.id}}}
    later = {"range": {"id": {"gt": query.after.id}}}
    nothing = {"bool": {"must_not": {"exists": {"field": field}}}}
    if value is None:
        return {"bool": {"filter": [nothing, later]}}
    same = {"bool": {"filter": [{"term": {field: value}}, later]}}
    return {"bool": {"should": [{"range": {field: {beyond: value}}}, same, nothing]}}


def counts_body(query: SearchQuery) -> dict[str, Any]:
    """Ask for counts: the facets, and after a position the total, which its filter would lessen."""
    whole: dict[str, Any] = {WHOLE: {"filter": {"match_all": {}}}} if query.after else {}
    return {**whole, **{name: FACETS[name] for name in query.facets}}


def facet_counts(name: Facet, buckets: Iterable[Mapping[str, Any]]) -> FacetCounts:
    """Put an engine's buckets into the port's order."""
    counts = ((bucket["key"], int(bucket["doc_count"])) for bucket in buckets)
    if name == "genres":
        return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
    return tuple(sorted((int(value), count) for value, count in counts))


def starting(text: str) -> str:
    """Give the regular expression, in Lucene's words, of what begins with a text."""
    return "".join(letter if letter.isalnum() or letter.isspace() else f"\\{letter}" for letter in text) + ".*"
