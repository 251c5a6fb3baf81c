"""How values are distributed, in the source and in the store: columns in, small tables of counts out.

A report shows each as a plot with its table. What is measured is said by whoever makes the report.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

OTHERS = "*"
"""The label of all values that are too rare to be shown one by one."""
UNREADABLE = "?"
"""The label of values that are no numbers."""
MOST = 15
"""How many different words are shown one by one."""

Words = Mapping[str, str]
"""A sentence by language: en, ru."""


@dataclass(frozen=True)
class Distribution:
    """Counts per label, in the source and in the store.

    title: what is counted. rows: columns label, before, after; None in one of the two where that side has no such
    thing at all. words: the labels are words, to be read one by one, and not classes of numbers.
    """

    title: Words
    rows: pd.DataFrame
    words: bool = False


def of_numbers(
    title: Words, before: pd.Series | None, after: pd.Series | None, edges: Sequence[float]
) -> Distribution | None:
    """Count numbers by class.

    Args:
        title: what is counted.
        before: as the source has them, as texts perhaps; None: it has no such thing.
        after: as the store has them; None likewise.
        edges: the classes' lower bounds, ascending; the last class is open above. What lies below the first is left
            out of neither side: it counts to the first.

    Returns:
        None if there is no value on either side.
    """
    labels = [_class(low, high) for low, high in zip(edges, (*edges[1:], None), strict=True)]
    sides = [None if side is None else _classed(side, edges, labels) for side in (before, after)]
    return _distribution(title, [*labels, UNREADABLE], sides)


def _class(low: float, high: float | None) -> str:
    if high is None:
        return f"{low:g}+"
    return f"{low:g}" if high - low == 1 and float(low).is_integer() else f"{low:g}\u2013{high:g}"


def _classed(side: pd.Series, edges: Sequence[float], labels: Sequence[str]) -> pd.Series:
    said = side.dropna()
    numbers = pd.to_numeric(said, errors="coerce").astype("float64")
    places = pd.cut(numbers.clip(lower=edges[0]), [*edges, float("inf")], right=False, labels=list(labels))
    counts: pd.Series = places.astype(object).where(numbers.notna(), UNREADABLE).value_counts()
    return counts


def of_words(title: Words, before: pd.Series | None, after: pd.Series | None) -> Distribution | None:
    """Count words: the MOST frequent ones one by one, in the order of the store; None if there is none at all."""
    sides = [None if side is None else side.dropna().map(str).value_counts() for side in (before, after)]
    there = [side for side in reversed(sides) if side is not None and len(side)]
    if not there:
        return None
    labels = [str(name) for name in dict.fromkeys(name for side in there for name in side.index)]
    shown = labels[:MOST]
    cut = [None if side is None else _with_others(side, shown) for side in sides]
    return _distribution(title, [*shown, OTHERS], cut, words=True)


def _with_others(side: pd.Series, shown: Collection[str]) -> pd.Series:
    others = side[~side.index.isin(shown)].sum()
    cut: pd.Series = pd.concat([side[side.index.isin(shown)], pd.Series({OTHERS: others})])
    return cut


def of_missing(
    title: Words,
    before: Mapping[str, pd.DataFrame],
    after: Mapping[str, pd.DataFrame],
    nothing: Collection[str] = ("",),
    ways: Mapping[str, str] | None = None,
) -> Distribution | None:
    """Count the rows in which each column says nothing.

    Args:
        title: what is counted.
        before: the source's tables.
        after: the store's tables.
        nothing: the source's words for nothing.
        ways: a column of the source ('table.column') → the column of the store that holds the same; the two share a
            line.
    """
    ways = ways or {}
    source = {
        f"{table}.{name}": int((frame[name].isna() | frame[name].isin(list(nothing))).sum())
        for table, frame in before.items()
        for name in frame
    }
    store = {f"{table}.{name}": int(frame[name].isna().sum()) for table, frame in after.items() for name in frame}
    paired = {way: name for way, name in ways.items() if way in source and name in store}
    lines: list[tuple[str, int | None, int | None]] = [
        (f"{way} \u2192 {name}", source[way], store[name]) for way, name in paired.items()
    ]
    lines += [(name, count, None) for name, count in source.items() if name not in paired and count]
    lines += [(name, None, count) for name, count in store.items() if name not in paired.values() and count]
    rows = pd.DataFrame(lines, columns=["label", "before", "after"], dtype=object)
    return Distribution(title, rows, words=True) if len(rows) else None


def _distribution(
    title: Words, labels: Sequence[str], sides: Sequence[pd.Series | None], *, words: bool = False
) -> Distribution | None:
    """Put both sides beside one another; labels at either end that nobody has are left out."""
    columns = {
        name: [None] * len(labels) if side is None else [int(side.get(label, 0)) for label in labels]
        for name, side in zip(("before", "after"), sides, strict=True)
    }
    rows = pd.DataFrame({"label": list(labels), **columns}, dtype=object)
    there = rows[["before", "after"]].fillna(0).astype(bool).any(axis=1)
    if not there.any():
        return None
    one_by_one = ~rows["label"].isin([OTHERS, UNREADABLE])
    classes = there & one_by_one
    inside = classes[::-1].cummax()[::-1] & classes.cummax() & one_by_one
    return Distribution(title, rows[inside | there].reset_index(drop=True), words)
