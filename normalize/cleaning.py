"""The steps: small pure functions from dirty cells to clean ones, which know nothing of films.

In comes a frame of *cells* (columns `row`, `key`, `column`, `value`: the row's place in its frame, its key in its
table, the column's name, the value as the file has it) and, as arguments, what to look for. Out comes
`(frame, repairs)`: the cells that are left, and one row of `repairs` for each value that is not stored as it stood.
Steps that make several values of one (*tokens*) keep their order.
"""

import json
import math
import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pandas as pd

from normalize.repairs import gather, repairs_of
from normalize.text import word_key

Cleaned = tuple[pd.DataFrame, pd.DataFrame]
"""What is left, and the repairs."""

_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+$", re.ASCII)
_PLAIN_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)$", re.ASCII)
_NOTES = re.compile(r"^(?P<name>.*?)\s*(?P<notes>(\s*\([^()]*\))+)$", re.DOTALL)
SHOWN_OF_BLOB = 80
"""How many characters of what is no text are kept in `repairs`."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
LONGEST = 2000
"""Bytes of UTF-8 of a name, a genre, an id or a title's key: a row of an index of PostgreSQL takes 2,704."""
_MOST_BYTES = 36
"""What one character may become, decomposed, in bytes."""
_FIRST_BRACKET = re.compile(r"[()]")
_NOTE = re.compile(r"\(([^()]*)\)")


def cells_of(frame: pd.DataFrame, key: str, column: str) -> pd.DataFrame:
    """Take one column of a source frame as cells; NULL is no cell.

    Returns:
        columns row (the frame's index), key, column, value; a row for each value that is there, in the frame's order.
    """
    cells = pd.DataFrame({"key": frame[key], "column": column, "value": frame[column]}, dtype=object)
    cells.insert(0, "row", frame.index)
    return cells[cells["value"].notna()].reset_index(drop=True)


def change(cells: pd.DataFrame, table: str, rule: str, function: Callable[[str], str]) -> Cleaned:
    """Replace each text by `function` of it; what differs is a repair."""
    result = cells.assign(value=column_of(cells, [function(value) for value in cells["value"]]))
    changed = (result["value"] != cells["value"]).astype(bool)
    return result, repairs_of(cells[changed], table, rule, result.loc[changed, "value"])


def only_text(cells: pd.DataFrame, table: str) -> Cleaned:
    """Turn numbers into their text, refuse what is neither text nor a number, and text that holds a NUL."""
    readable = column_of(cells, [is_readable(value) for value in cells["value"]]).astype(bool)
    kept, refused = cells[readable], cells[~readable]
    shown = refused.assign(value=column_of(refused, [repr(value)[:SHOWN_OF_BLOB] for value in refused["value"]]))
    kept = kept.assign(value=column_of(kept, [str(value) for value in kept["value"]]))
    return kept, repairs_of(shown, table, "not_text")


def not_too_long(cells: pd.DataFrame, table: str, key: Callable[[str], str] = str) -> Cleaned:
    """Refuse text of which the key, by default itself, is too long to be found by; the repair has its beginning."""
    long = column_of(cells, [_is_too_long(value, key) for value in cells["value"]]).astype(bool)
    refused = cells[long]
    shown = refused.assign(value=column_of(refused, [f"{value[:SHOWN_OF_BLOB]}…" for value in refused["value"]]))
    return cells[~long], repairs_of(shown, table, "too_long")


def _is_too_long(value: str, key: Callable[[str], str]) -> bool:
    return len(value) * _MOST_BYTES > LONGEST and len(key(value).encode()) > LONGEST


def is_readable(value: object) -> bool:
    """Say whether a value is text, or a number that has one."""
    return "\0" not in value if isinstance(value, str) else isinstance(value, (int, float))


def column_of(cells: pd.DataFrame, values: list[Any]) -> pd.Series:
    """Make a column of plain Python values for these cells: pandas is not to guess what None or no values mean."""
    return pd.Series(values, index=cells.index, dtype=object)


def no_nothing(cells: pd.DataFrame, table: str, words: Collection[str]) -> Cleaned:
    """Take away the cells whose text, in any case and blanks at its ends apart, is one of the words for nothing."""
    keys = {word_key(word) for word in words}
    # No text of more than a few words is folded to be compared.
    longest = _MOST_BYTES * max(map(len, keys), default=0)
    found = [len(stripped := value.strip()) <= longest and word_key(stripped) in keys for value in cells["value"]]
    return without(cells, column_of(cells, found), table, "sentinel")


def without(cells: pd.DataFrame, found: pd.Series, table: str, rule: str) -> Cleaned:
    """Take away the cells where `found` is true, each with a repair of this rule."""
    found = found.astype(bool)  # of no cells pandas makes no booleans
    return cells[~found], repairs_of(cells[found], table, rule)


def numbers(cells: pd.DataFrame, table: str, low: float, high: float, decimals: int) -> Cleaned:
    """Read text as numbers from `low` to `high` with so many decimals.

    A decimal comma is read and recorded, more decimals are rounded and recorded; what is no number or out of the
    range is refused.

    Returns:
        the cells with `value` a float, and the repairs.
    """
    text = cells["value"]
    comma = text.map(lambda value: bool(_DECIMAL_COMMA.match(value))).astype(bool)
    dotted = text.where(~comma, text.str.replace(",", "."))
    readable = dotted.map(lambda value: bool(_PLAIN_NUMBER.match(value))).astype(bool)
    in_range = readable & dotted.where(readable, "nan").map(lambda value: low <= float(value) <= high).astype(bool)
    kept = dotted[in_range].map(float).map(lambda value: _rounded(value, decimals)).astype(object)
    longer = in_range & (dotted[in_range].map(float) != kept).reindex(cells.index, fill_value=False)
    return cells[in_range].assign(value=kept), gather(
        [
            repairs_of(cells[comma & in_range], table, "decimal_comma", kept[comma[in_range]].map(str)),
            repairs_of(cells[longer & ~comma], table, "rounded", kept[(longer & ~comma)[in_range]].map(str)),
            repairs_of(cells[~readable], table, "unreadable_number"),
            repairs_of(cells[readable & ~in_range], table, "out_of_range"),
        ]
    )


def _rounded(value: float, decimals: int) -> float:
    """Round half up, as people do with ratings, not half to even."""
    factor: int = 10**decimals
    return math.floor(value * factor + 0.5 + 1e-9) / factor


def dates(cells: pd.DataFrame, table: str, forms: Iterable[str]) -> Cleaned:
    """Read text as days, trying the forms (as strptime has them) in their order; what has none of them is refused.

    Returns:
        the cells with `value` the day as ISO 8601 text, and the repairs.
    """
    texts = column_of(cells, [value.strip() for value in cells["value"]])
    day_of = {text: _day(text, forms) for text in set(texts)}  # there are fewer days than rows
    days = column_of(cells, [day_of[text] for text in texts])
    readable = days.notna()
    kept = cells[readable].assign(value=days[readable])
    other = readable & (days != texts)
    return kept, gather(
        [
            repairs_of(cells[other], table, "date_form", days[other]),
            repairs_of(cells[~readable], table, "unreadable_date"),
        ]
    )


def _day(text: str, forms: Iterable[str]) -> str | None:
    for form in forms:
        with suppress(ValueError):
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no time zone
    return None


def split_list(cells: pd.DataFrame, table: str, separator: str) -> Cleaned:
    """Make tokens of a text list: split at the separator (outside of brackets), trim; empty entries are nothing.

    Returns:
        the tokens, columns as the cells', in the list's order, and the repairs.
    """
    pieces = [entries(value, separator) for value in cells["value"]]
    tokens = cells.assign(value=column_of(cells, pieces)).explode("value", ignore_index=True)
    tokens["value"] = tokens["value"].map(str.strip).astype(object)
    return without(tokens, tokens["value"] == "", table, "blank_entry")


def entries(text: str, separator: str) -> list[str]:
    """Split a text list at the separators that do not stand inside round brackets.

    >>> entries("Ann Lee(director, writer), Bo", ", ")
    ['Ann Lee(director, writer)', 'Bo']
    """
    found: list[list[str]] = []
    inside = False  # whether the next bracket to the right closes
    for piece in reversed(text.split(separator)):  # from the end, so that none is looked at twice
        if inside:
            found[-1].append(piece)
        else:
            found.append([piece])
        if bracket := _FIRST_BRACKET.search(piece):
            inside = bracket[0] == ")"
    return [separator.join(reversed(pieces)) for pieces in reversed(found)]


def split_notes(tokens: pd.DataFrame, table: str) -> Cleaned:
    """Take annotations in brackets off the end of names, glued or not: 'Ann Lee(co-director)' is 'Ann Lee'.

    Returns:
        the tokens with a column `note` ('co-director', several joined by '; ', or None), and the repairs; a note
        without a name is refused.
    """
    found = [_NOTES.match(value) if value.endswith(")") else None for value in tokens["value"]]
    names = [match["name"] if match else value for match, value in zip(found, tokens["value"], strict=True)]
    notes = ["; ".join(_NOTE.findall(match["notes"])) if match else None for match in found]
    result = tokens.assign(
        value=column_of(tokens, names),
        note=column_of(tokens, notes),
    )
    nameless = result["value"] == ""
    noted = result["note"].notna() & ~nameless
    return result[~nameless], gather(
        [
            repairs_of(tokens[noted], table, "credit_note", result.loc[noted, "value"]),
            repairs_of(tokens[nameless], table, "note_without_name"),
        ]
    )


def json_ids(cells: pd.DataFrame, table: str, field: str | None) -> Cleaned:
    """Make tokens of JSON lists such as [{"id": "a"}, {"id": "b"}]; JSON of another form is refused, whole.

    Without a field the lists are ["a", "b"].

    Returns:
        the tokens, columns as the cells' (`value`: the ids as text), in the list's order, and the repairs.
    """
    lists = [ids_in_json(value, field) for value in cells["value"]]
    broken = pd.Series([ids is None for ids in lists], index=cells.index, dtype=bool)
    tokens = cells.assign(value=column_of(cells, lists))[~broken]
    tokens = tokens.explode("value", ignore_index=True)
    return tokens[tokens["value"].notna()], repairs_of(cells[broken], table, "broken_json")


def ids_in_json(text: str, field: str | None) -> list[str] | None:
    """Read a JSON list of objects with an id each (or of ids), the ids as trimmed text; None if it is not that."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entries, list):
        return None
    if field is not None:
        entries = [entry.get(field) if isinstance(entry, dict) else None for entry in entries]
    if not all(_is_id(each) for each in entries):
        return None
    return [str(each).strip() for each in entries]


def _is_id(value: object) -> bool:
    """Say whether a value of JSON can be an id that a database holds: JSON can escape a NUL and half a character."""
    if isinstance(value, str):
        return "\0" not in value and not _HALF_CHARACTER.search(value)
    return isinstance(value, int) and not isinstance(value, bool)


def once(tokens: pd.DataFrame, table: str, by: list[str], rule: str = "repeated") -> Cleaned:
    """Keep the first of the tokens that are equal in the columns `by`."""
    return without(tokens, tokens.duplicated(by), table, rule)


def known(tokens: pd.DataFrame, table: str, ids: Collection[object], rule: str, by: str = "value") -> Cleaned:
    """Refuse the tokens whose column `by` is none of the ids."""
    return without(tokens, ~tokens[by].isin(list(ids)), table, rule)


def numbered(tokens: pd.DataFrame) -> pd.DataFrame:
    """Number the tokens of each key 1, 2, 3 … in their order, as the column `ordering`."""
    return tokens.assign(ordering=tokens.groupby("key", sort=False).cumcount() + 1)
