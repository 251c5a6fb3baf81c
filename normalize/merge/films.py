"""One film, three sides: what a source said last time, what it says now and what the store says in; what to store out.

A three-way merge, as of text under version control: what the source says anew since last time goes in, what was changed
in the store meanwhile stays as long as the source does not say something new of the same column, and each of these
meetings is told. Where several sources speak of the film, what they say together is settled by precedence first. Pure;
nothing is read or written here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from normalize.precedence import IMDB, LEGACY, OWN, SOURCES, settled, speaker
from normalize.record import COLUMNS, LISTS, Record

FILM = "film"
"""What stands for the column where the film as a whole is what they disagree about."""

KEPT, REPLACED = "kept", "replaced"
"""What became of the store's word."""


@dataclass(frozen=True)
class Disagreement:
    """Where the store and the file do not say the same: which film and column, both words, and what was done.

    outcome: KEPT (the store's word stands) or REPLACED (the file's does).
    """

    film: int
    column: str
    store: object
    file: object
    outcome: str
    reason: str


@dataclass(frozen=True)
class Film:
    """What is known of one film before the merge; None where a side does not speak of it.

    was, new: what the source said last time, and says now. store: what the store says. statements: what is kept of
    several sources' words, empty where one alone speaks. other: whose word the store has if it is not the source's.
    source: whose files come.
    """

    number: int
    was: Record | None
    new: Record | None
    store: Record | None
    statements: Mapping[str, Record] = field(default_factory=dict)
    other: str = OWN
    source: str = LEGACY


@dataclass(frozen=True)
class Merged:
    """What is to become of one film.

    record: what the store is to say; None: the film goes. statements: what is to be kept of the sources' words; empty
    where one alone speaks. words: what each source says, even where one alone speaks.
    """

    number: int
    record: Record | None
    statements: Mapping[str, Record]
    disagreements: tuple[Disagreement, ...]
    words: Mapping[str, Record] = field(default_factory=dict, compare=False)


def merge(film: Film) -> Merged:
    """Settle one film.

    Args:
        film: all that is said of it.
    """
    before = _statements_before(film)
    after = {source: said for source, said in before.items() if source != film.source}
    if film.new is not None:
        after[film.source] = film.new
    base, theirs = settled(before), settled(after)
    if theirs is None:
        return _without_source(film, base)
    if film.store is None or base is None:
        return _not_in_store(film, base, theirs, after)
    record: Record = {}
    met: list[Disagreement] = []
    for column in COLUMNS:
        record[column], disagreement = _column(film.number, column, base[column], theirs[column], film.store[column])
        met += [disagreement] if disagreement else []
    met += _between_sources(film.number, after) if film.new != film.was else ()
    return Merged(film.number, record, _kept(after), tuple(met), after)


def _kept(words: Mapping[str, Record]) -> Mapping[str, Record]:
    """Give the words that are kept: nothing else tells of several sources, or of our own."""
    return words if len(words) > 1 or OWN in words else {}


def _statements_before(film: Film) -> dict[str, Record]:
    """Give each source's word before the merge: what was kept, else the one source's, whose word the store has."""
    said = {} if film.was is None else {film.source: film.was}
    if film.statements:
        return {**film.statements, **said}
    if film.store is not None and (film.was is None or film.other == IMDB):
        return {film.other: film.store, **said}
    return said


def _column(film: int, column: str, was: object, new: object, mine: object) -> tuple[object, Disagreement | None]:
    """Settle one column by three ways: what was said last time, what is said now, what the store says."""
    if mine == new:
        return mine, None
    if new == was:
        return mine, Disagreement(film, column, mine, new, KEPT, "changed in the store; the file says what it said")
    if mine == was:
        return new, None
    return new, Disagreement(film, column, mine, new, REPLACED, "changed in the store and, since then, in the file")


def _without_source(film: Film, base: Record | None) -> Merged:
    """The source does not list the film any more and nobody else speaks of it: it goes.

    One that was changed here stays, as a film of our own from now on.
    """
    if film.store is None or film.store == base:
        return Merged(film.number, None, {}, ())
    gone = Disagreement(film.number, FILM, film.store["title"], None, KEPT, "gone from the file, changed in the store")
    return Merged(film.number, film.store, {OWN: film.store}, (gone,))


def _not_in_store(film: Film, base: Record | None, theirs: Record, words: Mapping[str, Record]) -> Merged:
    """The store has not the film: it is new, or it was deleted here; that stands until its source speaks anew."""
    if base is None:
        return Merged(film.number, theirs, _kept(words), (), words)
    title = theirs["title"]
    if theirs == base:
        deleted = Disagreement(film.number, FILM, None, title, KEPT, "deleted in the store; the file says what it said")
        return Merged(film.number, None, {}, (deleted,))
    again = Disagreement(film.number, FILM, None, title, REPLACED, "deleted in the store; the file says something new")
    return Merged(film.number, theirs, _kept(words), (again,), words)


def _between_sources(film: int, words: Mapping[str, Record]) -> Iterator[Disagreement]:
    """Tell what a source says and the store does not, since another one is believed."""
    for column in COLUMNS:
        believed = speaker(column, words)
        for source in SOURCES:
            if believed is None or source == believed or source not in words:
                continue
            mine, said = words[believed][column], words[source].get(column)
            if not _says_all(column, mine, said):
                yield Disagreement(film, column, mine, said, KEPT, f"{believed} is believed, {source} says otherwise")


def _says_all(column: str, mine: Any, said: Any) -> bool:  # noqa: ANN401 - what a column says is of any type
    """Say whether nothing is lost of what is said; ids are a source's own business."""
    if said in (None, ()):
        return True
    if column not in LISTS:
        return bool(mine == said)
    names = LISTS[column]
    return len(mine) == len(said) and all(
        theirs in (None, ours) or name == "source_person_id"
        for one, other in zip(mine, said, strict=True)
        for name, ours, theirs in zip(names, one, other, strict=True)
    )
