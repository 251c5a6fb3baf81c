"""Text alone: one string in, one string out; the keys that strings are compared and ordered by, and names in SQL."""

import re
import unicodedata
from itertools import filterfalse

_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_SHORT_I = "\u0438\u0306"  # и with a breve: й is a letter of its own, not an и with an accent

REPLACE = "replace"
"""What LEGACY_ENCODING says where bytes that are not UTF-8 are to become U+FFFD, the rest of the text staying."""


def is_encoding(name: str) -> bool:
    """Say whether text can be read as this: an encoding that Python has, or REPLACE."""
    try:
        b"".decode("utf-8" if name == REPLACE else name)
    except LookupError:
        return False
    return True


def compose(text: str) -> str:
    """Give the Unicode normal form NFC: one way to write each letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def trim(text: str) -> str:
    """Take blanks away from both ends."""
    return text.strip()


def single_blanks(text: str) -> str:
    """Take blanks away from both ends and make every run of them inside one space; for names and titles."""
    return _BLANKS.sub(" ", text).strip()


def word_key(text: str) -> str:
    """Give the key that words for nothing are compared by: neither case nor blanks at the ends count.

    >>> word_key(" n/A ")
    'n/a'
    """
    return compose(text.strip()).casefold()


def sort_key(text: str) -> str:
    """Give the key that titles are ordered by: case-folded, NFKD without accents, ё as е.

    >>> sort_key("Ёлки")
    'елки'
    >>> sort_key("Amélie")
    'amelie'
    """
    folded = text.casefold()
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFKD", folded).replace(_SHORT_I, "й")
    return "".join(filterfalse(unicodedata.combining, decomposed))


def look_alike_key(text: str) -> str:
    """Give what is left of a name when case, accents, punctuation and blanks do not count.

    >>> look_alike_key("J.J. Abrams") == look_alike_key("JJ Abrams")
    True
    """
    return _NOT_WORD.sub("", sort_key(text))


def quoted(name: str) -> str:
    """Give a name as SQL quotes it.

    >>> quoted('Order Details')
    '"Order Details"'
    """
    return '"' + name.replace('"', '""') + '"'
