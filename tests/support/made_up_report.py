"""A run for tests of reports: values in, what a report is made of out."""

import pandas as pd

from expectations.report import Run
from expectations.verdicts import Result
from normalize.repairs import COLUMNS
from normalize.suspects import COLUMNS as SUSPECT_COLUMNS

HOSTILE = '<script>alert("1")</script>'


def run(**parts):
    """Give a run with one repair, one failing critical expectation and one suspect."""
    failing = pd.DataFrame({"imdb_id": [f"tt{n:07d}" for n in range(150)], "title": [HOSTILE] * 150})
    result = Result(
        file="store.movies.json", kind="store", table="movies", expectation="expect_column_values_to_not_be_null",
        kwargs={"column": "title"}, severity="critical", passed=False, checked=1000, failed=150, observed=None,
        failing=failing, meta={"en": "Every film has a title", "ru": "У каждого фильма есть название"},
        told={"success": False, "expectation_config": {}},
    )  # fmt: skip
    repair = ("movies", "tt0000001", "plot", "=1+1", None, "sentinel", "nothing")
    kind = {"kind": "films", "source": 1200, "stored": 1000, "nothing": 0, "duplicates": 100, "refused": 100,
            "repaired": 3, "unaccounted": 0, "refused_share": 0.08}  # fmt: skip
    given = {
        "id": "20260102T030405Z-abcdef", "verdict": "failed", "file": f"{HOSTILE}.sqlite", "size": 12345,
        "sha256": "ab" * 32, "started_at": "2026-01-02T03:04:05Z", "finished_at": "2026-01-02T03:04:06Z",
        "steps": (("read", 0.25),), "versions": {"Python": "3"}, "tables": (("movies", 0, 1000),),
        "reconciliation": pd.DataFrame([kind]), "results": (result,),
        "repairs": pd.DataFrame([repair] * 120, columns=list(COLUMNS)),
        "merges": pd.DataFrame([(5, "Ann", "legacy_actors", "1"), (5, "Ann", "legacy_writers", "w")],
                               columns=["person_id", "name", "source", "source_id"]),
        "suspects": pd.DataFrame([("people", "1", "Ann", "2", HOSTILE, "alike")], columns=list(SUSPECT_COLUMNS)),
    }  # fmt: skip
    return Run(**{**given, **parts})
