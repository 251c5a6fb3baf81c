"""What films must have, where a window begins and what is counted, in tantivy's words: the port's values in."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from index.embedded_fields import (
    GENRE,
    PEOPLE,
    TENTHS,
    TITLE_TYPE,
    YEAR,
    is_turned,
    key_in,
    order_of,
)
from index.search import FACET_GENRES, Facet, FacetCounts, Filters, SearchQuery

FACETS: Mapping[Facet, Mapping[str, Any]] = {
    "genres": {"terms": {"field": GENRE, "size": FACET_GENRES}},
    "decades": {"histogram": {"field": YEAR, "interval": 10, "min_doc_count": 1}},
    "ratings": {"histogram": {"field": TENTHS, "interval": 10, "min_doc_count": 1}},
}
TENTHS_IN_ONE = 10
KEY = re.compile("[0-9a-z-]+")
"""What a film is ordered by: digits, and its id."""


def narrowed(query: Query, conditions: list[Query]) -> Query:
    """Let a query find only what meets every condition; its scores stay as they are."""
    if not conditions:
        return query
    quiet = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in conditions]
    return Query.boolean_query([(Occur.Must, query), *quiet])


def conditions_of(filters: Filters, schema: tantivy.Schema) -> list[Query]:
    """Say what films must have."""
    found = [Query.term_query(schema, GENRE, genre) for genre in filters.genres]
    if filters.title_types:
        found.append(_any(Query.term_query(schema, TITLE_TYPE, kind) for kind in filters.title_types))
    if filters.person is not None:
        found.append(Query.term_query(schema, PEOPLE, filters.person))
    for field, low, high in (
        (YEAR, filters.year_from, filters.year_to),
        (TENTHS, _tenths(filters.rating_from, math.ceil), _tenths(filters.rating_to, math.floor)),
    ):
        if low is not None or high is not None:
            found.append(Query.range_query(schema, field, FieldType.Unsigned, low, high))
    return found


def _tenths(rating: float | None, rounded: Callable[[Decimal], int]) -> int | None:
    """Give a bound in tenths, on its inner side."""
    return None if rating is None else rounded(Decimal(str(rating)) * TENTHS_IN_ONE)


def after(query: SearchQuery, index: tantivy.Index) -> list[Query]:
    """Leave out what comes before a position: a range of the keys that the films are ordered by."""
    if query.after is None or query.sort == "relevance":
        return []
    key = key_in(query.sort, query.after.value, query.after.id, descending=query.descending)
    if not KEY.fullmatch(key):
        raise ValueError(f"{query.after.id!r} is no film's id")
    beyond = f"{{* TO {key}}}" if is_turned(query) else f"{{{key} TO *}}"
    # tantivy makes ranges of texts by its query language alone, so it must be sure what goes into it.
    return [index.parse_query(f"{order_of(query.sort, descending=query.descending)}:{beyond}")]


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def count(searcher: tantivy.Searcher, query: Query, facets: Iterable[Facet]) -> dict[Facet, FacetCounts]:
    """Count the films that a query finds, by genre, decade or rating."""
    asked = {name: FACETS[name] for name in facets}
    if not asked:
        return {}
    found = searcher.aggregate(query, asked)
    return {name: _counts(name, found[name]["buckets"]) for name in asked}


def _counts(name: Facet, buckets: Iterable[Mapping[str, Any]]) -> FacetCounts:
    counts = [(bucket["key"], int(bucket["doc_count"])) for bucket in buckets]
    if name == "genres":
        return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
    unit = TENTHS_IN_ONE if name == "ratings" else 1
    return tuple(sorted((int(value) // unit, number) for value, number in counts))
