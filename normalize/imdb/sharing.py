"""Large values that several processes read: written once to a file, mapped into the memory of each; never copied."""

import mmap
import pickle
import struct
from pathlib import Path

ALIGNED = 64
"""Where a buffer begins is a multiple of this, as Arrow wants it."""
NUMBER = struct.Struct("<q")


def share(value: object, path: Path) -> None:
    """Write a value, the buffers of its arrays apart.

    Args:
        value: anything that can be pickled.
        path: a file that is not there yet.
    """
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    with path.open("wb") as file:
        parts = [memoryview(head), *(buffer.raw() for buffer in buffers)]
        file.write(NUMBER.pack(len(parts)))
        for part in parts:
            file.write(NUMBER.pack(part.nbytes))
        for part in parts:
            file.write(b"\0" * (-file.tell() % ALIGNED))
            file.write(part)


def shared(path: Path) -> object:
    """Give a value that was shared; its arrays are read-only."""
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    (count,) = NUMBER.unpack_from(whole, 0)
    sizes = [NUMBER.unpack_from(whole, NUMBER.size * (1 + place))[0] for place in range(count)]
    at, parts = NUMBER.size * (1 + count), []
    for size in sizes:
        at += -at % ALIGNED
        parts.append(whole[at : at + size])
        at += size
    return pickle.loads(parts[0], buffers=parts[1:])  # noqa: S301 - our own file, made for our own processes
