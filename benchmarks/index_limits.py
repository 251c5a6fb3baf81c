"""What the engines take of ready documents: a filled store in, films a second out, the limit for a full build.

Elasticsearch by bare `_bulk` of prebuilt requests with as many senders as a build has, arrivals counted; tantivy by
bare `add_document` of ready documents with the same memory and threads. The requests lie in a file.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import tantivy

from index.documents import Document, documents
from index.elastic_bulk import action_of
from index.elastic_client import connect
from index.embedded_fields import document, fields
from index.embedded_files import with_analyzer
from index.embedded_writer import WRITER_BYTES, WRITER_THREADS
from index.feed import Feed
from index.mapping import MAPPING, SETTINGS
from index.writer import NOTHING_FILLED
from normalize.settings import Settings

READY = 50_000
"""tantivy's documents that are made ready at a time, as they are in memory; the clock stands still meanwhile."""
BARE = "benchmark-bare"


def read_all(settings: Settings) -> Iterator[Document]:
    """Give every document, a batch at a time."""
    with Feed(settings, lock=False) as feed:
        after, last = NOTHING_FILLED, 0
        while last is not None:
            with feed.snapshot() as store:
                last = store.end_of_batch(after, settings.index_read_films)
                rows = store.films_between(after, last)
            yield from documents(rows, lambda *_: None)
            after = last or after


def bulk(settings: Settings) -> float:
    """Send prebuilt requests, as a build has them; gives films a second, of those that arrived."""
    with tempfile.TemporaryFile() as file, connect(settings) as client:
        requests = _prebuilt(settings, file)
        client.indices.delete(index=BARE, ignore_unavailable=True)
        client.indices.create(index=BARE, settings={**SETTINGS, "refresh_interval": "-1"}, mappings=MAPPING)

        def send(place: int, size: int) -> None:
            ready: Any = os.pread(file.fileno(), size, place)  # which the client's types do not foresee
            client.bulk(index=BARE, operations=ready, filter_path="errors")

        began = time.perf_counter()
        with ThreadPoolExecutor(settings.index_senders) as senders:
            list(senders.map(lambda request: send(*request), requests))
        seconds = time.perf_counter() - began
        client.indices.refresh(index=BARE)
        arrived = int(client.count(index=BARE)["count"])
        client.indices.delete(index=BARE)
    return arrived / seconds


def _prebuilt(settings: Settings, file: BinaryIO) -> list[tuple[int, int]]:
    """Write the lines of requests to a file; gives where each request begins, and its bytes."""
    requests, began = list[tuple[int, int]](), 0
    for film in read_all(settings):
        _, lines = action_of(film, version=1)
        if file.tell() > began and file.tell() - began + len(lines) > settings.index_batch_bytes:
            requests.append((began, file.tell() - began))
            began = file.tell()
        file.write(lines)
    file.flush()
    return [*requests, (began, file.tell() - began)]


def add(settings: Settings, folder: Path) -> float:
    """Add ready documents to a tantivy index and commit; gives films a second."""
    folder.mkdir()
    writer = with_analyzer(tantivy.Index(fields(), path=str(folder))).writer(WRITER_BYTES, WRITER_THREADS)
    made, films, seconds = (document(film) for film in read_all(settings)), 0, 0.0
    while ready := list(islice(made, READY)):
        films += len(ready)
        began = time.perf_counter()
        for film in ready:
            writer.add_document(film)
        seconds += time.perf_counter() - began
    began = time.perf_counter()
    writer.commit()
    seconds += time.perf_counter() - began
    writer.wait_merging_threads()
    shutil.rmtree(folder)
    return films / seconds
