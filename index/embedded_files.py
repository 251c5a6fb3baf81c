"""The files of an embedded index: a folder in, an error out where a byte is not as it was written.

tantivy closes each file with a checksum, but does not look at it when it opens one: on some damaged files it ends the
whole process, on others it gives wrong answers. So each file is checked once before it is used.
"""

import json
import mmap
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

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
IO_ERROR = "IO error"
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
    size = path.stat().st_size
    if size < END.size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        length, magic = END.unpack(content[-END.size :])
        body = size - END.size - length
        if magic != MAGIC or body < 0:
            return False
        try:
            footer = json.loads(content[body : body + length])
        except ValueError:
            return False
        with memoryview(content) as view, view[:body] as written:
            return bool(zlib.crc32(written) == footer.get("crc"))


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
            if isinstance(error, OSError) or IO_ERROR in said
            else "Remove the folder"
        )
        raise IndexUnavailableError(
            f"the index in {folder} cannot be used ({said}). {mend}, and run: python -m index sync"
        ) from error


def with_analyzer(index: tantivy.Index) -> tantivy.Index:
    """Register the analyzer, which an index does not keep."""
    index.register_tokenizer("ru_en", analyzer())
    return index
