"""The cinema's contract: lists and searches of films, and a film's whole card, at /api/v1/video."""

from hashlib import blake2b
from typing import Any, Literal, Self

from flask import Response, request, url_for
from flask_restx import Namespace, Resource
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from werkzeug.exceptions import NotFound

from api.backends import backends
from api.cards import Card, card, read_film
from api.documentation import body
from api.encoding import json_response
from api.errors import BadParametersBody, ErrorBody
from api.lists import list_films
from api.parameters import MAX_SEARCH_LENGTH, WholeNumber, not_allowed, read_parameters, swagger_parameters
from index.search import MAX_WINDOW, IndexUnavailableError, SearchPage, SearchQuery

DEFAULT_LIMIT = 50
MAX_LIMIT = 250

CARD_SECONDS = 60
"""How long a client may show a card without asking again."""

ETAG_BYTES = 16

namespace = Namespace("video", "Films for the cinema's clients", path="/api/v1/video")


class CollectionParameters(BaseModel):
    """What may be asked of the collection; an empty `search`, `sort` or `sort_order` is as good as none."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    limit: WholeNumber = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description=f"How many films on a page, 1 to {MAX_LIMIT}."
    )
    page: WholeNumber = Field(
        1, ge=1, description=f"Which page, from 1 on; pages go as far as the first {MAX_WINDOW} films."
    )
    search: str = Field(
        "",
        max_length=MAX_SEARCH_LENGTH,
        description=f"Words to look for, at most {MAX_SEARCH_LENGTH} characters; empty: every film.",
    )
    sort: Literal["", "relevance", "id", "title", "imdb_rating", "year"] = Field(
        "", description="The order; empty: relevance where there is a search (best first), id elsewhere."
    )
    sort_order: Literal["", "asc", "desc"] = Field(
        "asc", description="Ascending or descending; films without the value come last both ways."
    )

    @field_validator("page")
    @classmethod
    def _within_the_window(cls, page: int, info: ValidationInfo) -> int:
        limit = info.data.get("limit")
        if limit and page * limit > MAX_WINDOW:
            last = MAX_WINDOW // limit
            raise not_allowed(f"a page within the first {MAX_WINDOW} films, so from 1 to {last} where limit is {limit}")
        return page

    @field_validator("sort")
    @classmethod
    def _relevance_to_something(cls, sort: str, info: ValidationInfo) -> str:
        if sort == "relevance" and info.data.get("search") == "":
            raise not_allowed("id, title, imdb_rating, year; relevance with a search only")
        return sort

    def query(self) -> SearchQuery:
        """Give what is asked of the index."""
        return SearchQuery(
            text=self.search,
            sort=self.sort or ("relevance" if self.search else "id"),
            descending=self.sort_order == "desc",
            offset=(self.page - 1) * self.limit,
            limit=self.limit,
        )


class Film(BaseModel):
    """One film of a list."""

    id: str
    title: str
    imdb_rating: float | None
    year: int | None
    genres: list[str]


class Collection(BaseModel):
    """A page of films. `next` and `previous` are the addresses of the pages beside it; null where there is none."""

    items: list[Film]
    total: int
    page: int
    pages: int
    limit: int
    next: str | None
    previous: str | None

    @classmethod
    def of(cls, found: SearchPage, asked: CollectionParameters) -> Self:
        """Make the answer; beyond the last page it is empty, and `previous` leads to the last one."""
        pages = -(-found.total // asked.limit)
        reachable = min(pages, MAX_WINDOW // asked.limit)
        return cls(
            items=[
                Film(id=hit.id, title=hit.title, imdb_rating=hit.imdb_rating, year=hit.year, genres=list(hit.genre))
                for hit in found.hits
            ],
            total=found.total,
            page=asked.page,
            pages=pages,
            limit=asked.limit,
            next=_page_url(asked.page + 1) if asked.page < reachable else None,
            previous=_page_url(min(asked.page - 1, pages)) if asked.page > 1 and pages else None,
        )


def _page_url(page: int) -> str:
    """Give the address of another page with everything else as it was asked, from the server's root on."""
    arguments: dict[str, Any] = {**request.args.to_dict(), "page": page}
    return url_for(str(request.endpoint), **arguments)


@namespace.route("/collection")
@namespace.doc(params=swagger_parameters(CollectionParameters))
class Films(Resource):
    """Lists and searches."""

    @namespace.response(200, "A page of films", body(namespace, Collection))
    @namespace.response(422, "Bad parameters, each named with what is allowed", body(namespace, BadParametersBody))
    @namespace.response(
        503, "The index or the store is not there; the message says what to run", body(namespace, ErrorBody)
    )
    def get(self) -> Response:
        """List films or search them.

        A search looks at titles, descriptions, genres, actors, writers and directors, in Russian and English, finds
        other forms of a word and forgives a slip of the finger.
        """
        asked = read_parameters(CollectionParameters, request)
        return json_response(Collection.of(_find(asked.query()), asked).model_dump())


def _find(query: SearchQuery) -> SearchPage:
    """Ask the index; without it a plain list comes from the store, in the same order."""
    try:
        return backends().search(query)
    except IndexUnavailableError:
        if query.text:
            raise
    with backends().store() as connection:
        return list_films(connection, query)


@namespace.route("/get/<string:film_id>")
@namespace.doc(params={"film_id": {"description": "The film's id: tt0112270, or a UUID"}})
class FilmCard(Resource):
    """A film's whole card."""

    @namespace.response(200, "The film", body(namespace, Card))
    @namespace.response(304, "Nothing has changed since the ETag that was given in If-None-Match")
    @namespace.response(404, "There is no such film", body(namespace, ErrorBody))
    @namespace.response(503, "The store is not there; the message says what to run", body(namespace, ErrorBody))
    def get(self, film_id: str) -> Response:
        """Give the whole card of a film, as the store has it."""
        with backends().store() as connection:
            film = read_film(connection, film_id)
        if film is None:
            raise NotFound(f"There is no film with the id {film_id}.")
        response = json_response(card(film).model_dump())
        response.cache_control.max_age = CARD_SECONDS
        response.set_etag(blake2b(response.get_data(), digest_size=ETAG_BYTES).hexdigest())
        response.make_conditional(request)
        return response
