"""What films must have, where a window begins and what is counted, in tantivy's words: the port's values in."""

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from index.embedded_fields import (
    GENRE,
    PEOPLE,
    PLACE,
    TENTHS,
    TITLE_HEAD,
    TITLE_TYPE,
    YEAR,
    place_of,
    tenths_of,
    title_head,
)
from index.search import FACET_GENRES, Facet, FacetCounts, Filters, SearchQuery

FACETS: Mapping[Facet, Mapping[str, Any]] = {
    "genres": {"terms": {"field": GENRE, "size": FACET_GENRES}},
    "decades": {"histogram": {"field": YEAR, "interval": 10, "min_doc_count": 1}},
    "ratings": {"histogram": {"field": TENTHS, "interval": 10, "min_doc_count": 1}},
}
TENTHS_IN_ONE = 10


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


def after(query: SearchQuery, schema: tantivy.Schema) -> list[Query]:
    """Leave out what comes before a position; of titles that begin alike some are left, which `embedded` skips."""
    if query.after is None or query.sort == "relevance":
        return []
    place = place_of(query.after.id)
    if query.sort == "id":
        return [_beyond(schema, PLACE, place, descending=query.descending)]
    value = query.after.value
    if query.sort == "title":
        head = title_head(str(value))
        return [
            Query.range_query(
                schema, TITLE_HEAD, FieldType.Unsigned, *((None, head) if query.descending else (head, None))
            )
        ]
    field = YEAR if query.sort == "year" else TENTHS
    later = _beyond(schema, PLACE, place, descending=False)
    nothing = Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, Query.exists_query(field))])
    if value is None:
        return [nothing, later]
    number = int(value) if field == YEAR else tenths_of(float(value)) or 0
    same = [Query.range_query(schema, field, FieldType.Unsigned, number, number), later]
    return [
        _any(
            (
                _beyond(schema, field, number, descending=query.descending),
                Query.boolean_query([(Occur.Must, part) for part in same]),
                nothing,
            )
        )
    ]


def _any(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _beyond(schema: tantivy.Schema, field: str, value: int, *, descending: bool) -> Query:
    if descending:
        return Query.range_query(schema, field, FieldType.Unsigned, None, value, include_upper=False)
    return Query.range_query(schema, field, FieldType.Unsigned, value, None, include_lower=False)


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
