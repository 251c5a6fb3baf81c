"""Pages by the film that they come after: an order and a film in, the next films of the store out.

A page is read from ranges of one index, one after the other until it is full: the films of the same value, those of
the values beyond, and those without a value, which come last both ways. So a page costs the same at any depth, with
equal and with missing values. Ties are in ascending order of the id on the outside, both ways.

Where films are not picked by genre or rating, one statement reads a page, whatever its ranges: a few films too many
cost less than another question. Otherwise a film may be far to seek, and a range is read only where the page is not
full. The film to come after is looked up in the same statement. There are few kinds of statement, each made once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from time import monotonic
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    Select,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from api.backends import Backends
from api.cards import GENRES, RATING
from api.reading import Rows
from normalize.models import OUTSIDE_ID, genres, movie_genres, movies

KEYS = {"title": movies.c.title_key, "year": movies.c.year, "rating": movies.c.imdb_rating}
"""What may be sorted by → its column."""

RARE = 2_000
"""A genre of no more films than these is sorted as a whole; of another the order is walked until a page is full."""

OWN = (movies.c.public_id, movies.c.title, movies.c.year, RATING, movies.c.runtime_minutes, movies.c.imdb_id)
SHOWN = (*OWN, GENRES)
"""The columns of a page."""

NUMBER = Numeric(asdecimal=False)
"""A rating that is compared with, of any number of digits."""

READ_AT_ONCE = (10, 50, 250)
"""How many films a statement reads: as many as are asked for, or more. The number stands in its text: PostgreSQL
plans a statement once for all values, takes a number that it does not know for a tenth of the table, and sorts it."""

RECHECK_SECONDS = 60
"""How long it is remembered whether a genre is rare; an old answer costs time, never a wrong film."""

THE_GENRE = select(genres.c.id).where(genres.c.name == bindparam("genre")).scalar_subquery()
OF_GENRE = select(movie_genres.c.movie_id).where(movie_genres.c.genre_id == THE_GENRE)
COUNT_OF_GENRE = select(func.count()).select_from(OF_GENRE.limit(RARE + 1).subquery())

IS_BEFORE = (movies.c.public_id == bindparam("after_id")) | (movies.c.imdb_id == bindparam("after_id"))
BEFORE = select(movies.c.id).where(IS_BEFORE)
"""The film that a page comes after."""

FIRST = ""
"""Comes before every id."""

Stretch = Literal["all", "nothing", "same value", "beyond", "missing"]
"""A part of an order. Of the first page: every film that has a value, those that have none. After a film: those of its
value, those beyond it, those that have none."""
Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class PageQuery:
    """What is asked: an order, what the films must have, and how many after which film."""

    sort: str
    descending: bool
    size: int
    genre: str | None = None
    rating_above: Decimal | None = None
    after_id: str | None = None


class UnknownFilmError(Exception):
    """There is no film with the id that a page should come after."""


def read_page(store: Backends, query: PageQuery) -> Rows:
    """Give the films of a page, as rows of `SHOWN`.

    Raises:
        UnknownFilmError: there is no film with the id `after_id`.
        StoreUnavailableError: there is no store, or it does not answer.
    """
    asked = {"after_id": query.after_id, "genre": query.genre}
    values: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    genre: Literal["rare", "common"] | None = None
    if query.genre is not None:
        genre = "rare" if _is_rare(store, query.genre, int(monotonic() // RECHECK_SECONDS)) else "common"
    if query.rating_above is not None:
        values["rating"] = float(query.rating_above)
    found: Rows = []
    size = next(number for number in READ_AT_ONCE if number >= query.size)
    for stretches in _stretches(query):
        statement = _statement(
            query.sort, stretches, genre, size, descending=query.descending, rated=query.rating_above is not None
        )
        found += store.read(statement, values)[: query.size - len(found)]
        if len(found) == query.size:
            break
    if not found and query.after_id is not None and not store.read(BEFORE, values):
        raise UnknownFilmError
    return found


def _stretches(query: PageQuery) -> list[tuple[Stretch, ...]]:
    """Give the stretches of the order that a page is read from, in their order; those of one tuple are read at once."""
    stretches: list[Stretch] = ["all", "nothing"] if query.after_id is None else ["same value", "beyond", "missing"]
    if not KEYS[query.sort].nullable:
        stretches.pop()
    if query.after_id is None or query.genre is not None or query.rating_above is not None:
        return [(stretch,) for stretch in stretches]
    return [tuple(stretches)]


@cache
def _statement(
    sort: str,
    stretches: Sequence[Stretch],
    genre: Literal["rare", "common"] | None,
    size: int,
    *,
    descending: bool,
    rated: bool,
) -> Select[*tuple[Any, ...]]:
    """Make the statement that reads films of stretches of the index, one stretch after the other."""
    more: list[Condition] = []
    if rated:
        more.append(movies.c.imdb_rating > bindparam("rating", type_=NUMBER))
    if genre is not None:
        more.append(_of_genre(genre))
    parts = [_range(sort, stretch, descending=descending) for stretch in stretches]
    limit: ColumnElement[int] = literal_column(str(size))
    if len(parts) == 1:
        where, order = parts[0]
        return select(*SHOWN).where(*where, *more).order_by(*order).limit(limit)
    wanted = (movies.c.id, KEYS[sort].label("value"), OUTSIDE_ID.label("outside"))
    read = [
        select(literal_column(str(number)).label("part"), *wanted)
        .where(*where)
        .order_by(*order)
        .limit(limit)
        .subquery()
        for number, (where, order) in enumerate(parts)
    ]
    page = _in_order(union_all(*map(select, read)).subquery(), descending=descending).limit(limit).subquery()
    return _in_order(page, descending=descending, shown=SHOWN).join(movies, movies.c.id == page.c.id)


def _in_order(
    page: Subquery, *, descending: bool, shown: Sequence[ColumnElement[Any]] = ()
) -> Select[*tuple[Any, ...]]:
    """Read films of several stretches in the order of these, and of each one."""
    value = page.c.value.desc() if descending else page.c.value.asc()
    return select(*(shown or page.c)).select_from(page).order_by(page.c.part, value, page.c.outside)


def _range(
    sort: str, stretch: Stretch, *, descending: bool
) -> tuple[Sequence[Condition], Sequence[ColumnElement[Any]]]:
    """Give the conditions of a stretch, and its order."""
    key, before = KEYS[sort], _before(sort)
    value, film = select(before.c.value).scalar_subquery(), select(before.c.film).scalar_subquery()
    ordered = key.desc() if descending else key.asc()
    match stretch:
        case "all":
            return (key.is_not(None),), (ordered, OUTSIDE_ID)
        case "same value":
            return (key == value, film < OUTSIDE_ID), (OUTSIDE_ID,)
        case "beyond":
            return (key < value if descending else key > value,), (ordered, OUTSIDE_ID)
        case "nothing":
            return (key.is_(None),), (OUTSIDE_ID,)
    first = select(case((before.c.value.is_(None), before.c.film), else_=FIRST)).scalar_subquery()
    return (key.is_(None), first < OUTSIDE_ID), (OUTSIDE_ID,)


@cache
def _before(sort: str) -> CTE:
    """Look up the film to come after, once for all stretches of a statement."""
    return select(KEYS[sort].label("value"), OUTSIDE_ID.label("film")).where(IS_BEFORE).cte("before")


def _of_genre(genre: Literal["rare", "common"]) -> Condition:
    """Say that a film has a genre, in the way that suits the number of such films."""
    if genre == "rare":
        return movies.c.id.in_(OF_GENRE)
    return exists(OF_GENRE.where(movie_genres.c.movie_id == movies.c.id))


@lru_cache(256)
def _is_rare(store: Backends, genre: str, _minute: int) -> bool:
    return bool(store.read(COUNT_OF_GENRE, {"genre": genre})[0][0] <= RARE)
