"""The search half of the embedded engine: a tantivy index in a folder, for where there is no search server.

A `SearchQuery` goes in, a page comes out. A reader notices another process's commit by the time of its file,
and a change to another index by the link `current`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import tantivy

from index import embedded_query
from index.embedded_fields import STARTS, STEPS
from index.embedded_files import CURRENT, META, check_files, told, with_analyzer
from index.embedded_filters import conditions_of, count, narrowed
from index.embedded_window import Card, window
from index.embedded_words import Vocabulary
from index.search import IndexState, NoIndexError, SearchHit, SearchPage, SearchQuery, Spellings
from index.suggestions import SPARE, STEP_DIGITS, Suggestions, beginnings, entries_from, step, suggested


@dataclass(frozen=True)
class _Opened:
    """An index as it was at one commit."""

    stamp: tuple[str, int, int]
    index: tantivy.Index
    searcher: tantivy.Searcher

    @cached_property
    def words(self) -> Vocabulary:
        """The words of the index."""
        return Vocabulary(self.searcher)


class EmbeddedIndex:
    """A tantivy index in `folder`; keeps the promises of SearchEngine."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self._folder, self._name = folder, name
        self._opened: _Opened | None = None
        self._checked: set[str] = set()

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        query.check()
        with told(self._folder):
            opened = self._open()
            schema = opened.index.schema
            # What was meant counts for the order by relevance only.
            meant = opened.words.meant(query.text) if query.sort == "relevance" else {}
            words = embedded_query.query(query.text, schema, opened.searcher, opened.words, meant)
            whole = narrowed(words, conditions_of(query.filters, schema))
            found = window(opened.index, opened.searcher, whole, query)
            facets = count(opened.searcher, whole, query.facets)
        hits = tuple(_hit(card) for card in found.cards)
        return SearchPage(found.total, hits, found.last, facets, meant)

    def finds(self, query: SearchQuery) -> bool:
        """Say whether any film matches."""
        return self.search(replace(query, sort="id", offset=0, limit=1, after=None, facets=())).total > 0

    def suggest(self, prefix: str, limit: int) -> Suggestions:
        """Give films and people of which a word begins so, in the order of what follows it."""
        begins = beginnings(prefix)
        if begins is None:
            return Suggestions()
        with told(self._folder):
            searcher, alive = self._open().searcher, tantivy.Query.all_query()

            def steps_at(begin: str, length: int) -> list[tuple[str, int]]:
                found = searcher.terms_with_prefix(STEPS, step(begin, length))
                return sorted((longer[STEP_DIGITS:], films) for longer, films in found)

            def entries_at(begin: str) -> list[str]:
                return sorted(entry for entry, _ in searcher.terms_with_prefix(STARTS, begin, alive))

            titles, people = (entries_from(begin, limit * SPARE, steps_at, entries_at) for begin in begins)
        return suggested(titles, people, limit)

    def spellings(self, words: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, Spellings]:
        """Give what titles and names have of words; of the others only how many films have them."""
        with told(self._folder):
            return self._open().words.spellings(words, others)

    def state(self) -> IndexState:
        """Say what is there."""
        with told(self._folder):
            opened = self._open()
            return IndexState("embedded", str(self._folder / opened.stamp[0]), opened.searcher.num_docs)

    def close(self) -> None:
        """Let go of the files."""
        self._opened = None

    def _open(self) -> _Opened:
        """Give the index as of its newest commit, opened again if another process committed, or changed to another.

        While it is opened another process can commit once more, and take files away that are looked at here; what seems
        damaged then is looked at again.
        """
        stamp, opened = self._stamp(), self._opened
        while opened is None or opened.stamp != stamp:
            folder = self._folder / stamp[0]
            try:
                check_files(folder, self._checked)
                index = with_analyzer(tantivy.Index.open(str(folder)))
                opened = self._opened = _Opened(stamp, index, index.searcher())
            except (ValueError, OSError):
                before, stamp = stamp, self._stamp()
                if stamp == before:
                    raise
        return opened

    def _stamp(self) -> tuple[str, int, int]:
        """Say which commit of which index is the newest."""
        try:
            folder = self._folder / (self._name or (self._folder / CURRENT).readlink())
            stat = (folder / META).stat()
        except FileNotFoundError:
            raise NoIndexError(f"there is no index in {self._folder} yet. Run: python -m index sync") from None
        return folder.name, stat.st_ino, stat.st_mtime_ns


def _hit(card: Card) -> SearchHit:
    return SearchHit(
        card["id"],
        card["title"],
        card["imdb_rating"],
        card["year"],
        tuple(card["genre"] or ()),
        card["title_type"],
        card["description"],
        tuple(card["director"] or ()),
        tuple(card["actors_names"] or ()),
        tuple(card["writers_names"] or ()),
    )
