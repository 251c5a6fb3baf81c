"""Columns of text into columns of values, all rows at once: what every step is made of.

Each takes the rows of a block with their line numbers and gives values and defects; rows that need a closer look, since
something about them is unusual, are few, and are taken one by one.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from normalize.cleaning import LONGEST
from normalize.imdb.defects import Defect, defect
from normalize.imdb.files import DataSet
from normalize.text import compose, single_blanks, sort_key

Numbers = np.ndarray
"""int64."""
Mask = np.ndarray
"""bool."""

FEWEST_DIGITS, MOST_DIGITS = 7, 12
"""Of an id: fewer would be another way to write a number, more would reach into the range of our own numbers."""
MOST_PLACES = 15
WHOLE_NUMBER = rf"^[+-]?[0-9]{{1,{MOST_PLACES}}}$"
NUMBER = "number of "
"""What the name of a column begins with that has another's ids as numbers."""
BLANKS = r"^ | $|  |[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
"""Text that has a blank too many, or an unusual one."""


@dataclass
class Rows:
    """Some rows of a block, and what was found wrong with them so far.

    table: their columns. lines: the numbers of their lines. key: the column that names a row in a repair.
    """

    data_set: DataSet
    table: pa.Table
    lines: Numbers
    defects: list[Defect] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The column that names a row."""
        return self.data_set.header[0]

    def column(self, name: str) -> pa.Array:
        """Give a column in one piece."""
        whole = self.table.column(name)
        return whole.chunk(0) if whole.num_chunks == 1 else pa.concat_arrays(whole.chunks or [pa.array([], whole.type)])

    def numbered(self, name: str, prefix: str) -> "Rows":
        """Read a column of ids as numbers once, for `numbers`; they stay with their rows."""
        numbers = pa.array(ids(self.column(name), prefix))
        return Rows(self.data_set, self.table.append_column(NUMBER + name, numbers), self.lines, self.defects)

    def numbers(self, name: str) -> Numbers:
        """Give the numbers of a column of ids."""
        return np.asarray(self.column(NUMBER + name).to_numpy(), dtype=np.int64)

    def only(self, mask: Mask) -> "Rows":
        """Give some of the rows; defects are noted in the same list."""
        if mask.all():
            return self
        return Rows(self.data_set, self.table.filter(pa.array(mask)), self.lines[mask], self.defects)

    def note(self, bad: Mask, column: str, rule: str, new: list[str | None] | None = None) -> None:
        """Note a defect of a column in each row of a mask; `new` has what is stored instead, for each of these."""
        for place, at in enumerate(np.flatnonzero(bad).tolist()):
            key, old = self.table.column(self.key)[at].as_py(), self.table.column(column)[at].as_py()
            said = None if new is None else new[place]
            self.defects.append(defect(self.data_set, int(self.lines[at]), key or "", column, old, rule, new=said))

    def without(self, bad: Mask, column: str, rule: str) -> "Rows":
        """Leave out the rows of a mask, each with a defect."""
        if not bad.any():
            return self
        self.note(bad, column, rule)
        return self.only(~bad)


def flags(mask: pa.Array) -> Mask:
    """Make a mask of an Arrow column of booleans; null is no."""
    return np.asarray(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool)


def said(column: pa.Array) -> Mask:
    """Say where there is a value."""
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def ids(column: pa.Array, prefix: str) -> Numbers:
    """Read ids such as tt0112270 as numbers; -1 where there is none, or something else."""
    fitting = pc.and_(
        pc.greater_equal(pc.binary_length(column), len(prefix) + FEWEST_DIGITS),
        pc.less_equal(pc.binary_length(column), len(prefix) + MOST_DIGITS),
    )
    good = flags(pc.and_(pc.starts_with(column, prefix), fitting))
    written = column if good.all() else pc.if_else(pa.array(good), column, f"{prefix}0")
    digits = pc.utf8_slice_codeunits(written, len(prefix))
    decimal = flags(pc.ascii_is_decimal(digits))
    if not decimal.all():
        good, digits = good & decimal, pc.if_else(pa.array(decimal), digits, "0")
    return np.where(good, digits.cast(pa.int64()).to_numpy(), -1)


def integers(rows: Rows, name: str, low: int, high: int) -> pa.Array:
    """Read a column of whole numbers; what is none, or lies outside, is refused and null, and its row stays."""
    column = rows.column(name)
    usual = pc.and_(pc.ascii_is_decimal(column), pc.less_equal(pc.binary_length(column), MOST_PLACES))
    if pc.all(usual).as_py():
        is_number, numbers = said(column), column.cast(pa.int64())
    else:
        is_number = flags(pc.match_substring_regex(column, WHOLE_NUMBER))
        unsigned = pc.ascii_ltrim(column, "+")  # which pyarrow takes for no number
        numbers = pc.if_else(pa.array(is_number), unsigned, None).cast(pa.int64())
    rows.note(said(column) & ~is_number, name, "unreadable_number")
    inside = flags(pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high)))
    rows.note(is_number & ~inside, name, "out_of_range")
    return pc.if_else(pa.array(inside), numbers, None)


def texts(rows: Rows, name: str) -> pa.Array:
    """Clean a column of names or titles: composed letters, single blanks; null where nothing is left, or too much."""
    column = rows.column(name)
    composed = _changed(rows, name, column, flags(pc.invert(pc.string_is_ascii(column))), "unicode", compose)
    blank = flags(pc.match_substring_regex(composed, BLANKS))
    clean = _changed(rows, name, composed, blank, "trimmed", single_blanks)
    long = flags(pc.greater(pc.binary_length(clean), LONGEST // 4))
    too_long = [at for at in np.flatnonzero(long).tolist() if len(sort_key(clean[at].as_py()).encode()) > LONGEST]
    bad = np.zeros(len(clean), dtype=bool)
    bad[too_long] = True
    rows.note(bad, name, "too_long")
    bad |= flags(pc.equal(clean, ""))
    return pc.if_else(pa.array(bad), None, clean) if bad.any() else clean


def _changed(rows: Rows, name: str, column: pa.Array, look: Mask, rule: str, change: object) -> pa.Array:
    """Change the texts of some rows, and note those that became another."""
    places = np.flatnonzero(look)
    if not len(places):
        return column
    old = column.take(pa.array(places)).to_pylist()
    new = [change(text) for text in old]  # type: ignore[operator]
    other = np.array([was != now for was, now in zip(old, new, strict=True)], dtype=bool)
    if not other.any():
        return column
    mask = np.zeros(len(column), dtype=bool)
    mask[places[other]] = True
    became = [now for now, is_other in zip(new, other.tolist(), strict=True) if is_other]
    rows.note(mask, name, rule, became)
    return pc.replace_with_mask(column, pa.array(mask), pa.array(became, pa.string()))


def sort_keys(titles: pa.Array) -> pa.Array:
    """Give the key by which each title is ordered."""
    ascii_only = flags(pc.string_is_ascii(titles))
    lower = pc.ascii_lower(titles)
    if ascii_only.all():
        return lower
    others = said(titles) & ~ascii_only
    keys = [sort_key(text) for text in titles.filter(pa.array(others)).to_pylist()]
    return pc.replace_with_mask(lower, pa.array(others), pa.array(keys, pa.string()))


def distinct(numbers: Numbers) -> Numbers:
    """Give each number once, ascending; sorting is several times as fast here as numpy's own hashing of them.

    The lines of a title stand together, and titles in their order: what is left of runs is mostly sorted by then.
    """
    once = _without_runs(numbers)
    return once if (once[1:] > once[:-1]).all() else _without_runs(np.sort(once))


def _without_runs(numbers: Numbers) -> Numbers:
    """Leave out what is the same as the number before it."""
    return numbers[np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])] if len(numbers) else numbers


def again_in(first: Numbers, second: Numbers) -> Mask:
    """Say of each pair of numbers, none below -1, whether it has stood before."""
    limit = int(second.max(initial=0)) + 2
    if int(first.max(initial=0)) < (1 << 62) // limit:  # as one number they are told apart in a fifth of the time
        return np.asarray(pd.Series(first * limit + second + 1).duplicated().to_numpy(), dtype=bool)
    return np.asarray(pd.DataFrame({"first": first, "second": second}).duplicated().to_numpy(), dtype=bool)


def places_of(numbers: Numbers, known: Numbers) -> Numbers:
    """Find numbers in a sorted array: their places, -1 for those that are not in it."""
    if not len(known):
        return np.full(len(numbers), -1, dtype=np.int64)
    places = np.searchsorted(known, numbers)
    places[places == len(known)] = 0
    return np.where(known[places] == numbers, places, -1)
