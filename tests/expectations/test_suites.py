"""Suites: the built-in ones can each fail, and a mistake in one is one clear line."""

import json

import pandas as pd
import pytest

from expectations.failing import MASKS, columns_of, looked_at
from expectations.gate import Gate, _comparable
from expectations.suites import SuiteError, load_suites, read_suite
from expectations.verdicts import passed
from normalize.models import metadata
from normalize.tables import normalize

KEYS = {name: [column.name for column in table.primary_key] for name, table in metadata.tables.items()} | {
    "reconciliation": ["kind"]
}
RAW = {
    "movies": {"id": "tt0000001", "genre": "Drama", "director": "Ann Lee", "writer": "w1", "title": "Film 1",
               "plot": "Plot.", "ratings": None, "imdb_rating": "7.5", "writers": ""},
    "actors": {"id": 1, "name": "Bob Ray"},
    "writers": {"id": "w1", "name": "Cid Poe"},
    "movie_actors": {"movie_id": "tt0000001", "actor_id": "1"},
}  # fmt: skip


@pytest.fixture(scope="module")
def gate():
    """Make the gate with the built-in suites once."""
    return Gate(load_suites())


def good():
    """Give the store's frames of one film without a fault."""
    clean = normalize(
        {name: pd.DataFrame([row], dtype=object) for name, row in RAW.items()}, same_name_is_one=True, at="now"
    )
    frames = {
        name: frame.reindex(columns=[column.name for column in metadata.tables[name].columns])
        for name, frame in clean.tables.items()
    }
    return {**frames, "reconciliation": clean.reconciliation}


def raw_frames(**given):
    """Give the legacy frames of one film, but for those given."""
    return {f"legacy_{name}": pd.DataFrame([row], dtype=object) for name, row in RAW.items()} | given


def failing(results):
    """Give what fails as (table, type, columns, severity, rows)."""
    return {
        (r.table, r.expectation, *columns_of(r.kwargs), r.severity, len(r.failing)) for r in results if not r.passed
    }


def test_a_store_without_a_fault_passes(gate):
    """Every store suite holds for a clean film."""
    results = gate.check("store", good(), KEYS)
    assert {result.table for result in results} == {*good()}
    assert failing(results) == set()
    assert passed(results)


UNIQUE, NOT_NULL, WORDS = (
    "expect_column_values_to_be_unique",
    "expect_column_values_to_not_be_null",
    "expect_column_values_to_not_be_in_set",
)
REGEX, NOT_REGEX = "expect_column_values_to_match_regex", "expect_column_values_to_not_match_regex"
COMPOUND, BETWEEN = "expect_compound_columns_to_be_unique", "expect_column_values_to_be_between"


@pytest.mark.parametrize(
    ("table", "faults", "expected"),
    [
        ("movies", {"title": None}, {("movies", NOT_NULL, "title", "critical", 1)}),
        ("movies", {"description": "N/A"}, {("movies", WORDS, "description", "critical", 1)}),
        ("movies", {"imdb_rating": 11.0}, {("movies", BETWEEN, "imdb_rating", "critical", 1)}),
        ("movies", {"imdb_id": "tt1"}, {("movies", REGEX, "imdb_id", "critical", 1)}),
        ("movies", {"title": " Film"}, {("movies", NOT_REGEX, "title", "critical", 1)}),
        ("movies", {"year": 3021}, {("movies", BETWEEN, "year", "critical", 1)}),
        ("genres", {"name": "Drama, War"}, {("genres", NOT_REGEX, "name", "critical", 1)}),
        ("people", {"name": "None"}, {("people", WORDS, "name", "critical", 1)}),
        ("people", {"name": "Ann (co-director)"}, {("people", NOT_REGEX, "name", "warning", 1)}),
        ("movie_actors", {"ordering": 0}, {("movie_actors", BETWEEN, "ordering", "critical", 1)}),
        ("movie_writers", {"source_person_id": None}, {("movie_writers", NOT_NULL, "source_person_id", "critical", 1)}),
        ("reconciliation", {"unaccounted": 1},
         {("reconciliation", "expect_column_values_to_be_in_set", "unaccounted", "critical", 1)}),
        ("reconciliation", {"refused_share": 0.06},
         {("reconciliation", BETWEEN, "refused_share", "critical", 1),
          ("reconciliation", BETWEEN, "refused_share", "warning", 1)}),
    ],
)  # fmt: skip
def test_each_fault_fails_its_own_rule_with_its_row(gate, table, faults, expected):
    """One value that must not be: exactly its expectation fails, with exactly that row; critical ones shut the gate."""
    frames = good()
    for column, value in faults.items():
        frames[table][column] = frames[table][column].astype(object)
        frames[table].loc[0, column] = value
    results = gate.check("store", frames, KEYS)
    assert failing(results) == expected
    assert passed(results) == all(row[-2] != "critical" for row in expected)


def test_all_failing_rows_are_given_not_the_first_200(gate):
    """Great Expectations caps its lists at 200; ours are whole, with the rows' keys."""
    frames = good()
    one = frames["movie_genres"].iloc[[0]]
    frames["movie_genres"] = pd.concat([one] * 1000, ignore_index=True)
    results = {tuple(columns_of(r.kwargs)): r for r in gate.check("store", frames, KEYS) if r.table == "movie_genres"}
    assert len(results["movie_id", "genre_id"].failing) == 1000
    assert results["movie_id", "genre_id"].failed == 1000
    assert list(results["movie_id", "genre_id"].failing) == ["movie_id", "genre_id", "ordering"]


@pytest.mark.filterwarnings("ignore:This pattern is interpreted:UserWarning")  # the gate silences it too
def test_our_rows_are_as_many_as_great_expectations_counts(gate):
    """For each type with a rule of ours, on dirty columns: the same count as its own verdict."""
    columns = ("plot", "title", "writers", "imdb_rating", "id")
    dirt = [
        ("N/A", "A", "[", "11", "tt1"),
        ("", "A", '[{"id": "a"}]', "0", "tt0000001"),
        (None, None, "", None, None),
        ("x", " ", "N/A", "7,5", "tt0000001"),
        ("None", "b  c", None, "eight", 5),
        (b"\xff", "A", "{}", "9.25", ""),
    ]
    rows = [RAW["movies"] | dict(zip(columns, values, strict=True)) for values in dirt]
    frame = pd.DataFrame(rows, dtype=object)
    frames = raw_frames(legacy_movies=frame)
    results = [r for r in gate.check("raw", frames, {name: ["id"] for name in frames}) if r.table == "legacy_movies"]
    ours = {
        number: int(MASKS[r.expectation](looked_at(_comparable(frame), r.kwargs), r.kwargs).sum())
        for number, r in enumerate(results)
    }
    assert ours == {number: r.failed for number, r in enumerate(results)}
    assert [(r.expectation, r.kwargs, r.failed) for r in results if r.failed != len(r.failing)] == []
    assert {r.expectation for r in results} <= set(MASKS)
    assert sum(r.failed for r in results) > 10


def test_a_raw_suite_never_shuts_the_gate(gate):
    """Raw suites measure: whatever they find, the gate stays open."""
    dirty = raw_frames(legacy_actors=pd.DataFrame({"id": [None, None], "name": ["N/A", None]}, dtype=object))
    results = gate.check("raw", dirty, {name: ["id"] for name in dirty})
    assert any(not result.passed for result in results)
    assert passed(results)


def suite(folder, name="store.genres.json", **expectation):
    """Write a suite of one expectation."""
    content = {"type": NOT_NULL, "kwargs": {"column": "name"}, "severity": "critical"} | expectation
    path = folder / name
    path.write_text(json.dumps({"name": "mine", "expectations": [content]}))
    return path


def test_mostly_lets_some_rows_fail(tmp_path):
    """With `mostly` the share decides, and the failing rows are given all the same."""
    suite(tmp_path, kwargs={"column": "name", "mostly": 0.5})
    frame = pd.DataFrame({"id": [1, 2, 3], "name": ["a", None, "b"]})
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert (result.passed, result.failed, result.failing["id"].tolist()) == (True, 1, [2])


def test_a_type_without_a_rule_of_ours_still_gives_all_rows(tmp_path):
    """An analyst may use any expectation: its rows then come from Great Expectations, uncapped."""
    suite(tmp_path, type="expect_column_pair_values_to_be_equal", kwargs={"column_A": "id", "column_B": "name"})
    frame = pd.DataFrame({"id": range(500), "name": [0] * 500})
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert (result.passed, result.failed, len(result.failing)) == (False, 499, 499)


GREATER = {"type": "comparison", "column": {"name": "id"}, "operator": ">", "parameter": 2}


@pytest.mark.parametrize(
    ("expectation", "ids"),
    [
        ({"type": BETWEEN, "kwargs": {"column": "n", "max_value": 1, "row_condition": "id > 2"}}, [3, 4]),
        ({"type": BETWEEN, "kwargs": {"column": "n", "max_value": 1, "row_condition": 'col("id") > 2',
                                      "condition_parser": "great_expectations"}}, [3, 4]),
        ({"type": BETWEEN, "kwargs": {"column": "n", "max_value": 1, "row_condition": GREATER}}, [3, 4]),
        ({"type": BETWEEN, "kwargs": {"column": "n", "min_value": 5, "strict_min": True}}, [2, 3, 4]),
        ({"type": COMPOUND, "kwargs": {"column_list": ["n", "name"]}}, [1, 2, 3, 4]),
        ({"type": COMPOUND, "kwargs": {"column_list": ["n", "name"], "ignore_row_if": "any_value_is_missing"}}, [3, 4]),
        ({"type": "expect_column_value_lengths_to_be_between",
          "kwargs": {"column": "name", "max_value": 1, "strict_max": True}}, [3, 4]),
    ],
)  # fmt: skip
def test_the_rows_are_those_that_great_expectations_means(tmp_path, expectation, ids):
    """Conditions in any of its forms, strict bounds, and what a NULL in a key means: its rows, not merely its count."""
    suite(tmp_path, **expectation)
    frame = pd.DataFrame({"id": [1, 2, 3, 4, 5], "n": [5, 5, 5, 5, None], "name": [None, None, "a", "a", None]})
    if "strict_min" in expectation["kwargs"]:
        frame["n"] = [6, 5, 5, 5, None]
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert (result.failed, result.failing["id"].tolist()) == (len(ids), ids)


def test_a_store_suite_of_no_table_is_a_mistake_and_a_raw_one_is_another_sources(tmp_path):
    """A misspelt table would check nothing, and look like a table without a fault."""
    path = suite(tmp_path, name="store.genrse.json")
    suite(tmp_path, name="raw.other.json")
    gate = Gate(load_suites(tmp_path))
    assert gate.check("raw", raw_frames(), KEYS) == ()
    with pytest.raises(SuiteError) as refused:
        gate.check("store", {"genres": pd.DataFrame({"id": [1], "name": ["a"]})}, KEYS)
    assert str(refused.value) == f"{path}: there is no table 'genrse'; known are genres"


@pytest.mark.parametrize("table", ["legacy_moves", "legcy_movies", "legacy_movies2"])
def test_a_raw_suite_of_a_table_that_this_source_has_not_is_a_mistake(tmp_path, table):
    """It would measure nothing, and look like a table without dirt."""
    path = suite(tmp_path, name=f"raw.{table}.json")
    gate = Gate(load_suites(tmp_path))
    with pytest.raises(SuiteError) as refused:
        gate.check("raw", raw_frames(), KEYS)
    known = "legacy_actors, legacy_movie_actors, legacy_movies, legacy_writers"
    assert str(refused.value) == f"{path}: there is no table {table!r}; known are {known}"


@pytest.mark.parametrize(
    ("limits", "nulls", "expected"),
    [
        ({"warn": 2, "fail": 4}, 1, (True, "warning")),
        ({"warn": 2, "fail": 4}, 2, (False, "warning")),
        ({"warn": 2, "fail": 4}, 4, (False, "critical")),
        ({"fail": 2}, 0, (True, "warning")),
        ({"fail": 2}, 1, (False, "warning")),
        ({"fail": 2}, 2, (False, "critical")),
        ({"warn": 3}, 2, (True, "warning")),
        ({"warn": 3}, 5, (False, "warning")),
    ],
)
def test_limits_say_from_how_many_rows_it_warns_and_from_how_many_it_fails(tmp_path, limits, nulls, expected):
    """`warn` and `fail` in an expectation's meta decide by the number of failing rows, and the rows are all given."""
    suite(tmp_path, meta=limits)
    frame = pd.DataFrame({"id": range(8), "name": [None] * nulls + ["a"] * (8 - nulls)}, dtype=object)
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert (result.passed, result.severity) == expected
    assert (result.failed, len(result.failing)) == (nulls, nulls)
    assert passed([result]) == (expected != (False, "critical"))


def test_a_suite_says_which_columns_stand_beside_the_failing_ones(tmp_path):
    """By default the table's first others do; keys come first, the columns concerned next."""
    path = suite(tmp_path, kwargs={"column": "n"})
    frame = pd.DataFrame([{"id": 1, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "n": None}])
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert list(result.failing) == ["id", "n", "a", "b", "c", "d"]
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"meta": {"beside": ["e", "id"]}}))
    (result,) = Gate(load_suites(tmp_path)).check("store", {"genres": frame}, KEYS)
    assert list(result.failing) == ["id", "n", "e"]


@pytest.mark.parametrize(
    ("beside", "said"),
    [("title", "`beside` is no list of columns"), (["nane"], "genres has no column 'nane'")],
)
def test_a_column_beside_that_is_none_is_a_mistake(tmp_path, beside, said):
    """It is refused by name, as a misspelt column is."""
    path = suite(tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"meta": {"beside": beside}}))
    with pytest.raises(SuiteError, match=said):
        Gate(load_suites(tmp_path)).check("store", {"genres": pd.DataFrame({"id": [1], "name": ["a"]})}, KEYS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"meta": {"warn": 0}}, "expectations[0]: meta: `warn` is 0, and not a number of rows from 1 on"),
        ({"meta": {"fail": "5"}}, "expectations[0]: meta: `fail` is '5', and not a number of rows from 1 on"),
        ({"meta": {"warn": 5, "fail": 5}}, "expectations[0]: meta: `warn` is 5, which is not below `fail`, 5"),
        ({"meta": {"warn": 1}, "kwargs": {"column": "name", "mostly": 0.5}}, "has `mostly` beside warn"),
        ({"meta": "Names"}, "expectations[0]: `meta` is no object"),
        ({"type": "expect_nonsense"}, "expectations[0] (expect_nonsense): "),
        ({"kwargs": {"colum": "name"}}, "expectations[0] (expect_column_values_to_not_be_null): "),
        ({"severity": "fatal"}, "expectations[0]: the severity 'fatal' is none of critical, warning, info"),
        ({"type": None}, "expectations[0]: has no `type`"),
        ({"kwargs": None}, "expectations[0]: has no `kwargs`"),
    ],
)
def test_a_mistake_in_a_suite_is_one_line_with_file_and_place(tmp_path, change, said):
    """The line begins with the file and says which expectation is wrong."""
    path = suite(tmp_path, **change)
    with pytest.raises(SuiteError) as refused:
        Gate(load_suites(tmp_path))
    assert str(refused.value).startswith(f"{path}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_column_that_is_not_there_is_a_mistake_of_the_suite(tmp_path):
    """A misspelt column is never taken for a failing row, let alone for success."""
    suite(tmp_path, kwargs={"column": "nane"})
    gate = Gate(load_suites(tmp_path))
    with pytest.raises(SuiteError, match="genres has no column 'nane'"):
        gate.check("store", {"genres": pd.DataFrame({"id": [1], "name": ["a"]})}, KEYS)


def test_what_is_no_suite_is_refused_by_name(tmp_path):
    """No folder, an empty folder, another name, no JSON."""
    with pytest.raises(SuiteError, match="there is no folder of suites"):
        load_suites(tmp_path / "nowhere")
    with pytest.raises(SuiteError, match="holds no suite"):
        load_suites(tmp_path)
    with pytest.raises(SuiteError, match=r"KIND\.TABLE\.json"):
        read_suite(suite(tmp_path, name="genres.json"))
    (tmp_path / "store.genres.json").write_text("{")
    with pytest.raises(SuiteError, match="is no JSON"):
        read_suite(tmp_path / "store.genres.json")
