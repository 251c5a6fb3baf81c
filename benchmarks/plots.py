"""The pictures of docs/performance.md: measures in, SVG files out, one for light pages and one for dark ones.

A benchmark is drawn as a dot for each measure, with its goal beside it, on a scale of powers of ten; measures of
several sizes as lines over the number of films. Each file says in its description what is drawn, so that whoever does
not see it, and a test, can read the figures.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from measures import Measure, number


@dataclass(frozen=True)
class Colours:
    """What a page's pictures are drawn with; the lines' colours are told apart by people who see few colours, too."""

    back: str
    front: str
    faint: str
    reached: str
    missed: str
    plain: str
    lines: Sequence[str]


LIGHT = Colours(
    "#ffffff", "#1b1f24", "#c9d1d9", "#24743a", "#b3261e", "#2f5d9b",
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56758c", "#5b3fa0", "#333333", "#b3261e", "#6aa84f"),
)  # fmt: skip
DARK = Colours(
    "#0d1117", "#f0f3f6", "#3d4650", "#66c27f", "#ff8a80", "#7fb0f0",
    ("#56b4e9", "#ff9e5e", "#2fd6a2", "#f0a3cc", "#f0e442", "#a8c4d8", "#b79cf5", "#dddddd", "#ff8a80", "#a8e08f"),
)  # fmt: skip
PAGES = {"": LIGHT, "-dark": DARK}
"""The end of a file's name → the colours of it."""
WIDTH, ROW, HEAD, CURVE = 8.6, 0.34, 0.75, 3.1
"""Inches: of a picture; of a measure, of what is above and below them; of a picture with lines."""
ROOM = 1.6
"""How many times beyond the least and the greatest number a scale goes."""
STEPS, TICKS = (1, 2, 5), 9
"""Where a power of ten is labelled, and at most how often."""
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "kinobase", "font.family": "sans-serif", "font.size": 10}
"""Text stays text, and the same measures give the same bytes."""
MARKERS = "osD^vPX*<>"
"""As many as there are colours: so many lines has a panel at most."""


def draw(measures: Sequence[Measure], place: Path) -> None:
    """Draw measures into PLACE.svg and PLACE-dark.svg."""
    several = len({each.size for each in measures}) > 1
    for ending, colours in PAGES.items():
        with mpl.rc_context(SETTINGS):
            figure = (_lines if several else _dots)(measures, colours)
            said = {"Date": None, "Creator": None, "Description": described(measures)}
            figure.savefig(place.with_name(f"{place.name}{ending}.svg"), facecolor=colours.back, metadata=said)


def described(measures: Iterable[Measure]) -> str:
    """Say in words what a picture shows."""
    return "; ".join(f"{each.name}, {each.size:,} films: {number(each.value)} {each.unit}" for each in measures)


def _by_unit(measures: Iterable[Measure]) -> dict[str, list[Measure]]:
    found = dict[str, list[Measure]]()
    for each in measures:
        found.setdefault(each.unit, []).append(each)
    return found


def _dots(measures: Sequence[Measure], colours: Colours) -> Figure:
    """Draw a panel for each unit, in it a row for each measure."""
    units = _by_unit(measures)
    heights = [len(some) * ROW + HEAD for some in units.values()]
    figure = Figure((WIDTH, sum(heights)), layout="constrained")
    panels = figure.subplots(len(units), gridspec_kw={"height_ratios": heights}, squeeze=False)[:, 0]
    for axes, (unit, some) in zip(panels, units.items(), strict=True):
        for row, each in enumerate(some):
            _dot(axes, row, each, colours)
        _plain(axes, colours)
        _powers(axes.xaxis)
        drawn = [value for each in some for value in (each.value, each.goal) if value]
        axes.set_xlim(min(drawn, default=1) / ROOM, max(drawn, default=1) * ROOM)
        axes.set_yticks(range(len(some)), [each.name for each in some])
        axes.set_ylim(len(some) - 0.4, -0.8)
        axes.set_xlabel(unit, color=colours.front)
    return figure


def _dot(axes: Axes, row: int, measure: Measure, colours: Colours) -> None:
    """Draw a measure, its number above it, and where there is a goal the way to it."""
    colour, marker = {
        True: (colours.reached, "o"), False: (colours.missed, "X"), None: (colours.plain, "D"),
    }[measure.reached]  # fmt: skip
    if measure.goal is not None:
        axes.plot([measure.value, measure.goal], [row, row], color=colours.faint, linewidth=2, zorder=1)
        axes.plot([measure.goal], [row], marker="|", markersize=15, markeredgewidth=2.5, color=colours.front)
    axes.plot([measure.value], [row], marker=marker, markersize=9, markeredgewidth=0, color=colour)
    above = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 8}
    axes.annotate(number(measure.value), (measure.value, row), color=colours.front, **above)


def _lines(measures: Sequence[Measure], colours: Colours) -> Figure:
    """Draw panels for each unit, in them a line for each name."""
    drawn = [(unit, names) for unit, some in _by_unit(measures).items() for names in _panels(some)]
    figure = Figure((WIDTH, CURVE * len(drawn)), layout="constrained")
    panels = figure.subplots(len(drawn), squeeze=False)[:, 0]
    for axes, (unit, names) in zip(panels, drawn, strict=True):
        some = [each for each in measures if each.unit == unit and each.name in names]
        for name, colour, marker in zip(names, colours.lines, MARKERS, strict=False):
            points = sorted((each.size, each.value) for each in some if each.name == name)
            style = {"color": colour, "marker": marker, "linewidth": 2, "markersize": 6}
            axes.plot(*zip(*points, strict=True), label=name, **style)
        _plain(axes, colours)
        _powers(axes.xaxis)
        _powers(axes.yaxis)
        axes.set_xticks(sorted({each.size for each in some}))
        axes.set_xlabel("films", color=colours.front)
        axes.set_ylabel(unit, color=colours.front)
        legend = {"labelcolor": colours.front, "frameon": False, "fontsize": 9}
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), **legend)
    return figure


def _panels(measures: Iterable[Measure]) -> list[list[str]]:
    """Part the names of measures evenly, into as many as can be told apart."""
    names = list(dict.fromkeys(each.name for each in measures))
    few = math.ceil(len(names) / math.ceil(len(names) / len(MARKERS)))
    return [names[begin : begin + few] for begin in range(0, len(names), few)]


def _plain(axes: Axes, colours: Colours) -> None:
    """Leave out of a panel what says nothing."""
    axes.set_facecolor(colours.back)
    axes.tick_params(colors=colours.front, which="both")
    axes.grid(visible=True, color=colours.faint, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _powers(axis: Axis) -> None:
    """Count by powers of ten, with numbers that people read."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set_major_locator(LogLocator(subs=STEPS, numticks=TICKS))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_locator(NullLocator())
