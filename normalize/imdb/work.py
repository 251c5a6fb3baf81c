"""Blocks through a step, in as many processes as there are: a file in, what became of each block, in its order, out.

A step is a pure function of lines and of what it has to know. What it has to know is shared by the processes, what it
makes is put into the form that the database takes by the process that made it.
"""

import io
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Self, cast

import numpy as np
import pyarrow as pa
from pyarrow import csv

from normalize.imdb import fingerprints
from normalize.imdb.batches import Batch, Counts
from normalize.imdb.columns import Numbers, places_of
from normalize.imdb.defects import Defect
from normalize.imdb.files import DataSet
from normalize.imdb.fingerprints import Fingerprints
from normalize.imdb.preflight import SourceFile
from normalize.imdb.reading import BLOCK, Block, Lines, blocks, read
from normalize.imdb.sharing import share, shared

SMALL = 4 * 1024 * 1024
"""Bytes of a file for which no process is worth its start."""
NOBODY: Numbers = np.array([], dtype=np.int64)


Step = Callable[[Lines, Numbers], Batch]
"""What is made of lines, without the keys that a block before had already. It can be pickled: a function, or a
partial one."""


@dataclass(frozen=True)
class Way:
    """How a block goes.

    data_set: whose lines they are. step: what is made of them. last: the fingerprints of the last load: only what
    changed since then is kept. csv: the tables that are wanted as text for COPY; others are wanted as tables.
    """

    data_set: DataSet
    step: Step
    last: Fingerprints = fingerprints.NONE
    csv: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Csv:
    """Rows as PostgreSQL's COPY takes them."""

    column_names: list[str]
    num_rows: int
    data: bytes


def as_csv(table: pa.Table) -> Csv:
    """Write rows as CSV: nothing is an empty field, text is quoted where it has to be."""
    out = io.BytesIO()
    csv.write_csv(table, out, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return Csv(table.column_names, table.num_rows, out.getvalue())


@dataclass(frozen=True)
class Done:
    """What became of a block.

    prints: of all its keys. people: the numbers of all people that it speaks of. tables: the rows of what changed.
    beside: what other steps need to know of all of it.
    """

    prints: Fingerprints
    people: Numbers
    tables: Mapping[str, pa.Table | Csv]
    defects: list[Defect]
    counts: Counts
    lines: int
    beside: Mapping[str, pa.Table] = field(default_factory=dict)


def done(block: Block, way: Way, exclude: Numbers = NOBODY) -> Done:
    """Take a block its way."""
    lines = read(block, way.data_set)
    batch = way.step(lines, exclude)
    prints = fingerprints.of_batch(batch)
    people = [
        table.column("person_id").to_numpy() for table in batch.tables.values() if "person_id" in table.column_names
    ]
    changed = batch.only(way.last.changed(prints)) if len(way.last.numbers) else batch
    return Done(
        prints,
        np.unique(np.concatenate(people)) if people else NOBODY,
        {name: as_csv(table) if name in way.csv else table for name, table in changed.tables.items()},
        batch.defects,
        batch.counts,
        block.data.count(b"\n") + (not block.data.endswith(b"\n")),
        batch.beside,
    )


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


class Workers:
    """The processes that blocks are taken their way in; they are started with the first large file."""

    def __init__(self, processes: int, folder: Path, block: int = BLOCK) -> None:
        self._processes, self._folder, self._block = processes, folder, block
        self._pool: ProcessPoolExecutor | None = None
        self._ways = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes; work that was not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def run(self, file: SourceFile, way: Way) -> Iterator[Done]:
        """Take all blocks of a file their way; no two blocks give the same key.

        Yields:
            what became of each block, in the order of the file.
        """
        seen = Seen()
        for block, became in self._in_order(file, way):
            again = seen.again(became.prints.numbers)
            if len(again):
                became = done(block, way, again)  # noqa: PLW2901 - the same block, without what was there before
            seen.add(became.prints.numbers)
            yield became

    def _in_order(self, file: SourceFile, way: Way) -> Iterator[tuple[Block, Done]]:
        some = blocks(file.path, self._block)
        if self._processes < 2 or file.path.stat().st_size < SMALL:  # noqa: PLR2004 - one process needs no other
            yield from ((block, done(block, way)) for block in some)
            return
        path = self._share(way)
        waiting: deque[tuple[Block, Future[Done]]] = deque()
        pool = self._started()
        for block in some:
            waiting.append((block, pool.submit(_done_in_a_process, path, block)))
            if len(waiting) > self._processes:
                first, future = waiting.popleft()
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()
        path.unlink()

    def _share(self, way: Way) -> Path:
        self._ways += 1
        path = self._folder / f"{self._ways}.shared"
        share(way, path)
        return path

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"), _end_with_parent)
        return self._pool


class Seen:
    """The keys that were there, in one sorted array."""

    def __init__(self) -> None:
        self._numbers = NOBODY

    def again(self, keys: Numbers) -> Numbers:
        """Give those of the keys that were there before."""
        return keys[places_of(keys, self._numbers) >= 0]

    def add(self, keys: Numbers) -> None:
        """Remember keys, none of which was there before."""
        if not len(self._numbers) or (len(keys) and keys[0] > self._numbers[-1]):
            self._numbers = np.concatenate([self._numbers, keys])
        else:
            self._numbers = np.sort(np.concatenate([self._numbers, keys]), kind="stable")
