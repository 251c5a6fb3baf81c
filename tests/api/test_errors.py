"""Errors: JSON everywhere, with the right status and headers, and nothing of the inside."""

import pytest

from api import create_app

ROUTES = (
    "/api/v1/video/collection",
    "/api/v1/video/get/tt0000001",
    "/client/info",
    "/health/live",
    "/reports/",
    "/docs",
)


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/video/nothing", "/api/v1/video/get/a/b", "/Ёлка", "/docs/x"])
def test_where_nothing_is_the_answer_is_404_in_json(client, path):
    """An address of nothing is 404 in JSON, within the namespaces and outside."""
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (404, "application/json")
    assert answer.json == {"message": f"There is nothing at {path}; /docs lists what there is."}


@pytest.mark.parametrize("path", ROUTES)
def test_a_method_that_is_not_possible_is_405_with_allow(client, path):
    """Another method is 405 in JSON, and `Allow` says what is possible."""
    answer = client.post(path)
    assert (answer.status_code, answer.content_type) == (405, "application/json")
    assert answer.json == {"message": "POST is not possible here. Possible: GET, HEAD, OPTIONS"}
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("path", ROUTES[:-2])
def test_head_answers_as_get_does_without_a_body(client, path):
    """HEAD gives the status and the headers of GET."""
    got, headed = client.get(path), client.head(path)
    assert (headed.status_code, headed.data) == (200, b"")
    assert headed.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("testing", [False, True])
def test_a_failure_of_ours_is_500_and_tells_only_the_log(whole, capsys, debug, testing):
    """An unexpected error is 500 without a word of it, in every mode; the log has all of it."""
    app = create_app(whole)
    app.debug, app.testing = debug, testing

    def fail():
        raise RuntimeError("the secret of the house")

    app.add_url_rule("/fail", view_func=fail)
    answer = app.test_client().get("/fail")
    assert (answer.status_code, answer.content_type) == (500, "application/json")
    assert answer.json == {"message": "The server failed; its log says why."}
    logged = capsys.readouterr().err
    assert "the secret of the house" in logged
    assert "Traceback" in logged


def test_accept_does_not_change_the_format(client):
    """Whatever a client would like, it gets JSON."""
    for accept in ("text/html", "application/xml", "image/*;q=0", "nonsense"):
        answer = client.get("/api/v1/video/collection?limit=0", headers={"Accept": accept})
        assert (answer.status_code, answer.content_type) == (422, "application/json")
