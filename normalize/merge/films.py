"""One film, three sides: what the file said last time, what it says now and what the store says in; what to store out.

A three-way merge, as of text under version control: what the file says anew since last time goes in, what was changed
in the store meanwhile stays as long as the file does not say something new of the same column, and each of these
meetings is told. Pure; nothing is read or written here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from normalize.precedence import LEGACY, OWN, settled, speaker
from normalize.record import COLUMNS, Record

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

    was, new: what the file said last time, and says now. store: what the store says. statements: what is kept of
    several sources' words, empty where one alone speaks. other: whose word the store has if it is not the file's.
    """

    number: int
    was: Record | None
    new: Record | None
    store: Record | None
    statements: Mapping[str, Record] = field(default_factory=dict)
    other: str = OWN


@dataclass(frozen=True)
class Merged:
    """What is to become of one film.

    record: what the store is to say; None: the film goes. statements: what is to be kept of the sources' words; empty
    where one alone speaks.
    """

    number: int
    record: Record | None
    statements: Mapping[str, Record]
    disagreements: tuple[Disagreement, ...]


def merge(film: Film) -> Merged:
    """Settle one film.

    Args:
        film: all that is said of it.
    """
    before = _statements_before(film)
    after = {source: said for source, said in before.items() if source != LEGACY}
    if film.new is not None:
        after[LEGACY] = film.new
    kept = after if len(after) > 1 or OWN in after else {}
    base, theirs = settled(before), settled(after)
    if theirs is None:
        return _without_source(film, base)
    if film.store is None or base is None:
        return _not_in_store(film, base, theirs, kept)
    record: Record = {}
    met: list[Disagreement] = []
    for column in COLUMNS:
        record[column], disagreement = _column(film.number, column, base[column], theirs[column], film.store[column])
        met += [disagreement] if disagreement else []
    met += _between_sources(film.number, after) if film.new != film.was else ()
    return Merged(film.number, record, kept, tuple(met))


def _statements_before(film: Film) -> dict[str, Record]:
    """Give each source's word before the merge: what was kept, else the one source's, whose word the store has."""
    if film.statements:
        return dict(film.statements)
    if film.was is not None:
        return {LEGACY: film.was}
    return {} if film.store is None else {film.other: film.store}


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
    """The file does not list the film any more and nobody else speaks of it: it goes.

    One that was changed here stays, as a film of our own from now on.
    """
    if film.store is None or film.store == base:
        return Merged(film.number, None, {}, ())
    gone = Disagreement(film.number, FILM, film.store["title"], None, KEPT, "gone from the file, changed in the store")
    return Merged(film.number, film.store, {OWN: film.store}, (gone,))


def _not_in_store(film: Film, base: Record | None, theirs: Record, kept: Mapping[str, Record]) -> Merged:
    """The store has not the film: it is new, or it was deleted here, which stands until the file says something new."""
    if base is None:
        return Merged(film.number, theirs, kept, ())
    title = theirs["title"]
    if theirs == base:
        deleted = Disagreement(film.number, FILM, None, title, KEPT, "deleted in the store; the file says what it said")
        return Merged(film.number, None, {}, (deleted,))
    again = Disagreement(film.number, FILM, None, title, REPLACED, "deleted in the store; the file says something new")
    return Merged(film.number, theirs, kept, (again,))


def _between_sources(film: int, statements: Mapping[str, Record]) -> Iterator[Disagreement]:
    """Tell what the file says and the store does not, since another source is believed."""
    if LEGACY not in statements:
        return
    for column in COLUMNS:
        source, said = speaker(column, statements), statements[LEGACY].get(column)
        if source not in (None, LEGACY) and said not in (None, ()):
            mine = statements[str(source)][column]
            if mine != said:
                yield Disagreement(film, column, mine, said, KEPT, f"the source {source!r} is believed")
