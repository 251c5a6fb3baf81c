"""Pages by the film that they come after: an order and a film in, the next films of the store out.

A page is read from ranges of one index, one after the other until it is full: the films of the same value, those of
the values beyond, and those without a value, which come last both ways. So a page costs the same at any depth, with
equal and with missing values. Ties are in ascending order of the id on the outside, both ways. There are few kinds of
range, and the statement of each is made once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from time import monotonic
from typing import Any, Literal

from sqlalchemy import ColumnElement, Numeric, Select, bindparam, exists, func, literal_column, select

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

GENRE = select(genres.c.id).where(genres.c.name == bindparam("genre"))
SOME_OF_GENRE = select(movie_genres.c.movie_id).where(movie_genres.c.genre_id == bindparam("genre")).limit(RARE + 1)
COUNT_OF_GENRE = select(func.count()).select_from(SOME_OF_GENRE.subquery())

Stretch = Literal["all", "same value", "beyond", "missing", "still missing"]
"""A part of an order: every film that has a value; after a film those of its value, and those beyond it; those without
a value, and those of them after a film."""


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
    after = _after(store, query)
    value, film = after or (None, None)
    values = {"value": value, "film": film, "rating": query.rating_above and float(query.rating_above)}
    genre = None
    if query.genre is not None:
        known = store.read(GENRE, {"genre": query.genre})
        if not known:
            return []
        values["genre"] = known[0][0]
        genre = "rare" if _is_rare(store, known[0][0], int(monotonic() // RECHECK_SECONDS)) else "common"
    found: Rows = []
    size = next(number for number in READ_AT_ONCE if number >= query.size)
    for stretch in _stretches(query, after):
        statement = _statement(
            query.sort, stretch, genre, size, descending=query.descending, rated=query.rating_above is not None
        )
        found += store.read(statement, values)[: query.size - len(found)]
        if len(found) == query.size:
            break
    return found


def _after(store: Backends, query: PageQuery) -> tuple[Any, str] | None:
    """Give (value, id) of the film that the page comes after, None for the first page."""
    if query.after_id is None:
        return None
    found = store.read(_place(query.sort), {"after_id": query.after_id})
    if not found:
        raise UnknownFilmError
    return found[0][0], found[0][1]


@cache
def _place(sort: str) -> Select[*tuple[Any, ...]]:
    after_id: ColumnElement[str] = bindparam("after_id")
    value = RATING if sort == "rating" else KEYS[sort]
    return select(value, OUTSIDE_ID).where((movies.c.public_id == after_id) | (movies.c.imdb_id == after_id))


def _stretches(query: PageQuery, after: tuple[Any, str] | None) -> Iterator[Stretch]:
    """Give the stretches of the order that come after a film, one after the other."""
    if after is None:
        yield "all"
    elif after[0] is not None:
        yield "same value"
        yield "beyond"
    if KEYS[query.sort].nullable:
        yield "missing" if after is None or after[0] is not None else "still missing"


@cache
def _statement(
    sort: str, stretch: Stretch, genre: Literal["rare", "common"] | None, size: int, *, descending: bool, rated: bool
) -> Select[*tuple[Any, ...]]:
    """Make the statement that reads films of a stretch of the index."""
    key = KEYS[sort]
    value = bindparam("value", type_=NUMBER if sort == "rating" else key.type)
    after = bindparam("film", type_=OUTSIDE_ID.type) < OUTSIDE_ID
    ordered = key.desc() if descending else key.asc()
    where = {
        "all": (key.is_not(None),),
        "same value": (key == value, after),
        "beyond": (key < value if descending else key > value,),
        "missing": (key.is_(None),),
        "still missing": (key.is_(None), after),
    }[stretch]
    order = (ordered, OUTSIDE_ID) if stretch in ("all", "beyond") else (OUTSIDE_ID,)
    statement = select(*SHOWN).where(*where).order_by(*order).limit(literal_column(str(size)))
    if rated:
        statement = statement.where(movies.c.imdb_rating > bindparam("rating", type_=NUMBER))
    return statement if genre is None else statement.where(_of_genre(genre))


def _of_genre(genre: Literal["rare", "common"]) -> ColumnElement[bool]:
    """Say that a film has a genre, in the way that suits the number of such films."""
    links = select(movie_genres.c.movie_id).where(movie_genres.c.genre_id == bindparam("genre"))
    if genre == "rare":
        return movies.c.id.in_(links)
    return exists(links.where(movie_genres.c.movie_id == movies.c.id))


@lru_cache(256)
def _is_rare(store: Backends, genre: int, _minute: int) -> bool:
    return bool(store.read(COUNT_OF_GENRE, {"genre": genre})[0][0] <= RARE)
