"""The rows of one declared table: which go in, and what stands in their columns.

The legacy frame and the declaration come in; the store's frame, and a `Kind` for the rows and for each column that may
be empty, come out. A row that is refused takes its other values with it, each recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from normalize import cleaning
from normalize.cleaning import Cleaned
from normalize.declared.columns import Known, clean
from normalize.declared.declarations import Extract, Number, Table
from normalize.people import id_texts
from normalize.reconciliation import Kind, count_values
from normalize.repairs import REFUSED, gather, repairs_of


@dataclass(frozen=True)
class Rows:
    """The rows of a table.

    names: the key of each row of the legacy frame, as text, for `repairs`. stored: the store's frame, indexed by the
    rows of the legacy frame. repeated: the rows that are there already. kinds: what must add up.
    """

    table: Table
    raw: pd.DataFrame
    names: pd.Series
    stored: pd.DataFrame
    repeated: frozenset[object]
    kinds: Sequence[Kind]

    def of_stored(self, tokens: pd.DataFrame) -> Cleaned:
        """Take away the cells or tokens of rows that do not go in."""
        return _of_stored(tokens, self.table.legacy, self.stored.index, self.repeated)


def rows_of(raw: pd.DataFrame, table: Table, known: Known) -> Rows:
    """Make the rows of a table, and note their keys as known."""
    raw = raw.reset_index(drop=True)
    names = _names(raw, table)
    values, kept, repairs = _with_required(raw, names, table, known)
    repeated: frozenset[object] = frozenset()
    if table.key is not None:
        kept, repeated, again = _unique(raw, names, values[table.key].loc[kept], table)
        repairs = gather([repairs, again])
    cleaned: dict[str, Cleaned] = {}
    for name, column in table.columns.items():
        if name not in values:
            cells = cells_of(raw, names, table.column_source(name))
            cells, dropped = _of_stored(cells, table.legacy, kept, repeated)
            cells, changed = clean(cells, table.legacy, column, known)
            cleaned[name] = cells, gather([dropped, changed])
    stored = _frame({**values, **{name: _value(cells) for name, (cells, _) in cleaned.items()}}, kept, table)
    if table.key is None:
        stored, again = _once(raw, names, stored, table)
        repeated, repairs = frozenset(kept) - frozenset(stored.index), gather([repairs, again])
    stored = _typed(stored, table, known)
    if table.key is not None:
        known.keys[table.name] = frozenset(stored[table.key])
    kinds = [Kind(table.name, len(raw), stored, repairs)]
    kinds += [_kind(raw, table, name, cleaned[name], stored.index, repeated) for name in cleaned]
    return Rows(table, raw, names, stored, repeated, kinds)


def _kind(
    raw: pd.DataFrame, table: Table, name: str, cleaned: Cleaned, stored: pd.Index, repeated: frozenset[object]
) -> Kind:
    """Count a column, without the values of rows that were found to repeat others."""
    cells, dropped = _of_stored(cleaned[0], table.legacy, stored, repeated)
    source = count_values(raw[table.column_source(name)])
    return Kind(f"{table.name}.{name}", source, cells, gather([cleaned[1], dropped]))


def _with_required(
    raw: pd.DataFrame, names: pd.Series, table: Table, known: Known
) -> tuple[dict[str, pd.Series], pd.Index, pd.DataFrame]:
    """Clean the columns that must say something, one after another.

    Returns:
        the values of each, the rows that have all of them, and the repairs: one for each row that has not.
    """
    values: dict[str, pd.Series] = {}
    kept, repairs = raw.index, []
    for name, column in table.columns.items():
        if column.required or name == table.key:
            values[name], refused = _required(raw, names, kept, table, name, known)
            kept = kept[kept.isin(values[name].index)]
            repairs.append(refused)
    return values, kept, gather(repairs)


def _names(raw: pd.DataFrame, table: Table) -> pd.Series:
    """Name the rows for `repairs`: by their key, else by their place, from 1."""
    if table.key is None:
        return pd.Series([str(place + 1) for place in range(len(raw))], index=raw.index, dtype=object)
    return id_texts(raw[table.column_source(table.key)])


def cells_of(raw: pd.DataFrame, names: pd.Series, source: str) -> pd.DataFrame:
    """Take a legacy column as cells, as `cleaning.cells_of` does, with names that are not a column of the frame."""
    cells = pd.DataFrame({"row": raw.index, "key": names, "column": source, "value": raw[source]}, dtype=object)
    return cells[cells["value"].notna()].reset_index(drop=True)


def _value(cells: pd.DataFrame) -> pd.Series:
    return pd.Series(cells["value"].to_numpy(), index=cells["row"].to_numpy(), dtype=object)


def _of_stored(cells: pd.DataFrame, legacy: str, kept: pd.Index, repeated: frozenset[object]) -> Cleaned:
    cells, again = cleaning.without(cells, cells["row"].isin(list(repeated)), legacy, "row_repeated")
    cells, refused = cleaning.known(cells, legacy, kept, "row_refused", by="row")
    return cells, gather([again, refused])


def _required(
    raw: pd.DataFrame, names: pd.Series, kept: pd.Index, table: Table, name: str, known: Known
) -> tuple[pd.Series, pd.DataFrame]:
    """Clean a column that must say something; rows where it does not are refused, each with one repair."""
    source = table.column_source(name)
    cells = cells_of(raw, names, source)
    cells = cells[cells["row"].isin(kept)].reset_index(drop=True)
    values, repairs = clean(cells, table.legacy, table.columns[name], known)
    repairs.loc[repairs["rule"] == "sentinel", ["rule", "outcome"]] = ["required", REFUSED]
    missing = kept[raw.loc[kept, source].isna()]
    empty = pd.DataFrame({"key": names.loc[missing], "column": source, "value": None}, dtype=object)
    return _value(values), gather([repairs_of(empty, table.legacy, "required"), repairs])


def _unique(
    raw: pd.DataFrame, names: pd.Series, keys: pd.Series, table: Table
) -> tuple[pd.Index, frozenset[object], pd.DataFrame]:
    """Keep the first row of each key; a later one that is equal to it repeats it, any other is refused."""
    again = keys.duplicated()
    first = keys.map(dict(zip(keys[~again], keys.index[~again], strict=True)))
    alike = pd.Series(pd.factorize(pd.Series(list(raw.itertuples(index=False, name=None)), dtype=object))[0])
    same = pd.Series([alike[row] == alike[first[row]] for row in keys.index], index=keys.index, dtype=bool)
    source = table.column_source(str(table.key))
    cells = pd.DataFrame({"key": names, "column": source, "value": raw[source]}, dtype=object).loc[keys.index]
    repairs = gather(
        [
            repairs_of(cells[again & same], table.legacy, "repeated"),
            repairs_of(cells[again & ~same], table.legacy, "id_twice"),
        ]
    )
    return keys.index[~again], frozenset(keys.index[again & same]), repairs


def _once(raw: pd.DataFrame, names: pd.Series, stored: pd.DataFrame, table: Table) -> Cleaned:
    """Keep the first of rows that are equal, and number what is left."""
    again = stored.duplicated(list(table.once_columns))
    source = table.column_source(table.once_columns[0])
    cells = pd.DataFrame({"key": names, "column": source, "value": raw[source]}, dtype=object).loc[stored.index]
    kept = stored[~again]
    kept.insert(0, "id", range(1, len(kept) + 1))
    return kept, repairs_of(cells[again], table.legacy, "repeated")


def _frame(values: Mapping[str, pd.Series], kept: pd.Index, table: Table) -> pd.DataFrame:
    """Put the columns together, in the declared order."""
    return pd.DataFrame({name: values[name].reindex(kept) for name in table.columns}, index=kept)


def _typed(stored: pd.DataFrame, table: Table, known: Known) -> pd.DataFrame:
    """Give each column its type, with room for nothing; names that are extracted become their numbers."""
    typed = stored.copy()
    for name, column in table.columns.items():
        if isinstance(column, Extract):
            said = stored[name].dropna()
            numbers = pd.Series(known.numbers(column.to, said), index=said.index, dtype="Int64")
            typed[name] = numbers.reindex(stored.index)
        elif known.declaration.is_whole(column):
            typed[name] = stored[name].astype("Int64")
        elif isinstance(column, Number):
            typed[name] = stored[name].astype("float64")
    return typed
