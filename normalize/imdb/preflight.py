"""Before anything is touched: a folder in, what is known of each of its files, or one clear refusal, out.

A file is read once as a whole: whether the compressed stream is whole (length and checksum), how many lines
it has. The header must be exactly the one that `files` has; the first lines must be UTF-8 with as many fields. Every
other line is looked at when it is read.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO, Any

import numpy as np
from isal import igzip, igzip_lib

from normalize.errors import InputError
from normalize.imdb.files import BASICS, DataSet

CHUNK = 1 << 20
"""Bytes that are read at once."""
SAMPLE = 1000
"""How many lines at the beginning are looked at."""
SHOWN = 200
"""How much of a wrong header a message shows."""
LINE_END = ord("\n")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
OPENERS: tuple[Callable[..., Any], Callable[..., Any]] = (open, igzip.IGzipFile)
"""What opens a plain file and a compressed one."""
DAMAGED: tuple[Any, ...] = (EOFError, gzip.BadGzipFile, zlib.error, igzip_lib.IsalError)
"""What the gzip libraries raise for a stream that is not whole."""
MADE_BY = "https://developer.imdb.com/non-commercial-datasets/ describes the files"


@dataclass(frozen=True)
class SourceFile:
    """A file that is whole.

    size, sha256: of the file as it lies there. lines: without the header.
    """

    data_set: DataSet
    path: Path
    size: int
    sha256: str
    lines: int


def is_compressed(path: Path) -> bool:
    """Say whether a file's name says that it is compressed."""
    return path.suffix == ".gz"


def open_lines(path: Path) -> IO[bytes]:
    """Open a file, uncompressed as it is read."""
    opened: IO[bytes] = OPENERS[is_compressed(path)](path, "rb")
    return opened


def line_ends(data: bytes) -> int:
    """Count line ends; in a third of the time of `bytes.count`, and other threads go on meanwhile."""
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == LINE_END))


def find(folder: Path, wanted: Sequence[DataSet]) -> tuple[list[tuple[DataSet, Path]], list[DataSet]]:
    """Find the files of some data sets in a folder.

    Returns:
        those that are there, and those that are not.

    Raises:
        InputError: there is no such folder, or not the file that is always needed.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}; name the one that holds IMDb's files.")
    found = [(data_set, path) for data_set in wanted if (path := data_set.find(folder))]
    missing = [data_set for data_set in wanted if data_set.find(folder) is None]
    if BASICS in missing:
        raise InputError(f"{folder} holds no {BASICS.name}.tsv or {BASICS.name}.tsv.gz, which lists the titles.")
    return found, missing


def digest(path: Path) -> str:
    """Give a file's sha256.

    Raises:
        InputError: it cannot be read.
    """
    with _readable(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(data_set: DataSet, path: Path, sha256: str, advance: Callable[[int], None]) -> SourceFile:
    """Read a file once and make sure that it is whole and the one that it should be.

    Args:
        data_set: what it should be.
        path: where it lies.
        sha256: as `digest` gives it.
        advance: told of the lines that are done.

    Raises:
        InputError: it cannot be read, is cut off or damaged, has another header, or its first lines are no such lines.
    """
    with _readable(path), open_lines(path) as opened:
        return SourceFile(data_set, path, path.stat().st_size, sha256, _lines(data_set, path, opened, advance))


def check_all(
    found: Sequence[tuple[DataSet, Path]], digests: Mapping[DataSet, str], advance: Callable[[int], None]
) -> dict[DataSet, SourceFile]:
    """Check several files at once, as many as there are processors; see `check`.

    Raises:
        InputError: of the first of them that is not what it should be.
    """
    lock = Lock()

    def told(lines: int) -> None:
        with lock:
            advance(lines)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        begun = {each: threads.submit(check, each, path, digests[each], told) for each, path in found}
        return {each: checked.result() for each, checked in begun.items()}


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        raise InputError(f"{path} is no whole gzip file ({error}): fetch it again. Nothing was changed.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror or error}); check its permissions.") from error


def _lines(data_set: DataSet, path: Path, opened: IO[bytes], advance: Callable[[int], None]) -> int:
    """Look at the header and the first lines, and count all."""
    data = opened.read(CHUNK)
    _check_header(data_set, path, data)
    _check_sample(data_set, path, data)
    lines, last = -1, b"\n"
    while data:
        more = line_ends(data)
        lines, last = lines + more, data
        advance(more)
        data = opened.read(CHUNK)
    return lines + (not last.endswith(b"\n"))


def _check_header(data_set: DataSet, path: Path, data: bytes) -> None:
    said = data.partition(b"\n")[0].removeprefix(BYTE_ORDER_MARK).removesuffix(b"\r")
    header = said.decode("utf-8", "replace").split("\t")
    if header != list(data_set.header):
        raise InputError(
            f"{path}:1: the columns are {', '.join(header)[:SHOWN]}, and should be {', '.join(data_set.header)}, with "
            f"tabs between: {MADE_BY}. Nothing was changed."
        )


def _check_sample(data_set: DataSet, path: Path, data: bytes) -> None:
    """Refuse a file none of whose first lines is one: single bad lines are refused one by one later."""
    lines = data.split(b"\n")[1 : SAMPLE + 1]
    if len(data) == CHUNK:
        lines = lines[:-1]  # cut off
    lines = [line for line in lines if line]
    tabs = len(data_set.header) - 1
    bad = [number for number, line in enumerate(lines, start=2) if line.count(b"\t") != tabs or not _is_text(line)]
    if lines and len(bad) == len(lines):
        raise InputError(
            f"{path}:{bad[0]}: has {lines[0].count(bytes([9])) + 1} fields, where the header has {tabs + 1}, or is not "
            f"UTF-8, and so are the lines after it: {MADE_BY}. Nothing was changed."
        )


def _is_text(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
