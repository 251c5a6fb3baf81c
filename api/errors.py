"""Every error body: exceptions in, JSON out, each contract in its own shape. No stack trace ever reaches a client."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from flask import Flask, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound, TooManyRequests

from api.encoding import json_response
from api.parameters import Fault, ParameterError
from normalize.errors import InputError, KinobaseError

FRONT_END = "/api/movies"
"""Where errors have the front end's shape."""
CATALOGUE = "/movies"
"""Where bad parameters are 400 and stand in the message."""

RETRY_AFTER_SECONDS = 30
"""When a client may ask again for what is not there just now."""


class ErrorBody(BaseModel):
    """What every error says at least."""

    message: str


class BadParametersBody(ErrorBody):
    """What an error about query parameters says."""

    errors: list[Fault]


class DetailBody(BaseModel):
    """What an error says to the front end."""

    detail: str


class FrontEndFault(BaseModel):
    """One bad parameter, in the front end's words."""

    loc: list[str]
    msg: str
    type: str


class FrontEndBody(BaseModel):
    """What an error about query parameters says to the front end."""

    detail: list[FrontEndFault]


class FrontEndParameterError(InputError):
    """A query string that the front end's contract does not allow; `faults` as pydantic names them."""

    def __init__(self, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("bad parameters")
        self.faults = faults


FRONT_END_WORDS = {
    "greater_than_equal": ("ensure this value is greater than or equal to {ge}", "value_error.number.not_ge"),
    "less_than_equal": ("ensure this value is less than or equal to {le}", "value_error.number.not_le"),
    "string_too_long": ("ensure this value has at most {max_length} characters", "value_error.any_str.max_length"),
    "literal_error": ("value is not a valid enumeration member; permitted: {permitted}", "type_error.enum"),
}
"""What pydantic calls a fault → the front end's message and type."""
NO_INTEGER = ("value is not a valid integer", "type_error.integer")


def answer_errors(app: Flask) -> None:
    """Make the app answer every error in JSON."""
    app.register_error_handler(ParameterError, _bad_parameters)
    app.register_error_handler(FrontEndParameterError, _bad_front_end_parameters)
    app.register_error_handler(KinobaseError, _unavailable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def _bad_parameters(error: ParameterError) -> Response:
    if _is_below(FRONT_END):  # the query string as a whole
        return _front_end_faults([FrontEndFault(loc=["query"], msg=str(error), type="value_error")])
    if _is_below(CATALOGUE):
        faults = (f"{fault.parameter} is {fault.value!r}, allowed: {fault.allowed}" for fault in error.faults)
        return _error_response(f"{'; '.join(faults) or error}", 400)
    return json_response(BadParametersBody(message=str(error), errors=error.faults).model_dump(), 422)


def _bad_front_end_parameters(error: FrontEndParameterError) -> Response:
    return _front_end_faults([_front_end_fault(fault) for fault in error.faults])


def _front_end_faults(faults: list[FrontEndFault]) -> Response:
    return json_response(FrontEndBody(detail=faults).model_dump(), 422)


def _front_end_fault(fault: Mapping[str, Any]) -> FrontEndFault:
    """Put a fault into the front end's words."""
    message, kind = FRONT_END_WORDS.get(fault["type"], NO_INTEGER)
    said = dict(fault.get("ctx", {}))
    said["permitted"] = str(said.get("expected", "")).replace(" or ", ", ")
    return FrontEndFault(loc=["query", str(fault["loc"][0])], msg=message.format_map(said), type=kind)


def _unavailable(error: KinobaseError) -> Response:
    return _error_response(str(error), 503, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _is_below(path: str) -> bool:
    return request.path == path or request.path.startswith(f"{path}/")


def _error_response(message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Answer in the shape of the contract that was asked."""
    said = DetailBody(detail=message) if _is_below(FRONT_END) else ErrorBody(message=message)
    return json_response(said.model_dump(), status, headers)


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise."""
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    said = error.name if _is_below(FRONT_END) else _message(error)
    return _error_response(said, error.code or InternalServerError.code, headers)


def _failure(error: Exception) -> Response:
    """Answer what nobody expected; the log has the whole of it, the client none."""
    structlog.get_logger("api").error("request failed", exc_info=error)
    return _http_error(InternalServerError())


def _message(error: HTTPException) -> str:
    """Give our own words for the errors that Werkzeug words for people with a browser."""
    match error:
        case TooManyRequests():
            return f"More requests than the server allows one client: {error.description}."
        case _ if error.description != type(error).description:
            return error.description or ""
        case NotFound():
            return f"There is nothing at {request.path}; /docs lists what there is."
        case MethodNotAllowed():
            return f"{request.method} is not possible here. Possible: {', '.join(sorted(error.valid_methods or ()))}"
        case InternalServerError():
            return "The server failed; its log says why."
    return error.description or error.name
