"""The search half of the embedded engine: a tantivy index in a folder, for where there is no search server.

A `SearchQuery` goes in, a page comes out. A reader notices another process's commit by the time of its file,
and a change to another index by the link `current`.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import tantivy

from index import embedded_query
from index.embedded_fields import CARD, PLACE, order_of
from index.embedded_files import CURRENT, META, check_files, told, with_analyzer
from index.search import MAX_WINDOW, IndexState, NoIndexError, SearchHit, SearchPage, SearchQuery


@dataclass(frozen=True)
class _Opened:
    """An index as it was at one commit."""

    stamp: tuple[str, int, int]
    index: tantivy.Index
    searcher: tantivy.Searcher

    @cached_property
    def vocabulary(self) -> embedded_query.Vocabulary:
        """The words of the index, field by field, read when the first search asks."""
        return embedded_query.vocabulary(self.searcher)


class EmbeddedIndex:
    """A tantivy index in `folder`; keeps the promises of SearchEngine."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self._folder, self._name = folder, name
        self._opened: _Opened | None = None
        self._checked: set[str] = set()

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        if query.offset + query.limit > MAX_WINDOW:
            raise ValueError(f"offset + limit must not be above {MAX_WINDOW}")
        with told(self._folder):
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
        with told(self._folder):
            opened = self._open()
            return IndexState("embedded", str(self._folder / opened.stamp[0]), opened.searcher.num_docs)

    def close(self) -> None:
        """Let go of the files."""
        self._opened = None

    def _open(self) -> _Opened:
        """Give the index as of its newest commit, opened again if another process committed, or changed to another."""
        try:
            folder = self._folder / (self._name or (self._folder / CURRENT).readlink())
            stat = (folder / META).stat()
        except FileNotFoundError:
            raise NoIndexError(f"there is no index in {self._folder} yet. Run: python -m index sync") from None
        stamp, opened = (folder.name, stat.st_ino, stat.st_mtime_ns), self._opened
        if opened is None or opened.stamp != stamp:
            check_files(folder, self._checked)
            index = with_analyzer(tantivy.Index.open(str(folder)))
            opened = self._opened = _Opened(stamp, index, index.searcher())
        return opened


def _hit(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> SearchHit:
    card = json.loads(searcher.doc(address)[CARD][0])
    return SearchHit(card["id"], card["title"], card["imdb_rating"], card["year"], tuple(card["genre"] or ()))
