"""What a step changed or refused, row by row: the frame that the `repairs` table and the report are made of.

Every step gives one of these frames beside its result, so that nothing vanishes unrecorded.
"""

from collections.abc import Iterable

import pandas as pd

COLUMNS = ("source_table", "source_key", "source_column", "old_value", "new_value", "rule", "outcome")

REPAIRED = "repaired"
"""The value is stored, but not as it stood."""
NOTHING = "nothing"
"""The value was a word for nothing; nothing is stored."""
DUPLICATE = "duplicate"
"""The value stands in the store already."""
REFUSED = "refused"
"""The value could not be stored."""

RULES = {
    "bad_film_id": REFUSED,
    "film_twice": REFUSED,
    "no_title": REFUSED,
    "same_film": DUPLICATE,
    "film_refused": REFUSED,
    "other_encoding": REPAIRED,
    "bytes_replaced": REPAIRED,
    "not_text": REFUSED,
    "too_long": REFUSED,
    "sentinel": NOTHING,
    "blank_entry": NOTHING,
    "unicode": REPAIRED,
    "trimmed": REPAIRED,
    "decimal_comma": REPAIRED,
    "rounded": REPAIRED,
    "unreadable_number": REFUSED,
    "out_of_range": REFUSED,
    "credit_note": REPAIRED,
    "note_without_name": REFUSED,
    "broken_json": REFUSED,
    "repeated": DUPLICATE,
    "unknown_writer": REFUSED,
    "unknown_actor": REFUSED,
    "unknown_film": REFUSED,
    "nobody": NOTHING,
    "no_id": REFUSED,
    "id_twice": REFUSED,
    "same_person": DUPLICATE,
    "no_place": REFUSED,
    "required": REFUSED,
    "row_refused": REFUSED,
    "row_repeated": DUPLICATE,
    "unknown_key": REFUSED,
    "wrong_fields": REFUSED,
    "not_utf8": REFUSED,
    "control_character": REPAIRED,
    "title_from_original": REPAIRED,
    "title_from_akas": REPAIRED,
    "scattered": REFUSED,
    "unknown_person": REFUSED,
    "nameless": REFUSED,
    "date_form": REPAIRED,
    "unreadable_date": REFUSED,
}
"""Every rule and what it makes of a value; docs/normalization.md explains them."""


def repairs_of(cells: pd.DataFrame, table: str, rule: str, new: pd.Series | None = None) -> pd.DataFrame:
    """Make one repair for each cell.

    Args:
        cells: columns key, column, value: the cells as they were.
        table: the legacy table that they come from.
        rule: one of RULES.
        new: what stands in the store instead, aligned with `cells`; None for nothing.

    Returns:
        A frame with the columns COLUMNS, all text or None, as long as `cells`.
    """
    return pd.DataFrame(
        {
            "source_table": table,
            "source_key": cells["key"].map(_shown, na_action=None),
            "source_column": cells["column"],
            "old_value": cells["value"].map(_shown_or_none),
            "new_value": new,
            "rule": rule,
            "outcome": RULES[rule],
        },
        columns=list(COLUMNS),
        dtype=object,
    )


def gather(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put the repairs of several steps under one another, in the order of the steps."""
    filled = [part for part in parts if not part.empty]
    if not filled:
        return pd.DataFrame(columns=list(COLUMNS), dtype=object)
    return pd.concat(filled, ignore_index=True)


def _shown(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN is what does not equal itself
        return ""
    return str(value).replace("\0", "\\0")  # which PostgreSQL does not take in text


def _shown_or_none(value: object) -> str | None:
    return None if value is None else _shown(value)
