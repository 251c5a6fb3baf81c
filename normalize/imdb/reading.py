r"""A file into blocks, a block into a table: bytes in, columns of text out, and each line that is none by its number.

A block is cut where the first column changes, so that all lines of a title that stand together are in one block and
blocks can be read in any process. What is read of a line is its fields alone: nothing is quoted, only \N is nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from normalize.imdb.defects import Defect, defect
from normalize.imdb.files import NOTHING, DataSet
from normalize.imdb.preflight import BYTE_ORDER_MARK, LINE_END, line_ends, open_lines
from normalize.imdb.sieve import Only, sieve

BLOCK = 4 * 1024 * 1024
"""Bytes of a block, give or take the lines of one title: what is made of more does not fit the processors' caches, and
whoever has the last one keeps the others waiting."""
MOST = 32 * BLOCK
"""A block is cut at any line if so much stands under one key."""
RETURN = ord("\r")
SHOWN = 200
"""Characters of a refused line that a repair shows."""


@dataclass(frozen=True)
class Block:
    """Some lines of a file.

    line: the number of the first, the header being 1. data: whole lines; the last may lack its line end.
    """

    line: int
    data: bytes


@dataclass(frozen=True)
class Lines:
    """What stands in a block.

    table: the columns that are read, as text; null where there is nothing. lines: the number of each row's line, int64.
    defects: lines that are none, and what was mended in others.
    """

    table: pa.Table
    lines: np.ndarray
    defects: list[Defect]


def blocks(path: Path, size: int = BLOCK) -> Iterator[Block]:
    """Cut a file into blocks of about `size` bytes, its header left out."""
    with open_lines(path) as file:
        header = file.readline()
        line, rest = 2, b""
        if not header.removeprefix(BYTE_ORDER_MARK):
            return
        data = file.read(size)
        while more := file.read(size):
            data = rest + data
            cut = _cut(data, MOST)
            if cut:
                block = Block(line, data[:cut])
                yield block
                line += line_ends(block.data)
            rest, data = data[cut:], more
        if rest or data:
            yield Block(line, rest + data)


def _cut(data: bytes, most: int) -> int:
    """Find where the lines of the last key begin, which may go on after this data; 0 if there is no other key."""
    end = data.rfind(b"\n") + 1
    if end == 0:
        return 0
    start = data.rfind(b"\n", 0, end - 1) + 1
    key = data[start : data.find(b"\t", start) + 1]
    while start > 0:
        before = data.rfind(b"\n", 0, start - 1) + 1
        if not data.startswith(key, before):
            return start
        start = before
    return end if len(data) > most else 0


def read(block: Block, data_set: DataSet, only: Only | None = None) -> Lines:
    """Read a block's lines; `only`: if no others than those of these ids matter, which are left out where that pays.

    Lines with another number of fields, or that are not UTF-8, are refused. A carriage return that ends no line, or a
    NUL, becomes a blank: what reads the lines would take the first for a line end, and PostgreSQL takes no NUL.
    """
    data, skipped, defects = block.data, list[tuple[int, str]](), list[Defect]()
    if b"\0" in data or (b"\r" in data and _has_lone_returns(data)):
        data = _without_controls(_with_line_feeds(data), block.line, data_set, defects)
    sieved = None if only is None else sieve(data, len(data_set.header), only)
    try:
        table = _table(data if sieved is None else sieved[0], data_set, skipped)
        whole = not pc.any(pc.equal(table.column(0), "")).as_py()  # of an empty line pyarrow makes a row
    except pa.ArrowInvalid:
        whole = False
    if whole:
        lines = block.line + (np.arange(table.num_rows + len(skipped)) if sieved is None else sieved[1])
    else:
        skipped.clear()
        data, lines = _only_text(_with_line_feeds(data), block.line, data_set, defects)
        table = _table(data, data_set, skipped)
    bad = np.array([number - 1 for number, _ in skipped], dtype=np.int64)
    for (_, text), line in zip(skipped, lines[bad], strict=True):
        defects.append(defect(data_set, int(line), text, "line", text[:SHOWN], "wrong_fields"))
    return Lines(table, np.delete(lines, bad), defects)


def _table(data: bytes, data_set: DataSet, skipped: list[tuple[int, str]]) -> pa.Table:
    """Let pyarrow read lines; `skipped` gets the number (from 1) and the text of those with another number of fields.

    Raises:
        pa.ArrowInvalid: a column that is read is not UTF-8.
    """
    types = dict.fromkeys(data_set.read, pa.string())
    if not data:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})

    def skip(row: csv.InvalidRow) -> str:
        skipped.append((row.number, row.text.removesuffix("\r")))
        return "skip"

    return csv.read_csv(
        pa.BufferReader(data),
        csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=list(data_set.header)),
        csv.ParseOptions(
            delimiter="\t",
            quote_char=False,
            double_quote=False,
            escape_char=False,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        csv.ConvertOptions(
            include_columns=list(data_set.read), column_types=types, null_values=[NOTHING], strings_can_be_null=True
        ),
    )


def _has_lone_returns(data: bytes) -> bool:
    """Say whether a carriage return stands anywhere but at the end of a line."""
    letters = np.frombuffer(data, dtype=np.uint8)
    after = np.flatnonzero(letters == RETURN) + 1
    return bool((letters[after[after < len(letters)]] != LINE_END).any())


def _with_line_feeds(data: bytes) -> bytes:
    """Let each line end with a line feed alone."""
    return data.replace(b"\r\n", b"\n").removesuffix(b"\r")


def _without_controls(data: bytes, line: int, data_set: DataSet, defects: list[Defect]) -> bytes:
    """Make blanks of carriage returns and NULs inside of lines."""
    lines = data.split(b"\n")
    for place, text in enumerate(lines):
        if b"\r" in text or b"\0" in text:
            lines[place] = text.replace(b"\r", b" ").replace(b"\0", b" ")
            was, now = (part.decode("utf-8", "replace")[:SHOWN] for part in (text, lines[place]))
            shown = was.replace("\r", "\\r").replace("\0", "\\0")
            defects.append(defect(data_set, line + place, was, "line", shown, "control_character", new=now))
    return b"\n".join(lines)


def _only_text(data: bytes, line: int, data_set: DataSet, defects: list[Defect]) -> tuple[bytes, np.ndarray]:
    """Leave out the lines that are empty or not UTF-8; gives the rest and the numbers of its lines."""
    good, numbers = [], []
    for number, text in enumerate(data.removesuffix(b"\n").split(b"\n"), start=line):
        try:
            text.decode("utf-8")
        except UnicodeDecodeError:
            shown = text.decode("utf-8", "replace")
            defects.append(defect(data_set, number, shown, "line", shown[:SHOWN], "not_utf8"))
            continue
        if text:
            good.append(text)
            numbers.append(number)
        else:
            defects.append(defect(data_set, number, "", "line", "", "wrong_fields"))
    return b"\n".join(good), np.array(numbers, dtype=np.int64)
