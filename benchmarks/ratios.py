"""Two servers asked in turn: a case in, its figures and the ratio between them out, and the table of all."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from load import Load, load

WARM_UP_SECONDS = 1


@dataclass(frozen=True)
class Case:
    """What is asked of ours and of the peer, and the ratio of requests a second that is the goal."""

    name: str
    goal: float
    paths: Sequence[str]
    peer_paths: Sequence[str]


@dataclass(frozen=True)
class Pace:
    """How long and how hard servers are asked."""

    rounds: int
    seconds: int
    connections: int


@dataclass(frozen=True)
class Measured:
    """A case: what ours and the peer did, and the ratio, each by the median of the rounds."""

    name: str
    goal: float
    ratio: float
    ours: Load
    peer: Load

    @property
    def verdict(self) -> str:
        """Say whether the goal is reached."""
        return "reached" if self.ratio >= self.goal else "missed"


def measure(case: Case, ours: int, peer: int, pace: Pace) -> Measured:
    """Ask two servers in turn, by their ports."""
    both = ((ours, case.paths), (peer, case.peer_paths))
    for port, paths in both:
        load(port, paths, WARM_UP_SECONDS, pace.connections)
    rounds = [[load(port, paths, pace.seconds, pace.connections) for port, paths in both] for _ in range(pace.rounds)]
    ratio = statistics.median(one.per_second / other.per_second for one, other in rounds)
    return Measured(case.name, case.goal, ratio, *(_middle(column) for column in zip(*rounds, strict=True)))


def _middle(loads: Sequence[Load]) -> Load:
    """Give the median of each figure."""
    return Load(*(statistics.median(figures) for figures in zip(*(vars(load).values() for load in loads), strict=True)))


def table(measured: Sequence[Measured]) -> str:
    """Write the table."""
    lines = [
        "| asked for              | requests/s | p50 ms | p99 ms |       peer/s |  p99 ms |  ratio | goal | verdict |",
        "| ---------------------- | ---------: | -----: | -----: | -----------: | ------: | -----: | ---: | ------- |",
    ]
    lines += [
        f"| {one.name:22} | {one.ours.per_second:10,.0f} | {one.ours.p50:6.2f} | {one.ours.p99:6.2f} "
        f"| {one.peer.per_second:12,.0f} | {one.peer.p99:7.2f} | {one.ratio:6.2f} | {one.goal:4} | {one.verdict:7} |"
        for one in measured
    ]
    return "\n".join(lines)
