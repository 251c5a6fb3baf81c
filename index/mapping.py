"""What is searched and how: fields, analyzer, weights and the rule of fuzziness, named once for both engines."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import tantivy

from normalize.text import compose

MAPPING_VERSION = 8
"""Goes up with every change of the fields or of the analysis; an index of another version is made anew."""

WEIGHTS: Mapping[str, int] = {
    "title": 5,
    "description": 4,
    "genre_text": 3,
    "actors_names": 3,
    "writers_names": 2,
    "director": 1,
}
"""The fields that a search looks at, and how much each counts. `genre` is a keyword in the contract, so its words are
searched in a copy, `genre_text`."""

FUZZY_EXPANSIONS = 50
"""How many words of the index a misspelt one may stand for, the nearest first."""

ALONE = r"\p{Han}\p{Hiragana}"
LETTERS = rf"[[\p{{L}}\p{{M}}\p{{Nl}}]--[{ALONE}\p{{Katakana}}]]+"
RUN = rf"{LETTERS}(?:[.'’:·]{LETTERS})*|\p{{Nd}}+(?:[.,;'’]\p{{Nd}}+)*"
WORD = rf"_*(?:{RUN})(?:{RUN}|_)*|\p{{Katakana}}+|[{ALONE}]"
"""A word as Elasticsearch's standard tokenizer has it, as a regular expression of Rust, which the embedded index uses:
'O'Neal', 'J.J' and '10,000' are one, 'R2-D2' and 'Vol.2' are two."""

PLAIN = re.compile("[A-Za-zА-Яа-я ]*")
"""A text of which the words are what stands between its blanks: most titles and names, cut several times as fast so."""

CONTRACT_FIELDS = (
    "id",
    "imdb_rating",
    "genre",
    "title",
    "description",
    "director",
    "actors_names",
    "writers_names",
    "actors.id",
    "actors.name",
    "writers.id",
    "writers.name",
)


def folded(text: str) -> str:
    """Write each letter in one way, and ё as е: the Russian stemmer of Elasticsearch does the latter, tantivy's not."""
    return compose(text).replace("ё", "е").replace("Ё", "Е")


def words_of(text: str) -> list[str]:
    """Cut what somebody typed into words, each once.

    >>> words_of("Ёлки, елки")
    ['елки']
    """
    return list(dict.fromkeys(words_in(text)))


def words_in(text: str) -> list[str]:
    """Cut a text into words, folded, in small letters, in their order.

    >>> words_in("Ёлки: O'Neal, R2-D2, 10,000")
    ['елки', "o'neal", 'r2', 'd2', '10,000']
    """
    return [word.lower() for word in cut(text)]


def cut(text: str) -> list[str]:
    """Cut a text into words, folded, in their order."""
    plain = folded(text)
    return plain.split() if PLAIN.fullmatch(plain) else list(_cutter().analyze(plain))


def stem(word: str) -> str | None:
    """Give what the index has of a word, as `analyzer` makes it; None for a stop word."""
    return next(iter(analyzer().analyze(word)), None)


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """Make the analyzer of the contract, filter by filter; takes text that went through `folded`."""
    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORD))
    for step in (
        tantivy.Filter.lowercase(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
        tantivy.Filter.stopword("russian"),
        tantivy.Filter.stemmer("russian"),
    ):
        chain = chain.filter(step)
    return chain.build()


@cache
def _cutter() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORD)).build()


def edits_allowed(term: str) -> int:
    """Give the edits that AUTO allows a stemmed word: none up to 2 letters, one up to 5, else two.

    >>> [edits_allowed(term) for term in ("up", "war", "stars", "planet")]
    [0, 1, 1, 2]
    """
    return 0 if len(term) <= 2 else 1 if len(term) <= 5 else 2  # noqa: PLR2004 - Elasticsearch's own steps of AUTO


TEXT: Mapping[str, Any] = {"type": "text", "analyzer": "ru_en"}
NAMED: Mapping[str, Any] = {
    "type": "nested",
    "dynamic": "strict",
    "properties": {"id": {"type": "keyword"}, "name": TEXT},
}

SETTINGS: Mapping[str, Any] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "query": {"default_field": list(CONTRACT_FIELDS)},
    "query_string": {"lenient": True},
    "analysis": {
        "filter": {
            "english_stop": {"type": "stop", "stopwords": "_english_"},
            "english_stemmer": {"type": "stemmer", "language": "english"},
            "english_possessive_stemmer": {"type": "stemmer", "language": "possessive_english"},
            "russian_stop": {"type": "stop", "stopwords": "_russian_"},
            "russian_stemmer": {"type": "stemmer", "language": "russian"},
        },
        "analyzer": {
            "ru_en": {
                "tokenizer": "standard",
                "filter": [
                    "lowercase",
                    "english_stop",
                    "english_stemmer",
                    "english_possessive_stemmer",
                    "russian_stop",
                    "russian_stemmer",
                ],
            }
        },
    },
}
"""The index's settings: the contract's analyzer, filter by filter."""

MAPPING: Mapping[str, Any] = {
    "dynamic": "strict",
    "_meta": {"mapping_version": MAPPING_VERSION},
    "properties": {
        "id": {"type": "keyword"},
        "imdb_rating": {"type": "float"},
        "genre": {"type": "keyword"},
        "title": {**TEXT, "fields": {"raw": {"type": "keyword"}}},
        "description": TEXT,
        "director": TEXT,
        "actors_names": TEXT,
        "writers_names": TEXT,
        "actors": NAMED,
        "writers": NAMED,
        # Beyond the contract: what our own searches and orders need.
        "genre_text": TEXT,
        "year": {"type": "integer"},
        "title_key": {"type": "keyword"},
        "title_words": {"type": "keyword", "doc_values": False},
        "words": {"type": "keyword", "doc_values": False},
        "sounds": {"type": "keyword"},
        "title_type": {"type": "keyword"},
        "people": {"type": "keyword"},
        "starts": {"type": "keyword"},
        "openings": {"type": "keyword", "doc_values": False},
        "digest": {"type": "keyword", "index": False},
    },
}
"""The fields: the contract's, and after them ours."""
