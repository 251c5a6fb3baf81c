"""People of the legacy file who are IMDb's, made one with them in the store.

What both sources say of the same films comes in, and the matches go out to be told. In the caller's transaction; people
of both sources are written already.
"""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, bindparam, delete, exists, select, update
from sqlalchemy.sql.elements import ColumnElement

from normalize.merge.matches import SOURCE_OF, Evidence, Match, evidence, match
from normalize.merge.people import Sources
from normalize.models import CREDITS, people, person_sources
from normalize.parts import parts
from normalize.precedence import IMDB
from normalize.record import Record


def unite(connection: Connection, words: Mapping[int, Mapping[str, Record]]) -> list[Match]:
    """Make people one whom films prove to be one.

    Credits keep the id that their source gave the person; one whom nothing leads to any more goes.

    Args:
        connection: in a transaction.
        words: film → source → what it says.
    """
    found, names = evidence(words)
    leads, numbers = _leads(connection, found), _numbers(connection, found)
    done = match(_known(found, leads, numbers), names, leads, numbers)
    moved = [
        {"of": source, "told": source_id, "was": leads[source, source_id], "now": number}
        for (source, source_id), number in done.leads.items()
    ]
    if moved:
        for role, source in SOURCE_OF.items():
            _move_credits(connection, role, [each for each in moved if each["of"] == source])
        connection.execute(
            update(person_sources)
            .where(person_sources.c.source == bindparam("of"), person_sources.c.source_id == bindparam("told"))
            .values(person_id=bindparam("now")),
            moved,
        )
        _take_out(connection, {leads[each] for each in done.leads})
    return done.matches


def _known(found: Evidence, leads: Mapping[Sources, int], numbers: Mapping[str, int]) -> Evidence:
    """Leave out ids that the store does not know: somebody changed them there."""
    return {
        each: known
        for each, nconsts in found.items()
        if each in leads and (known := {nconst: films for nconst, films in nconsts.items() if nconst in numbers})
    }


def _numbers(connection: Connection, found: Evidence) -> dict[str, int]:
    """Give the numbers of the people of IMDb whom the evidence names."""
    numbers: dict[str, int] = {}
    for some in parts(sorted({nconst for nconsts in found.values() for nconst in nconsts})):
        rows = _sources(connection, (person_sources.c.source == IMDB) & person_sources.c.source_id.in_(some))
        numbers |= {nconst: number for (_, nconst), number in rows.items()}
    return numbers


def _leads(connection: Connection, ids: Iterable[Sources]) -> dict[Sources, int]:
    """Give whom these ids lead to, and every other id of the legacy file that leads to the same people."""
    wanted: dict[str, list[str]] = {}
    for source, source_id in ids:
        wanted.setdefault(source, []).append(source_id)
    numbers: set[int] = set()
    for source, those in wanted.items():
        for some in parts(sorted(those)):
            rows = _sources(connection, (person_sources.c.source == source) & person_sources.c.source_id.in_(some))
            numbers |= set(rows.values())
    leads: dict[Sources, int] = {}
    for each in parts(sorted(numbers)):
        theirs = person_sources.c.person_id.in_(each) & person_sources.c.source.in_(SOURCE_OF.values())
        leads |= _sources(connection, theirs)
    return leads


def _sources(connection: Connection, which: ColumnElement[bool]) -> dict[Sources, int]:
    rows = connection.execute(select(person_sources).where(which))
    return {(row.source, row.source_id): row.person_id for row in rows}


def _move_credits(connection: Connection, role: str, moved: list[dict[str, object]]) -> None:
    """Give credits to whom their ids lead to now, but where a list has both already."""
    if not moved:
        return
    table = CREDITS[role]
    other = table.alias("other")
    there = exists().where(other.c.movie_id == table.c.movie_id, other.c.person_id == bindparam("now"))
    connection.execute(
        update(table)
        .where(table.c.person_id == bindparam("was"), table.c.source_person_id == bindparam("told"), ~there)
        .values(person_id=bindparam("now")),
        moved,
    )


def _take_out(connection: Connection, numbers: Collection[int]) -> None:
    """Take people out to whom no id and no credit leads."""
    led = (exists().where(table.c.person_id == people.c.id) for table in (person_sources, *CREDITS.values()))
    nobody = [~each for each in led]
    for some in parts(sorted(numbers)):
        connection.execute(delete(people).where(people.c.id.in_(some), *nobody))
