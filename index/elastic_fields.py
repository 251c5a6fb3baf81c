"""The document as Elasticsearch gets it: a film's document in, JSON out; the contract's fields, and after them ours.

What is looked up in dictionaries (words, how they sound, entries of suggestions) is the title's and the people's. Names
come again and again, so what a name has is remembered as JSON: ready bytes are put together sooner than lists are made.
"""

from collections.abc import Iterable
from functools import lru_cache

import orjson

from index.documents import NAMES_KEPT, Document
from index.mapping import words_in
from index.spelling import sounds_of
from index.suggestions import named, openings, titled
from normalize.text import sort_key

PEOPLE, WORDS, SOUNDS, STARTS, OPENINGS = "people", "words", "sounds", "starts", "openings"
LISTS = (PEOPLE, WORDS, SOUNDS, STARTS, OPENINGS)
"""The fields to which the film itself and each of its names add something, in the order of `_parts`."""


def body(film: Document) -> bytes:
    """Give the document as it is sent. In our own lists a value may be twice, which Elasticsearch does not mind."""
    words = words_in(film.title_key)
    parts = [_parts(film.person_ids, words, titled(film)), *map(_parts_of_name, film.names)]
    lists = {field: _list(found) for field, found in zip(LISTS, zip(*parts, strict=True), strict=True)}
    ours = {"genre_text": film.genre, "title_words": " ".join(words), "digest": film.digest}
    return orjson.dumps({**film.content, **ours, **lists})


def _parts(people: Iterable[str], words: list[str], entries: list[str]) -> tuple[bytes, ...]:
    """Give what comes of a title or a name to each of `LISTS`."""
    return tuple(map(_values, (people, dict.fromkeys(words), sounds_of(words), entries, openings(entries))))


@lru_cache(NAMES_KEPT)
def _parts_of_name(name: str) -> tuple[bytes, ...]:
    key = sort_key(name)
    return _parts([key], words_in(key), named(name))


def _values(texts: Iterable[str]) -> bytes:
    """Write texts as they stand between the brackets of a list."""
    return orjson.dumps(list(texts))[1:-1]


def _list(parts: Iterable[bytes]) -> orjson.Fragment:
    return orjson.Fragment(b"[%b]" % b",".join(filter(None, parts)))
