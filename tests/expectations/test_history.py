"""A run among the earlier ones: what moved is told, what cannot be compared is not."""

import pytest

from expectations.history import moved, trend


def run(number, stored=1000, **more):
    """Give what matters of a result.json."""
    return {
        "run": f"2026010{number}T000000Z", "verdict": "passed", "rehearsal": False, "loaded": True, "store": "here",
        "tables": [{"table": "movies", "before": 0, "after": stored}],
        "reconciliation": [{"kind": "films", "stored": stored}],
        "repairs": [{"rule": "sentinel", "outcome": "nothing", "rows": 50}],
        "expectations": [{"kind": "store", "passed": False}, {"kind": "raw", "passed": False}], "suspects": 3, **more,
    }  # fmt: skip


def told(now, *earlier, share=0.2):
    """Give what moved as (sort, name, now, was, share)."""
    return [(m.sort, m.name, m.now, m.was, m.share) for m in moved(now, earlier, share)]


def test_a_count_that_moved_by_more_than_a_share_is_told():
    """A fifth is the limit here: 1,200 is not told, 1,201 is, on the way down likewise."""
    assert told(run(9, 1200), run(1)) == []
    assert told(run(9, 1201), run(1)) == [
        ("tables", "movies", 1201, 1000, 0.201), ("stored", "films", 1201, 1000, 0.201),
    ]  # fmt: skip
    assert told(run(9, 0), run(1))[0] == ("tables", "movies", 0, 1000, -1.0)
    assert told(run(9, 0), run(1), share=0) == [], "0 turns it off"


def test_a_rule_that_is_new_or_gone_is_told():
    """What never was has no share; a handful of rows is worth no warning."""
    new = [{"rule": "unicode", "outcome": "repaired", "rows": 10}]
    assert told(run(9, repairs=new), run(1)) == [
        ("repairs", "unicode", 10, 0, None), ("repairs", "sentinel", 0, 50, -1.0),
    ]  # fmt: skip
    few = run(1)["repairs"] + [{"rule": "unicode", "outcome": "repaired", "rows": 9}]
    assert told(run(9, repairs=few), run(1)) == []


def test_a_table_that_was_not_looked_at_did_not_move():
    """A check of one suite alone reads one table: the others are not gone, nor new."""
    alone = run(9, tables=[{"table": "genres", "before": 20, "after": 20}], reconciliation=[])
    assert told(alone, run(1)) == []


def test_one_odd_run_is_not_what_is_usual():
    """The median of the last five counts; older ones do not."""
    earlier = [run(5), run(4, 9000), run(3), run(2), run(1)]
    assert told(run(9), *earlier) == []
    assert told(run(9), *[run(n) for n in range(6, 1, -1)], *[run(1, 9000)] * 9) == []


@pytest.mark.parametrize(
    "other", [{"store": "elsewhere"}, {"loaded": False}, {"verdict": "failed"}, {"rehearsal": True}]
)
def test_only_runs_of_the_same_store_and_sort_that_passed_are_compared(other):
    """Another store, a check beside a load, what failed or was rolled back: none is what was."""
    assert told(run(9, 5000), run(1, **other)) == []


def test_a_later_run_is_no_earlier_one():
    """The report of a run is about those before it."""
    assert told(run(1, 5000), run(2)) == []


def test_a_trend_goes_from_the_oldest_to_the_newest():
    """Thirty runs at most, oldest first; only expectations on the store count."""
    runs = [run(3, 30), run(2, 20), run(1, 10)]
    assert trend(runs) == {
        "stored": [10, 20, 30], "repaired": [0, 0, 0], "refused": [0, 0, 0], "failing": [1, 1, 1],
        "suspects": [3, 3, 3],
    }  # fmt: skip
    assert len(trend(runs * 20)["stored"]) == 30
