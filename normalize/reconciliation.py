"""Does it add up: per kind, what the source has = stored + nothing + duplicates + refused.

`source` is counted on the raw frames, apart from the steps, so that a step that loses a value is found out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from normalize.cleaning import entries, ids_in_json, is_readable
from normalize.repairs import DUPLICATE, NOTHING, REFUSED, REPAIRED
from normalize.text import word_key

COLUMNS = ("kind", "source", "stored", "nothing", "duplicates", "refused", "repaired", "unaccounted", "refused_share")


@dataclass(frozen=True)
class Kind:
    """One kind of thing: how many the source has, the frame that is left of them, and the repairs on the way."""

    name: str
    source: int
    frame: pd.DataFrame
    repairs: pd.DataFrame


def reconcile(kinds: Sequence[Kind]) -> pd.DataFrame:
    """Count each kind; `unaccounted` is what neither went in nor was recorded, and must be 0."""
    return pd.DataFrame([_row(kind) for kind in kinds], columns=list(COLUMNS))


def _row(kind: Kind) -> dict[str, str | int | float]:
    outcomes = kind.repairs["outcome"].value_counts()
    count = {name: int(outcomes.get(name, 0)) for name in (NOTHING, DUPLICATE, REFUSED, REPAIRED)}
    stored = len(kind.frame)
    return {
        "kind": kind.name,
        "source": kind.source,
        "stored": stored,
        "nothing": count[NOTHING],
        "duplicates": count[DUPLICATE],
        "refused": count[REFUSED],
        "repaired": count[REPAIRED],
        "unaccounted": kind.source - stored - count[NOTHING] - count[DUPLICATE] - count[REFUSED],
        "refused_share": count[REFUSED] / kind.source if kind.source else 0.0,
    }


def count_values(column: pd.Series) -> int:
    """Count the values that are there, words for nothing included."""
    return int(column.notna().sum())


def count_list(column: pd.Series, separator: str, words: Collection[str] = ()) -> int:
    """Count the entries of text lists.

    What is no text counts as one, and so does what is one of the words for nothing as a whole.
    """
    keys = {word_key(word) for word in words}
    return sum(
        len(entries(str(value), separator)) if is_readable(value) and word_key(str(value)) not in keys else 1
        for value in column
        if value is not None
    )


def count_json(column: pd.Series, field: str | None, words: Collection[str]) -> int:
    """Count the ids of JSON lists; what cannot be read, or is a word for nothing, counts as one."""
    keys = {word_key(word) for word in words}
    return sum(
        _length(str(value), field) if is_readable(value) and word_key(str(value)) not in keys else 1
        for value in column
        if value is not None
    )


def count_ids(single: pd.Series, lists: pd.Series, field: str, words: Collection[str] = ()) -> int:
    """Count the ids in a column of single ids and in one of JSON lists.

    A list that cannot be read, or is one of the words for nothing, counts as one.
    """
    keys = {word_key(word) for word in words}
    singles = sum(1 for value in single if value is not None and str(value).strip())
    return singles + sum(
        1 if word_key(str(value)) in keys else _length(value, field)
        for value in lists
        if value is not None and str(value).strip()
    )


def _length(value: object, field: str | None) -> int:
    ids = ids_in_json(value, field) if isinstance(value, str) else None
    return 1 if ids is None else len(ids)
