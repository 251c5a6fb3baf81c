"""The Postman collection from the application's own description: `make postman` writes it beside this file.

Each example of the description becomes a request with tests: status, content type, headers, the body's shape, and of
an error the whole body. Each route is asked by a method that it does not have, too, and pages that are not JSON are
looked at. A status that a server in order does not give (429, 500, 503, 403) is kept as an example only.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from api import create_app
from api.examples import LONG, METHODS, REQUEST
from api.new_films import MAX_BODY_BYTES
from normalize.settings import Settings

COLLECTION = Path(__file__).parent / "kinobase.postman_collection.json"
FORM = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
JSON = "application/json"
REFERENCE = "#/components/schemas/"
TOKEN, FILM = "a-token", "tt0086190"
"""What the examples have where the collection has a variable."""
VARIABLES = {"baseUrl": "http://127.0.0.1:8000", "token": TOKEN, "film": FILM, "etag": ""}
NOT_GIVEN = ("403", "429", "500", "503")
NOT_POSSIBLE = "DELETE"
"""A method that no route has."""
LONGER = f'pm.variables.set("{LONG.strip("{}")}", "x".repeat({MAX_BODY_BYTES}));'
"""Makes the text that is longer than a body may be, before each request."""
PAGES = {
    "/": "text/html",
    "/docs": "text/html",
    "/swagger.json": JSON,
    "/openapi.json": JSON,
    "/metrics": "text/plain",
    "/reports/": "text/html",
}
DESCRIPTION = """Smoke tests of every route, made by `make postman` from the application's own description.

The films of the examples are those of the sample that `make run` serves (`API_TOKENS=a-token make run` for new films).
For another server set the variables: baseUrl, token (empty: requests that need one fail), film (the IMDb id of a film
that is there)."""

Json = Mapping[str, Any]


def main() -> None:
    """Write the collection."""
    COLLECTION.write_text(written(), encoding="utf-8")


def written() -> str:
    """Give the collection as its file has it."""
    client = create_app(Settings(_env_file=None, log_level="WARNING")).test_client()
    return json.dumps(collection(client.get("/openapi.json").json), ensure_ascii=False, indent=1) + "\n"


def collection(described: Json) -> dict[str, Any]:
    """Make a collection of an OpenAPI description: a folder per tag, a request per status of each route."""
    folders: dict[str, list[Any]] = {tag["name"]: [] for tag in described["tags"] if tag["name"] != "default"}
    for path, item in described["paths"].items():
        first = next(method for method in METHODS if method in item)
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                route = Route(method.upper(), path, parameters, item[method]["responses"], described)
                folders[item[method]["tags"][0]] += route.requests()
        folders[item[first]["tags"][0]].append(_not_possible(path, item[first]["responses"]["200"][REQUEST]))
    tags = {tag["name"]: tag.get("description", "") for tag in described["tags"]}
    return {
        "info": {
            "name": described["info"]["title"],
            "description": DESCRIPTION,
            "version": described["info"]["version"],
            "schema": FORM,
        },
        "item": [
            *({"name": name, "description": tags[name], "item": requests} for name, requests in folders.items()),
            {"name": "pages", "description": "What is no film.", "item": [_page(*page) for page in PAGES.items()]},
        ],
        "event": [_event("prerequest", [LONGER])],
        "variable": [{"key": name, "value": value} for name, value in VARIABLES.items()],
    }


class Route:
    """A route of the description, and its requests."""

    def __init__(self, method: str, path: str, parameters: list[Json], responses: Json, described: Json) -> None:
        self.name = f"{method} {path}"
        self.method, self.path = method, path
        self.parameters = [parameter for parameter in parameters if parameter["in"] == "query"]
        self.responses, self.described = responses, described

    def requests(self) -> list[dict[str, Any]]:
        """Give a request for each status that a server in order gives; the others are examples of the first one."""
        asked = [status for status in self.responses if status not in NOT_GIVEN]
        requests = [self._item(status) for status in asked]
        requests[0]["response"] += [self._saved(status) for status in self.responses if status in NOT_GIVEN]
        return requests

    def _item(self, status: str) -> dict[str, Any]:
        response = self.responses[status]
        saved = [self._saved(status)] if "content" in response else []
        script = list(self._script(status, response))
        name = f"{self.name}: {status}"
        return {"name": name, "request": self._request(status), "response": saved, "event": [_event("test", script)]}

    def _request(self, status: str) -> dict[str, Any]:
        """Write down the request of an example; what has not changed is asked for with the ETag of before."""
        usual = self.responses.get("200", self.responses.get("201"))[REQUEST]
        example = self.responses[status].get(REQUEST, usual)
        headers = example.get("headers", {}) | ({"If-None-Match": "{{etag}}"} if status == "304" else {})
        asked = _asked(self.method, self.path, example, headers)
        query = example.get("query", {})
        unknown = [{"key": name, "value": value} for name, value in query.items() if name not in self._names]
        asked["url"]["query"] = [self._parameter(parameter, query) for parameter in self.parameters] + unknown
        asked["description"] = self.responses[status]["description"]
        return asked

    @property
    def _names(self) -> set[str]:
        return {parameter["name"] for parameter in self.parameters}

    def _parameter(self, parameter: Json, query: Json) -> dict[str, Any]:
        """Give a query parameter; one that the example has not is there to be switched on."""
        name = parameter["name"]
        value = query.get(name, parameter.get("example", parameter["schema"].get("default", "")))
        given = {"key": name, "value": str(value), "description": parameter["description"]}
        return given if name in query else {**given, "disabled": True}

    def _saved(self, status: str) -> dict[str, Any]:
        response = self.responses[status]
        return {
            "name": f"{status}: {response['description']}",
            "originalRequest": self._request(status),
            "code": int(status),
            "_postman_previewlanguage": "json",
            "header": [{"key": "Content-Type", "value": JSON}],
            "body": json.dumps(response["content"][JSON]["example"], ensure_ascii=False, indent=2),
        }

    def _script(self, status: str, response: Json) -> Iterator[str]:
        """Give the lines that test an answer."""
        yield _has_status(status)
        yield from (_has_header(name) for name in response.get("headers", {}))
        if "content" not in response:
            yield 'pm.test("has no body", () => pm.expect(pm.response.text()).to.eql(""));'
            return
        yield _has_type(JSON)
        content = response["content"][JSON]
        yield f'pm.test("has the body\'s shape", () => pm.response.to.have.jsonSchema({_line(self._shape(content))}));'
        if status.startswith("4") and FILM not in json.dumps(response.get(REQUEST)):
            body = _line(content["example"])
            yield f'pm.test("says what is wrong", () => pm.expect(pm.response.json()).to.eql({body}));'
        if "304" in self.responses and status == "200":
            yield 'pm.collectionVariables.set("etag", pm.response.headers.get("ETag"));'

    def _shape(self, content: Json) -> dict[str, Any]:
        """Give a body's JSON Schema with whatever it refers to."""
        schemas = self.described["components"]["schemas"]
        needed: dict[str, Any] = {}
        to_see = [content["schema"]]
        while to_see:
            for name in re.findall(rf'"{REFERENCE}(\w+)"', json.dumps(to_see.pop())):
                if name not in needed:
                    needed[name] = schemas[name]
                    to_see.append(schemas[name])
        shape = {**content["schema"], "definitions": dict(sorted(needed.items()))}
        return json.loads(json.dumps(shape).replace(REFERENCE, "#/definitions/"))  # type: ignore[no-any-return]


def _asked(method: str, path: str, example: Json, headers: Json) -> dict[str, Any]:
    """Write down a request, with variables for what another server has otherwise."""
    sent = example.get("sent")
    if sent is not None:
        headers = {"Content-Type": JSON, **headers}
    pattern = path.replace("{", ":").replace("}", "")
    values = example.get("path", {})
    url: dict[str, Any] = {
        "raw": f"{{{{baseUrl}}}}{pattern}",
        "host": ["{{baseUrl}}"],
        "path": pattern.strip("/").split("/") + ([""] if path.endswith("/") and path != "/" else []),
    }
    if values:
        url["variable"] = [{"key": name, "value": _varied(value)} for name, value in values.items()]
    request = {"method": method, "header": [{"key": n, "value": _varied(v)} for n, v in headers.items()], "url": url}
    if sent is not None:
        text = _varied(json.dumps(sent, ensure_ascii=False, indent=2))
        request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": "json"}}}
    return request


def _varied(text: str) -> str:
    return text.replace(FILM, "{{film}}").replace(f"Bearer {TOKEN}", "Bearer {{token}}")


def _not_possible(path: str, example: Json) -> dict[str, Any]:
    """Ask a route by a method that it has not."""
    script = [_has_status("405"), _has_header("Allow"), _has_type(JSON)]
    asked = _asked(NOT_POSSIBLE, path, {"path": example.get("path", {})}, {})
    return {"name": f"{NOT_POSSIBLE} {path}: 405", "request": asked, "response": [], "event": [_event("test", script)]}


def _page(path: str, kind: str) -> dict[str, Any]:
    script = [_has_status("200"), _has_type(kind)]
    asked = _asked("GET", path, {}, {})
    return {"name": f"GET {path}: 200", "request": asked, "response": [], "event": [_event("test", script)]}


def _has_status(status: str) -> str:
    return f'pm.test("has the status {status}", () => pm.response.to.have.status({status}));'


def _has_header(name: str) -> str:
    return f'pm.test("has the header {name}", () => pm.response.to.have.header("{name}"));'


def _has_type(kind: str) -> str:
    return f'pm.test("is {kind}", () => pm.expect(pm.response.headers.get("Content-Type")).to.include("{kind}"));'


def _event(when: str, script: list[str]) -> dict[str, Any]:
    return {"listen": when, "script": {"type": "text/javascript", "exec": script}}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
