"""Two servers asked in turn: a case in, the ratio between their requests a second out, with the figures of both."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from load import Load, load
from measures import Measure

WARM_UP_SECONDS = 1


@dataclass(frozen=True)
class Case:
    """What is asked of ours and of the peer, who that is, and the ratio that is the goal; None: there is none."""

    name: str
    against: str
    goal: float | None
    paths: Sequence[str]
    peer_paths: Sequence[str]


@dataclass(frozen=True)
class Pace:
    """How long and how hard servers are asked."""

    rounds: int
    seconds: int
    connections: int


def measure(case: Case, films: int, ours: int, peer: int, pace: Pace) -> tuple[Measure, Measure]:
    """Ask two servers in turn, by their ports; gives the ratio, and ours alone; medians count.

    A peer that is too slow to end one answer in a round is taken to have ended one.
    """
    both = ((ours, case.paths), (peer, case.peer_paths))
    for port, paths in both:
        load(port, paths, WARM_UP_SECONDS, pace.connections)
    rounds = [[load(port, paths, pace.seconds, pace.connections) for port, paths in both] for _ in range(pace.rounds)]
    least = 1 / pace.seconds
    ratio = statistics.median(one.per_second / max(other.per_second, least) for one, other in rounds)
    done, compared = (_middle(column) for column in zip(*rounds, strict=True))
    note = f"{_said(done)} of {_said(compared)}"
    at: Literal["least"] | None = None if case.goal is None else "least"
    return (
        Measure(case.name, ratio, "times", films, case.goal, at, case.against, note),
        Measure(case.name, done.per_second, "requests/s", films, note=f"p99 {done.p99:.1f} ms"),
    )


def _middle(loads: Sequence[Load]) -> Load:
    """Give the median of each figure."""
    return Load(*(statistics.median(figures) for figures in zip(*(vars(load).values() for load in loads), strict=True)))


def _said(load: Load) -> str:
    return f"{load.per_second:,.0f}/s (p50 {load.p50:.1f}, p99 {load.p99:.1f} ms)"
