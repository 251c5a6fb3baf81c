"""Lines of a block that are worth parsing: bytes and the ids that matter in, these ids' lines out, each by its place.

Of IMDb's files nearly all lines are of titles that are no films. To find the columns of a line costs several times as
much as to read the id that it begins with, so lines of other titles are only looked at as far as every line is: whether
it has as many fields as it should.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from normalize.imdb.columns import FEWEST_DIGITS, MOST_DIGITS, Mask, Numbers, places_of
from normalize.imdb.preflight import LINE_END

SAMPLE = 64 * 1024
"""Bytes at the beginning of a block that tell how many of its lines are wanted."""
MOST = 0.5
"""If more lines than this share are wanted, they are parsed all: that is sooner done."""
TAB, ZERO = b"\t0"


@dataclass(frozen=True)
class Only:
    """The ids that matter: what they begin with, two letters, and their numbers, ascending."""

    prefix: str
    numbers: Numbers


def sieve(data: bytes, fields: int, only: Only) -> tuple[bytes, Numbers] | None:
    """Leave out the lines of other ids.

    Args:
        data: whole lines; the last may lack its line end.
        fields: how many a line has.
        only: the ids that matter.

    Returns:
        the lines of these ids, and those that are not as they should be (another number of fields, no id, empty); and
        the place of each, from 0. None if it is better to parse all: many are wanted, or it is not all UTF-8.
    """
    sample = data[: data.find(b"\n", SAMPLE) + 1]
    if (sample and _kept(sample, fields, only)[0].mean() > MOST) or not _is_text(data):
        return None
    kept, starts, ends = _kept(data, fields, only)
    places = np.flatnonzero(kept)
    lines = zip(starts[places].tolist(), ends[places].tolist(), strict=True)
    return b"".join([data[start : end + 1] for start, end in lines]), places


def _is_text(data: bytes) -> bool:
    try:
        pa.array([data], pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def _kept(data: bytes, fields: int, only: Only) -> tuple[Mask, Numbers, Numbers]:
    """Say which lines stay, where each begins, and where its line end is."""
    letters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(letters == LINE_END)
    if data and not data.endswith(b"\n"):
        ends = np.r_[ends, len(data)]
    starts = np.r_[0, ends + 1][: len(ends)]
    tabs = np.searchsorted(np.flatnonzero(letters == TAB), np.r_[starts, len(data)])
    numbers = _numbers(np.r_[letters, np.zeros(len(only.prefix) + MOST_DIGITS + 1, np.uint8)], starts, only.prefix)
    whole = (np.diff(tabs) == fields - 1) & (numbers >= 0)
    return ~whole | (places_of(numbers, only.numbers) >= 0), starts, ends


def _numbers(letters: np.ndarray, starts: Numbers, prefix: str) -> Numbers:
    """Read the id that each line begins with as a number; -1 where there is none, as of `columns.ids`."""
    good = np.ones(len(starts), dtype=bool)
    for letter in prefix.encode():
        good &= letters[starts] == letter
        starts = starts + 1
    numbers, digits, going = np.zeros(len(starts), dtype=np.int64), np.zeros(len(starts), dtype=np.int64), good
    while going.any():
        digit = letters[starts + digits] - ZERO  # what is no digit is more than 9: below zero there is nothing here
        going = going & (digit <= 9) & (digits <= MOST_DIGITS)  # noqa: PLR2004 - the largest digit
        numbers = np.where(going, numbers * 10 + digit, numbers)
        digits += going
    fitting = (digits >= FEWEST_DIGITS) & (digits <= MOST_DIGITS)
    return np.where(good & fitting & (letters[starts + digits] == TAB), numbers, -1)
