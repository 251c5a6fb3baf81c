"""What to ask of Elasticsearch about words: words in, parts of a request's body out, and its answer read."""

from collections.abc import Iterable, Mapping
from typing import Any

from index.elastic_fields import OPENINGS, SOUNDS, STARTS, WORDS
from index.mapping import FUZZY_EXPANSIONS, edits_allowed
from index.search import Spellings
from index.spelling import PART, sound
from index.suggestions import LONGEST_OPENING

FILMS, ALIKE = "films", "alike-"
"""Names of counts."""
ANY_LIKENESS = 0.001
"""Elasticsearch's least; what is near enough is said by edits."""


def near_body(words: Iterable[str]) -> dict[str, Any]:
    """Ask which words are near those that no title and no name has."""
    return {word: {"text": word, "term": _near(word)} for word in words if edits_allowed(word)}


def _near(word: str) -> dict[str, Any]:
    return {
        "field": WORDS,
        "suggest_mode": "missing",
        "max_edits": edits_allowed(word),
        "prefix_length": 0,
        "min_word_length": 1,
        "accuracy": ANY_LIKENESS,
        "sort": "frequency",
        "size": FUZZY_EXPANSIONS,
        "shard_size": FUZZY_EXPANSIONS,
        "string_distance": "damerau_levenshtein",
    }


def known_body(words: Iterable[str], others: Iterable[str]) -> dict[str, Any]:
    """Ask how many films have each word, and which words sound like the first ones."""
    words = list(words)
    films = {FILMS: {"filters": {"filters": {word: {"term": {WORDS: word}} for word in {*words, *others}}}}}
    keys = {word: sound(word) for word in words}
    return films | {ALIKE + word: from_place(SOUNDS, key + PART, FUZZY_EXPANSIONS) for word, key in keys.items() if key}


def beginning_body(begin: str) -> dict[str, Any]:
    """Ask for the films that have an entry that begins so: the short beginnings, of many entries, are terms."""
    return {"term": {OPENINGS: begin}} if len(begin) <= LONGEST_OPENING else {"prefix": {STARTS: begin}}


def from_place(field: str, begin: str, size: int) -> dict[str, Any]:
    """Ask for the values of a field that come next in their order, as a dictionary has them."""
    return {"composite": {"size": size, "sources": [{field: {"terms": {"field": field}}}], "after": {field: begin}}}


def beginning_so(found: Mapping[str, Any], field: str, begin: str) -> dict[str, int]:
    """Read those that begin as asked, each with how many films have it."""
    values = {bucket["key"][field]: int(bucket["doc_count"]) for bucket in found["buckets"]}
    return {value: films for value, films in values.items() if value.startswith(begin)}


def read_near(found: Mapping[str, Any]) -> dict[str, Spellings]:
    """Read which words are near; a word that is there has none."""
    said = {word: [option for entry in entries for option in entry["options"]] for word, entries in found.items()}
    return {
        word: Spellings(near=tuple((option["text"], option["freq"]) for option in near)) for word, near in said.items()
    }


def read_known(found: Mapping[str, Any], near: Mapping[str, Spellings]) -> dict[str, Spellings]:
    """Read it all."""
    known = {}
    for word, bucket in found[FILMS]["buckets"].items():
        begin = sound(word) + PART
        entries = beginning_so(found[ALIKE + word], SOUNDS, begin) if ALIKE + word in found else {}
        alike = tuple((entry.removeprefix(begin), films) for entry, films in entries.items())
        closest = near[word].near if word in near else ()
        known[word] = Spellings(bucket["doc_count"], closest, alike)
    return known
