"""A posted film: a request's body in, a checked film out, or every fault by name. Names are written as a load would."""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

import orjson
from flask import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from api.encoding import JSON
from normalize.text import compose, single_blanks
from normalize.words import NOTHING_WORDS

MAX_BODY_BYTES = 64 * 1024
MAX_TITLE_LENGTH = 500
MAX_GENRE_LENGTH = 100
MAX_GENRES = 50
FIRST_YEAR, LAST_YEAR = 1850, 2100
MAX_MINUTES = 100_000
RATING_HIGH = 10
RATING_DECIMALS = 1
IMDB_LINK = re.compile(r"https://www\.imdb\.com/title/(tt(\d{7,12}))/")
MAX_KEY_LENGTH = 255
KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY_LENGTH}}}")
IDEMPOTENCY_KEY = "Idempotency-Key"
FINGERPRINT_BYTES = 16


def _wrong(said: str) -> PydanticCustomError:
    return PydanticCustomError("own_rule", "{said}", {"said": said})


def _clean(text: str) -> str:
    """Write a name as a load would; what is no name is refused."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise _wrong("holds a control character")
    cleaned = single_blanks(compose(text))
    if cleaned in NOTHING_WORDS:
        raise _wrong(f"{text!r} is a word for nothing" if cleaned else "is empty")
    return cleaned


def _one_decimal(value: float | None) -> float | None:
    if value is not None and value != round(value, RATING_DECIMALS):
        raise _wrong("has more than one decimal")
    return value


def _link_of_imdb(link: str | None) -> str | None:
    if link is not None and not IMDB_LINK.fullmatch(link):
        raise _wrong("is no link of the form https://www.imdb.com/title/tt0112270/")
    return link


def _different(named: list["NewGenre"]) -> list["NewGenre"]:
    if len({genre.name for genre in named}) < len(named):
        raise _wrong("names a genre twice")
    return named


class NewGenre(BaseModel):
    """A genre, by its name; one that is not there yet is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, AfterValidator(_clean)] = Field(max_length=MAX_GENRE_LENGTH)


class NewFilm(BaseModel):
    """What a new film may have; only a title is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: Annotated[str, AfterValidator(_clean)] = Field(max_length=MAX_TITLE_LENGTH)
    genres: Annotated[list[NewGenre], AfterValidator(_different)] = Field(default=[], max_length=MAX_GENRES)
    year: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR)
    rating: Annotated[float | None, AfterValidator(_one_decimal)] = Field(None, ge=0, le=RATING_HIGH)
    runtime: int | None = Field(None, ge=1, le=MAX_MINUTES, description="Minutes.")
    imdb_link: Annotated[str | None, AfterValidator(_link_of_imdb)] = Field(
        None, description="https://www.imdb.com/title/tt…/", json_schema_extra={"pattern": f"^{IMDB_LINK.pattern}$"}
    )


@dataclass(frozen=True, slots=True)
class Posted:
    """A request for a new film: the film, and what tells this request from others."""

    film: NewFilm
    key: str | None
    fingerprint: str


def read_new_film(request: Request) -> Posted:
    """Read a posted film.

    Raises:
        UnsupportedMediaType: the body is not said to be JSON.
        RequestEntityTooLarge: it is longer than MAX_BODY_BYTES.
        BadRequest: it is no JSON, or no film; each fault is named.
    """
    if request.mimetype != JSON:
        raise UnsupportedMediaType("Send the film as JSON, with the header Content-Type: application/json.")
    request.max_content_length = MAX_BODY_BYTES
    try:
        sent = request.get_data()
    except RequestEntityTooLarge:
        raise RequestEntityTooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes.") from None
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not KEY.fullmatch(key):
        raise BadRequest(f"{IDEMPOTENCY_KEY}: 1 to {MAX_KEY_LENGTH} printable ASCII characters are allowed.")
    try:
        film = NewFilm.model_validate(orjson.loads(sent))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is no JSON: {error}.") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors())
        raise BadRequest(f"Bad film: {'; '.join(faults)}.") from error
    return Posted(film, key, blake2b(sent, digest_size=FINGERPRINT_BYTES).hexdigest())
