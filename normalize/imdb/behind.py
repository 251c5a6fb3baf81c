"""One thread that writes what others have read: work in, in its order, done while the next blocks are being read.

The database's connection is used by nobody else meanwhile, as everything that a load asks of it goes this way.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

AHEAD = 32
"""How many blocks of rows may wait to be written: so much is read while a table's keys are made."""


class Behind:
    """The thread, and the work that waits for it."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        """`interrupt`: lets the database give up what it is doing, so that an error need not wait for it."""
        self._interrupt = interrupt
        self._thread = ThreadPoolExecutor(1, "writer")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def put(self, work: Callable[[], object]) -> None:
        """Let some work be done after all that was put before; waits while too much is waiting.

        Raises:
            Exception: whatever an earlier work raised.
        """

        def do() -> None:
            work()

        self._waiting.append(self._thread.submit(do))
        while len(self._waiting) > AHEAD or (self._waiting and self._waiting[0].done()):
            self._see_done()

    def finish(self) -> None:
        """Wait until all is done.

        Raises:
            Exception: whatever a work raised.
        """
        while self._waiting:
            self._see_done()

    def _see_done(self) -> None:
        """Wait for what comes next; until it is done it is not taken off, so that an interrupt finds it."""
        self._waiting[0].result()
        self._waiting.popleft()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End the thread; after an error what waits is dropped, and what is being done is given up."""
        if kind is not None and any(each.running() for each in self._waiting):
            self._interrupt()
        self._thread.shutdown(cancel_futures=True)
