"""The cinema's contract: lists and searches of films, and a film's whole card, at /api/v1/video."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_restx import Namespace, Resource
from pydantic import BaseModel
from werkzeug.exceptions import NotFound

from api.answers import answers
from api.backends import backends
from api.cards import Card, card, read_film
from api.collection import CollectionParameters
from api.cursors import cursor_of
from api.encoding import json_response
from api.errors import BadParametersBody, ErrorBody
from api.kept import keep
from api.lists import list_films
from api.parameters import Fault, ParameterError, read_parameters, shortened, swagger_parameters
from index.highlight import highlights
from index.search import MAX_WINDOW, IndexUnavailableError, SearchHit, SearchPage, SearchQuery

CARD_SECONDS = 60
"""How long a client may show a card without asking again."""

namespace = Namespace("video", "Films for the cinema's clients", path="/api/v1/video")


class Highlight(BaseModel):
    """Why a film was found: pieces of HTML, the words in <em>, all else escaped; fields without any are left out."""

    title: list[str] = []
    description: list[str] = []
    genres: list[str] = []
    actors: list[str] = []
    writers: list[str] = []
    directors: list[str] = []


class Film(BaseModel):
    """One film of a list, with what `fields` asks for, and `highlight` where it is asked for."""

    id: str = ""
    title: str = ""
    imdb_rating: float | None = None
    year: int | None = None
    genres: list[str] = []
    title_type: str | None = None
    description: str | None = None
    directors: list[str] = []
    actors: list[str] = []
    writers: list[str] = []
    highlight: Highlight | None = None


class Counted(BaseModel):
    """A value and how many films have it."""

    value: str | int
    count: int


class Facets(BaseModel):
    """Counts over all that was found: genres, years' decades (1990), whole ratings (7: 7.0 to 7.9)."""

    genres: list[Counted] = []
    decades: list[Counted] = []
    ratings: list[Counted] = []


class Collection(BaseModel):
    """A page of films. `next` and `previous` are the addresses of the pages beside it; null where there is none.

    With `cursor` there are no page numbers. `facets` and `cursor` are there where they were asked for. Where a search
    finds nothing there is `did_you_mean`: a text that finds something, or null.
    """

    items: list[Film]
    total: int
    page: int | None
    pages: int | None
    limit: int
    next: str | None
    previous: str | None
    cursor: str | None = None
    facets: Facets | None = None
    did_you_mean: str | None = None


Body = dict[str, Any]


def _body(found: SearchPage, asked: CollectionParameters, query: SearchQuery) -> Body:
    items = [_item(hit, asked, found.meant) for hit in found.hits]
    numbers = _by_page(found, asked) if asked.cursor is None else _by_cursor(found, query)
    body: Body = {"items": items, "total": found.total, **numbers}
    if query.facets:
        body["facets"] = {
            name: [{"value": value, "count": count} for value, count in counts] for name, counts in found.facets.items()
        }
    if query.text and not found.total:
        body["did_you_mean"] = backends().did_you_mean(query)
    return body


def _item(hit: SearchHit, asked: CollectionParameters, meant: Mapping[str, str]) -> Body:
    item = {name: _value(hit, name) for name in asked.shown}
    return item | {"highlight": highlights(hit, asked.search, meant)} if asked.highlight == "true" else item


def _value(hit: SearchHit, name: str) -> object:
    return hit.genre if name == "genres" else getattr(hit, name)


def _by_page(found: SearchPage, asked: CollectionParameters) -> Body:
    """Number the pages; beyond the last one `previous` leads to it."""
    pages = -(-found.total // asked.limit)
    reachable = min(pages, MAX_WINDOW // asked.limit)
    return {
        "page": asked.page,
        "pages": pages,
        "limit": asked.limit,
        "next": _url(page=asked.page + 1) if asked.page < reachable else None,
        "previous": _url(page=min(asked.page - 1, pages)) if asked.page > 1 and pages else None,
    }


def _by_cursor(found: SearchPage, query: SearchQuery) -> Body:
    """Say where the list goes on; nowhere after the last film."""
    passed = (query.after.seen if query.after else 0) + len(found.hits)
    cursor = cursor_of(query, found.last, passed) if found.last and passed < found.total else None
    following = _url(cursor=cursor) if cursor else None
    return {"page": None, "pages": None, "limit": query.limit, "next": following, "previous": None, "cursor": cursor}


def _url(**changed: object) -> str:
    """Give the address of another page with everything else as it was asked, from the server's root on."""
    arguments: dict[str, Any] = {**request.args.to_dict(), **changed}
    return url_for(str(request.endpoint), **arguments)


def _links(body: Body) -> str:
    """Give the Link header: the pages beside, the first and the last that can be asked for."""
    links = {"next": body["next"], "prev": body["previous"]}
    if body["page"] is not None:
        last = min(body["pages"], MAX_WINDOW // body["limit"])
        links |= {"first": _url(page=1), "last": _url(page=max(last, 1))}
    return ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items() if url)


@namespace.route("/collection")
@namespace.doc(params=swagger_parameters(CollectionParameters))
class Films(Resource):
    """Lists and searches."""

    @answers(
        namespace,
        {
            200: ("A page of films.", Collection),
            422: ("Bad parameters, each named with what is allowed.", BadParametersBody),
            503: ("The index or the store is not there; the message says what to run.", ErrorBody),
        },
        headers={"Link": {"type": "string", "description": "The pages beside, the first and the last."}},
    )
    def get(self) -> Response:
        """List films or search them.

        A search looks at titles, descriptions, genres, actors, writers and directors, in Russian and English, finds
        other forms of a word and forgives a slip of the finger.
        """
        asked = read_parameters(CollectionParameters, request)
        query = asked.query()
        if query is None:
            fault = Fault(parameter="cursor", value=shortened(str(asked.cursor)), allowed="a cursor of this very list")
            raise ParameterError([fault])
        page = _body(_find(query), asked, query)
        return json_response(page, headers={"Link": _links(page)})


def _find(query: SearchQuery) -> SearchPage:
    """Ask the index; without it a plain list comes from the store, in the same order."""
    try:
        return backends().search(query)
    except IndexUnavailableError:
        if not query.is_plain:
            raise
    return list_films(backends(), query)


@namespace.route("/get/<string:film_id>")
@namespace.doc(params={"film_id": {"description": "The film's id: tt0112270, or a UUID"}})
class FilmCard(Resource):
    """A film's whole card."""

    @answers(
        namespace,
        {
            200: ("The film.", Card),
            404: ("There is no such film.", ErrorBody),
            503: ("The store is not there; the message says what to run.", ErrorBody),
        },
        headers={"Cache-Control": {"type": "string", "description": f"max-age={CARD_SECONDS}"}},
    )
    def get(self, film_id: str) -> Response:
        """Give the whole card of a film, as the store has it."""
        film = read_film(backends(), film_id)
        if film is None:
            raise NotFound(f"There is no film with the id {film_id}.")
        keep()
        return json_response(card(film), headers={"Cache-Control": f"max-age={CARD_SECONDS}"})
