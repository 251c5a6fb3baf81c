"""What a word that nobody knows may have been meant to be: words of titles and names in, the likeliest one out.

The index keeps the words of titles and names as they are written (`words`), and for each a key of how it sounds
(`sounds`), the same for both alphabets. An engine looks a word up in these; which one was meant is decided here, alike
for both: few edits first, then the more common word. `did_you_mean` puts a whole text right.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from math import log2

from rapidfuzz.distance import OSA

from index.mapping import edits_allowed, stem, words_in
from index.search import SearchEngine, SearchQuery, Spellings
from normalize.text import sort_key

PART = "\x1f"
LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "u", "я": "a"}
)
"""Russian letters as they are written in Latin ones."""
ALIKE = (("ph", "f"), ("ch", "s"), ("sh", "s"), ("zh", "s"), ("ts", "s"), ("ck", "k"), ("x", "ks"))
SOUNDS = str.maketrans("cqgzwbdj", "kkksvpts", "aeiouyh'’.:·,;_")
"""Consonants that sound nearly alike become one; vowels and signs go."""
KEYS = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`йцукенгшщзхъфывапролджэячсмитьбюё",
    "йцукенгшщзхъфывапролджэячсмитьбюёqwertyuiop[]asdfghjkl;'zxcvbnm,.`",
)
"""What each key types in the other layout of the keyboard."""
WORDS_KEPT = 50_000
"""Of so many words it is remembered how they sound."""
SHORTEST = 3
"""Letters below which a word is not put right."""
LONGEST = 40
MOST_WORDS = 8
MOST_EDITS = 0.5
"""A word that sounds alike may differ by so much of its letters."""
COMMON = 0.5
"""How many edits it outweighs that a word is in twice as many films."""
LIKELIEST = 3
"""So many texts are tried."""


def sounds_of(words: Iterable[str]) -> list[str]:
    """Give the entries of how words sound."""
    return [entry for entry in map(_sounded, words) if entry]


@lru_cache(WORDS_KEPT)
def _sounded(word: str) -> str:
    """Give the entry of how a word sounds; '' where too little is left."""
    key = sound(word)
    return f"{key}{PART}{word}" if key else ""


def sound(word: str) -> str:
    """Give the key of how a word sounds; '' where too little is left.

    >>> sound("roddenberry") == sound("rodenbury") == sound("родденберри")
    True
    """
    latin = word.translate(LATIN)
    for letters, one in ALIKE:
        latin = latin.replace(letters, one)
    key = "".join(letter for letter, _ in groupby(latin[:LONGEST].translate(SOUNDS)))
    return key if len(key) > 1 else ""


def asked_of(text: str) -> list[str]:
    """Give the words of a text that are looked up: the first few, as titles and names have them.

    >>> asked_of("In Amélie's r2")
    ["amelie's"]
    """
    return [word for word in dict.fromkeys(words_in(sort_key(text))) if len(word) >= SHORTEST and stem(word)][
        :MOST_WORDS
    ]


def likeliest(word: str, found: Spellings) -> str | None:
    """Give what an unknown word was meant to be; None where it is known, or nothing is near.

    A word of the same stem is the word itself in another form.
    """
    ranked = sorted((OSA.distance(word, near), -films, near) for near, films in found.near)
    near = [other for edits, _, other in ranked if 0 < edits <= edits_allowed(word)]
    if found.films or not near or stem(word) in map(stem, near):
        return None
    return near[0]


def did_you_mean(engine: SearchEngine, query: SearchQuery) -> str | None:
    """Give a text near to one that finds nothing, which finds something under the same filters; None if there is none.

    It costs a look-up of words, and for each text that is tried (`LIKELIEST`) a look whether anything is found.

    Raises:
        IndexUnavailableError: there is no index, or it does not answer.
    """
    typed = sort_key(query.text)
    words = list(dict.fromkeys(words_in(typed)))[:MOST_WORDS]
    if not words:
        return None
    turned = words_in(typed.translate(KEYS))[:MOST_WORDS]
    halves = {half for word in words for pair in _halves(word) for half in pair}
    known = engine.spellings(words, {*turned, *halves})
    tries = [_turned(turned, known), _joined(words, known), *_put_right(words, known)]
    for text in list(dict.fromkeys(text for text in tries if text and text != " ".join(words)))[:LIKELIEST]:
        if engine.finds(replace(query, text=text)):
            return text
    return None


def _turned(words: Sequence[str], known: Mapping[str, Spellings]) -> str | None:
    """Give the text in the other layout of the keyboard, if that makes words of it."""
    return " ".join(words) if words and all(known[word].films for word in words) else None


def _joined(words: Sequence[str], known: Mapping[str, Spellings]) -> str | None:
    """Give the text with blanks put in where they were left out, the more common halves first."""
    parted = [_parted(word, known) for word in words]
    return " ".join(part or word for part, word in zip(parted, words, strict=True)) if any(parted) else None


def _parted(word: str, known: Mapping[str, Spellings]) -> str | None:
    if known[word].films:
        return None
    found = [(min(known[one].films, known[other].films), f"{one} {other}") for one, other in _halves(word)]
    films, parted = max(found, default=(0, ""))
    return parted if films else None


def _halves(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(SHORTEST, len(word) - SHORTEST + 1)] if len(word) <= LONGEST else []


def _put_right(words: Sequence[str], known: Mapping[str, Spellings]) -> Iterable[str]:
    """Give the text with each unknown word put right by a few edits, or by its sound; what cannot be is left out."""
    for choose in (likeliest, likeliest_sound):
        right = [word if known[word].films else choose(word, known[word]) for word in words]
        yield " ".join(word for word in right if word)


def likeliest_sound(word: str, found: Spellings) -> str | None:
    """Give the nearest and most common word that sounds alike, whichever alphabet it is written in."""
    latin = word.translate(LATIN)
    ranked = sorted(
        (edits - COMMON * log2(films), other)
        for other, films in found.alike
        if films and (edits := OSA.distance(latin, other.translate(LATIN))) <= MOST_EDITS * len(latin)
    )
    return ranked[0][1] if ranked and len(word) >= SHORTEST else None
