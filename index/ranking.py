"""What a film's score is made of, for both engines: a text in, its words and what they may mean together out.

The score of a film is a sum. Each word of the text counts once: found exactly `exact_tier`, else found nearly
`FUZZY_TIER`, and beside that how well it fits. So a film with more of the words comes first, whichever fields they
stand in, and one that has a single word exactly comes before all that are only near. How well an exact word fits is
BM25 times the field's weight, with the rareness of the word over all fields and not in each: else a name would count
most in the one description that mentions it. How well a near word fits is its likeness times the weight: the rareness
of a word that nobody typed says nothing. Then come what people mean by several words: a whole title, a name or words
of a title side by side, a name with a word of the title; misspelt words are taken for what was likely meant.
"""

from collections.abc import Mapping
from itertools import pairwise

from index.mapping import stem, words_in
from normalize.text import sort_key

FUZZY_TIER = 100.0
"""For each word that is found nearly; above what exact words of a film can differ by."""
MEANT_TIER = 200.0
"""For each word of which no title and no name knows, where a film has what was likely meant (`index.spelling`)."""
OTHER_FIELDS = 0.3
"""How much a word counts in its other fields, beside the one where it counts most."""
WHOLE_TITLE = 200.0
TOGETHER = 30.0
"""For two words that stand together in a title, or among the names of a role; and for a word of a title and a name."""
GAP = 2
"""How many words, stop words most of them, may stand between two that are together."""
MOST_PAIRS = 8
"""Of so many words of a text it is asked what they mean together with others."""
TITLE = "title"
NAMES = ("actors_names", "writers_names", "director")


def exact_tier(words: int) -> float:
    """Give what a word counts that is found exactly: more than all words of the text that are found nearly."""
    return 1000.0 * words


def title_words(text: str) -> str:
    """Give the words of a title or a text, in their order, without case, accents and signs.

    >>> title_words("«Star» — Amélie!")
    'star amelie'
    """
    return " ".join(words_in(sort_key(text)))


def meant_words(text: str, meant: Mapping[str, str]) -> list[str]:
    """Give the words of a text without stop words, the unknown ones as what they were likely meant to be.

    Args:
        text: what was typed.
        meant: unknown word → what it was likely meant to be.

    >>> meant_words("The stars of the Wrs", {"wrs": "wars"})
    ['stars', 'wars']
    """
    words = (meant.get(sort_key(word), word) for word in words_in(text))
    return list(dict.fromkeys(word for word in words if stem(word)))


def pairs_of(words: list[str]) -> list[tuple[str, str]]:
    """Give each two words that follow one another."""
    return list(pairwise(words))[:MOST_PAIRS]


def titles_meant(text: str, meant: Mapping[str, str]) -> list[str]:
    """Give the whole titles that a text may be, as typed and as likely meant.

    >>> titles_meant("Star Wrs", {"wrs": "wars"}), titles_meant("Star Wars", {})
    (['star wrs', 'star wars'], ['star wars'])
    """
    typed = title_words(text)
    return list(dict.fromkeys((typed, " ".join(meant.get(word, word) for word in typed.split()))))
