"""What the report draws: counts in, classes and places out."""

from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from expectations import flows, plots
from expectations.distributions import OTHERS, UNREADABLE, of_missing, of_numbers, of_words

TITLE = {"en": "Ratings", "ru": "Рейтинги"}


def lines(distribution):
    """Give a distribution's rows as tuples."""
    return list(distribution.rows.itertuples(index=False, name=None))


def test_numbers_are_counted_by_class_and_what_is_none_is_told():
    """Texts are read as they stand; a class holds its lower bound; empty classes at the ends are left out."""
    before = pd.Series(["5", "5.9", "6", "eight", None, "9"], dtype=object)
    after = pd.Series([5.0, 5.9, 6.0, None, None, 9.0])
    assert lines(of_numbers(TITLE, before, after, [0, 5, 6, 8, 10])) == [
        ("5", 2, 2), ("6–8", 1, 1), ("8–10", 1, 1), (UNREADABLE, 1, 0),
    ]  # fmt: skip


def test_a_side_that_has_no_such_thing_is_no_side_of_zeros():
    """The legacy file has no years: nothing is counted there. Where nobody has any, there is nothing to show."""
    assert lines(of_numbers(TITLE, None, pd.Series([1987, 1994]), [1980, 1990])) == [
        ("1980–1990", None, 1), ("1990+", None, 1),
    ]  # fmt: skip
    assert of_numbers(TITLE, None, pd.Series([None, None], dtype=object), [0, 1]) is None


@given(some.lists(some.integers(-5, 50)), some.lists(some.integers(-5, 50)))
def test_no_number_is_lost_between_the_classes(before, after):
    """All classes together hold all numbers of each side."""
    told = of_numbers(TITLE, pd.Series(before, dtype=object), pd.Series(after, dtype=object), [0, 3, 10, 20])
    counted = [0, 0] if told is None else [told.rows["before"].sum(), told.rows["after"].sum()]
    assert counted == [len(before), len(after)]


def test_rare_words_are_counted_together():
    """The most frequent stand one by one, most frequent first; the others are one line."""
    words = pd.Series([f"w{n:02}" for n in range(20) for _ in range(20 - n)])
    told = lines(of_words(TITLE, None, words))
    assert told[0] == ("w00", None, 20)
    assert (len(told), told[-1]) == (16, (OTHERS, None, 5 + 4 + 3 + 2 + 1))


def test_what_is_missing_is_counted_by_column():
    """A word for nothing is missing in the source; columns that hold the same share a line; whole ones have none."""
    before = {"movies": pd.DataFrame({"plot": ["N/A", None, "x"], "id": ["a", "b", "c"], "x": ["", "1", "2"]})}
    after = {"films": pd.DataFrame({"about": [None, None, "x"], "year": [None, 1, 2], "id": [1, 2, 3]})}
    assert lines(of_missing(TITLE, before, after, ["N/A", ""], {"movies.plot": "films.about"})) == [
        ("movies.plot → films.about", 2, 2), ("movies.x", 1, None), ("films.year", None, 1),
    ]  # fmt: skip


def test_bars_are_as_high_as_their_counts():
    """The highest fills the plot, one of half the count half of it, none at all nothing."""
    told = of_numbers(TITLE, pd.Series([1, 1, 1, 1, 3]), pd.Series([1, 1]), [0, 1, 2, 3, 4])
    placed = plots.bars(told)
    assert [(bar.side, bar.label, bar.count, bar.height) for bar in placed.bars] == [
        ("before", "1", 4, 150), ("before", "2", 0, 0), ("before", "3", 1, 37.5),
        ("after", "1", 2, 75), ("after", "2", 0, 0), ("after", "3", 0, 0),
    ]  # fmt: skip
    assert placed.highest == 4
    assert {bar.x + bar.width <= plots.WIDTH for bar in placed.bars} == {True}


def test_a_line_goes_from_the_lowest_to_the_highest():
    """The first run stands left, the last right; one that never changes is in the middle."""
    assert plots.line([1, 3, 2], 100, 10).points == ((0, 10, 1), (50, 0, 3), (100, 5, 2))
    assert plots.line([7], 100, 10).points == ((0, 5, 7),)


ROW = some.fixed_dictionaries(
    {name: some.integers(0, 10_000) for name in ("stored", "nothing", "duplicates", "refused")}
)


@given(some.lists(ROW, max_size=8))
def test_what_flows_out_of_the_source_flows_into_the_store(rows):
    """Whatever the counts: the bands carry all of them, the boxes on both sides hold all of them, none overlap."""
    kinds = [{"kind": f"k{n}", **row} for n, row in enumerate(rows)]
    picture = flows.draw(kinds, {f"k{n}": (f"from{n}", "to") for n in range(len(rows))})
    total = sum(sum(row.values()) for row in rows)
    if not total:
        assert picture is None
        return
    assert sum(band.count for band in picture.bands) == total
    for side in (picture.origins, picture.targets):
        assert sum(box.count for box in side) == total
        for above, below in pairwise(side):
            assert above.y + above.height < below.y
        assert side[-1].y + side[-1].height < picture.height


def test_a_kind_without_a_way_is_not_drawn():
    """What a plan says nothing of has its line in the table, and none in the picture."""
    row = {"stored": 1, "nothing": 0, "duplicates": 0, "refused": 0}
    assert flows.draw([{"kind": "films", **row}], {}) is None
