"""Numbers are found, however far apart they are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from normalize.imdb.members import FAR, Members

NUMBERS = st.lists(st.integers(0, 40) | st.integers(FAR - 2, FAR + 2) | st.integers(0, 10**12 - 1), max_size=12)


@given(added=st.lists(NUMBERS, max_size=4), asked=NUMBERS)
def test_what_was_put_in_is_there_and_nothing_else(added, asked):
    """Whatever was put in first, and beside the numbers that are asked for -1, which stands for none."""
    members = Members(np.array([], dtype=np.int64))
    for some in added:
        members.add(np.array(some, dtype=np.int64))
    there = {number for some in added for number in some}
    asked = [-1, *asked, *there]
    assert members.has(np.array(asked, dtype=np.int64)).tolist() == [number in there for number in asked]
    assert members.limit == max(there, default=0) + 1
