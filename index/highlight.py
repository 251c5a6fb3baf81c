"""Why a film was found: what was typed and a film in, the words of its texts marked, as pieces of HTML, out.

It is made from the film and the rule of matching, not by an engine, so both give the same: tantivy marks no misspelt
words, and Elasticsearch cuts and escapes in its own way. A word is marked that has the stem of a word that was typed,
or of what a misspelt one was taken for; where the film has no such word anywhere, those that are near.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise

from rapidfuzz.distance import OSA

from index.mapping import cut, edits_allowed, folded, stem, words_of
from index.search import SearchHit
from normalize.text import compose

BEFORE, AFTER = "<em>", "</em>"
FRAGMENTS = 3
"""How many pieces of a description are shown."""
AROUND = 60
"""Characters shown on either side of a marked word; words are not cut."""
GONE = "…"
STEMS_KEPT = 50_000

Span = tuple[int, int]
Marked = dict[str, tuple[str, ...]]


def highlights(film: SearchHit, text: str, meant: Mapping[str, str]) -> Marked:
    """Give field → pieces of HTML with the words in `<em>` for which a film was found; only fields that have some.

    Args:
        film: what was found.
        text: what was typed.
        meant: unknown word of it → what the search took it for.
    """
    terms, taken = _stems(words_of(text)), _stems(meant.values())
    fields = {
        "title": (film.title,),
        "description": (film.description,) if film.description else (),
        "genres": film.genre,
        "actors": film.actors,
        "writers": film.writers,
        "directors": film.directors,
    }
    placed = {name: [_placed(compose(value)) for value in values] for name, values in fields.items()}
    there = {found for values in placed.values() for words in values for _, found in words}
    wanted = _wanted(terms, there) | (taken & there)
    marked = {name: tuple(_pieces(name, fields[name], values, wanted)) for name, values in placed.items()}
    return {name: pieces for name, pieces in marked.items() if pieces}


def _stems(words: Iterable[str]) -> set[str]:
    return {found for word in words if (found := _stem(word))}


def _wanted(terms: set[str], there: set[str]) -> set[str]:
    """Give the stems of words that were typed, or are near, of those that a film has."""
    wanted = there & terms
    for term in terms - there:
        edits = edits_allowed(term)
        wanted |= {found for found in there if edits and OSA.distance(term, found, score_cutoff=edits) <= edits}
    return wanted


def _placed(text: str) -> list[tuple[Span, str]]:
    """Give where each word of a text stands, and its stem; stop words have none and are left out."""
    words, start = [], 0
    for word in cut(text):
        start = folded(text).index(word, start)
        if found := _stem(word.lower()):
            words.append(((start, start + len(word)), found))
        start += len(word)
    return words


@lru_cache(STEMS_KEPT)
def _stem(word: str) -> str | None:
    return stem(word)


def _pieces(
    name: str, values: Sequence[str], placed: Sequence[list[tuple[Span, str]]], wanted: set[str]
) -> Iterator[str]:
    """Give what is shown of a field: a few pieces of a description, of all else the values that have a word."""
    for value, words in zip(values, placed, strict=True):
        spans = [span for span, found in words if found in wanted]
        text = compose(value)
        if spans and name == "description":
            yield from (_marked(text, window, spans) for window in _windows(text, spans))
        elif spans:
            yield _marked(text, (0, len(text)), spans)


def _windows(text: str, spans: Sequence[Span]) -> list[Span]:
    """Give the first places around marked words; those that touch are one."""
    windows: list[Span] = []
    for start, end in spans:
        first, last = _first_word(text, start), _last_word(text, end)
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], last)
        elif len(windows) < FRAGMENTS:
            windows.append((first, last))
        else:
            break
    return windows


def _first_word(text: str, start: int) -> int:
    """Give where the first whole word begins of those shown before a place."""
    if start <= AROUND:
        return 0
    blank = text.find(" ", start - AROUND - 1, start)
    return blank + 1 if blank >= 0 else start


def _last_word(text: str, end: int) -> int:
    """Give where the last whole word ends of those shown after a place."""
    return len(text) if end + AROUND >= len(text) else max(text.rfind(" ", end, end + AROUND + 1), end)


def _marked(text: str, window: Span, spans: Sequence[Span]) -> str:
    """Give a part of a text as HTML, its words marked, and what is left out shown."""
    first, last = window
    inside = [span for span in spans if first <= span[0] and span[1] <= last]
    edges = [first, *(edge for span in inside for edge in span), last]
    parts = [escape(text[start:end], quote=False) for start, end in pairwise(edges)]
    html = "".join(f"{BEFORE}{part}{AFTER}" if place % 2 else part for place, part in enumerate(parts))
    return f"{GONE if first else ''}{html}{GONE if last < len(text) else ''}"
