"""Lines of ids that do not matter are left out before they are parsed, and nothing else is other than it would be."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from normalize.imdb.columns import Rows, ids
from normalize.imdb.files import RATINGS, TITLE
from normalize.imdb.reading import Block, read
from normalize.imdb.sieve import MOST, SAMPLE, Only, sieve

IDS = st.sampled_from([*(f"tt{number:07}" for number in range(12)), "tt999999999999"])
ODD = st.sampled_from(
    ["", "tt", "tt1", "tt12345", "tt000001x", "tt0000001 ", "tt0000000000001", "TT0000001", "nm0000001"]
)
FIELDS = st.text(st.characters(exclude_characters="\t\n\r\0", codec="utf-8"), max_size=4)
LINES = st.tuples(IDS | ODD, st.lists(FIELDS, min_size=2, max_size=2) | st.lists(FIELDS, max_size=4)).map(
    lambda line: "\t".join([line[0], *line[1]]).encode()
)
BROKEN = st.sampled_from(
    [b"", b"tt0000003\t\xff\t1", b"tt0000004\t7\r0\t1", b"tt0000005\t\0\t1", b"tt0000006\t7.0\t1\r"]
)
NUMBERS = st.sets(st.integers(0, 12) | st.just(999_999_999_999)).map(
    lambda some: np.array(sorted(some), dtype=np.int64)
)


def told(lines, numbers):
    """Give the rows of ids that matter, and of those that are none, with their line numbers; and all defects."""
    rows = Rows(RATINGS, lines.table, lines.lines)
    found = ids(rows.column("tconst"), TITLE)
    there = rows.only(np.isin(found, numbers) | (found < 0))
    return list(zip(there.lines.tolist(), there.table.to_pylist(), strict=True)), sorted(map(str, lines.defects))


@given(
    lines=st.lists(LINES | BROKEN, max_size=12),
    numbers=NUMBERS,
    ends=st.sampled_from([b"\n", b"\r\n"]),
    last=st.booleans(),
)
def test_nothing_but_lines_of_other_ids_is_left_out(lines, numbers, ends, last):
    """Whatever the lines are like: the same rows of the ids that matter, the same defects, at the same lines."""
    block = Block(5, ends.join(lines) + (ends if last else b""))
    assert told(read(block, RATINGS, Only(TITLE, numbers)), numbers) == told(read(block, RATINGS), numbers)


def test_lines_of_other_ids_are_not_parsed():
    """A line that is not as it should be stays, whoever's it is."""
    data = b"tt0000001\t7.0\t1\ntt0000002\t8.0\t2\ntt0000003\t9.0\ntt4\t9.0\t3\n\ntt0000005\t9.0\t3"
    kept = b"tt0000002\t8.0\t2\ntt0000003\t9.0\ntt4\t9.0\t3\n\n"
    found = sieve(data, len(RATINGS.header), Only(TITLE, np.array([2])))
    assert found is not None
    assert (found[0], found[1].tolist()) == (kept, [1, 2, 3, 4])


def test_what_is_wanted_for_the_most_part_is_parsed_as_it_is():
    """The first lines of a block tell whether leaving out would pay."""
    data = b"".join(b"tt%07d\t7.0\t1\n" % number for number in range(SAMPLE // 10))
    numbers = np.arange(SAMPLE, dtype=np.int64)
    assert sieve(data, len(RATINGS.header), Only(TITLE, numbers)) is None
    fewer = sieve(data, len(RATINGS.header), Only(TITLE, numbers[numbers % 10 < 10 * MOST - 1]))
    assert fewer is not None
    assert set(fewer[1] % 10) == {0, 1, 2, 3}
