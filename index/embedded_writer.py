"""The writing half of the embedded engine: documents go into a tantivy index in a folder.

One commit makes all changes of a sync seen at once. The analysis is that of Elasticsearch's `ru_en`, but that the
English stemmer is Porter's second.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.embedded_fields import DIGEST, ID, document, fields
from index.embedded_files import META, check_files, told, with_analyzer
from index.mapping import MAPPING_VERSION
from index.writer import Change, Refusal
from normalize.errors import UnavailableError

WRITER_BYTES = 64_000_000
"""Memory of the writer, beyond which it writes a segment."""
WRITER_THREADS = 1
DIGESTS_AT_ONCE = 10_000


class EmbeddedWriter:
    """Writes a tantivy index in `folder`; keeps the promises of IndexWriter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / f"v{MAPPING_VERSION}"

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id; nothing where there is no index yet."""
        if not self._is_there():
            return
        with told(self._folder):
            searcher = self._open().searcher()
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
        with told(self._folder):
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
            return self._open()
        self._folder.mkdir(parents=True, exist_ok=True)
        return with_analyzer(tantivy.Index(fields(), path=str(self._folder)))

    def _open(self) -> tantivy.Index:
        check_files(self._folder, set())
        return with_analyzer(tantivy.Index.open(str(self._folder)))

    def _take_older_versions_away(self) -> None:
        """Remove the folders of our older versions, and nothing else that stands beside them."""
        for version in range(1, MAPPING_VERSION):
            folder = self._folder.with_name(f"v{version}")
            if (folder / META).is_file():
                shutil.rmtree(folder)
