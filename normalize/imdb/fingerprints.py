"""What the files said of each film last time, in eight bytes a film and file: how a second load finds what is new.

A fingerprint is the sum of the hashes of all rows that a block makes for a film, so it does not depend on where the
rows stand. The fingerprints of all films are kept in the store, some thousands to a row, and written in the
load's own transaction. Nothing else of the files is kept.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, delete, insert, select

from normalize.imdb.batches import Batch
from normalize.imdb.columns import Numbers, places_of
from normalize.models import imdb_fingerprints

TITLES_PART, PEOPLE_PART = "titles", "people"
"""The part that every film has, and the one that is of people."""
AT_ONCE = 65_536
"""Films in one row of the table."""
UNTOLD = ("updated_at", "imdb_id", "source_id", "source_person_id")
"""Columns that say nothing of their own: they follow from others."""
ODD = np.uint64(0x9E3779B97F4A7C15)
"""A factor without pattern in its bits: each column's hash is mixed into those before it by it."""


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints of one part (what one file says): numbers of films or people, ascending, and each its own."""

    numbers: Numbers
    prints: np.ndarray

    def changed(self, new: "Fingerprints") -> Numbers:
        """Give the numbers that are new here, or have another fingerprint."""
        places = places_of(new.numbers, self.numbers)
        same = places >= 0
        same[same] = self.prints[places[same]] == new.prints[same]
        return new.numbers[~same]

    def gone(self, new: Numbers) -> Numbers:
        """Give the numbers that are not among the new ones, which ascend."""
        return self.numbers[places_of(self.numbers, new) < 0]

    def without(self, some: Numbers) -> "Fingerprints":
        """Leave some numbers out, which ascend."""
        kept = places_of(self.numbers, some) < 0
        return Fingerprints(self.numbers[kept], self.prints[kept])


NONE = Fingerprints(np.array([], dtype=np.int64), np.array([], dtype=np.uint64))


def of_nothing(batch: Batch) -> Fingerprints:
    """Give the keys of a batch of which nothing is kept."""
    return Fingerprints(batch.keys, np.zeros(len(batch.keys), dtype=np.uint64))


def of_batch(batch: Batch) -> Fingerprints:
    """Give the fingerprints of all keys of a batch."""
    prints = np.zeros(len(batch.keys), dtype=np.uint64)
    for number, name in enumerate(sorted(batch.tables)):
        table = batch.tables[name]
        if table.num_rows:
            hashes = _row_hashes(table, np.uint64(number))
            np.add.at(prints, np.searchsorted(batch.keys, table.column(0).to_numpy()), hashes)
    return Fingerprints(batch.keys, prints)


def _row_hashes(table: pa.Table, seed: np.uint64) -> np.ndarray:
    """Hash each row of a table, the order of its columns with it."""
    hashes = np.full(table.num_rows, seed + np.uint64(1), dtype=np.uint64)
    for name in table.column_names:
        if name not in UNTOLD:
            hashes = _mixed(hashes * ODD + _hashes(table.column(name)))
    return hashes


NULL = "\0"
"""What no text of the files is: nothing, for its hash."""
WORD = 8
"""Bytes of a number."""


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Let high bits reach the low ones, which a product alone does not."""
    return np.asarray(hashes ^ (hashes >> np.uint64(29)), dtype=np.uint64)


def _hashes(column: pa.ChunkedArray) -> np.ndarray:
    """Hash each value; nothing is a value too."""
    if pa.types.is_string(column.type):
        return text_hashes(column.combine_chunks())
    values = column.to_numpy() if not column.null_count else column.cast(pa.float64()).fill_null(-1).to_numpy()
    return np.asarray(np.asarray(values, dtype=np.float64).view(np.uint64) * ODD, dtype=np.uint64)


def text_hashes(texts: pa.Array) -> np.ndarray:
    """Hash texts (uint64) where they lie, eight bytes of all of them at a time; fewer are filled up with zeros."""
    texts = texts.fill_null(NULL)
    _, places, data = texts.buffers()
    ends = np.frombuffer(places, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    left = np.diff(ends)
    letters = np.r_[np.frombuffer(data or b"", dtype=np.uint8), np.zeros(WORD, dtype=np.uint8)]
    words = np.ndarray(len(letters) - WORD + 1, "<u8", letters, strides=(1,))  # those that begin at each byte
    hashes, at = left.astype(np.uint64) * ODD, ends[:-1]
    longer = np.flatnonzero(left)
    while len(longer):
        unused = (8 * np.maximum(WORD - left[longer], 0)).astype(np.uint64)
        hashes[longer] = _mixed((hashes[longer] ^ (words[at[longer]] << unused)) * ODD)
        at, left = at + WORD, left - WORD
        longer = longer[left[longer] > 0]
    return hashes


def read(connection: Connection) -> dict[str, Fingerprints]:
    """Give what is kept: part → its fingerprints."""
    table = imdb_fingerprints
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for row in connection.execute(select(table).order_by(table.c.part, table.c.number)):
        both = (np.frombuffer(row.numbers, dtype="<i8"), np.frombuffer(row.prints, dtype="<u8"))
        found.setdefault(row.part, []).append(both)
    return {
        part: Fingerprints(*(np.concatenate(side) for side in zip(*kept, strict=True))) for part, kept in found.items()
    }


def films(connection: Connection) -> Numbers:
    """Give the films that the files listed last time, ascending."""
    kept = select(imdb_fingerprints.c.numbers).where(imdb_fingerprints.c.part == TITLES_PART)
    rows = connection.execute(kept.order_by(imdb_fingerprints.c.number)).scalars()
    return np.concatenate([NONE.numbers, *(np.frombuffer(row, dtype="<i8") for row in rows)])


def forgetting(kept: Mapping[str, Fingerprints], some: Numbers) -> dict[str, Fingerprints]:
    """Forget what the files said of some films, which ascend: the next load takes all of it for new."""
    return {part: each.without(some) if len(some) and part != PEOPLE_PART else each for part, each in kept.items()}


def forget(connection: Connection, some: Collection[int]) -> None:
    """Forget in the store what the files said of films whose rows another source has written anew."""
    known = np.intersect1d(np.fromiter(some, dtype=np.int64), films(connection))
    if len(known):
        write(connection, forgetting(read(connection), known))


def write(connection: Connection, parts: dict[str, Fingerprints]) -> None:
    """Keep the fingerprints of these parts instead of what was kept of them."""
    for part, all_of_it in parts.items():
        connection.execute(delete(imdb_fingerprints).where(imdb_fingerprints.c.part == part))
        for row in _rows(part, all_of_it):
            connection.execute(insert(imdb_fingerprints), row)


def _rows(part: str, all_of_it: Fingerprints) -> Iterator[dict[str, object]]:
    for number, start in enumerate(range(0, len(all_of_it.numbers), AT_ONCE)):
        some = slice(start, start + AT_ONCE)
        numbers, prints = all_of_it.numbers[some].astype("<i8"), all_of_it.prints[some].astype("<u8")
        yield {"part": part, "number": number, "numbers": numbers.tobytes(), "prints": prints.tobytes()}
