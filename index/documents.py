"""Documents: the store's rows in, one validated document per film out, in the contract's fields.

Where there is nothing, `actors` and `writers` are [] and every other field is an explicit null. Documents come in the
order of their ids (code points), read by set-based queries in batches, so that memory stays bounded.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, Row, Select, Text, func, select

from normalize.models import CREDITS, genres, movie_genres, movies, people
from normalize.words import NOTHING_WORDS

DIGEST_BYTES = 16
IMDB_DIGITS = 17
"""The most digits of an IMDb id that an index can put in order; those of today have 7 or 8."""
CODE_POINTS = {"sqlite": "BINARY", "postgresql": "C"}
"""The collation that sorts text by code points, per database."""


def _something(value: str) -> str:
    if value.strip() in NOTHING_WORDS:
        raise ValueError(f"{value!r} is a word for nothing; null says that")
    return value


UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OutsideId = Annotated[str, Field(pattern=rf"^(tt[0-9]{{1,{IMDB_DIGITS}}}|{UUID})$")]
"""An IMDb id, or the UUID of a film of our own."""
Said = Annotated[str, AfterValidator(_something)]
SaidList = Annotated[list[Said], Field(min_length=1)]


class Named(BaseModel):
    """A person in a role, with the id that the source gave them there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Said
    name: Said


class Document(BaseModel):
    """One film as the index has it; the first ten fields are the contract's, `dynamic: strict` knows no others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: OutsideId
    imdb_rating: float | None = Field(ge=0, le=10)
    genre: SaidList | None
    title: Annotated[str, Field(min_length=1)]
    description: Said | None
    director: SaidList | None
    actors_names: SaidList | None
    writers_names: SaidList | None
    actors: list[Named]
    writers: list[Named]
    year: int | None
    title_key: str

    @property
    def digest(self) -> str:
        """A fingerprint of the whole content: equal documents have equal ones."""
        content = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return blake2b(content.encode(), digest_size=DIGEST_BYTES).hexdigest()


Refused = Callable[[str, str], None]
"""Told the film's id and why its document cannot be made."""


def outside_id(connection: Connection) -> Any:  # noqa: ANN401 - SQLAlchemy's type of this expression is not of use
    """Give the SQL of a film's id on the outside, compared by code points."""
    collation = CODE_POINTS[connection.dialect.name]
    return func.coalesce(movies.c.imdb_id, movies.c.public_id, type_=Text()).collate(collation).label("outside_id")


def read_documents(connection: Connection, batch: int, refused: Refused) -> Iterator[Document]:
    """Give the document of every film, ascending by id.

    Args:
        connection: to the store, in one read transaction.
        batch: how many films are in memory at once.
        refused: told of each film whose rows make no document; the others go on.
    """
    key = outside_id(connection)
    query = select(movies, key).order_by(key).execution_options(yield_per=batch)
    for films in connection.execute(query).partitions(batch):
        yield from _documents(connection, films, refused)


def _documents(connection: Connection, films: Sequence[Row[Any]], refused: Refused) -> Iterator[Document]:
    ids = [film.id for film in films]
    named_genres = _by_film(connection, _genres_of(ids))
    credits_of = {role: _by_film(connection, _credits_of(role, ids)) for role in CREDITS}
    for film in films:
        try:
            yield _document(film, named_genres, {role: rows.get(film.id, []) for role, rows in credits_of.items()})
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            refused(film.outside_id, "; ".join(faults))


def _document(film: Row[Any], named_genres: dict[int, list[Row[Any]]], roles: dict[str, list[Row[Any]]]) -> Document:
    def names(role: str) -> list[str] | None:
        return [person.name for person in roles[role]] or None

    def named(role: str) -> list[Named]:
        return [Named(id=person.source_person_id, name=person.name) for person in roles[role]]

    return Document(
        id=film.outside_id,
        imdb_rating=film.imdb_rating,
        genre=[genre.name for genre in named_genres.get(film.id, [])] or None,
        title=film.title,
        description=film.description,
        director=names("directors"),
        actors_names=names("actors"),
        writers_names=names("writers"),
        actors=named("actors"),
        writers=named("writers"),
        year=film.year,
        title_key=film.title_key,
    )


def _genres_of(films: Sequence[int]) -> Select[Any]:
    return (
        select(movie_genres.c.movie_id, genres.c.name)
        .join(genres)
        .where(movie_genres.c.movie_id.in_(films))
        .order_by(movie_genres.c.movie_id, movie_genres.c.ordering)
    )


def _credits_of(role: str, films: Sequence[int]) -> Select[Any]:
    table = CREDITS[role]
    return (
        select(table.c.movie_id, table.c.source_person_id, people.c.name)
        .join(people)
        .where(table.c.movie_id.in_(films))
        .order_by(table.c.movie_id, table.c.ordering)
    )


def _by_film(connection: Connection, query: Select[Any]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.movie_id, []).append(row)
    return found
