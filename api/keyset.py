"""Pages by the film that they come after: an order and a film in, the next films of the store out.

A page is read from ranges of one index, one after the other until it is full: the films of the same value, those of
the values beyond, and those without a value, which come last both ways. So a page costs the same at any depth, with
equal and with missing values. Ties are in ascending order of the id on the outside, both ways.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, select

from normalize.models import OUTSIDE_ID, genres, movie_genres, movies

KEYS = {"title": movies.c.title_key, "year": movies.c.year, "rating": movies.c.imdb_rating}
"""What may be sorted by → its column."""

RARE = 2_000
"""A genre of no more films than these is sorted as a whole; of another the order is walked until a page is full."""

SHOWN = (
    movies.c.id,
    movies.c.imdb_id,
    movies.c.public_id,
    movies.c.title,
    movies.c.year,
    movies.c.imdb_rating,
    movies.c.runtime_minutes,
)

Films = Sequence[Row[Any, Any, Any, Any, Any, Any, Any]]


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


def read_page(connection: Connection, query: PageQuery) -> Films:
    """Give the films of a page.

    Raises:
        UnknownFilmError: there is no film with the id `after_id`.
    """
    conditions = _conditions(connection, query)
    found: list[Row[Any, Any, Any, Any, Any, Any, Any]] = []
    if conditions is None:
        return found
    for part in _ranges(query, _after(connection, query)):
        found += connection.execute(part.where(*conditions).limit(query.size - len(found))).all()
        if len(found) == query.size:
            break
    return found


def _after(connection: Connection, query: PageQuery) -> tuple[Any, str] | None:
    """Give (value, id) of the film that the page comes after, None for the first page."""
    if query.after_id is None:
        return None
    asked = select(KEYS[query.sort], OUTSIDE_ID).where(
        (movies.c.public_id == query.after_id) | (movies.c.imdb_id == query.after_id)
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise UnknownFilmError
    value = Decimal(str(row[0])) if isinstance(row[0], float) else row[0]
    return value, row[1]


def _ranges(query: PageQuery, after: tuple[Any, str] | None) -> Iterator[Select[*tuple[Any, ...]]]:
    """Give the ranges of the order that come after a film, each as a query on one stretch of the index."""
    key = KEYS[query.sort]
    ordered = key.desc() if query.descending else key.asc()
    value, film = after or (None, None)
    valued = select(*SHOWN).where(key.is_not(None)).order_by(ordered, OUTSIDE_ID)
    if after is None:
        yield valued
    elif value is not None:
        yield select(*SHOWN).where(key == value, film < OUTSIDE_ID).order_by(OUTSIDE_ID)
        yield valued.where(key < value if query.descending else key > value)
    if key.nullable:
        valueless = select(*SHOWN).where(key.is_(None)).order_by(OUTSIDE_ID)
        yield valueless if after is None or value is not None else valueless.where(film < OUTSIDE_ID)


def _conditions(connection: Connection, query: PageQuery) -> list[ColumnElement[bool]] | None:
    """Give what the films must have; None where no film can have it."""
    conditions: list[ColumnElement[bool]] = []
    if query.rating_above is not None:
        conditions.append(movies.c.imdb_rating > query.rating_above)
    if query.genre is not None:
        genre = connection.scalar(select(genres.c.id).where(genres.c.name == query.genre))
        if genre is None:
            return None
        conditions.append(_of_genre(connection, genre))
    return conditions


def _of_genre(connection: Connection, genre: int) -> ColumnElement[bool]:
    """Say that a film has a genre, in the way that suits the number of such films."""
    links = select(movie_genres.c.movie_id).where(movie_genres.c.genre_id == genre)
    if len(connection.execute(links.limit(RARE + 1)).all()) <= RARE:
        return movies.c.id.in_(links)
    return exists(links.where(movie_genres.c.movie_id == movies.c.id))
