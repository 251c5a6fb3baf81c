"""Swagger: our namespaces and pydantic models in, /docs and /swagger.json out, with no network.

flask-restx speaks Swagger 2.0, which knows neither null nor anyOf; what pydantic says of a field that may be null is
put in its words here.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

from flask import Flask, redirect, render_template, url_for
from flask_restx import Api, Namespace
from pydantic import BaseModel
from werkzeug.wrappers import Response

from api.encoding import JSON, json_response
from api.examples import with_examples
from api.openapi import openapi
from normalize import __version__

DESCRIPTION = """Films as JSON (UTF-8), by three contracts: *video* for the cinema's clients, *catalogue* at `/movies` \
for lists and new films, *front end* at `/api/movies`.

- Every error is JSON: `{"message": …}`; of the front end `{"detail": …}`. A method that a route does not have is 405 \
with `Allow`; HEAD and OPTIONS work wherever GET does.
- Films and lists have an `ETag`: send it as `If-None-Match`, and what has not changed is 304 without a body.
- Every answer has an `X-Request-ID` (yours, if you send one), by which the server's log names the request.
- 429 and 503 say in `Retry-After` when to ask again.

The examples are answers of the sample that `make run` serves. For programs: [/openapi.json](/openapi.json) (3.1), \
[/swagger.json](/swagger.json) (2.0). Also here: [/reports/](/reports/), [/metrics](/metrics)."""

AUTHORIZATIONS = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Bearer`, a blank, and one of the tokens that the server has in API_TOKENS.",
    }
}


class DocumentedApi(Api):
    """flask-restx with errors left to the app: its own handling loses `Allow` and content types."""

    def error_router(self, original_handler: Any, e: Exception) -> Any:  # noqa: ANN401 - flask-restx has no types
        """Give every error to the app's own handlers."""
        return original_handler(e)

    @cached_property
    def __schema__(self) -> dict[str, Any]:
        """Describe everything, with examples; once, as the description does not change."""
        return with_examples(super().__schema__)

    def render_root(self) -> Response:
        """Lead whoever opens the bare address to the documentation."""
        return redirect(url_for("doc"))


def document(app: Flask, namespaces: Iterable[Namespace]) -> None:
    """Serve the namespaces, /docs, /swagger.json and /openapi.json."""
    app.config.update(RESTX_MASK_SWAGGER=False, RESTX_INCLUDE_ALL_MODELS=True)
    api = DocumentedApi(
        title="Kinobase", version=__version__, description=DESCRIPTION, doc="/docs", authorizations=AUTHORIZATIONS
    )
    api.representation(JSON)(json_response)
    api.documentation(lambda: render_template("docs.html", title=api.title, specs_url=api.specs_url))
    for namespace in namespaces:
        api.add_namespace(namespace)
    app.add_url_rule("/openapi.json", "openapi", lambda: json_response(openapi(api.__schema__)))
    api.error_handlers.clear()  # of its masks and its own parser, which nothing here uses
    api.init_app(app)


def body(
    namespace: Namespace, model: type[BaseModel], mode: Literal["validation", "serialization"] = "serialization"
) -> Any:  # noqa: ANN401 - flask-restx has no types
    """Describe a body by its pydantic model, so that Swagger shows it; nested models are described too."""
    schema = model.model_json_schema(mode=mode, ref_template="#/definitions/{model}")
    for name, nested in schema.pop("$defs", {}).items():
        namespace.schema_model(name, _swagger(nested))
    return namespace.schema_model(model.__name__, _swagger(schema))


def _swagger(schema: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Put a JSON schema into Swagger 2.0's words: x-nullable for anyOf with null, no const, no titles made of names."""
    if isinstance(schema, list):
        return [_swagger(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    said = {key: _swagger(part) for key, part in schema.items() if not (key == "title" and isinstance(part, str))}
    if said.get("default", ...) is None:
        del said["default"]
    if "const" in said:
        said["enum"] = [said.pop("const")]
    options = [option for option in said.pop("anyOf", []) if option != {"type": "null"}]
    return {**options[0], **said, "x-nullable": True} if options else said
