"""What to ask of tantivy: a text in, a query out, by the rule of matching that both engines keep.

What counts for the score is said in `index.ranking`. Words near a misspelt one are those of Elasticsearch's fuzzy
query: the nearest 50, by 1 - edits / length.
"""

import math
from collections.abc import Iterator, Mapping

import tantivy
from tantivy import Occur, Query

from index.embedded_fields import TITLE_WORDS
from index.embedded_words import Vocabulary
from index.mapping import WEIGHTS, stem
from index.ranking import (
    FUZZY_TIER,
    GAP,
    MEANT_TIER,
    MOST_PAIRS,
    NAMES,
    OTHER_FIELDS,
    TITLE,
    TOGETHER,
    WHOLE_TITLE,
    exact_tier,
    meant_words,
    pairs_of,
    titles_meant,
)


def query(
    text: str, schema: tantivy.Schema, searcher: tantivy.Searcher, words: Vocabulary, meant: Mapping[str, str]
) -> tantivy.Query:
    """Make the query of a text; an empty text is every film, one of stop words alone none.

    Args:
        text: what somebody typed.
        schema: of the index.
        searcher: tells how common words are.
        words: gives the words of a field.
        meant: unknown word → what it was likely meant to be, which widens nothing.
    """
    if not text.strip():
        return Query.all_query()
    terms = list(dict.fromkeys(stem(word) or "" for word in meant_words(text, {})))
    asked = [part for term in terms for part in _word(term, exact_tier(len(terms)), schema, searcher, words)]
    if not asked:
        return Query.empty_query()
    found = Query.boolean_query([(Occur.Should, part) for part in asked])
    whole = Query.term_set_query(schema, TITLE_WORDS, titles_meant(text, meant))
    likely = [stem(word) or word for word in meant_words(text, meant)]
    more = [Query.const_score_query(whole, WHOLE_TITLE), *_together(likely, schema)]
    for word in meant.values():
        same = _exactly(stem(word) or word, schema, searcher)
        more += [_tier(same, MEANT_TIER, OTHER_FIELDS)] if same else []
    return Query.boolean_query([(Occur.Must, found), *((Occur.Should, part) for part in more)])


def _word(
    term: str, exact: float, schema: tantivy.Schema, searcher: tantivy.Searcher, words: Vocabulary
) -> Iterator[Query]:
    """Ask for a word, exactly or nearly, whichever counts more; gives nothing where it leads nowhere."""
    same, near = _exactly(term, schema, searcher), _nearly(term, schema, words)
    tiers = [_tier(same, exact, OTHER_FIELDS)] if same else []
    tiers += [_tier(near, FUZZY_TIER, 0.0)] if near else []
    if tiers:
        yield Query.disjunction_max_query(tiers)


def _tier(fields: list[Query], tier: float, others: float) -> Query:
    """Let the best field count, the others a part, and add the tier."""
    best = Query.disjunction_max_query(fields, others)
    return Query.boolean_query([(Occur.Must, best), (Occur.Should, Query.const_score_query(Query.all_query(), tier))])


def _exactly(term: str, schema: tantivy.Schema, searcher: tantivy.Searcher) -> list[Query]:
    """Ask for a word field by field, as rare in each as it is in the one where it is most common."""
    films = searcher.num_docs
    counts = {field: searcher.doc_freq(field, term) for field in WEIGHTS}
    most = max(counts.values())
    return [
        Query.boost_query(
            Query.term_query(schema, field, term, "freq"),
            WEIGHTS[field] * rareness(most, films) / rareness(count, films),
        )
        for field, count in counts.items()
        if count
    ]


def rareness(count: int, films: int) -> float:
    """Give BM25's inverse document frequency; both counts may have films that are gone."""
    return math.log1p((max(films, count) - count + 0.5) / (count + 0.5))


def _nearly(term: str, schema: tantivy.Schema, words: Vocabulary) -> list[Query]:
    """Ask, field by field, for the words that are near, each by its likeness."""
    found = []
    for field, nearest in words.nearest(term).items():
        near = [
            (
                Occur.Should,
                Query.const_score_query(Query.term_query(schema, field, word, "basic"), WEIGHTS[field] * likeness),
            )
            for word, likeness in nearest
        ]
        if near:
            found.append(Query.boolean_query(near))
    return found


def _together(terms: list[str], schema: tantivy.Schema) -> Iterator[Query]:
    """Ask for words that mean something together."""
    for pair in pairs_of(terms):
        for field in (TITLE, *NAMES):
            both_ways = [Query.phrase_query(schema, field, list(words), GAP) for words in (pair, pair[::-1])]
            yield Query.const_score_query(Query.boolean_query([(Occur.Should, one) for one in both_ways]), TOGETHER)
    for term in terms[:MOST_PAIRS] if len(terms) > 1 else ():
        titled = [(Occur.Should, Query.term_query(schema, TITLE, other, "basic")) for other in terms if other != term]
        for field in NAMES:
            named = Query.term_query(schema, field, term, "basic")
            both = Query.boolean_query([(Occur.Must, named), (Occur.Must, Query.boolean_query(titled))])
            yield Query.const_score_query(both, TOGETHER)
