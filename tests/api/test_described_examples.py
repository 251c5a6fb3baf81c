"""The examples of the description are true: each request, asked of the sample, is answered with the status and body."""

import json
import shutil

import pytest

from api import create_app
from api.examples import LONG, METHODS, REQUEST
from api.new_films import MAX_BODY_BYTES
from api.parameters import SUCH_AS

TOKEN = "a-token"
"""As the examples have it."""
JSON = "application/json"
LIMIT = 100
"""Requests an hour, as the examples have it."""


@pytest.fixture(scope="module")
def apps(sample_store, settings_of, fill_index, tmp_path_factory):
    """Give a client for each state that a status comes from: all in order, no tokens, nothing there, failing, busy."""
    settings = settings_of(sample_store)
    fill_index(settings)
    own = tmp_path_factory.mktemp("examples")  # examples post films
    shutil.copy(sample_store / "store.sqlite", own)
    ours = settings.model_copy(update={"database_url": f"sqlite:///{own / 'store.sqlite'}"})
    open_to_us = type(ours)(_env_file=None, **(ours.model_dump() | {"api_tokens": TOKEN}))
    given = {
        "whole": create_app(open_to_us),
        "403": create_app(ours),
        "429": create_app(open_to_us.model_copy(update={"rate_limit": f"{LIMIT}/hour"})),
        "500": create_app(open_to_us),
        "503": create_app(settings_of(tmp_path_factory.mktemp("nothing"), api_tokens=TOKEN)),
    }
    given["500"].before_request(fail)
    clients = {name: app.test_client() for name, app in given.items()}
    for _ in range(LIMIT):
        clients["429"].get("/movies/nothing")
    return clients


def fail():
    """Fail as nobody expects."""
    raise RuntimeError


@pytest.fixture(scope="module")
def described(apps):
    """Give the description."""
    return apps["whole"].get("/swagger.json").json


def responses(described):
    """Give (route, operation, status, response) for whatever the description says is answered."""
    for path, item in described["paths"].items():
        for method in METHODS:
            for status, response in item.get(method, {}).get("responses", {}).items():
                yield (method, path), item[method], status, response


def ask(client, route, request, **more):
    """Ask as an example says."""
    method, path = route
    headers = request.get("headers", {}) | more
    sent = json.dumps(request["sent"]).replace(LONG, "x" * MAX_BODY_BYTES) if "sent" in request else None
    if sent is not None:
        headers.setdefault("Content-Type", JSON)
    address = path.format_map(request.get("path", {}))
    return client.open(address, method=method.upper(), query_string=request.get("query"), data=sent, headers=headers)


def test_every_example_is_what_is_answered(apps, described):
    """Each status of each route with a body has an example, and it is the answer, whole, in the state it is for."""
    asked = 0
    for route, operation, status, response in responses(described):
        if "schema" in response:
            usual = operation["responses"]["201" if route[0] == "post" else "200"][REQUEST]
            answer = ask(apps.get(status, apps["whole"]), route, response.get(REQUEST, usual))
            expected = (int(status), JSON, response["examples"][JSON])
            assert (answer.status_code, answer.content_type, answer.json) == expected, route
            for name in response.get("headers", {}):
                assert name in answer.headers, (route, status)
            asked += 1
    assert asked == 52


def test_what_has_an_etag_is_304_by_it(apps, described):
    """Each route that says 304 answers so to its example with the ETag of the answer before."""
    asked = 0
    for route, operation, status, _ in responses(described):
        if status == "304":
            request = operation["responses"]["200"][REQUEST]
            tag = ask(apps["whole"], route, request).headers["ETag"]
            answer = ask(apps["whole"], route, request, **{"If-None-Match": tag})
            assert (answer.status_code, answer.data) == (304, b""), route
            asked += 1
    assert asked == 7


def test_every_parameter_has_an_example_that_is_allowed(apps, described):
    """A parameter without choices, default or path has an example in its words, and each is answered with 200."""
    for path, item in described["paths"].items():
        for parameter in [*item.get("parameters", ()), *item["get"].get("parameters", ())]:
            if parameter["in"] == "path":
                assert parameter["x-example"]
            elif SUCH_AS in parameter:
                assert f"`{parameter[SUCH_AS]}`" in parameter["description"]
                answer = apps["whole"].get(path, query_string={parameter["name"]: parameter[SUCH_AS]})
                assert answer.status_code == 200, (path, parameter)
            else:
                assert {"enum", "default"} & set(parameter) or parameter["name"] == "cursor", (path, parameter)
