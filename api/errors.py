"""Every error body: exceptions in, JSON out. No stack trace and no HTML ever reaches a client."""

import structlog
from flask import Flask, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from api.encoding import json_response
from api.parameters import Fault, ParameterError
from normalize.errors import KinobaseError

RETRY_AFTER_SECONDS = 30
"""When a client may ask again for what is not there just now."""


class ErrorBody(BaseModel):
    """What every error says at least."""

    message: str


class BadParametersBody(ErrorBody):
    """What an error about query parameters says."""

    errors: list[Fault]


def answer_errors(app: Flask) -> None:
    """Make the app answer every error in JSON."""
    app.register_error_handler(ParameterError, _bad_parameters)
    app.register_error_handler(KinobaseError, _unavailable)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def _bad_parameters(error: ParameterError) -> Response:
    return json_response(BadParametersBody(message=str(error), errors=error.faults).model_dump(), 422)


def _unavailable(error: KinobaseError) -> Response:
    return json_response(ErrorBody(message=str(error)).model_dump(), 503, {"Retry-After": str(RETRY_AFTER_SECONDS)})


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask and Werkzeug raise."""
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return json_response(
        ErrorBody(message=_message(error)).model_dump(), error.code or InternalServerError.code, headers
    )


def _failure(error: Exception) -> Response:
    """Answer what nobody expected; the log has the whole of it, the client none."""
    structlog.get_logger("api").error("request failed", exc_info=error)
    return _http_error(InternalServerError())


def _message(error: HTTPException) -> str:
    """Give our own words for the errors that Werkzeug words for people with a browser."""
    if error.description != type(error).description:
        return error.description or ""
    match error:
        case NotFound():
            return f"There is nothing at {request.path}; /docs lists what there is."
        case MethodNotAllowed():
            return f"{request.method} is not possible here. Possible: {', '.join(sorted(error.valid_methods or ()))}"
        case InternalServerError():
            return "The server failed; its log says why."
    return error.description or error.name
