"""Values are read from text, and told apart, in the same way however many of them are unusual."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from normalize.imdb.columns import MOST_DIGITS, MOST_PLACES, Rows, again_in, distinct, ids, integers
from normalize.imdb.files import RATINGS, TITLE
from normalize.imdb.fingerprints import text_hashes

SMALL = st.integers(-1, 3)
LARGE = st.integers(10**MOST_DIGITS - 2, 10**MOST_DIGITS - 1)


@given(pairs=st.lists(st.tuples(SMALL | LARGE, SMALL | LARGE)))
def test_a_pair_that_stood_before_stands_again(pairs):
    """Whether two numbers fit into one or not, and beside -1, which stands for none."""
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    assert again_in(first, second).tolist() == [pair in pairs[:place] for place, pair in enumerate(pairs)]


@given(numbers=st.lists(SMALL | LARGE))
def test_distinct_numbers_ascend(numbers):
    """Each stands once, whether they were sorted, stood together, or neither."""
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))


ID = st.from_regex(r"(tt|nm|t|)[0-9a٣]{0,14}", fullmatch=True)


@given(texts=st.lists(ID | st.none()))
def test_an_id_is_two_letters_and_seven_to_twelve_digits(texts):
    """Anything else is none; what stands around it makes no difference."""
    want = [
        int(text[2:])
        if text and text[:2] == TITLE and text[2:].isascii() and 7 <= len(text[2:]) <= 12 and text[2:].isdigit()
        else -1
        for text in texts
    ]
    assert ids(pa.array(texts, pa.string()), TITLE).tolist() == want


NUMERAL = st.from_regex(r"[+-]?(0x)?[0-9 ٣]{0,17}", fullmatch=True)


@given(texts=st.lists(NUMERAL | st.none()))
def test_a_whole_number_is_a_sign_and_up_to_fifteen_digits(texts):
    """What is none is refused, what lies outside too, whatever its neighbours are."""
    low, high = 0, 10**6
    rows = Rows(RATINGS, pa.table({"tconst": texts, "numVotes": texts}, RATINGS_SCHEMA), np.arange(len(texts)))
    numbers = [whole_number(text) for text in texts]
    assert integers(rows, "numVotes", low, high).to_pylist() == [
        number if number is not None and low <= number <= high else None for number in numbers
    ]
    refused = [(each[3], each[5]) for each in rows.defects]
    unreadable = [text for text, number in zip(texts, numbers, strict=True) if text is not None and number is None]
    outside = [
        text for text, number in zip(texts, numbers, strict=True) if number is not None and not low <= number <= high
    ]
    assert refused == [(text, "unreadable_number") for text in unreadable] + [
        (text, "out_of_range") for text in outside
    ]


RATINGS_SCHEMA = pa.schema({"tconst": pa.string(), "numVotes": pa.string()})


def whole_number(text):
    """Give the number; None if there is none."""
    digits = (text or "").removeprefix("-" if (text or "").startswith("-") else "+")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_PLACES else None


@given(
    texts=st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20) | st.none()),
    start=st.integers(0, 3),
)
def test_texts_have_the_same_hash_if_and_only_if_they_are_the_same(texts, start):
    """However long they are, wherever they lie, and nothing is another than an empty text."""
    texts += ["", None]
    whole = text_hashes(pa.array(texts, pa.string())).tolist()
    assert text_hashes(pa.array(texts, pa.string())[start:]).tolist() == whole[start:]
    assert [whole.index(each) for each in whole] == [texts.index(text) for text in texts]
