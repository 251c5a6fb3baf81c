"""The steps: each keeps its rule, and none loses a value unrecorded."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize import cleaning
from normalize.reconciliation import count_ids, count_list
from normalize.text import single_blanks

WORDS = frozenset({"N/A", "None", ""})


def cells(*values, column="c", keys=None):
    """Make cells of one column, one per value, with the keys k0, k1 … unless given."""
    frame = pd.DataFrame({"key": keys or [f"k{n}" for n in range(len(values))], column: list(values)}, dtype=object)
    return cleaning.cells_of(frame, "key", column)


def values(frame):
    """Give the values that are left with their keys."""
    return list(zip(frame["key"], frame["value"], strict=True))


def told(repairs):
    """Give the repairs as (key, old, new, rule, outcome)."""
    columns = ["source_key", "old_value", "new_value", "rule", "outcome"]
    return [tuple(None if pd.isna(v) else v for v in row) for row in repairs[columns].itertuples(index=False)]


def test_null_is_no_cell():
    """NULL says nothing, so there is nothing to clean or to record."""
    assert values(cells("a", None, "b")) == [("k0", "a"), ("k2", "b")]


def test_words_for_nothing_are_taken_away_and_recorded():
    """'N/A', 'None', '' and blanks are nothing, in any case; '0' is something here."""
    left, repairs = cleaning.no_nothing(cells("N/A", "None", "", " ", "0", "none", "Drama"), "movies", WORDS)
    assert values(left) == [("k4", "0"), ("k6", "Drama")]
    assert told(repairs) == [
        ("k0", "N/A", None, "sentinel", "nothing"),
        ("k1", "None", None, "sentinel", "nothing"),
        ("k2", "", None, "sentinel", "nothing"),
        ("k3", " ", None, "sentinel", "nothing"),
        ("k5", "none", None, "sentinel", "nothing"),
    ]


def test_no_words_have_no_effect():
    """With no parameters a step changes nothing."""
    left, repairs = cleaning.no_nothing(cells("N/A", ""), "movies", frozenset())
    assert values(left) == [("k0", "N/A"), ("k1", "")]
    assert told(repairs) == []


def test_a_changed_text_is_recorded_with_before_and_after():
    """What a function changes is a repair, what it leaves alone is none."""
    left, repairs = cleaning.change(cells("Ann  Lee", "Bob"), "actors", "trimmed", single_blanks)
    assert values(left) == [("k0", "Ann Lee"), ("k1", "Bob")]
    assert told(repairs) == [("k0", "Ann  Lee", "Ann Lee", "trimmed", "repaired")]


def test_what_is_not_text_is_refused_and_numbers_become_text():
    """A blob and a text with a NUL cannot be stored as text; a number can."""
    left, repairs = cleaning.only_text(cells(5, 7.5, b"\x00\xff", "a\0b", "ok"), "movies")
    assert values(left) == [("k0", "5"), ("k1", "7.5"), ("k4", "ok")]
    assert told(repairs) == [
        ("k2", r"b'\x00\xff'", None, "not_text", "refused"),
        ("k3", r"'a\x00b'", None, "not_text", "refused"),
    ]


def test_numbers_are_read_ranged_and_rounded():
    """A decimal comma and extra decimals are repaired; no number, or one out of range, is refused as a value."""
    given_texts = ("7.4", "7,4", "7.45", "eight", "11.5", "-1", "10", "nan", "inf", "1e1", "")
    left, repairs = cleaning.numbers(cells(*given_texts), "movies", 0, 10, 1)
    assert values(left) == [("k0", 7.4), ("k1", 7.4), ("k2", 7.5), ("k6", 10.0)]
    assert told(repairs) == [
        ("k1", "7,4", "7.4", "decimal_comma", "repaired"),
        ("k2", "7.45", "7.5", "rounded", "repaired"),
        ("k3", "eight", None, "unreadable_number", "refused"),
        ("k7", "nan", None, "unreadable_number", "refused"),
        ("k8", "inf", None, "unreadable_number", "refused"),
        ("k9", "1e1", None, "unreadable_number", "refused"),
        ("k10", "", None, "unreadable_number", "refused"),
        ("k4", "11.5", None, "out_of_range", "refused"),
        ("k5", "-1", None, "out_of_range", "refused"),
    ]


def test_a_list_is_split_with_and_without_blanks_in_its_order():
    """Separators with and without blanks; an empty entry is nothing; brackets hold their commas."""
    left, repairs = cleaning.split_list(cells("Drama,Crime , War", "A,,B", "C (x, y), D"), "movies", ",")
    assert values(left) == [
        ("k0", "Drama"), ("k0", "Crime"), ("k0", "War"), ("k1", "A"), ("k1", "B"), ("k2", "C (x, y)"), ("k2", "D"),
    ]  # fmt: skip
    assert told(repairs) == [("k1", "", None, "blank_entry", "nothing")]


def test_annotations_become_notes_glued_or_not():
    """'Ann Lee(co-director)' is Ann Lee with the note co-director; a note without a name is refused."""
    tokens = cells("Ann Lee(co-director)", "Bob Ray (uncredited) (as B.)", "Cid", "(co-director)", "Di (a) Eve")
    left, repairs = cleaning.split_notes(tokens, "movies")
    assert list(zip(left["value"], left["note"], strict=True)) == [
        ("Ann Lee", "co-director"),
        ("Bob Ray", "uncredited; as B."),
        ("Cid", None),
        ("Di (a) Eve", None),
    ]
    assert told(repairs) == [
        ("k0", "Ann Lee(co-director)", "Ann Lee", "credit_note", "repaired"),
        ("k1", "Bob Ray (uncredited) (as B.)", "Bob Ray", "credit_note", "repaired"),
        ("k3", "(co-director)", None, "note_without_name", "refused"),
    ]


@pytest.mark.parametrize(
    "broken",
    ['[{"id": "a"', '{"id": "a"}', '["a"]', '[{"name": "a"}]', '[{"id": null}]', '[{"id": true}]', "a", "[" * 9999],
)
def test_broken_json_is_refused_for_that_cell_alone(broken):
    """JSON that is no list of objects with an id costs its own cell and no other."""
    left, repairs = cleaning.json_ids(cells('[{"id": "a"}, {"id": 7}]', broken, "[]"), "movies", "id")
    assert values(left) == [("k0", "a"), ("k0", "7")]
    assert told(repairs) == [("k1", broken, None, "broken_json", "refused")]


def test_the_same_twice_is_once():
    """Of equal tokens the first stays, in its place."""
    left, repairs = cleaning.once(cells("a", "b", "a", keys=["k", "k", "k"]), "movies", ["key", "value"])
    assert values(left) == [("k", "a"), ("k", "b")]
    assert told(repairs) == [("k", "a", None, "repeated", "duplicate")]


def test_links_to_no_one_are_refused():
    """An id that nobody has is refused, with the row's own key."""
    left, repairs = cleaning.known(cells("a", "x"), "movies", {"a"}, "unknown_writer")
    assert values(left) == [("k0", "a")]
    assert told(repairs) == [("k1", "x", None, "unknown_writer", "refused")]


def test_tokens_are_numbered_within_their_key():
    """Each key's tokens are 1, 2, 3 … in their order."""
    tokens = cleaning.numbered(cells("a", "b", "c", keys=["k", "l", "k"]))
    assert tokens["ordering"].tolist() == [1, 1, 2]


TEXTS = st.text(alphabet=st.sampled_from("ab ,()N/A\u0451é"), max_size=12)


@given(st.lists(TEXTS, max_size=8))
def test_no_entry_of_a_list_vanishes_unrecorded(texts):
    """Entries counted on the raw text = tokens that are left + entries recorded as nothing."""
    raw = cells(*texts)
    left, repairs = cleaning.split_list(raw, "movies", ",")
    assert count_list(raw["value"], ",") == len(left) + len(repairs)


@given(
    st.lists(st.one_of(TEXTS, st.lists(st.fixed_dictionaries({"id": TEXTS}), max_size=3).map(json.dumps)), max_size=8)
)
def test_no_id_of_a_json_list_vanishes_unrecorded(texts):
    """Ids counted on the raw text = tokens that are left + lists that were refused."""
    texts = [text for text in texts if text.strip()]
    raw = cells(*texts)
    left, repairs = cleaning.json_ids(raw, "movies", "id")
    assert count_ids(pd.Series([], dtype=object), raw["value"], "id") == len(left) + len(repairs)


@given(
    st.lists(st.one_of(st.text(max_size=8), st.floats().map(str), st.decimals(-20, 20, places=2).map(str)), max_size=8)
)
def test_every_text_is_a_number_in_range_or_refused(texts):
    """Reading numbers never fails: what is left is in range with one decimal, everything else is recorded."""
    left, repairs = cleaning.numbers(cells(*texts), "movies", 0, 10, 1)
    assert all(0 <= value <= 10 and round(value, 1) == value for value in left["value"])
    assert len(texts) == len(left) + (repairs["outcome"] == "refused").sum()
