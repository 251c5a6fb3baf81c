"""The description holds: whatever requests it allows, the answers are those that it says, and never a failure."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from api import create_app
from api.backends import EXTENSION

EXAMPLES = 20
"""Requests for each route: enough for the shapes, and a matter of seconds."""
PLAIN = {"Accept-Encoding": "identity"}
TOKEN = "let-me-in"
HELD = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
ROUTES = 11
FILM = "tt0000001"


@pytest.fixture(scope="module", params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def described(request, settings_of, fill_store, fill_index, tmp_path_factory):
    """Give the description of an app on SQLite and the embedded index, then on PostgreSQL and Elasticsearch."""
    more = {}
    if request.param == "elasticsearch":
        more["database_url"] = request.getfixturevalue("module_postgres")
        more["elasticsearch_url"] = request.getfixturevalue("elasticsearch_url")
        more["index_name"] = "described"
    given_settings = settings_of(tmp_path_factory.mktemp(request.param), api_tokens=TOKEN, **more)
    fill_store(given_settings.database_url)
    fill_index(given_settings)
    app = create_app(given_settings)
    yield schemathesis.openapi.from_wsgi("/openapi.json", app)
    app.extensions[EXTENSION].close()


@pytest.mark.parametrize("token", [TOKEN, None])
def test_answers_are_those_of_the_description(described, token):
    """No 5xx, no status, type or body that the description does not have, on any route, with a token and without."""
    checks = CHECKS.get_by_names(list(HELD))
    headers = PLAIN | ({"Authorization": f"Bearer {token}"} if token else {})
    asked = {}
    for result in described.get_all_operations():
        operation = result.ok()
        if token or operation.method == "post":
            asked[f"{operation.method.upper()} {operation.path}"] = hold(operation, checks, headers)
    assert len(asked) == (ROUTES if token else 1)
    assert (201 if token else 401) in asked["POST /movies"], asked
    assert all(200 in statuses for name, statuses in asked.items() if name.startswith("GET")), asked


def hold(operation, checks, headers):
    """Ask an operation as the description allows, the same on each run; gives how often each status was answered."""
    seen = Counter()

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def holds(case):
        seen[case.call_and_validate(checks=checks, headers=headers).status_code] += 1

    holds()
    if operation.path_parameters:  # no made-up id is that of a film
        there = operation.Case(path_parameters={"film_id": FILM})
        seen[there.call_and_validate(checks=checks, headers=headers).status_code] += 1
    return seen
