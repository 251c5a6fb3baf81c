"""The Postman collection: it is made from the description, asks every route, and holds on a real server."""

import json
import os
import shutil
import subprocess
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from examples_of import DIRECT
from newman import newman
from servers import serving

DOCS = Path(__file__).parents[2] / "docs"
COLLECTION = DOCS / "kinobase.postman_collection.json"
KEPT_AS_EXAMPLE = {"403", "429", "500", "503"}
"""Statuses that a server in order does not give."""


@pytest.fixture(scope="module")
def maker():
    """Give the module that makes the collection."""
    spec = spec_from_file_location("postman", DOCS / "postman.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_collection_is_what_is_made(maker):
    """`make postman` would change nothing."""
    assert COLLECTION.read_text(encoding="utf-8") == maker.written()


def test_every_status_of_every_route_is_asked_or_kept(client):
    """Each (route, status) of the description is a request of the collection, or an example kept beside one."""
    asked = {tuple(request["name"].rsplit(": ", 1)) for request in items()}
    kept = {
        (request["name"].rsplit(": ", 1)[0], str(response["code"]))
        for request in items()
        for response in request["response"]
    }
    described = {
        (f"{method.upper()} {path}", status)
        for path, item in client.get("/openapi.json").json["paths"].items()
        for method in {"get", "post"} & set(item)
        for status in item[method]["responses"]
    }
    assert described <= asked | kept
    assert {status for _, status in described - asked} == KEPT_AS_EXAMPLE


def items(*folders):
    """Give the requests of the collection, or of some of its folders."""
    collection = json.loads(COLLECTION.read_text(encoding="utf-8"))
    return [
        item for folder in collection["item"] if not folders or folder["name"] in folders for item in folder["item"]
    ]


def run(url, said, *options):
    """Run the collection against a server; gives newman's status, and how often a test held and failed."""
    command = [newman(), "run", COLLECTION, "--env-var", f"baseUrl={url}", *options]
    command += ["--reporters", "json", "--reporter-json-export", said]
    status = subprocess.run(command, env=os.environ | DIRECT, stdout=subprocess.DEVNULL, check=False).returncode
    counted = Counter()
    for execution in json.loads(said.read_text(encoding="utf-8"))["run"]["executions"]:
        for assertion in execution.get("assertions", ()):
            counted["error" in assertion] += 1
            if "error" in assertion:
                print(execution["item"]["name"], assertion["error"]["message"])  # noqa: T201 - shown where it fails
    return status, counted[False], counted[True]


def test_the_collection_holds_on_a_real_server(sample_store, settings_of, fill_index, tmp_path):
    """Every request is answered as its tests say, new films included, and again; without a token some are not."""
    settings = settings_of(sample_store)
    fill_index(settings)
    shutil.copy(sample_store / "store.sqlite", tmp_path)
    settings = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'store.sqlite'}"})
    tests = json.dumps(items()).count("pm.test(")
    some = json.dumps(items("catalogue")).count("pm.test(")
    with serving(settings, api_tokens="a-token") as url:
        said = tmp_path / "newman.json"
        assert run(url, said) == (0, tests, 0)
        assert run(url, said, "--folder", "catalogue") == (0, some, 0)
        status, held, failed = run(url, said, "--folder", "catalogue", "--env-var", "token=")
        assert (status, held + failed, failed > 0) == (1, some, True)
