"""What a long job says while it works: a bar on a terminal, log lines elsewhere; and what each step came to.

A step is shown with its rows and its rate where it has rows.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column, Table

Advance = Callable[[int], None]
"""Called with the number of rows that are done since the last call."""

BAR = 16
"""Characters of a bar: rows and rate are to fit beside it into 80 columns."""
LOGGED_EVERY = 10.0
"""Seconds between the log lines of one step."""


@dataclass(frozen=True)
class Step:
    """A step that is done, or on its way: its seconds so far, and its rows; None where there is nothing to count.

    unit: what is counted, where it is not rows.
    """

    name: str
    seconds: float
    rows: int | None
    unit: str = "rows"

    @property
    def rate(self) -> float | None:
        """Rows per second; None where there are none, or no time has passed."""
        return self.rows / self.seconds if self.rows is not None and self.seconds else None

    def facts(self) -> dict[str, object]:
        """Give what a log line says of it."""
        counted = {} if self.rows is None else {self.unit: self.rows}
        rate = {} if self.rate is None else {f"{self.unit}_per_second": round(self.rate)}
        return {"step": self.name, "seconds": round(self.seconds, 3), **counted, **rate}


class Steps:
    """The steps of one job, in order, with the seconds and rows of each."""

    def __init__(self, job: str, logged_every: float = LOGGED_EVERY) -> None:
        self._job = job
        self._logged_every = logged_every
        self._done: dict[str, Step] = {}

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """The steps that are done and their seconds."""
        return tuple((step.name, step.seconds) for step in self._done.values())

    @contextmanager
    def step(self, name: str, rows: int | None = None, *, unit: str = "rows") -> Iterator[Advance]:
        """Show a step while it is being done; the value is to be called with the number of rows done.

        Args:
            name: what is being done.
            rows: how many rows there are; None where that is not known, or there is nothing to count.
            unit: what is counted, where it is not rows.
        """
        started = time.perf_counter()
        done = None if rows is None else 0

        def so_far() -> Step:
            return Step(name, time.perf_counter() - started, done, unit)

        def advance(more: int) -> None:
            nonlocal done
            done = (done or 0) + more
            shown(so_far())

        with self._shown(name, rows) as shown:
            yield advance
            self._done[name] = so_far()
        if not sys.stderr.isatty():
            structlog.get_logger().info(self._job, **self._done[name].facts())

    @contextmanager
    def _shown(self, name: str, rows: int | None) -> Iterator[Callable[[Step], None]]:
        """Show a step as it goes: the value is to be called with what it has come to."""
        if sys.stderr.isatty():
            with _bar(counted=rows is not None) as bar:
                task = bar.add_task(name, total=rows, said="")
                yield lambda step: _move(bar, task, step, rows)
                bar.update(task, total=rows or 1, completed=rows or 1)
        else:
            yield (lambda _step: None) if rows is None else self._log(rows)

    def _log(self, rows: int) -> Callable[[Step], None]:
        """Make what logs a step now and then, with all its rows beside those that are done."""
        last = time.perf_counter()

        def log(step: Step) -> None:
            nonlocal last
            if time.perf_counter() - last >= self._logged_every:
                last = time.perf_counter()
                left = {} if not step.rate else {"seconds_left": round((rows - (step.rows or 0)) / step.rate)}
                structlog.get_logger().info(f"{self._job} goes on", **step.facts(), of=rows, **left)

        return log

    def table(self) -> Table:
        """Give the steps that are done as a table: seconds, rows, rows per second."""
        table = Table("step", *(Column(name, justify="right") for name in ("seconds", "rows", "rows/s")))
        for step in self._done.values():
            rows = "" if step.rows is None else f"{step.rows:,}" + _named(step)
            table.add_row(step.name, f"{step.seconds:.2f}", rows, "" if step.rate is None else f"{step.rate:,.0f}")
        return table


def _bar(*, counted: bool) -> Progress:
    """Make a line for one step: where it is known how many rows there are, with a bar, and the time left."""
    bar = (BarColumn(bar_width=BAR),) if counted else ()
    clock = TimeRemainingColumn(elapsed_when_finished=True) if counted else TimeElapsedColumn()
    name, said = TextColumn("{task.description:<9}"), TextColumn("{task.fields[said]}")
    return Progress(SpinnerColumn(finished_text="✓"), name, *bar, clock, said, console=Console(stderr=True))


def _move(bar: Progress, task: TaskID, step: Step, rows: int | None) -> None:
    """Move a step's bar, with its rows and its rate beside it."""
    total = "" if rows is None else f"/{rows:,}"
    rate = "" if step.rate is None else f", {step.rate:,.0f} {step.unit}/s"
    bar.update(task, completed=step.rows or 0, said=f"{step.rows or 0:,}{total} {step.unit}{rate}")


def _named(step: Step) -> str:
    """Name what a step counted, where it is not rows."""
    return "" if step.unit == "rows" else f" {step.unit}"
