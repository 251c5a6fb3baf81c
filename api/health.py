"""Is it alive, can it answer: the state of the store and the index in, JSON for whoever watches out."""

from collections.abc import Callable
from typing import Literal

from flask import Response
from flask_restx import Namespace, Resource
from pydantic import BaseModel

from api.answers import RETRY_AFTER
from api.backends import backends
from api.documentation import body
from api.encoding import json_response
from api.errors import RETRY_AFTER_SECONDS
from normalize.errors import KinobaseError

READY = "ready"

namespace = Namespace("health", "For whoever watches the server", path="/health")


class Live(BaseModel):
    """The process is there."""

    status: Literal["live"] = "live"


class Ready(BaseModel):
    """Whether requests can be answered; a part that is not 'ready' says what to run."""

    status: Literal["ready", "not ready"]
    store: str
    index: str


@namespace.route("/live")
class LiveCheck(Resource):
    """Liveness."""

    @namespace.response(200, "The process is there", body(namespace, Live))
    def get(self) -> Response:
        """Say that the process is there, whatever else is not."""
        return _uncached(Live(), 200)


@namespace.route("/ready")
class ReadyCheck(Resource):
    """Readiness."""

    @namespace.response(200, "The store and the index answer", body(namespace, Ready))
    @namespace.response(503, "One does not; its entry says what to run", body(namespace, Ready), headers=RETRY_AFTER)
    def get(self) -> Response:
        """Say whether the store and the index answer."""
        store, index = _state(backends().check_store), _state(backends().check_index)
        if store == index == READY:
            return _uncached(Ready(status="ready", store=store, index=index), 200)
        response = _uncached(Ready(status="not ready", store=store, index=index), 503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except KinobaseError as error:
        return str(error)
    return READY


def _uncached(answer: BaseModel, status: int) -> Response:
    return json_response(answer.model_dump(), status, {"Cache-Control": "no-store"})
