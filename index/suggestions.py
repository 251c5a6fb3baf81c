"""What a few first letters may mean: a film's document in, entries that are looked up by their beginnings; and back.

An entry is a kind, a key that begins with each word in turn (so that 'war' leads to 'Star Wars', too), and what to
show, parted by a sign that no text has. An engine gives the first entries that begin as typed, in order. For the
embedded one longer beginnings are kept (`steps`), for Elasticsearch the shortest (`openings`): else one letter would
mean to look at the entries of nearly all films.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


LEVELS = {TITLE: (4, 6, 8, 10, 12, 14, 18, 26), PERSON: (4, 6, 8)}
"""Kind of entry → the lengths of beginnings that are kept; two letters more have some hundred ways to go on."""

STEP_DIGITS = 2
SHORTEST_OPENING, LONGEST_OPENING = 3, 5
"""Beginnings of one to three letters, after the kind and a sign."""

FEW = 500
StepsAt = Callable[[str, int], list[tuple[str, int]]]
EntriesAt = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Films as (id, title), and names of people, each in the order of what was typed."""

    titles: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()


def titled(film: Document) -> list[str]:
    """Give the entries of a film's title."""
    shown = f"{film.id}{PART}{single_blanks(film.title)[:LONGEST_SHOWN]}"
    return [f"{TITLE}{PART}{key}{PART}{shown}" for key in _keys(film.title_key)]


def named(name: str) -> list[str]:
    """Give the entries of a person's name."""
    shown = single_blanks(name)[:LONGEST_SHOWN]
    return [f"{PERSON}{PART}{key}{PART}{shown}" for key in _keys(sort_key(name))]


def openings(entries: Iterable[str]) -> list[str]:
    """Give the shortest beginnings of entries, up to `LONGEST_OPENING`."""
    lengths = range(SHORTEST_OPENING, LONGEST_OPENING + 1)
    return list(dict.fromkeys([entry[:length] for entry in entries for length in lengths]))


def steps(entries: Iterable[str]) -> list[str]:
    """Give the beginnings of entries, of each length in `LEVELS` and after it, by which `entries_from` finds them."""
    return list(dict.fromkeys(step(entry, length) for entry in entries for length in LEVELS[entry[0]]))


def step(begin: str, length: int) -> str:
    """Give a beginning of a length, or what those begin with that begin so."""
    return f"{length:0{STEP_DIGITS}}{begin[:length]}"


def entries_from(begin: str, wanted: int, steps_at: StepsAt, entries_at: EntriesAt, *, few: int = FEW) -> list[str]:
    """Give the first entries that begin so, in their order, where a dictionary can only give all of a beginning.

    A short beginning has very many; so the longer beginnings are looked up first, level by level, and followed in turn
    until there are enough entries.

    Args:
        begin: a kind and the first letters of a key.
        wanted: how many entries.
        steps_at: gives all beginnings of a length that begin so, in order, with how many films have each.
        entries_at: gives all entries that begin so, in order.
        few: films of which all entries are looked up at once.
    """

    def below(begin: str, wanted: int, levels: Sequence[int]) -> list[str]:
        if not levels:
            return entries_at(begin)
        found: dict[str, None] = {}
        for longer, films in steps_at(begin, levels[0]):
            found |= dict.fromkeys(below(longer, wanted - len(found), levels[1:] if films > few else ()))
            if len(found) >= wanted:
                break
        return list(found)

    return below(begin, wanted, [length for length in LEVELS[begin[0]] if length > len(begin)])[:wanted]


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
