"""How a command that stays is told to end: SIGTERM or Ctrl-C in; what is under way is finished, and waits end, out."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType


class Stop:
    """Whether the command is to end; the handler of a signal may set it at any moment.

    It may not set a `threading.Event`: a handler runs in the thread that waits, perhaps just when it holds the lock of
    the event, and would wait for itself for ever. `SimpleQueue.put` is made for such calls.
    """

    def __init__(self) -> None:
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Tell the command to end."""
        self._told.put(None)

    def is_set(self) -> bool:
        """Say whether it is to end."""
        return not self._told.empty()

    def wait(self, seconds: float) -> bool:
        """Wait until it is to end, at most so many seconds; says whether it is."""
        with suppress(Empty):
            self._told.put(self._told.get(timeout=seconds))
        return self.is_set()


@contextmanager
def stopping(also: Callable[[], None] = lambda: None) -> Iterator[Stop]:
    """Give what SIGTERM and Ctrl-C set.

    Args:
        also: what else is done then; an exception that it raises ends what is under way.
    """
    stop = Stop()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        also()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
