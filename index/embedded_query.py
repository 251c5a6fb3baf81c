"""What to ask of tantivy: a text in, a query out, by the rule of matching that both engines keep.

Each word counts where it weighs most (a disjunction over the fields) and the words add up, so a film that has all of
them comes first. Words near a misspelt one count as Elasticsearch's fuzzy query counts them (the nearest 50, by
1 - edits / length), below every exact match.
"""

from collections.abc import Callable, Mapping

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA
from tantivy import Occur, Query

from index.embedded_fields import analyzer
from index.mapping import EXACT_TIER, FUZZY_EXPANSIONS, WEIGHTS, edits_allowed, folded

Vocabulary = Mapping[str, tuple[str, ...]]
"""Field → the words that stand in it."""


def vocabulary(searcher: tantivy.Searcher) -> Vocabulary:
    """Read the words of every field that a search looks at."""
    return {field: tuple(word for word, _ in searcher.terms_with_prefix(field, "")) for field in WEIGHTS}


def query(
    text: str, schema: tantivy.Schema, searcher: tantivy.Searcher, words: Callable[[], Vocabulary]
) -> tantivy.Query:
    """Make the query of a text; an empty text is every film, one of stop words alone none.

    Args:
        text: what somebody typed.
        schema: of the index.
        searcher: tells which words are there.
        words: gives the vocabulary; asked only if there is something to look for.
    """
    if not text.strip():
        return Query.all_query()
    terms = list(dict.fromkeys(analyzer().analyze(folded(text))))
    parts: list[Query] = []
    for term in terms:
        exact = [
            Query.boost_query(Query.term_query(schema, field, term, "freq"), weight)
            for field, weight in WEIGHTS.items()
            if searcher.doc_freq(field, term)
        ]
        if exact:
            anywhere = Query.boolean_query([(Occur.Should, one) for one in exact])
            parts += [Query.disjunction_max_query(exact), Query.const_score_query(anywhere, EXACT_TIER)]
        near = _near(term, schema, words())
        if near:
            parts.append(Query.disjunction_max_query(near))
    return Query.boolean_query([(Occur.Should, part) for part in parts]) if parts else Query.empty_query()


def _near(term: str, schema: tantivy.Schema, words: Vocabulary) -> list[Query]:
    """Ask, field by field, for the words that are near, each by its likeness."""
    found = []
    for field, weight in WEIGHTS.items():
        for word, likeness in nearest(term, words[field]):
            one = Query.term_query(schema, field, word, "freq")
            found.append(Query.boost_query(one, weight * likeness))
    return found


def nearest(term: str, words: tuple[str, ...]) -> list[tuple[str, float]]:
    """Give the nearest words with their likeness, from 0 to 1; the word itself is not among them.

    Source of the rule: Lucene's FuzzyTermsEnum and its rewriting to the top terms.
    """
    edits = edits_allowed(term)
    if not edits:
        return []
    found = process.extract(term, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
    likeness = [(word, 1 - distance / min(len(word), len(term))) for word, distance, _ in found if distance]
    return sorted((pair for pair in likeness if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))[:FUZZY_EXPANSIONS]
