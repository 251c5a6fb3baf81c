"""Blocks through a step, by whoever is there to take them: a file in, what became of each block, in its order, out.

A step is a pure function of lines and of what it has to know, so it does not matter where a block is taken: here, in
`processes` of ours or on a `cluster`. What it makes is put into the form that the database takes where it is made.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
from pyarrow import csv

from normalize.imdb import fingerprints
from normalize.imdb.batches import Batch, Counts
from normalize.imdb.columns import Numbers, distinct
from normalize.imdb.defects import Defect
from normalize.imdb.files import DataSet
from normalize.imdb.fingerprints import Fingerprints
from normalize.imdb.members import Members
from normalize.imdb.preflight import SourceFile, line_ends
from normalize.imdb.reading import BLOCK, Block, Lines, blocks, read
from normalize.imdb.sieve import Only

SMALL = 1024 * 1024
"""Bytes of a file for which no other process is worth its start."""
NOBODY: Numbers = np.array([], dtype=np.int64)


Step = Callable[[Lines, Numbers], Batch]
"""What is made of lines, without the keys that a block before had already. It can be pickled: a function, or a
partial one."""


@dataclass(frozen=True)
class Way:
    """How a block goes.

    data_set: whose lines they are. step: what is made of them. last: the fingerprints of the last load: only what
    changed since then is kept; None if nothing is to be kept, and no fingerprints are made. csv: the tables that are
    wanted as text for COPY; others are wanted as tables. only: the ids that matter to the step, if not all do.
    """

    data_set: DataSet
    step: Step
    last: Fingerprints | None = None
    csv: frozenset[str] = frozenset()
    only: Only | None = None


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
    lines = read(block, way.data_set, way.only)
    batch = way.step(lines, exclude)
    prints = fingerprints.of_nothing(batch) if way.last is None else fingerprints.of_batch(batch)
    people = [
        table.column("person_id").to_numpy() for table in batch.tables.values() if "person_id" in table.column_names
    ]
    changed = batch.only(way.last.changed(prints)) if way.last is not None and len(way.last.numbers) else batch
    return Done(
        prints,
        distinct(np.concatenate(people)) if people else NOBODY,
        {name: as_csv(table) if name in way.csv else table for name, table in changed.whole.items()},
        batch.defects,
        batch.counts,
        line_ends(block.data) + (not block.data.endswith(b"\n")),
        batch.beside,
    )


class Hands(Protocol):
    """Who takes blocks their way: this process, several of them, or a cluster of machines."""

    def take(self, some: Iterable[Block], way: Way) -> Iterator[tuple[Block, Done]]:
        """Give each block with what became of it, in their order; only some of them are held at a time."""
        ...


class Alone:
    """This process, which takes one block after the other."""

    def take(self, some: Iterable[Block], way: Way) -> Iterator[tuple[Block, Done]]:
        """Take blocks their way; see `Hands`."""
        for block in some:
            yield block, done(block, way)


class Begun(Protocol):
    """A block that somebody has been given."""

    def result(self) -> Done:
        """Wait for what becomes of it."""
        ...


def ahead(some: Iterable[Block], begin: Callable[[Block], Begun], most: int) -> Iterator[tuple[Block, Done]]:
    """Begin blocks before the one that is waited for, at most so many of them.

    Yields:
        each block with what became of it, in their order.
    """
    waiting: deque[tuple[Block, Begun]] = deque()
    for block in some:
        waiting.append((block, begin(block)))
        if len(waiting) > most:
            first, begun = waiting.popleft()
            yield first, begun.result()
    while waiting:
        first, begun = waiting.popleft()
        yield first, begun.result()


class Workers:
    """Whoever takes blocks their way, of small files this process alone."""

    def __init__(self, hands: Hands, block: int = BLOCK) -> None:
        self._hands, self._block = hands, block

    def run(self, file: SourceFile, way: Way) -> Iterator[Done]:
        """Take all blocks of a file their way; no two blocks give the same key.

        Yields:
            what became of each block, in the order of the file.
        """
        seen = Members(NOBODY)
        hands = Alone() if file.path.stat().st_size < SMALL else self._hands
        for block, became in hands.take(blocks(file.path, self._block), way):
            keys = became.prints.numbers
            again = seen.has(keys)
            if again.any():
                became = done(block, way, keys[again])  # noqa: PLW2901 - the same block, without what was there before
            seen.add(became.prints.numbers)
            yield became
