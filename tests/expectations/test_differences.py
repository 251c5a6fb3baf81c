"""`python -m expectations diff`: what changed between two runs, in figures and in rows."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner
from made_up_report import run

from expectations.__main__ import main
from expectations.differences import NoRunError, compare, find
from expectations.report import write
from normalize.repairs import COLUMNS

ONE, OTHER = "20260101T000000Z-aaaaaa", "20260102T000000Z-bbbbbb"


@pytest.fixture
def reports(tmp_path):
    """Write two reports: in the second a fault is mended, a repair is new and one is gone."""
    write(run(id=ONE), tmp_path, "en")
    (result,) = run().results
    mended = replace(result, passed=True, failed=0, failing=result.failing.iloc[:0])
    repairs = run().repairs.iloc[:119].copy()
    repairs.loc[0, "source_key"] = "tt7654321"
    write(run(id=OTHER, verdict="passed", results=(mended,), repairs=repairs), tmp_path, "en")
    return tmp_path


def test_figures_and_rows_that_differ_are_told(reports):
    """Nothing else is: the same rows on both sides are no difference, however often they stand there."""
    found = compare(reports / ONE, reports / OTHER)
    name = "movies expect_column_values_to_not_be_null(column=title)"
    assert [(each.sort, each.name, each.before, each.after) for each in found.changes] == [
        ("run", "verdict", "failed", "passed"), ("repairs", "sentinel (nothing)", 120, 119),
        ("critical", name, "fails", "holds"), ("failing rows", name, 150, 0),
    ]  # fmt: skip
    old = dict(zip(COLUMNS, ("movies", "tt0000001", "plot", "'=1+1", "", "sentinel", "nothing"), strict=True))
    assert found.gone["repairs"] == (tuple(old.values()),) * 2
    assert found.new["repairs"] == (tuple({**old, "source_key": "tt7654321"}.values()),)
    assert (len(found.gone["failures"]), found.new["failures"], found.gone["suspects"]) == (150, (), ())


def test_the_command_prints_them_and_gives_all_as_json(reports, monkeypatch):
    """The first rows as text, with how many more; the whole as JSON; the beginning of an id is enough."""
    monkeypatch.setenv("REPORTS_PATH", str(reports))
    told = CliRunner().invoke(main, ["diff", "20260101", "latest"])
    assert told.exit_code == 0, told.output
    assert "new in repairs: movies, tt7654321, plot" in told.stdout
    assert "gone in failures: 140 more; --json gives all" in told.stdout
    whole = json.loads(CliRunner().invoke(main, ["diff", ONE, OTHER, "--json"]).stdout)
    assert len(whole["gone"]["failures"]) == 150
    same = CliRunner().invoke(main, ["diff", ONE, ONE])
    assert (same.exit_code, same.stdout) == (0, "Nothing changed between these runs.\n")


@pytest.mark.parametrize(("name", "said"), [("2026", "several runs"), ("1999", "no run")])
def test_a_run_that_is_not_one_is_refused_by_name(reports, monkeypatch, name, said):
    """The line says which runs there are; exit status 2."""
    monkeypatch.setenv("REPORTS_PATH", str(reports))
    ended = CliRunner().invoke(main, ["diff", name, "latest"])
    expected = f"error: {said} in {reports} called {name!r}; there are {OTHER}, {ONE}.\n"
    assert (ended.exit_code, ended.stderr) == (2, expected)


def test_without_a_report_it_says_so(tmp_path):
    """An empty folder, or none."""
    with pytest.raises(NoRunError, match="there is none"):
        find(tmp_path / "nowhere", "latest")


def test_values_longer_than_usual_are_compared(tmp_path):
    """A megabyte in one value is a row like any other."""
    repairs = pd.DataFrame(
        [("movies", "1", "plot", "x" * 1_000_000, None, "sentinel", "nothing")], columns=list(COLUMNS)
    )
    write(run(id=ONE, repairs=repairs.iloc[:0]), tmp_path, "en")
    write(run(id=OTHER, repairs=repairs), tmp_path, "en")
    assert [len(row[3]) for row in compare(tmp_path / ONE, tmp_path / OTHER).new["repairs"]] == [1_000_000]
