"""Plain lists straight from the store, for when there is no index: a query without words in, a page of films out.

The orders are those of the index: ids in code-point order, titles by `title_key`, ties by id ascending, films
without the value last both ways.
"""

from functools import cache
from typing import Any, Literal

import orjson
from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, case, func, select

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
Columns = tuple[ColumnElement[Any], ...]
PAGE: Columns = (OUTSIDE_ID, movies.c.title, RATING, movies.c.year, GENRES)
SHORT: Columns = (OUTSIDE_ID, movies.c.title, RATING)


Part = Literal["all", "known", "missing"]
"""Every film, where each has the value of the order; else those that have it, and those that have not."""


def list_films(store: Backends, query: SearchQuery) -> SearchPage:
    """Give a window of all films in the order that is asked for.

    Args:
        store: to be asked.
        query: its `text` is not looked at, and its `sort` is not 'relevance'.

    Raises:
        StoreUnavailableError: there is no store, or it does not answer.
    """
    rows = _read(store, query, PAGE)
    total = store.read(TOTAL, {})[0][0]
    hits = (
        SearchHit(film, title, rating, year, tuple(orjson.loads(names))) for film, title, rating, year, names in rows
    )
    return SearchPage(total, tuple(hits))


def read_window(store: Backends, query: SearchQuery) -> Rows:
    """Give the rows (id on the outside, title, rating) of a window; as `list_films`."""
    return _read(store, query, SHORT)


def _read(store: Backends, query: SearchQuery, shown: Columns) -> Rows:
    """Read a window: films that have the value, then, where these are at an end, the others."""
    parts: tuple[Part, ...] = ("all",) if query.sort in NEVER_MISSING else ("known", "missing")
    found: Rows = []
    for part in parts:
        statement = _window(query.sort, part, shown, descending=query.descending, later=query.offset > 0)
        found += store.read(statement, {"skipped": query.offset, "size": query.limit - len(found)})
        if len(found) == query.limit:
            break
    return found


@cache
def _window(sort: Sort, part: Part, shown: Columns, *, descending: bool, later: bool) -> Select[*tuple[Any, ...]]:
    """Make the statement that reads films of a part of an order.

    Of a window that is not the first, films that come before it are skipped by the index alone.
    """
    key = KEYS[sort]
    order = (key.desc() if descending else key.asc(), OUTSIDE_ID) if part != "missing" else (OUTSIDE_ID,)
    where = {"all": (), "known": (key.is_not(None),), "missing": (key.is_(None),)}[part]
    skipped: ColumnElement[int] = bindparam("skipped", type_=BigInteger)
    if part == "missing":
        known = select(func.count()).select_from(movies).where(key.is_not(None)).scalar_subquery()
        skipped = case((skipped > known, skipped - known), else_=0)
    if not later:
        return select(*shown).where(*where).order_by(*order).limit(bindparam("size"))
    window = select(movies.c.id).where(*where).order_by(*order).offset(skipped).limit(bindparam("size")).subquery()
    return select(*shown).join_from(window, movies, movies.c.id == window.c.id).order_by(*order)
