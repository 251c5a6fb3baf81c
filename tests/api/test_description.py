"""The description holds: whatever requests it allows, the answers are those that it says, and never a failure."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from api import create_app

EXAMPLES = 15
"""Requests for each route: enough for the shapes, and a matter of seconds."""
PLAIN = {"Accept-Encoding": "identity"}
HELD = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


@pytest.fixture(scope="module")
def described(whole):
    """Give the description of an app that nobody may write to."""
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app(whole))


def test_answers_are_those_of_the_description(described):
    """No 5xx, no status, type or body that the description does not have, on any route."""
    checks = CHECKS.get_by_names(list(HELD))
    asked = []
    for result in described.get_all_operations():
        operation = result.ok()
        asked.append(f"{operation.method.upper()} {operation.path}")

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def holds(case):
            case.call_and_validate(checks=checks, headers=PLAIN)

        holds()
    assert "POST /movies" in asked
    assert len(asked) >= 11
