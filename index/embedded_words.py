"""The words of an embedded index: a word in, those that are near or sound alike out.

tantivy finds words within an edit distance, but scores them all the same; so its dictionaries are read once per commit,
when a search first asks, and looked through here: one for all fields that are searched, since most of a field's words
are those of another, too.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.embedded_fields import SOUNDS, WORDS
from index.mapping import FUZZY_EXPANSIONS, WEIGHTS, edits_allowed
from index.search import Spellings
from index.spelling import PART, asked_of, likeliest, sound

Near = list[tuple[str, float]]


class Dictionary:
    """Words, and of each what tells at once that another one is not near: how many letters it has, and which."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = [word for word in words if word]
        self._lengths, self._letters = _lengths(self._words), _letters(self._words)

    def near(self, term: str) -> Near:
        """Give the words that are as near as AUTO allows, with their edits.

        An edit changes the length by one at most, and takes one letter away and brings one in at most.
        """
        edits = edits_allowed(term)
        if not edits or not self._words:
            return []
        other_letters = np.bitwise_count(self._letters ^ _letters([term])[0])
        likely = np.flatnonzero((abs(self._lengths - len(term)) <= edits) & (other_letters <= 2 * edits))
        words = [self._words[place] for place in likely]
        found = process.extract(term, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(word, distance) for word, distance, _ in found]


def _lengths(words: list[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(len, words), np.int64, len(words))


def _letters(words: list[str]) -> npt.NDArray[np.uint64]:
    """Give a bit for each letter that a word has; some letters share one. No word may be empty."""
    if not words:
        return np.zeros(0, np.uint64)
    lengths = _lengths(words)
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    return np.bitwise_or.reduceat(np.uint64(1) << codes % 64, np.cumsum(lengths) - lengths)


class Vocabulary:
    """The dictionaries of an index as of one commit."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    @cached_property
    def _fields(self) -> Mapping[str, frozenset[str]]:
        """The words of each field that is searched, stemmed."""
        return {field: frozenset(self._words_of(field)) for field in WEIGHTS}

    @cached_property
    def _stemmed(self) -> Dictionary:
        return Dictionary(frozenset[str]().union(*self._fields.values()))

    @cached_property
    def _written(self) -> Dictionary:
        """The words of titles and names, as they are written."""
        return Dictionary(self._words_of(WORDS))

    def _words_of(self, field: str) -> Iterable[str]:
        return (word for word, _ in self._searcher.terms_with_prefix(field, ""))

    def nearest(self, term: str) -> dict[str, Near]:
        """Give field → its nearest words with their likeness, from 0 to 1; the word itself is not among them.

        Source of the rule: Lucene's FuzzyTermsEnum and its rewriting to the top terms.
        """
        found = self._stemmed.near(term)
        likeness = [(word, 1 - edits / min(len(word), len(term))) for word, edits in found if edits]
        ranked = sorted((pair for pair in likeness if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))
        return {
            field: list(islice((pair for pair in ranked if pair[0] in words), FUZZY_EXPANSIONS))
            for field, words in self._fields.items()
        }

    def spellings(self, words: Iterable[str], others: Iterable[str]) -> Mapping[str, Spellings]:
        """Give what titles and names have of words; of the others only how many films have them."""
        known = {word: Spellings(self._films(word)) for word in others}
        return known | {word: Spellings(self._films(word), self._near(word), self._alike(word)) for word in words}

    def meant(self, text: str) -> dict[str, str]:
        """Give unknown word → what it was likely meant to be."""
        unknown = [word for word in asked_of(text) if not self._films(word)]
        return {word: meant for word in unknown if (meant := likeliest(word, Spellings(near=self._near(word))))}

    def _films(self, word: str) -> int:
        return self._searcher.doc_freq(WORDS, word)

    def _near(self, word: str) -> tuple[tuple[str, int], ...]:
        return tuple((near, self._films(near)) for near, edits in self._written.near(word) if edits)

    def _alike(self, word: str) -> tuple[tuple[str, int], ...]:
        begin = sound(word) + PART
        if begin == PART:
            return ()
        found = self._searcher.terms_with_prefix(SOUNDS, begin, tantivy.Query.all_query(), FUZZY_EXPANSIONS)
        return tuple((entry.removeprefix(begin), films) for entry, films in found)
