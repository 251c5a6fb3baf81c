"""Where the source's values went, as a picture: counts per kind in, the places of bands out (a Sankey diagram).

On the left each kind stands at the legacy column that it comes from; on the right at the table that took it, or at
nothing, the duplicates or the refused. A band is as thick as its values are many.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

STORED = "stored"
SINKS = ("nothing", "duplicates", "refused")
WIDTH, HEIGHT, GAP, BOX = 1000, 300, 20, 12
"""Of the picture, in its own units: all of it, the height of all bands, between two boxes, a box."""
MARGIN = 270
"""Left and right of the boxes, for their names."""
THINNEST = 0.8
"""A band of one value must still be seen."""


@dataclass(frozen=True)
class _Flow:
    kind: str
    sort: str
    count: int
    ends: tuple[str, str]


@dataclass(frozen=True)
class Box:
    """An end of bands: where it stands, what it is called, how many values it has."""

    name: str
    count: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Band:
    """What goes from one end to another: `path` is what SVG draws; sort is stored, nothing, duplicates or refused."""

    kind: str
    sort: str
    count: int
    path: str


@dataclass(frozen=True)
class Picture:
    """A whole diagram."""

    width: float
    height: float
    origins: tuple[Box, ...]
    targets: tuple[Box, ...]
    bands: tuple[Band, ...]


def draw(reconciliation: Iterable[Mapping[str, object]], ways: Mapping[str, tuple[str, str]]) -> Picture | None:
    """Draw the reconciliation.

    Args:
        reconciliation: per kind: kind, stored, nothing, duplicates, refused.
        ways: kind → the legacy column that it comes from, and the table or column that takes it.

    Returns:
        None if there is nothing to draw.
    """
    flows = [
        _Flow(kind=str(row["kind"]), sort=sort, count=count, ends=(way[0], way[1] if sort == STORED else sort))
        for row in reconciliation
        if (way := ways.get(str(row["kind"])))
        for sort in (STORED, *SINKS)
        if (count := int(str(row[sort]))) > 0
    ]
    if not flows:
        return None
    scale = HEIGHT / sum(flow.count for flow in flows)
    origins = _boxes(flows, 0, MARGIN, scale)
    targets = _boxes(sorted(flows, key=lambda flow: (STORED, *SINKS).index(flow.sort)), 1, WIDTH - MARGIN - BOX, scale)
    height = max(box.y + box.height for box in (*origins.values(), *targets.values()))
    return Picture(
        WIDTH, height + GAP, tuple(origins.values()), tuple(targets.values()), _bands(flows, origins, targets, scale)
    )


def _boxes(flows: Sequence[_Flow], end: int, x: float, scale: float) -> dict[str, Box]:
    """Put the ends of one side under one another, in the order of the flows."""
    counts: dict[str, int] = {}
    for flow in flows:
        counts[flow.ends[end]] = counts.get(flow.ends[end], 0) + flow.count
    boxes, y = {}, float(GAP)
    for name, count in counts.items():
        boxes[name] = Box(name, count, x, round(y, 1), round(max(count * scale, THINNEST), 1))
        y += boxes[name].height + GAP
    return boxes


def _bands(
    flows: Sequence[_Flow], origins: Mapping[str, Box], targets: Mapping[str, Box], scale: float
) -> tuple[Band, ...]:
    """Lay a band for each flow; at each box they lie under one another."""
    at = [{name: box.y for name, box in origins.items()}, {name: box.y for name, box in targets.items()}]
    bands = []
    for flow in flows:
        thick = max(flow.count * scale, THINNEST)
        (left, right), (y1, y2) = flow.ends, (at[0][flow.ends[0]], at[1][flow.ends[1]])
        at[0][left] += flow.count * scale
        at[1][right] += flow.count * scale
        x1, x2 = origins[left].x + BOX, targets[right].x
        middle = (x1 + x2) / 2
        path = (
            f"M{x1} {y1:.1f}C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}v{thick:.1f}"
            f"C{middle} {y2 + thick:.1f} {middle} {y1 + thick:.1f} {x1} {y1 + thick:.1f}z"
        )
        bands.append(Band(flow.kind, flow.sort, flow.count, path))
    return tuple(bands)
