"""The words of an embedded index: a field and a word in, those that are near or sound alike out.

tantivy finds words within an edit distance, but scores them all the same; so its dictionaries are read once per commit,
field by field, when a search first asks, and looked through here.
"""

from collections.abc import Iterable, Mapping

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.embedded_fields import SOUNDS, WORDS
from index.mapping import FUZZY_EXPANSIONS, edits_allowed
from index.search import Spellings
from index.spelling import PART, asked_of, likeliest, sound


class Vocabulary:
    """The dictionaries of an index as of one commit."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._words: dict[str, tuple[str, ...]] = {}

    def nearest(self, field: str, term: str) -> list[tuple[str, float]]:
        """Give the nearest words with their likeness, from 0 to 1; the word itself is not among them.

        Source of the rule: Lucene's FuzzyTermsEnum and its rewriting to the top terms.
        """
        found = self._within(field, term)
        likeness = [(word, 1 - edits / min(len(word), len(term))) for word, edits in found if edits]
        ranked = sorted((pair for pair in likeness if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))
        return ranked[:FUZZY_EXPANSIONS]

    def _within(self, field: str, term: str) -> list[tuple[str, float]]:
        """Give the words of a field that are as near as AUTO allows, with their edits."""
        edits = edits_allowed(term)
        if not edits:
            return []
        if field not in self._words:
            self._words[field] = tuple(word for word, _ in self._searcher.terms_with_prefix(field, ""))
        found = process.extract(term, self._words[field], scorer=OSA.distance, score_cutoff=edits, limit=None)
        return [(word, distance) for word, distance, _ in found]

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
        return tuple((near, self._films(near)) for near, edits in self._within(WORDS, word) if edits)

    def _alike(self, word: str) -> tuple[tuple[str, int], ...]:
        begin = sound(word) + PART
        if begin == PART:
            return ()
        found = self._searcher.terms_with_prefix(SOUNDS, begin, tantivy.Query.all_query(), FUZZY_EXPANSIONS)
        return tuple((entry.removeprefix(begin), films) for entry, films in found)
