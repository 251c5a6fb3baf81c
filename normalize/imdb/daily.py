"""Every day at a time: a time of day and some work in; the work is done, and who is to know is told when it fails.

The time is that of the machine's clock where it stands. On the day on which it does not exist, because clocks are put
forward, the work is done an hour later; on the day on which it comes twice, the first time. cron's like (croniter,
APScheduler, schedule) either bring a language for dates that one time a day does not need, or count seconds and are an
hour off for half of the year.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day

import structlog

from normalize.alert import alert
from normalize.errors import InputError, KinobaseError
from normalize.stopping import Stop, stopping

LONGEST_SLEEP = 30.0
"""Seconds after which the clock is looked at: a machine that slept through the time does the work when it wakes."""
STAYS = "The store is as it was."
"""What an alert adds: whoever reads it wants to know whether there is haste."""


def parse(text: str) -> time_of_day:
    """Read a time of day.

    Raises:
        InputError: it is none.
    """
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day where the machine stands
    except ValueError as error:
        raise InputError(f"--follow-schedule {text!r} is no time of day; write one such as 02:00.") from error


def next_time(at: time_of_day, after: float) -> float:
    """Give the first moment after another at which it is this time of day, in seconds since the epoch."""
    # Without a zone on purpose: only so does each day have its own difference to UTC.
    day = datetime.fromtimestamp(after).date()  # noqa: DTZ006 - as above
    moments = (datetime.combine(day + timedelta(days), at).timestamp() for days in (0, 1))
    return next(moment for moment in moments if moment > after)


def follow(
    at: time_of_day,
    work: Callable[[], None],
    now: Callable[[], float] = time.time,
    wait: Callable[[Stop, float], object] = Stop.wait,
) -> None:
    """Do some work now, and every day at this time, until SIGTERM or Ctrl-C.

    It is done now because nobody knows what was missed; what is unchanged is no work. Work that fails is told of by
    `work` itself, and done again the next day; work that takes longer than to the next time is followed by the next at
    once.

    Args:
        at: when.
        work: what to do.
        now: tells the time, in seconds since the epoch.
        wait: waits for so many seconds, or until it is told to stop.

    Raises:
        KeyboardInterrupt: it was told to end in the midst of the work.
    """
    due, busy = now(), False

    def interrupt() -> None:
        if busy:
            raise KeyboardInterrupt

    with stopping(interrupt) as stop:
        while not stop.is_set():
            if (left := due - now()) > 0:
                wait(stop, min(left, LONGEST_SLEEP))
                continue
            due, busy = next_time(at, now()), True
            try:
                work()
            except KinobaseError as error:
                structlog.get_logger().error("failed", reason=str(error))
            busy = False
            structlog.get_logger().info("next", at=datetime.fromtimestamp(due).astimezone().isoformat())


@contextmanager
def alerting(whom: str | None) -> Iterator[None]:
    """Tell somebody when what is done here ends in an error, and let that go on."""
    try:
        yield
    except Exception as error:
        alert(whom, "failed", f"{error} {STAYS}")
        raise
