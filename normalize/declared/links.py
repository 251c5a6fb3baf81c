"""A legacy column of lists, as links: the rows of its table come in, the store's frame and its `Kind` go out."""

import pandas as pd

from normalize import cleaning
from normalize.cleaning import Cleaned
from normalize.declared.columns import Known, names, reference
from normalize.declared.declarations import JsonList, Links, Lookup, TextList
from normalize.declared.rows import Rows, cells_of
from normalize.declared.schema import link_columns
from normalize.reconciliation import Kind, count_json, count_list
from normalize.repairs import gather


def links_of(rows: Rows, links: Links, known: Known) -> Kind:
    """Make the links of one list.

    Returns:
        the frame of the table of links, in the order of the rows and of their lists, and what must add up.
    """
    legacy, words = rows.table.legacy, known.declaration.words(links)
    cells, not_text = cleaning.only_text(cells_of(rows.raw, rows.names, links.source), legacy)
    cells, nothing = cleaning.no_nothing(cells, legacy, words)
    tokens, split = _split(cells, legacy, links)
    tokens, dropped = rows.of_stored(tokens)
    tokens, repairs = _target(tokens, legacy, links, known, words)
    tokens, again = cleaning.once(tokens, legacy, ["row", "value"])
    return Kind(
        rows.table.link_table(links),
        _count(rows.raw[links.source], links, words),
        _frame(cleaning.numbered(tokens), rows, links, known),
        gather([not_text, nothing, split, dropped, repairs, again]),
    )


def _split(cells: pd.DataFrame, legacy: str, links: Links) -> Cleaned:
    if isinstance(links, JsonList):
        return cleaning.json_ids(cells, legacy, links.field)
    if isinstance(links, TextList):
        return cleaning.split_list(cells, legacy, links.separator)
    raise TypeError(f"{links!r} is no list; declare checks that")


def _count(column: pd.Series, links: Links, words: frozenset[str]) -> int:
    """Count the entries that the source has."""
    if isinstance(links, JsonList):
        return count_json(column, links.field, words)
    return count_list(column, links.separator if isinstance(links, TextList) else "", words)


def _target(tokens: pd.DataFrame, legacy: str, links: Links, known: Known, words: frozenset[str]) -> Cleaned:
    """Clean the entries: names as text, perhaps with notes; keys as their table reads them."""
    tokens, nothing = cleaning.no_nothing(tokens, legacy, words)
    if not isinstance(known.declaration.by_name[links.to], Lookup):
        tokens, repairs = reference(tokens, legacy, links.to, known)
        return tokens, gather([nothing, repairs])
    noted = gather([])
    if isinstance(links, TextList) and links.notes:
        tokens, noted = cleaning.split_notes(tokens, legacy)
    tokens, repairs = names(tokens, legacy, words)
    return tokens, gather([nothing, noted, repairs])


def _frame(tokens: pd.DataFrame, rows: Rows, links: Links, known: Known) -> pd.DataFrame:
    near, far = link_columns(known.declaration, rows.table, links)
    keys = rows.stored[rows.table.key or "id"]
    to_lookup = isinstance(known.declaration.by_name[links.to], Lookup)
    values = known.numbers(links.to, tokens["value"]) if to_lookup else tokens["value"].tolist()
    frame = pd.DataFrame(
        {near: keys.loc[tokens["row"]].to_numpy(), far: values, "ordering": tokens["ordering"].to_numpy()}
    )
    if isinstance(links, TextList) and links.notes:
        frame["note"] = tokens["note"].to_numpy()
    return frame
