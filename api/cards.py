"""A film's whole card: its id on the outside in, what the store says of it out. The store is the truth."""

from pydantic import BaseModel
from sqlalchemy import Connection, Row, Table, Text, case, cast, or_, select

from normalize.models import CREDITS, genres, movie_genres, movies, people

NUL = "\0"
"""No id holds it, and PostgreSQL refuses to be asked for it."""


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


def read_card(connection: Connection, outside_id: str) -> Card | None:
    """Read the card of one film; None where there is no such film.

    Args:
        connection: to the store.
        outside_id: `imdb_id`, or `public_id`.
    """
    if NUL in outside_id:
        return None
    film = connection.execute(
        select(movies).where(or_(movies.c.imdb_id == outside_id, movies.c.public_id == outside_id))
    ).one_or_none()
    if film is None:
        return None
    return Card(
        id=film.imdb_id or film.public_id,
        title=film.title,
        description=film.description,
        imdb_rating=film.imdb_rating,
        year=film.year,
        genres=_genres(connection, film),
        **{role: _people(connection, table, film) for role, table in CREDITS.items()},
    )


def _genres(connection: Connection, film: Row[tuple[object, ...]]) -> list[str]:
    query = select(genres.c.name).join(movie_genres).where(movie_genres.c.movie_id == film.id)
    return list(connection.scalars(query.order_by(movie_genres.c.ordering)))


def _people(connection: Connection, table: Table, film: Row[tuple[object, ...]]) -> list[Person]:
    """Give a role's people with the ids that their source gave them; where it gave only a name, our own number."""
    own = cast(people.c.id, Text)
    given = case((table.c.source_person_id == people.c.name, own), else_=table.c.source_person_id)
    query = select(given.label("id"), people.c.name).join_from(table, people).where(table.c.movie_id == film.id)
    return [Person(id=row.id, name=row.name) for row in connection.execute(query.order_by(table.c.ordering))]
