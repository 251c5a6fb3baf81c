"""Columns of text in whole arrays: numbers in, what stands in a file out.

pyarrow makes them: a million lines cost about a second, where joining them one by one costs ten.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from normalize.imdb import files

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Texts = Any
"""An array of strings, or one string for every line; pyarrow has no annotations."""

CRLF = 0.01
"""The share of lines that end with CRLF."""
NOWHERE: Ints = np.zeros(0, np.int64)


def ragged(sizes: Ints) -> tuple[Ints, Ints]:
    """Give for each row of lists of these sizes whose it is, and its place from 1 on."""
    of = np.repeat(np.arange(len(sizes)), sizes)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1


def weighted(rng: np.random.Generator, weights: Mapping[Any, float], count: int) -> Ints:
    """Draw the places of keys by their weights."""
    edges = np.cumsum(list(weights.values()))
    return np.searchsorted(edges, rng.random(count) * edges[-1], side="right")


def weighted_values(rng: np.random.Generator, weights: Mapping[int, float], count: int) -> Ints:
    """Draw keys by their weights."""
    return np.array(list(weights))[weighted(rng, weights, count)]


def taken(texts: Sequence[str], places: Ints) -> Texts:
    """Give the texts at these places."""
    return pa.array(texts).take(pa.array(places))


def drawn(rng: np.random.Generator, texts: Sequence[str], count: int) -> Texts:
    """Draw texts, each as likely as the others."""
    return taken(texts, rng.integers(0, len(texts), count))


def text(numbers: Ints) -> Texts:
    """Write numbers."""
    return pa.array(numbers).cast(pa.string())


def maybe(numbers: Ints) -> Texts:
    """Write numbers, and 0 as nothing."""
    return pc.if_else(pa.array(numbers == 0), files.NOTHING, text(numbers))


def ids(prefix: str, numbers: Ints) -> Texts:
    """Write numbers as the ids of titles (tt) or people (nm)."""
    return pc.binary_join_element_wise(prefix, pc.ascii_lpad(text(numbers), 7, "0"), "")


def joined(texts: Texts, sizes: Ints) -> Texts:
    """Join texts to lists of these sizes; an empty one is nothing."""
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), texts), ",")
    return pc.if_else(pa.array(sizes == 0), files.NOTHING, joined)


def put(texts: Texts, places: Ints, text: str) -> Texts:
    """Put one text at some places."""
    return put_all(texts, places, pa.array([text] * len(places), pa.string()))


def put_all(texts: Texts, places: Ints, new: Texts) -> Texts:
    """Put texts at as many places."""
    mask = np.zeros(len(texts), np.bool_)
    mask[places] = True
    return pc.replace_with_mask(texts, pa.array(mask), new)


def lines(
    columns: list[Texts], rng: np.random.Generator, kept: Mask, twice: Ints = NOWHERE, short: Ints = NOWHERE
) -> pa.Buffer:
    """Join columns to lines; their text stands in memory as it stands in the file.

    Args:
        columns: in the file's order.
        rng: draws the lines that end with CRLF.
        kept: which lines are there.
        twice: the places of lines that are there twice.
        short: the places of lines of which the last field is missing.
    """
    all_lines = pc.binary_join_element_wise(*columns, "\t")
    if len(short):
        kept_columns = (each if isinstance(each, str) else each.take(pa.array(short)) for each in columns[:-1])
        cut = pc.binary_join_element_wise(*kept_columns, "\t")
        all_lines = put_all(all_lines, short, cut)
    # Drawn for all lines, so that one that is gone tomorrow changes no other.
    ends = taken(("\n", "\r\n"), (rng.random(len(all_lines)) < CRLF).astype(np.int64))
    rows = pa.array(np.sort(np.concatenate([np.flatnonzero(kept), np.asarray(twice, np.int64)])))
    written = pc.binary_join_element_wise(all_lines, ends, "").take(rows)
    _, offsets, data = written.buffers()
    last = np.frombuffer(offsets, np.int32)[written.offset + len(written)]
    return data.slice(0, int(last))
