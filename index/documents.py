"""Documents: the store's rows in, one validated document per film out, in the contract's fields.

Where there is nothing, `actors` and `writers` are [] and every other field is an explicit null. Films are read by
set-based queries, a batch at a time, so that memory stays bounded; documents are made after the reading, so that no
transaction is kept open for it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, TypeVarTuple

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Row, Select, Text, bindparam, func, select
from typing_extensions import TypedDict  # pydantic wants this one on Python 3.11

from normalize.models import CREDITS, genres, movie_genres, movies, people
from normalize.words import NOTHING_WORDS

DIGEST_BYTES = 16
IMDB_DIGITS = 17
"""The most digits of an IMDb id that an index can put in order; those of today have 7 or 8."""
CODE_POINTS = {"sqlite": "BINARY", "postgresql": "C"}
"""The collation that sorts text by code points, per database."""
NAMES_KEPT = 30_000
"""Of so many names it is remembered what an index has of them: they come again and again."""
IMDB_FIRST = "tt"
"""Every IMDb id comes after this, and every id of a film of our own before it."""


def _something(value: str) -> str:
    if value.strip() in NOTHING_WORDS:
        raise ValueError(f"{value!r} is a word for nothing; null says that")
    return value


UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OUTSIDE_ID = rf"^(tt[0-9]{{1,{IMDB_DIGITS}}}|{UUID})$"
"""An IMDb id, or the UUID of a film of our own."""
OutsideId = Annotated[str, Field(pattern=OUTSIDE_ID)]
Columns = TypeVarTuple("Columns")
Said = Annotated[str, AfterValidator(_something)]
SaidList = Annotated[list[Said], Field(min_length=1)]


class Named(TypedDict):
    """A person in a role, with the id that the source gave them there."""

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
    title_type: Said | None

    @property
    def names(self) -> list[str]:
        """Give the names of all its people, each once."""
        return list(dict.fromkeys([*(self.director or ()), *(self.actors_names or ()), *(self.writers_names or ())]))

    @property
    def person_ids(self) -> list[str]:
        """Give the ids that sources gave its people, each once."""
        return list(dict.fromkeys([person["id"] for person in (*self.actors, *self.writers)]))

    @property
    def content(self) -> Mapping[str, Any]:
        """Its fields as they are, not a copy."""
        return vars(self)

    @property
    def digest(self) -> str:
        """A fingerprint of the whole content: equal documents have equal ones."""
        return blake2b(orjson.dumps(self.content, option=orjson.OPT_SORT_KEYS), digest_size=DIGEST_BYTES).hexdigest()


Refused = Callable[[int, str, str], None]
"""Told the film's number, its id and why its document cannot be made."""


def outside_id(connection: Connection) -> Any:  # noqa: ANN401 - SQLAlchemy's type of this expression is not of use
    """Give the SQL of a film's id on the outside, compared by code points."""
    collation = CODE_POINTS[connection.dialect.name]
    return func.coalesce(movies.c.imdb_id, movies.c.public_id, type_=Text()).collate(collation).label("outside_id")


OF_FILM = ("imdb_rating", "title", "description", "year", "title_key", "title_type")
"""The fields of a document that are columns of its film."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What some films' documents are made of, as the store has it: films have `id`, `outside_id` and `OF_FILM`."""

    films: Sequence[Row[*tuple[Any, ...]]]
    genres: Sequence[Row[int, str]]
    credits: Mapping[str, Sequence[Row[int, str, str]]]


class Reader:
    """The rows of films, read by a handful of queries whatever the number of films."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def among(self, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
        """Say that a column is one of many values, which go as one parameter."""
        if self.connection.dialect.name == "postgresql":
            return column == func.any(bindparam(None, list(values), type_=ARRAY(column.type)))
        listed = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(listed.c.value))

    def films(self, numbers: Iterable[int]) -> Rows:
        """Read these films, those that are there."""
        chosen = list(numbers)
        return self._rows(lambda column: self.among(column, chosen))

    def films_between(self, after: int, last: int | None) -> Rows:
        """Read the films above one number and up to another; None: all above it."""
        return self._rows(lambda column: column > after if last is None else (column > after) & (column <= last))

    def end_of_batch(self, after: int, films: int) -> int | None:
        """Give the number of the last of so many films above a number; None if no others come after them."""
        numbers = select(movies.c.id).where(movies.c.id > after).order_by(movies.c.id).offset(films - 1).limit(2)
        found = self.connection.execute(numbers).scalars().all()
        return found[0] if len(found) > 1 else None

    def numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Give id on the outside → number, for those of these ids that films have."""
        chosen = list(ids)
        ours = movies.c.imdb_id.is_(None) & self.among(movies.c.public_id, chosen)
        found = select(movies.c.id, outside_id(self.connection)).where(self.among(movies.c.imdb_id, chosen) | ours)
        return {row.outside_id: row.id for row in self.connection.execute(found)}

    def next_ids(self, after: str, limit: int) -> list[int]:
        """Give the numbers of the films that come next in the order of their ids on the outside (code points)."""
        # UUIDs come before 'tt…', and each of the two ids has an index in this order, which both together have not.
        collation = CODE_POINTS[self.connection.dialect.name]
        public = movies.c.public_id.collate(collation)
        own = select(movies.c.id).where(movies.c.imdb_id.is_(None) & (public > after)).order_by(public).limit(limit)
        found = list(self.connection.execute(own).scalars()) if after < IMDB_FIRST else []
        if len(found) < limit:
            imdb = select(movies.c.id).where(movies.c.imdb_id > after).order_by(movies.c.imdb_id)
            found += self.connection.execute(imdb.limit(limit - len(found))).scalars()
        return found

    def _rows(self, which: Callable[[Column[Any]], ColumnElement[bool]]) -> Rows:
        columns = [movies.c.id, outside_id(self.connection), *(movies.c[name] for name in OF_FILM)]
        films = select(*columns).where(which(movies.c.id)).order_by(movies.c.id)
        named = select(movie_genres.c.movie_id, genres.c.name).join(genres).where(which(movie_genres.c.movie_id))
        credited = {
            role: select(table.c.movie_id, table.c.source_person_id, people.c.name)
            .join(people)
            .where(which(table.c.movie_id))
            .order_by(table.c.movie_id, table.c.ordering)
            for role, table in CREDITS.items()
        }
        named = named.order_by(movie_genres.c.movie_id, movie_genres.c.ordering)
        return Rows(self._all(films), self._all(named), {role: self._all(query) for role, query in credited.items()})

    def _all(self, query: Select[*Columns]) -> Sequence[Row[*Columns]]:
        return self.connection.execute(query).all()


def documents(rows: Rows, refused: Refused) -> Iterator[Document]:
    """Make the document of each film, in the order of the rows.

    Args:
        rows: what was read; the store need not be asked any more.
        refused: told of each film whose rows make no document; the others go on.
    """
    named_genres: dict[int, list[str]] = {}
    for film_id, name in rows.genres:
        named_genres.setdefault(film_id, []).append(name)
    credits_of = {role: _by_film(found) for role, found in rows.credits.items()}
    for number, outside_id, *columns in rows.films:
        actors, writers, directors = (credits_of[role].get(number, []) for role in ("actors", "writers", "directors"))
        content = {
            **dict(zip(OF_FILM, columns, strict=True)),
            "id": outside_id,
            "genre": named_genres.get(number),
            "director": _names(directors),
            "actors_names": _names(actors),
            "writers_names": _names(writers),
            "actors": actors,
            "writers": writers,
        }
        try:
            yield Document.model_validate(content)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            refused(number, outside_id, "; ".join(faults))


def _names(people: list[Named]) -> list[str] | None:
    return [person["name"] for person in people] or None


def _by_film(rows: Iterable[Row[int, str, str]]) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = {}
    for film, source_id, name in rows:
        found.setdefault(film, []).append({"id": source_id, "name": name})
    return found
