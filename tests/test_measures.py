"""The form that all benchmarks share: what is written can be read again, and a goal is reached or not."""

import json
import runpy
from pathlib import Path

import pytest

MEASURES = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "measures.py"))
Measure = MEASURES["Measure"]
BUILD = Measure("full build", 0.5, "times", 2000, 0.7, "least", "bare tantivy", "1,000 of 2,000 films/s")
MEMORY = Measure("memory", 1234.5, "MB", 2000, 1536, "most")
ALONE = Measure("peak", 12.34, "s", 1)


@pytest.mark.parametrize(("measure", "reached"), [(BUILD, False), (MEMORY, True), (ALONE, None)])
def test_a_goal_is_reached_or_not(measure, reached):
    """At least the goal, at most the goal, or no goal at all."""
    assert measure.reached is reached


@pytest.mark.parametrize("at", ["least", "most"])
def test_the_goal_itself_is_enough(at):
    """A value that is the goal reaches it."""
    assert Measure("a", 0.7, "times", 1, 0.7, at).reached


def test_what_is_written_is_read_again(tmp_path):
    """A file has every field, the verdict too, and gives the same measures; its folder is made."""
    file = tmp_path / "bench" / "one.json"
    MEASURES["write"](file, "the index", [BUILD, ALONE])
    said = json.loads(file.read_text())
    assert said == {
        "benchmark": "the index",
        "failed": None,
        "measures": [
            {
                "name": "full build",
                "value": 0.5,
                "unit": "times",
                "size": 2000,
                "goal": 0.7,
                "at": "least",
                "against": "bare tantivy",
                "note": "1,000 of 2,000 films/s",
                "reached": False,
            },
            {
                "name": "peak",
                "value": 12.34,
                "unit": "s",
                "size": 1,
                "goal": None,
                "at": None,
                "against": "",
                "note": "",
                "reached": None,
            },
        ],
    }
    assert MEASURES["measures_of"](said) == [BUILD, ALONE]


def test_the_table_has_a_row_for_each_measure():
    """The value with its unit, the goal, the verdict, what it is against."""
    assert MEASURES["table"]([BUILD, MEMORY, ALONE]).splitlines()[2:] == [
        "| full build | 2,000 | 0.50 times | at least 0.70 | **no** | bare tantivy; 1,000 of 2,000 films/s |",
        "| memory | 2,000 | 1,234 MB | at most 1,536 | yes |  |",
        "| peak | 1 | 12.3 s |  |  |  |",
    ]
