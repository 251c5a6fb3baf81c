"""True examples into the description: flask-restx's Swagger in, the same with a request and its answer per status out.

`examples.json` has them by route and status, as the sample answers (`make run` serves it); tests ask for each. What any
route may answer stands under `*`, by status and error body.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from api.encoding import JSON

REQUEST = "x-request"
"""Where a response of the description has the request that leads to it."""
LONG = "{{long}}"
"""Stands in a posted example for a text that is longer than a body may be."""
ASKED = ("path", "query", "headers", "sent")
"""What an example says of its request."""
METHODS = ("get", "post")
"""In the order in which they are shown."""

Json = Mapping[str, Any]


def with_examples(swagger: Json) -> dict[str, Any]:
    """Put an example into each response, the path's parameters and the posted bodies; methods come in order."""
    known = json.loads(files("api").joinpath("examples.json").read_text(encoding="utf-8"))
    definitions = dict(swagger["definitions"])
    paths = {path: dict(_item(path, item, known, definitions)) for path, item in swagger["paths"].items()}
    return {**swagger, "paths": paths, "definitions": definitions}


def _item(path: str, item: Json, known: Json, definitions: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the parts of a path with examples; the examples of posted bodies go into `definitions`."""
    own = {method: known[f"{method.upper()} {path}"] for method in METHODS if method in item}
    if "parameters" in item:
        values = next(iter(own.values()))["200"].get("path", {})
        yield "parameters", [_parameter(parameter, values) for parameter in item["parameters"]]
    for method, examples in own.items():
        operation = item[method]
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "body":
                name = parameter["schema"]["$ref"].rpartition("/")[2]
                definitions[name] = {**definitions[name], "example": examples["201"]["sent"]}
        responses = {
            status: _response(f"{method.upper()} {path}", response, examples.get(status), known["*"].get(status, {}))
            for status, response in sorted(operation["responses"].items())
        }
        lines = operation.get("description", "").split()  # a docstring's line breaks mean nothing
        yield method, {**operation, "responses": responses} | ({"description": " ".join(lines)} if lines else {})


def _parameter(parameter: Json, values: Json) -> dict[str, Any]:
    """Swagger UI puts an `x-example` into the form: good for a film's id, misleading for a filter."""
    return {**parameter, "x-example": values[parameter["name"]]} if parameter["name"] in values else dict(parameter)


def _response(route: str, response: Json, example: Json | None, general: Json) -> dict[str, Any]:
    """Put the example into a response, and the request that leads to it into its description.

    Args:
        route: such as 'GET /movies'.
        response: of one status.
        example: the route's own one for this status.
        general: examples of what any route may answer with this status, by the name of the body.
    """
    if "schema" not in response:
        return dict(response)
    if example is None:
        return {**response, "examples": {JSON: general[response["schema"]["$ref"].rpartition("/")[2]]}}
    request = {name: example[name] for name in ASKED if name in example}
    return {
        **response,
        "description": f"{response['description']} Example: `{_line(route, request)}`",
        "examples": {JSON: example["body"]},
        REQUEST: request,
    }


def _line(route: str, request: Json) -> str:
    """Write a request as one line."""
    query = "&".join(f"{name}={value}" for name, value in request.get("query", {}).items())
    sent = f" {json.dumps(request['sent'], ensure_ascii=False)}" if "sent" in request else ""
    return route.format_map(request.get("path", {})) + (f"?{query}" if query else "") + sent
