"""What a few first letters may mean: a film's document in, entries that are looked up by their beginnings; and back.

An entry is a kind, a key that begins with each word in turn (so that 'war' leads to 'Star Wars', too), and what to
show, parted by a sign that no text has. Both engines look entries up in their dictionaries of terms, in order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.documents import Document
from normalize.text import single_blanks, sort_key

PART = "\x1f"
TITLE, PERSON = "t", "p"
MOST_WORDS = 8
"""Later words of a title or a name lead nowhere."""
LONGEST_KEY = 60
LONGEST_SHOWN = 500
SPARE = 8
"""How many entries are looked up for each suggestion: a film has several, and some are of films that are gone."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Films as (id, title), and names of people, each in the order of what was typed."""

    titles: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()


def starts(film: Document) -> list[str]:
    """Give the entries of a film."""
    listed = (film.director, film.actors_names, film.writers_names)
    names = dict.fromkeys(name for people in listed for name in people or ())
    titled = [PART.join((TITLE, key, film.id, film.title[:LONGEST_SHOWN])) for key in _keys(film.title_key)]
    named = [PART.join((PERSON, key, name[:LONGEST_SHOWN])) for name in names for key in _keys(sort_key(name))]
    return list(dict.fromkeys([*titled, *named]))


def _keys(key: str) -> Iterator[str]:
    """Give a key from each of its words on; signs before a word do not count."""
    words = [word.lstrip("\"'«„“(#[-.…¡¿") for word in key.replace(PART, " ").split()]
    for place in range(min(len(words), MOST_WORDS)):
        rest = " ".join(words[place:])[:LONGEST_KEY].strip()
        if rest:
            yield rest


def beginnings(prefix: str) -> tuple[str, str] | None:
    """Give what entries of titles and of people begin with that a prefix may mean; None where it has no letters."""
    key = sort_key(single_blanks(prefix.replace(PART, " ")))[:LONGEST_KEY]
    return (f"{TITLE}{PART}{key}", f"{PERSON}{PART}{key}") if key else None


def suggested(titles: Iterable[str], people: Iterable[str], limit: int) -> Suggestions:
    """Read entries: each film and each person once."""
    films = dict.fromkeys(_shown(entry) for entry in titles)
    names = dict.fromkeys(_shown(entry)[0] for entry in people)
    found = [(film, title) for film, title in films]
    return Suggestions(tuple(found[:limit]), tuple(names)[:limit])


def _shown(entry: str) -> Sequence[str]:
    return tuple(entry.split(PART)[2:])
