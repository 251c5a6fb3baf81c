"""A film as the store has it: its id on the outside in, the film with genres and credits out. The store is the truth.

One statement a film, so that nobody ever sees half of a change.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Float, bindparam, cast, or_, select

from api.backends import Backends
from api.nested import nested
from normalize.models import CREDITS, genres, movie_genres, movies, people

NUL = "\0"
"""No id holds it, and PostgreSQL refuses to be asked for it."""

RATING = cast(movies.c.imdb_rating, Float).label("imdb_rating")
"""A rating as a number with a point, on both databases."""


class Person(BaseModel):
    """Who did something for a film."""

    id: str
    name: str


class Card(BaseModel):
    """A film with everything that the store says of it; lists are in the source's order."""

    id: str
    title: str
    description: str | None
    imdb_rating: float | None
    year: int | None
    genres: list[str]
    directors: list[Person]
    actors: list[Person]
    writers: list[Person]


@dataclass(frozen=True, slots=True)
class Credit:
    """A person in a role: the id that the source gave there, our number, the name."""

    source_id: str
    person_id: int
    name: str

    @property
    def shown_id(self) -> str:
        """Give the source's id; where it gave only a name, our own number."""
        return str(self.person_id) if self.source_id == self.name else self.source_id


@dataclass(slots=True)
class FilmRow:
    """A film of the store; lists are in the source's order."""

    number: int
    imdb_id: str | None
    public_id: str
    title: str
    description: str | None
    imdb_rating: float | None
    year: int | None
    runtime_minutes: int | None
    genres: list[str] = field(default_factory=list)
    directors: list[Credit] = field(default_factory=list)
    actors: list[Credit] = field(default_factory=list)
    writers: list[Credit] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Give the id on the outside."""
        return self.imdb_id or self.public_id


GENRES = nested(
    select(genres.c.name)
    .join_from(movie_genres, genres)
    .where(movie_genres.c.movie_id == movies.c.id)
    .order_by(movie_genres.c.ordering)
)
"""The names of a film's genres."""


def _credits(role: str) -> ColumnElement[str]:
    """Give the credits of a film in a role."""
    table = CREDITS[role]
    return nested(
        select(table.c.source_person_id, people.c.id, people.c.name)
        .join_from(table, people)
        .where(table.c.movie_id == movies.c.id)
        .order_by(table.c.ordering)
    )


OWN = (
    movies.c.id,
    movies.c.imdb_id,
    movies.c.public_id,
    movies.c.title,
    movies.c.description,
    RATING,
    movies.c.year,
    movies.c.runtime_minutes,
)
FILM = select(*OWN, GENRES, *map(_credits, ("directors", "actors", "writers"))).where(
    or_(movies.c.imdb_id == bindparam("outside_id"), movies.c.public_id == bindparam("outside_id"))
)
"""Its columns are the fields of a `FilmRow`."""


def read_film(store: Backends, outside_id: str) -> FilmRow | None:
    """Read one film; None where there is no such film.

    Args:
        store: to be asked.
        outside_id: `imdb_id`, or `public_id`.

    Raises:
        StoreUnavailableError: there is no store, or it does not answer.
    """
    if NUL in outside_id:
        return None
    rows = store.read(FILM, {"outside_id": outside_id})
    if not rows:
        return None
    names, *roles = map(orjson.loads, rows[0][len(OWN) :])
    cells: list[Any] = [*rows[0][: len(OWN)], names, *([Credit(*credit) for credit in role] for role in roles)]
    return FilmRow(*cells)


def card(film: FilmRow) -> dict[str, object]:
    """Make the card of a film, as `Card` describes it."""
    return {
        "id": film.id,
        "title": film.title,
        "description": film.description,
        "imdb_rating": film.imdb_rating,
        "year": film.year,
        "genres": film.genres,
        "directors": _people(film.directors),
        "actors": _people(film.actors),
        "writers": _people(film.writers),
    }


def _people(credited: list[Credit]) -> list[dict[str, str]]:
    return [{"id": credit.shown_id, "name": credit.name} for credit in credited]
