"""What a route may answer: statuses with their models in, flask-restx's documentation of them out.

What any route may answer (too many requests, a failure, a store that is not there) is said here once, in the error
shape of the contract. Examples come from `examples.json`; tests ask for each of them.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from flask_restx import Namespace
from pydantic import BaseModel

from api.documentation import body
from api.errors import ErrorBody

Route = TypeVar("Route", bound=Callable[..., Any])
Answer = tuple[str, type[BaseModel] | list[type[BaseModel]]]
"""What a status means here, and the model of its body; in a list: an array of it."""

NOT_MODIFIED = "Nothing has changed since the ETag that was given in If-None-Match."
TOO_MANY = "More requests than the server allows one client (where it has a limit)."
FAILED = "The server failed; nothing that a client can mend."

RETRY_AFTER = {"Retry-After": {"type": "integer", "description": "Seconds after which to ask again."}}
ETAG = {"ETag": {"type": "string", "description": "Send it as If-None-Match to hear of changes only."}}
HEADERS: dict[int, dict[str, Any]] = {
    HTTPStatus.CREATED: {"Location": {"type": "string", "description": "Where the film is, from the root on."}},
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": {"type": "string", "description": "Bearer"}},
    HTTPStatus.TOO_MANY_REQUESTS: RETRY_AFTER,
    HTTPStatus.SERVICE_UNAVAILABLE: RETRY_AFTER,
}
"""Headers that come with a status."""


def answers(
    namespace: Namespace,
    statuses: Mapping[int, Answer],
    error: type[BaseModel] = ErrorBody,
    *,
    tagged: bool = True,
    headers: Mapping[str, Any] | None = None,
) -> Callable[[Route], Route]:
    """Document what a method answers.

    Args:
        namespace: the contract.
        statuses: what the method itself answers.
        error: the contract's error body, for what any route may answer.
        tagged: whether the answer has an ETag, and so may be 304.
        headers: more headers of the answer 200.
    """
    tag = ETAG if tagged else {}
    sent = HEADERS | {HTTPStatus.OK: {**tag, **(headers or {})}}
    general: dict[int, Answer] = {
        HTTPStatus.TOO_MANY_REQUESTS: (TOO_MANY, error),
        HTTPStatus.INTERNAL_SERVER_ERROR: (FAILED, error),
    }

    def documented(route: Route) -> Route:
        for status, (meaning, model) in {**statuses, **general}.items():
            described = [body(namespace, model[0])] if isinstance(model, list) else body(namespace, model)
            route = namespace.response(int(status), meaning, described, headers=sent.get(status))(route)
        if tagged:
            route = namespace.response(int(HTTPStatus.NOT_MODIFIED), NOT_MODIFIED)(route)
        return route

    return documented
