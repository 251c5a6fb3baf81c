"""Entries in order, from dictionaries that can only give all of a beginning."""

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from index.suggestions import PART, STEP_DIGITS, TITLE, beginnings, entries_from, openings, step, steps

KEYS = st.lists(st.text("ab é\U0001f600", min_size=1, max_size=12).map(str.strip).filter(bool), max_size=40)


def dictionary(terms):
    """Give a function that gives all terms that begin so, in order."""
    ordered = sorted(terms)

    def beginning_so(begin):
        found = ordered[bisect_left(ordered, begin) :]
        return [term for term in found if term.startswith(begin)]

    return beginning_so


@given(keys=KEYS, typed=st.text("ab é", min_size=1, max_size=9), wanted=st.integers(1, 20), few=st.integers(0, 3))
def test_the_first_entries_are_found_level_by_level(keys, typed, wanted, few):
    """The same as from one ordered list of all entries, however few films end the way down early."""
    entries = [PART.join((TITLE, key, f"tt{number}", key.upper())) for number, key in enumerate(keys)]
    asked = beginnings(typed)
    if asked is None:
        return
    starts, longer = dictionary(entries), dictionary([one for entry in entries for one in steps([entry])])

    def steps_at(begin, length):
        found = [one[STEP_DIGITS:] for one in longer(step(begin, length))]
        return [(one, found.count(one)) for one in dict.fromkeys(found)]

    found = entries_from(asked[0], wanted, steps_at, starts, few=few)
    assert found == starts(asked[0])[:wanted]


def test_the_shortest_beginnings_are_of_one_to_three_letters():
    """After the kind and its sign; a short key goes on with what is shown."""
    assert openings([f"t{PART}up{PART}tt1{PART}Up"]) == [f"t{PART}u", f"t{PART}up", f"t{PART}up{PART}"]
