"""Processes of this machine: blocks in, what became of each out, as many at a time as there are processes.

They are started with the first file that is worth it, as copies of one process that has imported all that they need
meanwhile; what they have to know is mapped into the memory of all.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from multiprocessing import forkserver, get_context, parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self, cast

from normalize.imdb.reading import Block
from normalize.imdb.sharing import share, shared
from normalize.imdb.work import Done, Way, ahead, done

EACH = 3
"""How many blocks each process is given ahead, so that none waits while their results are being looked at."""
STEPS = "normalize.imdb.loading"
"""The module that knows all steps."""


@lru_cache(maxsize=1)
def _way(path: Path) -> Way:
    return cast(Way, shared(path))


def _done_in_a_process(path: Path, block: Block) -> Done:
    return done(block, _way(path))


def _end_with_parent() -> None:
    """Let a process end when the one that started it does, even by kill -9: else it would wait for work for ever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


class Processes:
    """The processes; `with` ends them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._like = get_context("forkserver")
        self._like.set_forkserver_preload([STEPS])
        forkserver.ensure_running()
        self._ways = 0
        self._folder = TemporaryDirectory(prefix="kinobase-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes; work that was not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._folder.cleanup()

    def take(self, some: Iterable[Block], way: Way) -> Iterator[tuple[Block, Done]]:
        """Take blocks their way; see `Hands`."""
        path = self._share(way)
        pool = self._started()

        def begin(block: Block) -> Future[Done]:
            return pool.submit(_done_in_a_process, path, block)

        yield from ahead(some, begin, EACH * self._count)
        path.unlink()

    def _share(self, way: Way) -> Path:
        self._ways += 1
        path = Path(self._folder.name) / f"{self._ways}.shared"
        share(way, path)
        return path

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._count, self._like, _end_with_parent)
        return self._pool
