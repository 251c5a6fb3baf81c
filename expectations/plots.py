"""Where the marks of a plot stand: counts in, places in the units of an SVG out. The templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expectations.distributions import Distribution

Counts = Sequence[tuple[str, int, int, str, int]]
"""Of each bar: its side, the side's and the label's number, the label, the count."""

WIDTH, HEIGHT = 340, 150
"""Of the part of a plot that its marks are in, in the SVG's units."""
LABELS = 7
"""How many labels fit below standing bars."""
LYING = 24
"""The height of a label with its lying bars below it."""


@dataclass(frozen=True)
class Bar:
    """One bar: which side it is of (before or after), what it says and where it stands."""

    side: str
    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bars:
    """A plot of bars: they, the labels (text, x, y), the height of the plot and the highest count."""

    bars: tuple[Bar, ...]
    labels: tuple[tuple[str, float, float], ...]
    height: float
    highest: int


def bars(distribution: Distribution) -> Bars:
    """Place the counts of a distribution as bars, before and after beside one another.

    Classes of numbers stand side by side, with every few labelled; words lie under one another, each labelled.
    """
    rows = distribution.rows
    sides = [name for name in ("before", "after") if rows[name].notna().any()]
    highest = max(int(rows[name].max()) for name in sides) or 1
    counts = [
        (side, place, number, str(label), int(count))
        for place, side in enumerate(sides)
        for number, (label, count) in enumerate(zip(rows["label"], rows[side], strict=True))
        if count is not None
    ]
    labels = [str(label) for label in rows["label"]]
    return (_lying if distribution.words else _standing)(counts, labels, len(sides), highest)


def _standing(counts: Counts, labels: Sequence[str], sides: int, highest: int) -> Bars:
    step = WIDTH / len(labels)
    wide = step * 0.8 / sides
    placed = [
        Bar(side, label, count, number * step + step * 0.1 + place * wide, HEIGHT - height, wide, height)
        for side, place, number, label, count in counts
        for height in [count / highest * HEIGHT]
    ]
    every = -(-len(labels) // LABELS)
    named = [(label, (number * every + 0.5) * step, HEIGHT + 14) for number, label in enumerate(labels[::every])]
    return Bars(tuple(placed), tuple(named), HEIGHT + 20, highest)


def _lying(counts: Counts, labels: Sequence[str], sides: int, highest: int) -> Bars:
    high = 9 / sides
    placed = [
        Bar(side, label, count, 0, number * LYING + 13 + place * high, count / highest * WIDTH, high)
        for side, place, number, label, count in counts
    ]
    named = [(label, 0.0, number * LYING + 10.0) for number, label in enumerate(labels)]
    return Bars(tuple(placed), tuple(named), len(labels) * LYING, highest)


@dataclass(frozen=True)
class Line:
    """A plot of one line: its points (place and value), the path through them, the lowest and the highest value."""

    points: tuple[tuple[float, float, Any], ...]
    path: str
    lowest: float
    highest: float


def line(values: Sequence[float], width: float = WIDTH, height: float = HEIGHT) -> Line:
    """Place values from left to right; the same value throughout is a line in the middle.

    >>> line([1, 3, 2], width=10, height=4).points
    ((0.0, 4.0, 1), (5.0, 0.0, 3), (10.0, 2.0, 2))
    """
    lowest, highest = min(values), max(values)
    span = highest - lowest
    step = width / max(len(values) - 1, 1)
    points = tuple(
        (round(number * step, 1), round(height - (value - lowest) / span * height if span else height / 2, 1), value)
        for number, value in enumerate(values)
    )
    path = "M" + "L".join(f"{x} {y}" for x, y, _ in points)
    return Line(points, path, lowest, highest)
