"""The index compared with the store: both sides' digests in the order of their ids in, the films that differ out.

Both are read in pages, so memory stays bounded and nothing is locked. What changes meanwhile looks different at first;
so what seems to differ is looked at again, and what is queued or parked does not count.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from index.documents import documents
from index.feed import Feed, Snapshot
from index.search import SearchEngine, SearchQuery
from index.writer import IndexWriter
from normalize.progress import Advance

Kind = Literal["missing", "stale", "extra"]
LOOKS = 3
"""How often what seems to differ is looked at before it does: it can change between two looks."""
SUSPECTS_AT_ONCE = 1_000
GOLDEN_HITS = 10
"""How many films of a golden query's answer are compared."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A film that differs: how, its id on the outside, its number (None: there is no such film)."""

    kind: Kind
    id: str
    number: int | None


def compare(feed: Feed, writer: IndexWriter, name: str, advance: Advance) -> Iterator[Differing]:
    """Give each film that differs, as it is found.

    Args:
        feed: the store; needs no lock.
        writer: the engine.
        name: of the index.
        advance: told of the films that were looked at.
    """
    suspects = _suspects(_stored(feed, advance), writer.digests(name))
    while some := list(islice(suspects, SUSPECTS_AT_ONCE)):
        yield from _confirmed(feed, writer, name, some)


def _stored(feed: Feed, advance: Advance) -> Iterator[tuple[str, str]]:
    """Give (id, digest) of every film, ascending by id, a short snapshot per page."""
    after = ""
    while True:
        with feed.snapshot() as store:
            rows = store.films(store.next_ids(after, feed.settings.index_read_films))
        if not rows.films:
            return
        ids = sorted(film.outside_id for film in rows.films)
        digests = {document.id: document.digest for document in documents(rows, lambda *_: None)}
        for film in ids:
            yield film, digests.get(film, "")
        advance(len(ids))
        after = ids[-1]


def _suspects(stored: Iterator[tuple[str, str]], indexed: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Walk both sides in the order of their ids and give those that are not the same on both.

    >>> list(_suspects(iter([("a", "1"), ("b", "1"), ("d", "1")]), iter([("a", "1"), ("b", "2"), ("c", "1")])))
    ['b', 'c', 'd']
    """
    ours, theirs = next(stored, None), next(indexed, None)
    while ours or theirs:
        first = min(side[0] for side in (ours, theirs) if side)
        if ours != theirs:
            yield first
        at_ours, at_theirs = ours and ours[0] == first, theirs and theirs[0] == first
        ours = next(stored, None) if at_ours else ours
        theirs = next(indexed, None) if at_theirs else theirs


def _confirmed(feed: Feed, writer: IndexWriter, name: str, suspects: list[str]) -> Iterator[Differing]:
    found: list[Differing] = []
    for _ in range(LOOKS):
        with feed.snapshot() as store:
            stored, expected = _expected(store, suspects)
        indexed = writer.digests_of(name, suspects)
        found = [
            Differing(_kind(film, stored, indexed), film, stored.get(film))
            for film in suspects
            if film in expected and expected[film] != indexed.get(film)
        ]
        suspects = [differing.id for differing in found]
        if not suspects:
            break
    yield from found


def _kind(film: str, stored: Iterable[str], indexed: Iterable[str]) -> Kind:
    return "extra" if film not in stored else "stale" if film in indexed else "missing"


def _expected(store: Snapshot, ids: list[str]) -> tuple[dict[str, int], dict[str, str | None]]:
    """Give the numbers of the films with these ids, and the digest that each id should have (None: no document).

    Ids whose films are queued or parked are left out: nothing is expected of them yet.
    """
    numbers = store.numbers(ids)
    rows = store.films(numbers.values())
    waiting = store.waiting(numbers.values(), ids)
    digests = {document.id: document.digest for document in documents(rows, lambda *_: None)}
    expected: dict[str, str | None] = {}
    for film in ids:
        number = numbers.get(film)
        if film not in waiting.outside_ids and number not in waiting.films and number not in waiting.parked:
            expected[film] = digests.get(film)
    return numbers, expected


def golden_differences(lines: Iterable[str], before: SearchEngine, after: SearchEngine) -> list[str]:
    """Give the golden queries that two indexes answer otherwise, each with what it found and finds.

    Args:
        lines: a search a line; empty ones and those after '#' are left out.
        before: the index that is searched.
        after: the one that is to be.
    """
    texts = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    ask: Callable[[SearchEngine, str], list[str]] = lambda engine, text: [  # noqa: E731
        hit.id for hit in engine.search(SearchQuery(text=text, sort="relevance", limit=GOLDEN_HITS)).hits
    ]
    answers = ((text, ask(before, text), ask(after, text)) for text in texts)
    return [f"{text!r} found {', '.join(old)} and finds {', '.join(new)}" for text, old, new in answers if old != new]
