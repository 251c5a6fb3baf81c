"""Suggestions at each keystroke, for the cinema's clients: the first letters in, titles and people out."""

from flask import Response, request
from flask_restx import Resource
from pydantic import BaseModel, ConfigDict, Field

from api import video
from api.answers import answers
from api.backends import backends
from api.encoding import json_response
from api.errors import BadParametersBody, ErrorBody
from api.parameters import MAX_SEARCH_LENGTH, WholeNumber, read_parameters, swagger_parameters

namespace = video.namespace
DEFAULT_LIMIT = 8
MAX_LIMIT = 20


class SuggestParameters(BaseModel):
    """What may be asked for."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    prefix: str = Field(
        "",
        max_length=MAX_SEARCH_LENGTH,
        description="The first letters of a word, and what follows.",
        examples=["зве"],
    )
    limit: WholeNumber = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description=f"How many titles and people, 1 to {MAX_LIMIT}."
    )


class SuggestedTitle(BaseModel):
    """A film."""

    id: str
    title: str


class Suggested(BaseModel):
    """Films and people of which a word begins so."""

    titles: list[SuggestedTitle]
    people: list[str]


@namespace.route("/suggest")
@namespace.doc(params=swagger_parameters(SuggestParameters))
class Suggest(Resource):
    """What the first letters may mean."""

    @answers(
        namespace,
        {
            200: ("Titles and people.", Suggested),
            422: ("Bad parameters, each named with what is allowed.", BadParametersBody),
            503: ("The index is not there; the message says what to run.", ErrorBody),
        },
    )
    def get(self) -> Response:
        """Complete what somebody types.

        Titles and people of which a word begins so; nothing for no letters. Quick enough for each keystroke.
        """
        asked = read_parameters(SuggestParameters, request)
        if not asked.prefix:
            return json_response({"titles": [], "people": []})
        found = backends().suggest(asked.prefix, asked.limit)
        titles = [{"id": film, "title": title} for film, title in found.titles]
        return json_response({"titles": titles, "people": found.people})
