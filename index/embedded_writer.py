"""The writing half of the embedded engine: tantivy indexes in folders, one of them searched.

INDEX_PATH holds a folder for each index, named after the moment it was made, and `current`, a link to the one that is
searched, which is replaced in one step. What an index says of itself is in a file of its folder. One commit makes all
changes of a batch seen at once. The analysis is that of Elasticsearch's `ru_en`, but that the English stemmer is
Porter's second.
"""

import ctypes
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from errno import ENOTEMPTY
from pathlib import Path

import tantivy
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_fixed

from index.embedded_digests import all_digests
from index.embedded_fields import DIGEST, END_OF_ID, ID, document, fields
from index.embedded_files import CURRENT, check_files, told, with_analyzer
from index.writer import GENERATION, Change, Generation, Meta, Refusal, new_generation
from normalize.errors import UnavailableError

WRITER_BYTES = 64_000_000
"""Memory of the writer, beyond which it writes a segment."""
WRITER_THREADS = 1
REMOVALS, BETWEEN_REMOVALS = 5, 0.1
"""How often a folder is tried to be taken away, and the seconds between."""
SAID = "kinobase.json"
"""The file in which an index says what it is."""


@dataclass(frozen=True)
class _Opened:
    """An index that is being written."""

    index: tantivy.Index
    writer: tantivy.IndexWriter

    def change(self, changes: Iterable[Change]) -> None:
        """Put documents in and take ids out, in one commit.

        Only what the index has, or was sent before, is taken out: that costs tantivy a kilobyte until the merges that
        are running have ended. In the build of a million films it came to 240 MB, for films that were not there.
        """
        self.index.reload()
        searcher, sent = self.index.searcher(), set[str]()
        for change in changes:
            film = change if isinstance(change, str) else change.id
            if film in sent or searcher.doc_freq(ID, film):
                self.writer.delete_documents_by_term(ID, film)
            sent.add(film)
            if not isinstance(change, str):
                self.writer.add_document(document(change))
        self.writer.commit()


class EmbeddedWriter:
    """Writes tantivy indexes in `folder`; keeps the promises of IndexWriter."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, _Opened] = {}
        self._checked: set[str] = set()

    def live(self) -> Generation | None:
        """Give the index that `current` leads to."""
        try:
            name = (self._folder / CURRENT).readlink().name
        except OSError:
            return None
        return self._generation(name) if (self._folder / name).is_dir() else None

    def others(self) -> list[Generation]:
        """Give our other indexes, oldest first."""
        live = self.live()
        names = sorted(path.name for path in self._folder.glob("*-*") if GENERATION.fullmatch(path.name))
        return [self._generation(name) for name in names if live is None or name != live.name]

    def _generation(self, name: str) -> Generation:
        try:
            said = json.loads((self._folder / name / SAID).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return Generation(name, None)
        return Generation(name, Meta(**said))

    def make(self, meta: Meta) -> str:
        """Make an empty index."""
        name = new_generation()
        with told(self._folder):
            (self._folder / name).mkdir(parents=True)
            tantivy.Index(fields(), path=str(self._folder / name))
            self.note(name, meta)
        return name

    def note(self, name: str, meta: Meta) -> None:
        """Let an index say this of itself from now on."""
        with told(self._folder / name):
            new = self._folder / name / f"{SAID}.new"
            new.write_text(json.dumps(asdict(meta)), encoding="utf-8")
            new.replace(self._folder / name / SAID)

    def send(self, name: str, version: int, changes: Iterable[Change]) -> tuple[Refusal, ...]:  # noqa: ARG002 - one writer: no late ones to beat
        """Put documents in and take ids out, in one commit: readers see all of it or nothing.

        Raises:
            UnavailableError: another writer is at work.
            IndexUnavailableError: the index is damaged, or cannot be written.
        """
        with told(self._folder / name):
            opened = self._writer(name)
            try:
                opened.change(changes)
            except BaseException:
                del self._writers[name]  # and with it what was not committed
                raise
        _give_back_memory()
        return ()

    def _writer(self, name: str) -> _Opened:
        """Take the one writer's lock of an index, once."""
        if name not in self._writers:
            index = self._open(name)
            index.config_reader("Manual")
            try:
                self._writers[name] = _Opened(index, index.writer(heap_size=WRITER_BYTES, num_threads=WRITER_THREADS))
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
                raise UnavailableError(
                    f"another writer is at work on the index in {self._folder / name}; let it finish, and run again."
                ) from error
        return self._writers[name]

    def _open(self, name: str) -> tantivy.Index:
        folder = self._folder / name
        check_files(folder, self._checked)
        return with_analyzer(tantivy.Index.open(str(folder)))

    def settle(self, name: str) -> None:
        """Wait for the segments that are being merged."""
        opened = self._writers.pop(name, None)
        if opened is not None:
            with told(self._folder / name):
                opened.writer.wait_merging_threads()

    def publish(self, name: str) -> None:
        """Let `current` lead to this index, from one moment to the next."""
        with told(self._folder):
            new = self._folder / f"{CURRENT}.new"
            new.unlink(missing_ok=True)
            new.symlink_to(name)
            new.replace(self._folder / CURRENT)

    def remove(self, name: str) -> None:
        """Take an index away."""
        self._writers.pop(name, None)
        with told(self._folder / name):
            _removed(self._folder / name)

    def count(self, name: str) -> int:
        """Give the number of documents."""
        with told(self._folder / name):
            return int(self._open(name).searcher().num_docs)

    def size(self, name: str) -> int:
        """Give the bytes on disk."""
        with told(self._folder / name):
            return sum(_bytes(path) for path in (self._folder / name).iterdir())

    def digests(self, name: str) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id."""
        with told(self._folder / name):
            yield from all_digests(self._open(name))

    def digests_of(self, name: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Give id → digest for those of these ids that are there."""
        with told(self._folder / name):
            index, asked = self._open(name), list(ids)
            query = tantivy.Query.term_set_query(index.schema, ID, asked)
            return dict(_digests(index.searcher(), query, len(asked))) if asked else {}

    def close(self) -> None:
        """Finish what is being merged, and let go of the files."""
        for name in list(self._writers):
            self.settle(name)


@retry(
    retry=retry_if_exception(lambda error: isinstance(error, OSError) and error.errno == ENOTEMPTY),
    stop=stop_after_attempt(REMOVALS),
    wait=wait_fixed(BETWEEN_REMOVALS),
    reraise=True,
)
def _removed(folder: Path) -> None:
    """Take a folder away; tantivy's thread of whoever has just read there may still make its lock file meanwhile."""
    shutil.rmtree(folder)


def _give_back_memory() -> None:
    """Give what a batch has left free back to the system.

    tantivy's threads free what Python's asked for, and glibc keeps that in pieces: the build of a million films took
    twice the memory of one of ten thousand. Other C libraries have no such call, and no need of it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _bytes(path: Path) -> int:
    """Give the size of a file; 0 of one that a merge has just taken away."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _digests(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> Iterator[tuple[str, str]]:
    found = searcher.search(query, limit=limit, order_by_field=DIGEST)
    for key, _ in found.hits:
        film, _, digest = str(key).partition(END_OF_ID)
        yield film, digest
