"""Who of the legacy file is whom of IMDb: what both say of films in; ids of one person, with the evidence, out.

The evidence is a film of which both speak: somebody has the same name in the same role of it, and nobody else there has
that name. Everyone whom the legacy file takes for the same person follows, unless the evidence tells them apart. A name
alone is no evidence: IMDb has thousands of people with the same one. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from expectations.report import Section
from normalize.merge.people import Sources
from normalize.models import OWN_NUMBERS
from normalize.precedence import IMDB, LEGACY
from normalize.record import Record
from normalize.roles import ACTORS, DIRECTORS, WRITERS

SOURCE_OF = {"directors": DIRECTORS, "writers": WRITERS, "actors": ACTORS}
"""Role → the source whose ids its credits have in the legacy file."""

ONE, FOLLOWS, SEVERAL, OTHER = (
    "one person",
    "one person: the file takes them for the same",
    "kept apart: the evidence names several",
    "kept apart: was matched with another before",
)
"""What became of a match."""

COLUMNS = ("name", "source", "source_id", "nconst", "films", "outcome")
TITLE = {"en": "People of the legacy file who are IMDb's", "ru": "Кто из старого файла кем является в IMDb"}
ABOUT = {
    "en": "The same name in the same role of the same films. Who was matched is one person from now on.",
    "ru": "То же имя в той же роли тех же фильмов. Кто совпал, тот отныне один человек.",
}
"""What the report calls them."""


@dataclass(frozen=True)
class Match:
    """An id of the legacy file and a person of IMDb.

    films: (film, role), the evidence, ascending; none for one who follows.
    """

    name: str
    id: Sources
    nconst: str
    films: tuple[tuple[int, str], ...]
    outcome: str


@dataclass
class Found:
    """What was found. leads: an id of the legacy file → the number of the person whom it leads to from now on."""

    matches: list[Match] = field(default_factory=list)
    leads: dict[Sources, int] = field(default_factory=dict)


Evidence = dict[Sources, dict[str, list[tuple[int, str]]]]
"""An id of the legacy file → nconst → the films, and roles, that say so."""


def evidence(words: Mapping[int, Mapping[str, Record]]) -> tuple[Evidence, dict[Sources, str]]:
    """Gather what films say of who is who, and what the ids are called.

    Args:
        words: film → source → what it says.
    """
    found: Evidence = {}
    names: dict[Sources, str] = {}
    for film in sorted(words):
        said = words[film]
        if IMDB not in said or LEGACY not in said:
            continue
        for role, source in SOURCE_OF.items():
            theirs = _by_name(said[IMDB][role])
            for name, source_id in _by_name(said[LEGACY][role]).items():
                if name in theirs:
                    names[source, source_id] = name
                    found.setdefault((source, source_id), {}).setdefault(theirs[name], []).append((film, role))
    return found, names


def _by_name(entries: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Give the id of each name that a list has once."""
    listed = [(name, source_id) for source_id, name, *_ in entries]
    times = Counter(name for name, _ in listed)
    return {name: source_id for name, source_id in listed if times[name] == 1}


def match(
    found: Evidence, names: Mapping[Sources, str], leads: Mapping[Sources, int], numbers: Mapping[str, int]
) -> Found:
    """Settle who is who.

    Args:
        found: as `evidence` gives it.
        names: the same.
        leads: every id of the people concerned → the number of the person whom it leads to now.
        numbers: nconst → the person's number.
    """
    done = Found()
    alone: dict[Sources, str] = {}
    for each, nconsts in found.items():
        if len(nconsts) == 1:
            alone[each] = next(iter(nconsts))
    claimed = _claimed_twice(alone, leads)
    for each, nconsts in sorted(found.items()):
        for nconst, films in sorted(nconsts.items()):
            if leads[each] < OWN_NUMBERS:
                outcome = ONE if leads[each] == numbers[nconst] else OTHER
            elif each in alone and each not in claimed:
                outcome = ONE
                done.leads[each] = numbers[nconst]
            else:
                outcome = SEVERAL
            done.matches.append(Match(names[each], each, nconst, tuple(films), outcome))
    for each, nconst, name in _followers(done, names, leads):
        done.leads[each] = numbers[nconst]
        done.matches.append(Match(name, each, nconst, (), FOLLOWS))
    return done


def _claimed_twice(alone: Mapping[Sources, str], leads: Mapping[Sources, int]) -> set[Sources]:
    """Give the ids of one source that would be one person though the file keeps them apart: a list could have both."""
    people: dict[tuple[str, str], set[int]] = {}
    for (source, source_id), nconst in alone.items():
        people.setdefault((source, nconst), set()).add(leads[source, source_id])
    return {each for each, nconst in alone.items() if len(people[each[0], nconst]) > 1}


def _followers(
    done: Found, names: Mapping[Sources, str], leads: Mapping[Sources, int]
) -> Iterator[tuple[Sources, str, str]]:
    """Give whom the file takes for somebody who was matched, and for whom there is no evidence: id, nconst, name."""
    matched: dict[int, dict[str, str]] = {}
    for known in done.matches:
        if known.id in done.leads:
            matched.setdefault(leads[known.id], {})[known.nconst] = known.name
    for each, number in sorted(leads.items()):
        if len(matched.get(number, {})) == 1 and each not in names:
            yield each, *next(iter(matched[number].items()))


def told(matches: Iterable[Match], ids: Mapping[int, str]) -> pd.DataFrame:
    """Make a table of the matches.

    Args:
        matches: what was found.
        ids: a film's number → its id on the outside.

    Returns:
        COLUMNS, all text.
    """
    rows = [
        (each.name, *each.id, each.nconst, "; ".join(f"{ids[film]} {role}" for film, role in each.films), each.outcome)
        for each in matches
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def section(rows: pd.DataFrame) -> Section:
    """Make the section of the report that shows them."""
    return Section("matches", TITLE, ABOUT, rows)
