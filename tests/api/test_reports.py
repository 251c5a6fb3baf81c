"""/reports/: the reports of the rebuilds, and not one file more."""

import pytest

from api import create_app


@pytest.fixture
def reports(empty):
    """Make a folder of reports with a secret beside it; give a client."""
    run = empty.reports_path / "20260101T000000Z-abc"
    run.mkdir(parents=True)
    (empty.reports_path / "index.html").write_text("<p>Отчёты</p>", encoding="utf-8")
    (run / "report.html").write_text("<p>Отчёт</p>", encoding="utf-8")
    (run / "repairs.csv").write_text("rule\nё", encoding="utf-8")
    (run / "result.json").write_text("{}", encoding="utf-8")
    (empty.reports_path.parent / "secret.txt").write_text("secret")
    return create_app(empty).test_client()


@pytest.mark.parametrize(
    ("path", "kind", "text"),
    [
        ("", "text/html; charset=utf-8", "<p>Отчёты</p>"),
        ("index.html", "text/html; charset=utf-8", "<p>Отчёты</p>"),
        ("20260101T000000Z-abc/report.html", "text/html; charset=utf-8", "<p>Отчёт</p>"),
        ("20260101T000000Z-abc/repairs.csv", "text/csv; charset=utf-8", "rule\nё"),
        ("20260101T000000Z-abc/result.json", "application/json", "{}"),
    ],
)
def test_files_of_the_reports_are_served(reports, path, kind, text):
    """The page of all runs and every file of a run come with their types."""
    with reports.get(f"/reports/{path}") as answer:
        assert (answer.status_code, answer.content_type, answer.text) == (200, kind, text)


def test_the_address_without_its_slash_leads_there(reports):
    """/reports leads to /reports/."""
    answer = reports.get("/reports")
    assert (answer.status_code, answer.headers["Location"]) == (308, "http://localhost/reports/")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "20260101T000000Z-abc/../../secret.txt",
        "..%5csecret.txt",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "20260101T000000Z-abc",
        "20260101T000000Z-abc/",
        "nothing.html",
        "a%00b",
        "x" * 5000,
    ],
)
def test_nothing_else_is_served(reports, path):
    """No path leads out of the folder, and what is no file is 404."""
    answer = reports.get(f"/reports/{path}", follow_redirects=True)
    assert (answer.status_code, answer.content_type) == (404, "application/json")


def test_without_a_report_the_answer_says_what_makes_one(empty):
    """Before the first rebuild /reports/ is 404 and names the command."""
    answer = create_app(empty).test_client().get("/reports/")
    assert (answer.status_code, answer.json) == (
        404,
        {"message": "There is no report yet. A rebuild writes one: alembic upgrade head"},
    )


def test_a_relative_path_is_that_of_the_process(reports, empty, monkeypatch):
    """REPORTS_PATH without a leading slash counts from where the server was started."""
    monkeypatch.chdir(empty.reports_path.parent)
    settings = empty.model_copy(update={"reports_path": empty.reports_path.relative_to(empty.reports_path.parent)})
    with create_app(settings).test_client().get("/reports/") as answer:
        assert answer.status_code == 200
