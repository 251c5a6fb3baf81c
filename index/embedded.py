"""The embedded engine: a tantivy index in a folder, for where there is no search server.

Documents go in, pages come out. One commit makes all changes of a sync seen at once; a reader notices another
process's commit by the time of its file. The analysis is that of Elasticsearch's `ru_en`, but that the English
stemmer is Porter's second.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tantivy

from index import embedded_query
from index.embedded_fields import CARD, DIGEST, ID, PLACE, analyzer, document, fields, order_of
from index.embedded_files import META, check_files
from index.mapping import MAPPING_VERSION
from index.search import (
    MAX_WINDOW,
    Change,
    IndexState,
    IndexUnavailableError,
    NoIndexError,
    Refusal,
    SearchHit,
    SearchPage,
    SearchQuery,
)
from normalize.errors import UnavailableError

WRITER_BYTES = 64_000_000
"""Memory of the writer, beyond which it writes a segment."""
WRITER_THREADS = 1
DIGESTS_AT_ONCE = 10_000
IO_ERROR = "IO error"
"""What tantivy calls a full disk and the like in its messages, which are all ValueErrors."""


@dataclass(frozen=True)
class _Opened:
    """An index as it was at one commit."""

    stamp: tuple[int, int]
    index: tantivy.Index
    searcher: tantivy.Searcher

    @cached_property
    def vocabulary(self) -> embedded_query.Vocabulary:
        """The words of the index, field by field, read when the first search asks."""
        return embedded_query.vocabulary(self.searcher)


class EmbeddedIndex:
    """A tantivy index in `folder`; keeps the promises of SearchEngine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"v{MAPPING_VERSION}"
        self._opened: _Opened | None = None
        self._checked: set[str] = set()

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        if query.offset + query.limit > MAX_WINDOW:
            raise ValueError(f"offset + limit must not be above {MAX_WINDOW}")
        with self._told():
            opened = self._open()
            asked = embedded_query.query(query.text, opened.index.schema, opened.searcher, lambda: opened.vocabulary)
            if query.sort == "relevance":
                return self._most_relevant(opened, asked, query)
            found = opened.searcher.search(
                asked,
                limit=max(query.limit, 1),
                offset=query.offset,
                order_by_field=order_of(query.sort, descending=query.descending),
                order=tantivy.Order.Desc if query.sort == "id" and query.descending else tantivy.Order.Asc,
            )
            hits = [address for _, address in found.hits][: query.limit]
            return SearchPage(found.count, tuple(_hit(opened.searcher, address) for address in hits))  # type: ignore[attr-defined]  # its stub lacks it

    @staticmethod
    def _most_relevant(opened: _Opened, asked: tantivy.Query, query: SearchQuery) -> SearchPage:
        """Order the whole window by score, then by id: tantivy leaves equal scores in the order of its segments."""
        found = opened.searcher.search(asked, limit=MAX_WINDOW)
        addresses = [address for _, address in found.hits]
        places = opened.searcher.fast_field_values(PLACE, addresses)
        ranked = sorted(zip(found.hits, places, strict=True), key=lambda pair: (-pair[0][0], pair[1]))
        window = ranked[query.offset : query.offset + query.limit]
        return SearchPage(found.count, tuple(_hit(opened.searcher, address) for (_, address), _ in window))  # type: ignore[attr-defined]  # the same

    def state(self) -> IndexState:
        """Say what is there."""
        with self._told():
            return IndexState("embedded", str(self._folder), self._open().searcher.num_docs)

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id; nothing where there is no index yet."""
        if not self._is_there():
            return
        with self._told():
            searcher = self._open().searcher
            for start in range(0, searcher.num_docs, DIGESTS_AT_ONCE):
                found = searcher.search(
                    tantivy.Query.all_query(),
                    limit=DIGESTS_AT_ONCE,
                    offset=start,
                    order_by_field=DIGEST,
                    order=tantivy.Order.Asc,
                )
                for key, _ in found.hits:
                    film, _, digest = str(key).partition("\0")
                    yield film, digest

    def apply(self, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Put documents in and take ids out, in one commit: readers see all of it or nothing.

        Raises:
            UnavailableError: another writer is at work.
            IndexUnavailableError: the index is damaged, or cannot be written.
        """
        with self._told():
            index = self._open_or_make()
            with self._writer(index) as writer:
                for change in changes:
                    writer.delete_documents_by_term(ID, change if isinstance(change, str) else change.id)
                    if not isinstance(change, str):
                        writer.add_document(document(change))
                writer.commit()
                writer.wait_merging_threads()
        self._take_older_versions_away()
        return ()

    def close(self) -> None:
        """Let go of the files."""
        self._opened = None

    @contextmanager
    def _writer(self, index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
        """Take the one writer's lock; what was not committed is gone when an error ends it."""
        try:
            writer = index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            raise UnavailableError(
                f"another writer is at work on the index in {self._folder}; let it finish, and run again."
            ) from error
        yield writer

    def _is_there(self) -> bool:
        return (self._folder / META).is_file()

    def _open_or_make(self) -> tantivy.Index:
        if self._is_there():
            return self._open().index
        self._folder.mkdir(parents=True, exist_ok=True)
        return _with_analyzer(tantivy.Index(fields(), path=str(self._folder)))

    def _open(self) -> _Opened:
        """Give the index as of its newest commit, opened again if another process committed."""
        try:
            stat = (self._folder / META).stat()
        except FileNotFoundError:
            raise NoIndexError(f"there is no index in {self._folder} yet. Run: python -m index sync") from None
        stamp, opened = (stat.st_ino, stat.st_mtime_ns), self._opened
        if opened is None or opened.stamp != stamp:
            check_files(self._folder, self._checked)
            index = _with_analyzer(tantivy.Index.open(str(self._folder)))
            opened = self._opened = _Opened(stamp, index, index.searcher())
        return opened

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what tantivy and the file system say into one clear line."""
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
                f"the index in {self._folder} cannot be used ({said}). {mend}, and run: python -m index sync"
            ) from error

    def _take_older_versions_away(self) -> None:
        """Remove the folders of our older versions, and nothing else that stands beside them."""
        for version in range(1, MAPPING_VERSION):
            folder = self._folder.with_name(f"v{version}")
            if (folder / META).is_file():
                shutil.rmtree(folder)


def _with_analyzer(index: tantivy.Index) -> tantivy.Index:
    """Register the analyzer, which an index does not keep."""
    index.register_tokenizer("ru_en", analyzer())
    return index


def _hit(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> SearchHit:
    card = json.loads(searcher.doc(address)[CARD][0])
    return SearchHit(card["id"], card["title"], card["imdb_rating"], card["year"], tuple(card["genre"] or ()))
