"""What to ask of Elasticsearch: a SearchQuery in, the parts of a request's body out; and its counts in our words.

No text of a client reaches a parser of queries: words go into match queries, everything else into filters.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.mapping import FUZZY_EXPANSIONS, WEIGHTS, words_of
from index.ranking import (
    FUZZY_TIER,
    GAP,
    MEANT_TIER,
    MOST_PAIRS,
    NAMES,
    OTHER_FIELDS,
    TITLE,
    TOGETHER,
    WHOLE_TITLE,
    exact_tier,
    meant_words,
    pairs_of,
    titles_meant,
)
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


def search_body(query: SearchQuery, meant: Mapping[str, str]) -> dict[str, Any]:
    """Make the query: the words, and what films must have, which does not count for the score.

    Args:
        query: what is asked.
        meant: unknown word → what it was likely meant to be, which widens nothing.
    """
    return _narrowed(_words(query.text, meant), query.filters)


def exact_body(query: SearchQuery) -> dict[str, Any]:
    """Make the query for films that have a word of the text exactly, which all match the whole query."""
    same = [{"multi_match": _same(word)} for word in words_of(query.text)]
    return _narrowed({"bool": {"should": same}} if same else {"match_none": {}}, query.filters)


def _narrowed(words: dict[str, Any], filters: Filters) -> dict[str, Any]:
    conditions = list(_conditions(filters))
    return {"bool": {"must": [words], "filter": conditions}} if conditions else words


def _words(text: str, meant: Mapping[str, str]) -> dict[str, Any]:
    """Ask for a text: one of its words at least, and what else counts for the score."""
    if not text.strip():
        return {"match_all": {}}
    words = words_of(text)
    if not words:
        return {"match_none": {}}
    exact = exact_tier(len(words))
    found = {"bool": {"should": [_word(word, exact) for word in words], "minimum_should_match": 1}}
    more = [_constant({"terms": {"title_words": titles_meant(text, meant)}}, WHOLE_TITLE)]
    more += [_tier(_same(word), MEANT_TIER) for word in meant.values()]
    return {"bool": {"must": [found], "should": [*more, *_together(meant_words(text, meant))]}}


def _together(words: list[str]) -> Iterator[dict[str, Any]]:
    """Ask for words that mean something together."""
    for one, other in pairs_of(words):
        for field in (TITLE, *NAMES):
            both_ways = [
                {"match_phrase": {field: {"query": pair, "slop": GAP}}} for pair in (f"{one} {other}", f"{other} {one}")
            ]
            yield _constant({"bool": {"should": both_ways}})
    for word in words[:MOST_PAIRS] if len(words) > 1 else ():
        others = {"match": {TITLE: " ".join(other for other in words if other != word)}}
        for field in NAMES:
            yield _constant({"bool": {"filter": [{"match": {field: word}}, others]}})


def _word(word: str, exact: float) -> dict[str, Any]:
    """Ask for a word, exactly or nearly, whichever counts more."""
    near = {
        "query": word,
        "fields": FIELDS,
        "type": "best_fields",
        "fuzziness": "AUTO",
        "prefix_length": 0,
        "max_expansions": FUZZY_EXPANSIONS,
        "fuzzy_rewrite": f"top_terms_boost_{FUZZY_EXPANSIONS}",
    }
    return {"dis_max": {"queries": [_tier(_same(word), exact), _tier(near, FUZZY_TIER)]}}


def _same(word: str) -> dict[str, Any]:
    """Ask for a word exactly, as rare in each field as it is where it is most common."""
    return {"query": word, "fields": FIELDS, "type": "cross_fields", "tie_breaker": OTHER_FIELDS}


def _tier(match: dict[str, Any], tier: float) -> dict[str, Any]:
    """Add to the score of what matches."""
    return {"bool": {"must": [{"multi_match": match}], "should": [_constant({"match_all": {}}, tier)]}}


def _constant(condition: dict[str, Any], score: float = TOGETHER) -> dict[str, Any]:
    return {"constant_score": {"filter": condition, "boost": score}}


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
