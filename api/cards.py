"""A film as the store has it: its id on the outside in, the film with genres and credits out. The store is the truth.

Two statements a film, made once: the film's own row, and all its genres and credits together.
"""

from dataclasses import dataclass, field

from pydantic import BaseModel
from sqlalchemy import BigInteger, Connection, Text, bindparam, cast, literal, null, or_, select, union_all

from normalize.models import CREDITS, genres, movie_genres, movies, people

NUL = "\0"
"""No id holds it, and PostgreSQL refuses to be asked for it."""

GENRES = "genres"


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


FILM = select(
    movies.c.id,
    movies.c.imdb_id,
    movies.c.public_id,
    movies.c.title,
    movies.c.description,
    movies.c.imdb_rating,
    movies.c.year,
    movies.c.runtime_minutes,
).where(or_(movies.c.imdb_id == bindparam("outside_id"), movies.c.public_id == bindparam("outside_id")))

LINKED = union_all(
    select(
        literal(GENRES, Text).label("kind"),
        movie_genres.c.ordering.label("place"),
        cast(null(), Text).label("source_id"),
        cast(genres.c.id, BigInteger).label("number"),
        genres.c.name,
    )
    .join_from(movie_genres, genres)
    .where(movie_genres.c.movie_id == bindparam("film")),
    *(
        select(literal(role, Text), table.c.ordering, table.c.source_person_id, people.c.id, people.c.name)
        .join_from(table, people)
        .where(table.c.movie_id == bindparam("film"))
        for role, table in CREDITS.items()
    ),
).order_by("kind", "place")


def read_film(connection: Connection, outside_id: str) -> FilmRow | None:
    """Read one film; None where there is no such film.

    Args:
        connection: to the store.
        outside_id: `imdb_id`, or `public_id`.
    """
    if NUL in outside_id:
        return None
    row = connection.execute(FILM, {"outside_id": outside_id}).one_or_none()
    if row is None:
        return None
    film = FilmRow(*row)
    for kind, _, source_id, number, name in connection.execute(LINKED, {"film": film.number}):
        if kind == GENRES:
            film.genres.append(name)
        else:
            getattr(film, kind).append(Credit(source_id, number, name))
    return film


def card(film: FilmRow) -> Card:
    """Make the card of a film."""
    return Card(
        id=film.id,
        title=film.title,
        description=film.description,
        imdb_rating=film.imdb_rating,
        year=film.year,
        genres=film.genres,
        directors=_people(film.directors),
        actors=_people(film.actors),
        writers=_people(film.writers),
    )


def _people(credited: list[Credit]) -> list[Person]:
    return [Person(id=credit.shown_id, name=credit.name) for credit in credited]
