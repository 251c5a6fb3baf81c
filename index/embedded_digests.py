"""The digests of an embedded index: an index in, (id, digest) of each film out, in the order of the ids, page by page.

They are read from the dictionary of the field that has both, which is sorted already: to have tantivy sort films by it
takes twenty times as long, and longer with each page. A dictionary is read by beginnings of ids; how long these have to
be for a page says the number of films that are there.
"""

from collections.abc import Iterator
from string import digits, hexdigits

import tantivy

from index.documents import IMDB_DIGITS, IMDB_FIRST
from index.embedded_fields import DIGEST, END_OF_ID, PLACE, UUID_DIGITS, place_of

DIGESTS_AT_ONCE = 10_000
HEX = hexdigits[:16]
LONGEST_UUID_BEGINNING = 8
"""After these there is a hyphen; no sixteen million films' ids begin with as many letters that are the same."""


def all_digests(index: tantivy.Index, at_once: int = DIGESTS_AT_ONCE) -> Iterator[tuple[str, str]]:
    """Give (id, digest) of every film, ascending by id in code-point order.

    Args:
        index: of our schema.
        at_once: films that are read at a time, and kept in memory.
    """
    searcher = index.searcher()
    for root in (*HEX, IMDB_FIRST):
        for begin in _beginnings(index.schema, searcher, root, at_once):
            yield from sorted(_entries(searcher, begin))


def _beginnings(schema: tantivy.Schema, searcher: tantivy.Searcher, begin: str, at_once: int) -> Iterator[str]:
    """Part a beginning of ids until not more films than a page has begin so; in order."""
    imdb = begin.startswith(IMDB_FIRST)
    lowest, highest = _places(begin, imdb=imdb)
    films = searcher.search(
        tantivy.Query.range_query(schema, PLACE, tantivy.FieldType.Unsigned, lowest, highest), limit=1
    ).count  # type: ignore[attr-defined]  # its stub lacks it
    if films > at_once and len(begin) < (len(IMDB_FIRST) + IMDB_DIGITS if imdb else LONGEST_UUID_BEGINNING):
        if imdb:
            yield f"{begin}{END_OF_ID}"
        for more in digits if imdb else HEX:
            yield from _beginnings(schema, searcher, f"{begin}{more}", at_once)
    elif films:
        yield begin


def _places(begin: str, *, imdb: bool) -> tuple[int, int]:
    """Give the lowest and the highest place of the ids that begin so."""
    if imdb:
        lowest, others = place_of(begin), 11 ** (IMDB_DIGITS - len(begin) + len(IMDB_FIRST))
    else:
        lowest, others = place_of(begin.ljust(UUID_DIGITS, "0")), 16 ** (UUID_DIGITS - len(begin))
    return lowest, lowest + others - 1


def _entries(searcher: tantivy.Searcher, begin: str) -> Iterator[tuple[str, str]]:
    for entry, films in searcher.terms_with_prefix(DIGEST, begin, tantivy.Query.all_query()):
        if films:  # else its film has another digest now, or is gone
            film, _, digest = entry.partition(END_OF_ID)
            yield film, digest
