"""A window of what tantivy finds: a query and where the window begins in, the stored cards in order out."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import tantivy

from index.embedded_fields import CARD, PLACE, is_turned, order_of, place_of
from index.embedded_filters import after, narrowed
from index.search import MAX_WINDOW, Position, SearchQuery, Sort

Card = dict[str, Any]
Hit = tuple[Any, tantivy.DocAddress]
"""What tantivy orders by, and where the film is."""
SPARE = 200
"""Hits that are looked at beside those of the window: so many films may share the score of its last one."""
VALUES: dict[Sort, str] = {"id": "id", "title": "title_key", "imdb_rating": "imdb_rating", "year": "year"}
"""Order → the field of a card that it goes by."""


@dataclass(frozen=True, slots=True)
class Window:
    """How many films there are in all, the cards of the window, and the place of the last one."""

    total: int
    cards: list[Card]
    last: Position | None


def window(index: tantivy.Index, searcher: tantivy.Searcher, whole: tantivy.Query, query: SearchQuery) -> Window:
    """Give the window of a query that is asked for."""
    if query.sort == "relevance":
        return _most_relevant(searcher, whole, query)
    found = searcher.search(
        narrowed(whole, after(query, index)),
        limit=max(query.limit, 1),
        offset=query.offset,
        order_by_field=order_of(query.sort, descending=query.descending),
        order=tantivy.Order.Desc if is_turned(query) else tantivy.Order.Asc,
    )
    cards = [_card(searcher, address) for _, address in found.hits][: query.limit]
    total = _count(searcher.search(whole, limit=1) if query.after else found)
    last = Position(cards[-1][VALUES[query.sort]], cards[-1]["id"]) if cards else None
    return Window(total, cards, last)


def _most_relevant(searcher: tantivy.Searcher, whole: tantivy.Query, query: SearchQuery) -> Window:
    """Order by score, then by id, and cut: tantivy leaves equal scores in the order of its segments.

    So films of the last one's score have to be looked at to the end, as far as windows go. Few have it, most of the
    time: to look at some more than are asked for takes a fraction of what it takes to look at all.
    """
    seen = query.after.seen if query.after else query.offset
    most = max(MAX_WINDOW, seen + query.limit)
    for limit in dict.fromkeys((min(seen + query.limit + SPARE, most), most)):
        found = searcher.search(whole, limit=limit)
        ranked = _ranked(searcher, found, query)
        is_all = len(found.hits) < limit
        if is_all or (len(ranked) == query.limit and all(score > found.hits[-1][0] for score, _ in ranked[-1:])):
            break
    cards = [_card(searcher, address) for _, address in ranked]
    last = Position(ranked[-1][0], cards[-1]["id"], seen + len(cards)) if cards else None
    return Window(_count(found), cards, last)


def _ranked(searcher: tantivy.Searcher, found: tantivy.SearchResult, query: SearchQuery) -> list[Hit]:
    """Give the hits of the window, in order."""
    places = searcher.fast_field_values(PLACE, [address for _, address in found.hits])
    ranked = sorted(zip(found.hits, places, strict=True), key=_rank)
    begin = query.offset
    if query.after:
        passed = (-float(query.after.value or 0), place_of(query.after.id))
        begin = bisect_right(ranked, passed, key=_rank)
    return [hit for hit, _ in ranked[begin : begin + query.limit]]


def _rank(placed: tuple[Hit, Any]) -> tuple[float, int]:
    (score, _), place = placed
    return -score, place


def _count(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # its stub lacks it


def _card(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Card:
    return json.loads(searcher.doc(address)[CARD][0])  # type: ignore[no-any-return]
