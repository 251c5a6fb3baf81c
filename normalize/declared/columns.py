"""What is done to one column: its cells and its declaration in; what is left and the repairs out.

The steps are those of `cleaning`; here is only which of them a kind of column goes through, and in which order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from normalize import cleaning
from normalize.cleaning import Cleaned
from normalize.declared.declarations import Column, Date, Declaration, Lookup, Number, Reference, Table, Text
from normalize.repairs import gather
from normalize.text import compose, single_blanks, trim


@dataclass
class Known:
    """What is known so far, as tables are gone through in their order.

    keys: table → the keys of its rows. names: lookup table → name → number, in the order of appearance.
    """

    declaration: Declaration
    keys: dict[str, frozenset[object]] = field(default_factory=dict)
    names: dict[str, dict[str, int]] = field(default_factory=dict)

    def numbers(self, lookup: str, names: pd.Series) -> list[int]:
        """Give each name its number in a lookup table; new ones get the next."""
        there = self.names.setdefault(lookup, {})
        return [there.setdefault(name, len(there) + 1) for name in names]

    def lookups(self) -> Mapping[str, pd.DataFrame]:
        """Give the lookup tables: columns id, name."""
        named = {table.name: self.names.get(table.name, {}) for table in self.declaration.tables if _is_lookup(table)}
        return {
            table: pd.DataFrame(
                {
                    "id": pd.Series(list(names.values()), dtype="int64"),
                    "name": pd.Series(list(names), dtype=object),
                }
            )
            for table, names in named.items()
        }


def _is_lookup(table: Table | Lookup) -> bool:
    return isinstance(table, Lookup)


def clean(cells: pd.DataFrame, table: str, column: Column, known: Known) -> Cleaned:
    """Clean the cells of a column.

    Args:
        cells: columns row, key, column, value, as `cleaning` has them.
        table: the legacy table.
        column: its declaration.
        known: what it may refer to.

    Returns:
        the cells, `value` as it is stored (of an `Extract` the name), and the repairs.
    """
    words = known.declaration.words(column)
    cells, readable = cleaning.only_text(cells, table)
    cells, nothing = cleaning.no_nothing(cells, table, words)
    cells, repairs = _kinds(cells, table, column, known, words)
    return cells, gather([readable, nothing, repairs])


def _kinds(cells: pd.DataFrame, table: str, column: Column, known: Known, words: frozenset[str]) -> Cleaned:
    match column:
        case Number():
            return number(cells, table, column)
        case Date():
            return cleaning.dates(cells, table, column.forms)
        case Reference():
            return reference(cells, table, column.to, known)
        case Text(lines=True):
            return text(cells, table, words, lines=True)
        case _:
            return names(cells, table, words)


def names(cells: pd.DataFrame, table: str, words: frozenset[str]) -> Cleaned:
    """Clean text of one line."""
    return text(cells, table, words, lines=False)


def text(cells: pd.DataFrame, table: str, words: frozenset[str], *, lines: bool) -> Cleaned:
    """Give text its one Unicode form and take blanks away; what is a word for nothing then is taken away too."""
    cells, composed = cleaning.change(cells, table, "unicode", compose)
    cells, nothing = cleaning.no_nothing(cells, table, words)
    cells, trimmed = cleaning.change(cells, table, "trimmed", trim if lines else single_blanks)
    return cells, gather([composed, nothing, trimmed])


def number(cells: pd.DataFrame, table: str, column: Number) -> Cleaned:
    """Read text as numbers; where whole ones are meant, a fraction is none, lest a key become another's."""
    cells, fractions = cells.assign(value=cells["value"].map(trim)), gather([])
    if column.decimals == 0:
        cells, fractions = cleaning.without(cells, cells["value"].map(_is_fraction), table, "unreadable_number")
    cells, repairs = cleaning.numbers(cells, table, column.low, column.high, column.decimals)
    if column.decimals == 0:
        cells = cells.assign(value=cleaning.column_of(cells, [int(value) for value in cells["value"]]))
    return cells, gather([fractions, repairs])


def _is_fraction(text: str) -> bool:
    try:
        return not float(text.replace(",", ".")).is_integer()
    except ValueError:
        return False


def reference(cells: pd.DataFrame, table: str, to: str, known: Known) -> Cleaned:
    """Read keys of another table as that table reads them; what no row there has is refused."""
    target = known.declaration.by_name[to]
    if not isinstance(target, Table) or target.key is None:
        raise TypeError(f"{to} has no key; declare checks that")
    key = target.columns[target.key]
    if isinstance(key, Number):
        cells, repairs = number(cells, table, key)
    else:
        cells, repairs = names(cells, table, known.declaration.words(key))
    cells, unknown = cleaning.known(cells, table, known.keys[to], "unknown_key")
    return cells, gather([repairs, unknown])
