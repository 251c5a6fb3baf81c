"""What a long job says while it works: a bar on a terminal, a log line per step elsewhere; and how long each took."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Advance = Callable[[int], None]
"""Called with the number of rows that are done since the last call."""


class Steps:
    """The steps of one job, in order, with the seconds that each took."""

    def __init__(self, job: str) -> None:
        self._job = job
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """The steps that are done and their seconds."""
        return tuple(self._seconds.items())

    @contextmanager
    def step(self, name: str, rows: int | None = None) -> Iterator[Advance]:
        """Show a step while it is being done; the value is to be called with the number of rows done.

        Args:
            name: what is being done.
            rows: how many rows there are; None where there is nothing to count.
        """
        started = time.perf_counter()
        if sys.stderr.isatty():
            with _bar(counted=rows is not None) as bar:
                task = bar.add_task(name, total=rows)
                yield lambda done: bar.advance(task, done)
                bar.update(task, total=rows or 1, completed=rows or 1)
        else:
            yield lambda _done: None
        self._seconds[name] = time.perf_counter() - started
        counted = {} if rows is None else {"rows": rows}
        if not sys.stderr.isatty():
            structlog.get_logger().info(self._job, step=name, seconds=round(self._seconds[name], 3), **counted)


def _bar(*, counted: bool) -> Progress:
    """Make a line for one step: with a bar where its rows are counted, else with the time alone."""
    counts = (BarColumn(), MofNCompleteColumn()) if counted else ()
    name = TextColumn("{task.description:<9}")
    return Progress(SpinnerColumn(finished_text="✓"), name, *counts, TimeElapsedColumn(), console=Console(stderr=True))
