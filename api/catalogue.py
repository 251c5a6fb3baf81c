"""The catalogue's contract: films straight from the store at /movies, so that what was posted can be read at once."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import orjson
from flask import Response, request, url_for
from flask_restx import Namespace, Resource
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from werkzeug.exceptions import NotFound

from api.adding import KEPT_DAYS, add_film
from api.answers import answers
from api.backends import backends
from api.cards import NUL, FilmRow, read_film
from api.documentation import body
from api.encoding import JSON, encoded, json_response
from api.errors import ErrorBody
from api.kept import keep
from api.keyset import PageQuery, UnknownFilmError, read_page
from api.new_films import (
    IDEMPOTENCY_KEY,
    MAX_BODY_BYTES,
    MAX_GENRE_LENGTH,
    MAX_KEY_LENGTH,
    RATING_HIGH,
    NewFilm,
    read_new_film,
)
from api.parameters import NUMBER, Fault, ParameterError, WholeNumber, not_allowed, read_parameters, swagger_parameters
from api.tokens import writer_of

DEFAULT_PAGE_SIZE = 10
MAX_PAGE_SIZE = 250
IMDB_LINK = "https://www.imdb.com/title/{}/"

KEY_PARAMETER = {
    "in": "header",
    "type": "string",
    "maxLength": MAX_KEY_LENGTH,
    "description": f"Makes a repeat harmless: it gets the first answer again, for {KEPT_DAYS} days. "
    "1 to 255 printable characters, without blanks.",
}

namespace = Namespace("catalogue", "Films of the catalogue, and new ones", path="/movies")


def _rating(text: object) -> object:
    if text == "" or text is None:
        return None
    if isinstance(text, str) and NUMBER.fullmatch(text) and Decimal(text) <= RATING_HIGH:
        return Decimal(text)
    raise not_allowed(f"a number from 0 to {RATING_HIGH}")


class MoviesQuery(BaseModel):
    """What may be asked of the list."""

    model_config = ConfigDict(frozen=True)

    sort: Literal["title", "year", "rating"] = Field("title", description="The order.")
    desc: Literal["", "0", "1"] = Field(
        "", description="1: descending. Films without the value come last both ways, and ties are by id, ascending."
    )
    genre: str = Field("", max_length=MAX_GENRE_LENGTH, description="Only films of this genre.", examples=["Action"])
    rating_gt: Annotated[Decimal | None, BeforeValidator(_rating)] = Field(
        None, ge=0, le=RATING_HIGH, description="Only films with a rating above this.", examples=[8.5]
    )
    page_size: WholeNumber = Field(DEFAULT_PAGE_SIZE, ge=1, le=MAX_PAGE_SIZE, description="How many films.")
    after_id: str = Field(
        "",
        description="The id of the last film of the page before.",
        examples=["ff96086e-77e1-5ced-80d9-7250f2d12350"],
    )


class Genre(BaseModel):
    """A genre."""

    name: str


class CatalogueFilm(BaseModel):
    """A film of the catalogue; null where there is nothing."""

    id: str
    title: str
    genres: list[Genre]
    year: int | None
    rating: float | None
    runtime: int | None
    imdb_link: str | None


def _movie(film: Sequence[Any], names: list[str]) -> dict[str, object]:
    """Show a film of which the columns `OWN` are given, and the names of its genres."""
    public_id, title, year, rating, runtime, imdb_id = film
    return {
        "id": public_id,
        "title": title,
        "genres": [{"name": name} for name in names],
        "year": year,
        "rating": rating,
        "runtime": runtime,
        "imdb_link": imdb_id and IMDB_LINK.format(imdb_id),
    }


def _whole(film: FilmRow) -> dict[str, object]:
    own = (film.public_id, film.title, film.year, film.imdb_rating, film.runtime_minutes, film.imdb_id)
    return _movie(own, film.genres)


@namespace.route("", strict_slashes=False)
class Catalogue(Resource):
    """The list, and new films."""

    @namespace.doc(params=swagger_parameters(MoviesQuery))
    @answers(
        namespace,
        {
            200: ("Films.", [CatalogueFilm]),
            400: ("Bad parameters, each named.", ErrorBody),
            503: ("The store is not there just now.", ErrorBody),
        },
    )
    def get(self) -> Response:
        """List films.

        The next page is asked for with the id of the last film as `after_id`; after the last one it is empty.
        """
        asked = read_parameters(MoviesQuery, request)
        query = PageQuery(
            asked.sort,
            asked.desc == "1",
            asked.page_size,
            asked.genre.replace(NUL, "\ufffd") or None,
            asked.rating_gt,
            asked.after_id.lower().replace(NUL, "\ufffd") or None,
        )
        try:
            films = read_page(backends(), query)
        except UnknownFilmError:
            fault = Fault(parameter="after_id", value=asked.after_id, allowed="the id of a film")
            raise ParameterError([fault]) from None
        keep()
        return json_response([_movie(own, orjson.loads(names)) for *own, names in films])

    @namespace.doc(security="token", params={IDEMPOTENCY_KEY: KEY_PARAMETER})
    @namespace.expect(body(namespace, NewFilm, "validation"))
    @answers(
        namespace,
        {
            201: ("The new film, as it was stored.", CatalogueFilm),
            400: ("The body is not what it should be; each field is named.", ErrorBody),
            401: ("No token, or an unknown one.", ErrorBody),
            403: ("Writing is off: the server has no tokens.", ErrorBody),
            409: ("There is a film with this IMDb id.", ErrorBody),
            413: (f"The body is larger than {MAX_BODY_BYTES} bytes.", ErrorBody),
            415: ("The Content-Type is not application/json.", ErrorBody),
            422: ("The Idempotency-Key was sent with another film before.", ErrorBody),
            503: ("The store is not there, or is being written to.", ErrorBody),
        },
        tagged=False,
    )
    def post(self) -> Response:
        """Add a film.

        It can be read at once, and a search finds it after the next sync. Genres that are not there are made. Needs a
        token (Authorize).
        """
        holder = writer_of(request, backends().settings.api_tokens)
        film = read_new_film(request)
        with backends().writing() as store:
            added = add_film(store, film, holder, lambda row: encoded(_whole(row)).decode())
        response = Response(added.answer, 201, mimetype=JSON)
        response.headers["Location"] = url_for(CatalogueFilmById.endpoint, film_id=added.public_id)
        return response


@namespace.route("/<string:film_id>", strict_slashes=False)
@namespace.doc(params={"film_id": {"description": "The film's UUID; its IMDb id is understood, too"}})
class CatalogueFilmById(Resource):
    """One film."""

    @answers(
        namespace,
        {
            200: ("The film.", CatalogueFilm),
            404: ("There is no such film.", ErrorBody),
            503: ("The store is not there just now.", ErrorBody),
        },
    )
    def get(self, film_id: str) -> Response:
        """Give a film."""
        film = read_film(backends(), film_id.lower())
        if film is None:
            raise NotFound(f"There is no film with the id {film_id}.")
        keep()
        return json_response(_whole(film))
