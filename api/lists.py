"""Plain lists straight from the store, for when there is no index: a query without words in, a page of films out.

The orders are those of the index: ids in code-point order, titles by `title_key`, ties by id ascending, films
without the value last both ways.
"""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, func, select

from api.backends import Backends
from api.cards import GENRES, RATING
from api.reading import Rows
from index.search import SearchHit, SearchPage, SearchQuery, Sort
from normalize.models import OUTSIDE_ID, movies

KEYS = {
    "id": OUTSIDE_ID,
    "title": movies.c.title_key,
    "imdb_rating": movies.c.imdb_rating,
    "year": movies.c.year,
}
NEVER_MISSING = ("id", "title")
TOTAL = select(func.count()).select_from(movies)
PAGE = (OUTSIDE_ID, movies.c.title, RATING, movies.c.year, GENRES)
SHORT = (OUTSIDE_ID, movies.c.title, RATING)


def list_films(store: Backends, query: SearchQuery) -> SearchPage:
    """Give a window of all films in the order that is asked for.

    Args:
        store: to be asked.
        query: its `text` is not looked at, and its `sort` is not 'relevance'.

    Raises:
        StoreUnavailableError: there is no store, or it does not answer.
    """
    rows = store.read(_window(query.sort, descending=query.descending, whole=True), _place(query))
    total = store.read(TOTAL, {})[0][0]
    hits = (
        SearchHit(film, title, rating, year, tuple(orjson.loads(names))) for film, title, rating, year, names in rows
    )
    return SearchPage(total, tuple(hits))


def read_window(store: Backends, query: SearchQuery) -> Rows:
    """Give the rows (id on the outside, title, rating) of a window; as `list_films`."""
    return store.read(_window(query.sort, descending=query.descending, whole=False), _place(query))


def _place(query: SearchQuery) -> dict[str, object]:
    return {"skipped": query.offset, "size": query.limit}


@cache
def _window(sort: Sort, *, descending: bool, whole: bool) -> Select[*tuple[Any, ...]]:
    key = KEYS[sort]
    order = key.desc() if descending else key.asc()
    return (
        select(*(PAGE if whole else SHORT))
        .order_by(order if sort in NEVER_MISSING else order.nulls_last(), OUTSIDE_ID)
        .offset(bindparam("skipped"))
        .limit(bindparam("size"))
    )
