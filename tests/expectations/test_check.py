"""`python -m expectations check`: the store as it is, its verdict and its exit status."""

import json
import sqlite3
from contextlib import closing

import pytest
from alembic.config import main as alembic
from click.testing import CliRunner
from made_up import legacy_database

from expectations.__main__ import main
from normalize.settings import Settings


@pytest.fixture
def store(tmp_path, monkeypatch, request):
    """Rebuild a made-up legacy database in place; its path is the current folder's films.sqlite."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    path = legacy_database(tmp_path / "films.sqlite")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    alembic(argv=["-c", str(request.config.rootpath / "alembic.ini"), "upgrade", "head"])
    return path


def change(path, statement):
    """Change the store behind everybody's back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_good_store_passes_and_gets_a_report(store, tmp_path):
    """Exit status 0, all hold, the report is there."""
    ended = CliRunner().invoke(main, ["check"])
    assert ended.exit_code == 0, ended.output
    assert "54 of 54 expectations hold." in ended.stdout
    page = tmp_path / ended.stdout.rsplit("report: ", 1)[1].strip()
    assert "Genres" in page.read_text(encoding="utf-8"), "how the store's values are distributed is told, too"
    assert json.loads(page.with_name("result.json").read_text())["store"] == f"sqlite:///{store}"


def test_a_critical_fault_ends_with_1_and_names_the_rows(store, tmp_path):
    """What somebody wrote into the store is found, and the report has the row."""
    change(store, "UPDATE movies SET description = 'N/A'")
    ended = CliRunner().invoke(main, ["check", "--json"])
    assert ended.exit_code == 1
    told = json.loads(ended.stdout)
    assert [each["kwargs"]["column"] for each in told["expectations"] if not each["passed"]] == ["description"]
    assert ended.stderr.startswith("error: critical expectations fail")
    failures = (tmp_path / told["report"]).with_name("failures.csv").read_text(encoding="utf-8-sig")
    assert '{""id"": 1, ""description"": ""N/A"", ""title"": ""Film 1"", ""imdb_rating"": 7.5}' in failures


def test_a_suite_can_be_tried_by_itself(store, tmp_path):
    """`--suite FILE`: that suite alone, warnings do not end with 1."""
    suite = {"expectations": [{"type": "expect_column_values_to_be_between", "severity": "warning",
                               "kwargs": {"column": "imdb_rating", "min_value": 8}}]}  # fmt: skip
    (tmp_path / "store.movies.json").write_text(json.dumps(suite))
    ended = CliRunner().invoke(main, ["check", "--suite", "store.movies.json", "--json"])
    assert ended.exit_code == 0, ended.output
    (told,) = json.loads(ended.stdout)["expectations"]
    assert (told["passed"], told["failed"], told["checked"]) == (False, 1, 1)


@pytest.mark.parametrize(
    ("name", "said"),
    [("raw.legacy_movies.json", "holds no store suite"), ("store.moves.json", "there is no table 'moves'")],
)
def test_a_suite_that_checks_nothing_ends_with_2(store, tmp_path, name, said):
    """Nothing checked must not look like nothing wrong."""
    suite = {"expectations": [{"type": "expect_table_row_count_to_be_between", "severity": "critical", "kwargs": {}}]}
    (tmp_path / name).write_text(json.dumps(suite))
    ended = CliRunner().invoke(main, ["check", "--suite", name])
    assert (ended.exit_code, said in ended.stderr) == (2, True), ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_store_without_a_load_can_be_checked(store):
    """An empty store has no reconciliation; what is there is checked all the same."""
    change(store, "DELETE FROM repairs")
    change(store, "DELETE FROM load_runs")
    ended = CliRunner().invoke(main, ["check"])
    assert ended.exit_code == 0, ended.output
    assert "50 of 50 expectations hold." in ended.stdout


@pytest.mark.parametrize(
    ("url", "said"),
    [("sqlite:///nowhere.sqlite", "there is no file"), ("sqlite:///empty.sqlite", "holds no store")],
)
def test_without_a_store_it_ends_with_2(tmp_path, monkeypatch, url, said):
    """One line that names what is missing."""
    monkeypatch.chdir(tmp_path)
    sqlite3.connect("empty.sqlite").close()
    monkeypatch.setenv("DATABASE_URL", url)
    ended = CliRunner().invoke(main, ["check"])
    assert (ended.exit_code, said in ended.stderr) == (2, True), ended.stderr
