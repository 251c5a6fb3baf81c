"""The existing front end's contract: lists, searches and films at /api/movies, to the letter of what it was built on.

Its errors are those of the framework it was written against ({"detail": …}); parameters that it does not know are
ignored, and of one that is given twice the last counts.
"""

from typing import Annotated, Literal

from flask import Response, request
from flask_restx import Namespace, Resource
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from werkzeug.exceptions import NotFound

from api.answers import answers
from api.backends import backends
from api.cards import Credit, FilmRow, read_film
from api.encoding import json_response
from api.errors import DetailBody, FrontEndBody, FrontEndParameterError
from api.kept import keep
from api.lists import read_window
from api.parameters import MAX_SEARCH_LENGTH, query_arguments, signed_digits, swagger_parameters
from index.search import MAX_WINDOW, SearchQuery

DEFAULT_LIMIT = 50
MAX_LIMIT = MAX_WINDOW
MAX_OFFSET = 2**63 - 1
"""What a database counts to; nothing is that deep."""
NCONST = "nm"

namespace = Namespace("front end", "Films for the existing front end", path="/api/movies")

Whole = Annotated[int, BeforeValidator(signed_digits)]


class MoviesParameters(BaseModel):
    """What the front end may ask of the list."""

    model_config = ConfigDict(frozen=True)

    limit: Whole = Field(DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description="How many films on a page.")
    page: Whole = Field(1, ge=1, description="Which page, from 1 on.")
    sort: Literal["id", "title", "imdb_rating"] = Field("id", description="The order.")
    sort_order: Literal["asc", "desc"] = Field(
        "asc", description="Ascending or descending; films without the value come last both ways."
    )
    search: str = Field(
        "",
        max_length=MAX_SEARCH_LENGTH,
        description="Words to look for in title, description, genre, actors, writers, director; empty: every film.",
        examples=["star wars"],
    )

    @property
    def offset(self) -> int:
        """Give how many films come before this page."""
        return (self.page - 1) * self.limit

    def query(self, text: str) -> SearchQuery:
        """Give what is asked of the index or the store; the last page of a search ends where searches end."""
        limit = min(self.limit, MAX_WINDOW - self.offset) if text else self.limit
        return SearchQuery(text, self.sort, self.sort_order == "desc", self.offset, limit)


class ListedMovie(BaseModel):
    """One film of the list."""

    id: str
    title: str
    imdb_rating: float | None


class Writer(BaseModel):
    """A writer; the id is the one that the source gave."""

    id: str
    name: str


class Actor(BaseModel):
    """An actor; the id is the number that the source gave."""

    id: int
    name: str


class Movie(BaseModel):
    """A film; where there is nothing, writers, actors and genre are [], all else is null."""

    id: str
    title: str
    description: str | None
    imdb_rating: float | None
    writers: list[Writer]
    actors: list[Actor]
    genre: list[str]
    director: list[str] | None


@namespace.route("", strict_slashes=False)
@namespace.doc(params=swagger_parameters(MoviesParameters))
class Movies(Resource):
    """Lists and searches."""

    @answers(
        namespace,
        {
            200: ("Films.", [ListedMovie]),
            422: ("Bad parameters, each named.", FrontEndBody),
            503: ("The store or the index is not there just now.", DetailBody),
        },
        error=DetailBody,
    )
    def get(self) -> Response:
        """List films or search them."""
        asked = _read_parameters()
        return json_response(_find(asked))


@namespace.route("/<string:film_id>", strict_slashes=False)
@namespace.doc(params={"film_id": {"description": "The film's id: tt0112270, or a UUID"}})
class OneMovie(Resource):
    """One film."""

    @answers(
        namespace,
        {
            200: ("The film.", Movie),
            404: ("There is no such film.", DetailBody),
            503: ("The store is not there just now.", DetailBody),
        },
        error=DetailBody,
    )
    def get(self, film_id: str) -> Response:
        """Give a film."""
        film = read_film(backends(), film_id)
        if film is None:
            raise NotFound
        keep()
        return json_response(_movie(film))


def _read_parameters() -> MoviesParameters:
    """Read the query string.

    Raises:
        FrontEndParameterError: with an entry for each bad parameter.
    """
    given = {name: values[-1] for name, values in query_arguments(request).lists()}
    try:
        return MoviesParameters.model_validate(given)
    except ValidationError as error:
        raise FrontEndParameterError(error.errors(include_url=False)) from error


def _find(asked: MoviesParameters) -> list[dict[str, object]]:
    """Ask the store, or the index where there are words; beyond what can be reached there is nothing."""
    text = asked.search.strip()
    if asked.offset >= (MAX_WINDOW if text else MAX_OFFSET):
        return []
    if text:
        hits = backends().search(asked.query(text)).hits
        return [{"id": hit.id, "title": hit.title, "imdb_rating": hit.imdb_rating} for hit in hits]
    keep()
    rows = read_window(backends(), asked.query(""))
    return [{"id": film, "title": title, "imdb_rating": rating} for film, title, rating in rows]


def _movie(film: FilmRow) -> dict[str, object]:
    return {
        "id": film.id,
        "title": film.title,
        "description": film.description,
        "imdb_rating": film.imdb_rating,
        "writers": [{"id": writer.source_id, "name": writer.name} for writer in film.writers],
        "actors": [{"id": _number(actor), "name": actor.name} for actor in film.actors],
        "genre": film.genres,
        "director": [director.name for director in film.directors] or None,
    }


def _number(actor: Credit) -> int:
    """Give the number of an actor: the legacy one, that of the nconst, else our own."""
    digits = actor.source_id.removeprefix(NCONST)
    return int(digits) if digits.isascii() and digits.isdigit() else actor.person_id
