"""The files of an embedded index: a folder in, an error out where a byte is not as it was written.

tantivy closes each file with a checksum, but does not look at it when it opens one: on some damaged files it ends the
whole process, on others it gives wrong answers. So each file is checked once before it is used.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.embedded_fields import ENTRIES, entries
from index.mapping import analyzer
from index.search import IndexUnavailableError

META = "meta.json"
"""The file that makes a folder an index; each commit replaces it."""
CURRENT = "current"
"""The link to the folder that is searched."""
PARTS = ("term", "idx", "pos", "store", "fast", "fieldnorm")
END = struct.Struct("<II")
"""A file ends with its footer's length and this number."""
MAGIC = 1337
PIECE = 1_000_000
"""Bytes of a file that are read at once."""
IO_ERRORS = ("IO error", "os error")
"""What tantivy calls a full disk and the like in its messages, which are all ValueErrors."""


def check_files(folder: Path, checked: set[str]) -> None:
    """Compare every file of the newest commit with its checksum.

    Args:
        folder: of the index.
        checked: names of files that were found whole; not looked at again (they never change), and added to.

    Raises:
        ValueError: a file is damaged.
        FileNotFoundError: there is no index.
    """
    try:
        names = list(_committed(folder))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{META} is damaged") from error
    for name in names:
        path = folder / name
        if name not in checked and path.is_file():  # what is missing, tantivy says itself
            if not _is_whole(path):
                raise ValueError(f"{name} is damaged")
            checked.add(name)


def _committed(folder: Path) -> Iterator[str]:
    """Name the files of the newest commit; a writer may be at work on others."""
    for segment in json.loads((folder / META).read_text())["segments"]:
        stem = segment["segment_id"].replace("-", "")
        yield from (f"{stem}.{part}" for part in PARTS)
        if segment["deletes"]:
            yield f"{stem}.{segment['deletes']['opstamp']}.del"


def _is_whole(path: Path) -> bool:
    # Read in pieces, not mapped: what is mapped counts as this process's memory.
    size = path.stat().st_size
    if size < END.size:
        return False
    with path.open("rb") as file:
        file.seek(-END.size, os.SEEK_END)
        length, magic = END.unpack(file.read())
        body = size - END.size - length
        if magic != MAGIC or body < 0:
            return False
        file.seek(body)
        try:
            footer = json.loads(file.read(length))
        except ValueError:
            return False
        file.seek(0)
        found = 0
        for start in range(0, body, PIECE):
            found = zlib.crc32(file.read(min(PIECE, body - start)), found)
        return bool(found == footer.get("crc"))


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what tantivy and the file system say into one clear line.

    Raises:
        IndexUnavailableError: the index is damaged, or cannot be read or written.
    """
    try:
        yield
    except (ValueError, OSError, KeyError) as error:
        said = " ".join(str(error).split())
        mend = (
            "Mend INDEX_PATH, its rights or the room on its disk"
            if isinstance(error, OSError) or any(sign in said for sign in IO_ERRORS)
            else "Remove the folder"
        )
        raise IndexUnavailableError(
            f"the index in {folder} cannot be used ({said}). {mend}, and run: python -m index sync"
        ) from error


def with_analyzer(index: tantivy.Index) -> tantivy.Index:
    """Register the analyzers, which an index does not keep."""
    index.register_tokenizer("ru_en", analyzer())
    index.register_tokenizer(ENTRIES, entries())
    return index
