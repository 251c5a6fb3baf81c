"""What was settled, written: films, links and people in the store become what the merge says.

In the caller's transaction, in proportion to what changes; nothing is committed here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, delete, exists, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from normalize import statements
from normalize.errors import DataError
from normalize.merge.films import Merged
from normalize.merge.matches import SOURCE_OF
from normalize.merge.people import PeopleChanges
from normalize.models import CREDITS, genres, movie_genres, movie_sources, movies, people, person_sources
from normalize.parts import parts
from normalize.precedence import IMDB, speaker
from normalize.record import LISTS, SCALARS, Record
from normalize.text import sort_key


@dataclass(frozen=True)
class Written:
    """How many films went in, were changed and were taken out."""

    added: int
    changed: int
    gone: int


def free_number(connection: Connection, table: Table, least: int) -> int:
    """Give the first number that no row of a table has, from `least` on."""
    highest = connection.execute(select(func.max(table.c.id))).scalar()
    return max(least, (highest or 0) + 1)


def write_people(connection: Connection, changes: PeopleChanges) -> None:
    """Rename people, add new ones, and let ids lead to whom they lead now."""
    _many(
        connection,
        update(people).where(people.c.id == bindparam("number")).values(name=bindparam("called")),
        [{"number": number, "called": name} for number, name in changes.renamed.items()],
    )
    _many(connection, people.insert(), [{"id": number, "name": name} for number, name in changes.added.items()])
    for source, source_id in changes.sources:
        connection.execute(
            delete(person_sources).where(person_sources.c.source == source, person_sources.c.source_id == source_id)
        )
    _many(
        connection,
        person_sources.insert(),
        [
            {"source": source, "source_id": source_id, "person_id": number}
            for (source, source_id), number in changes.sources.items()
        ],
    )


def write_films(
    connection: Connection,
    merged: Sequence[Merged],
    before: Mapping[int, Record],
    ids: Mapping[int, Mapping[str, str]],
    at: str,
) -> Written:
    """Make the store say what the merge settled.

    Args:
        connection: in a transaction; people are written already.
        merged: the films, each once.
        before: what the store says of them now; those that it has not are left out.
        ids: the imdb_id and public_id of each film that the store may not have.
        at: the time, for `updated_at`.

    Raises:
        DataError: a list names an id that leads to nobody.
    """
    gone = [film.number for film in merged if film.record is None and film.number in before]
    added = [film for film in merged if film.record is not None and film.number not in before]
    changed = [film for film in merged if film.record not in (None, before.get(film.number))]
    changed = [film for film in changed if film.number in before]
    _delete_films(connection, gone)
    _many(connection, movies.insert(), [{"id": film.number, **ids[film.number], **_row(film, at)} for film in added])
    _many(
        connection,
        update(movies).where(movies.c.id == bindparam("number")),
        [{"number": film.number, **_row(film, at)} for film in changed],
    )
    _write_genres(connection, [*added, *changed], before)
    for role in CREDITS:
        _write_credits(connection, role, _lists(role, [*added, *changed], before), _of_imdb(role, merged))
    _delete(connection, movie_sources, "movie_id", [film.number for film in merged])
    statements.write(connection, {film.number: film.statements for film in merged})
    return Written(len(added), len(changed), len(gone))


def _row(film: Merged, at: str) -> dict[str, object]:
    record = film.record or {}
    return {
        **{column: record[column] for column in SCALARS},
        "title_key": sort_key(str(record["title"])),
        "updated_at": at,
    }


def _lists(name: str, films: Iterable[Merged], before: Mapping[int, Record]) -> dict[int, Sequence[tuple[object, ...]]]:
    """Give a list of those films for which it is another than before."""
    return {
        film.number: film.record[name]
        for film in films
        if film.record is not None and film.record[name] != before.get(film.number, {}).get(name, ())
    }


def _delete_films(connection: Connection, numbers: Sequence[int]) -> None:
    for table in (movie_genres, *CREDITS.values(), movie_sources):
        _delete(connection, table, "movie_id", numbers)
    _delete(connection, movies, "id", numbers)


def _write_genres(connection: Connection, films: Sequence[Merged], before: Mapping[int, Record]) -> None:
    lists = _lists("genres", films, before)
    _delete(connection, movie_genres, "movie_id", list(lists))
    ids = {name: number for number, name in connection.execute(select(genres.c.id, genres.c.name))}
    new = sorted({str(name) for entries in lists.values() for (name,) in entries} - set(ids))
    numbered = dict(zip(new, range(free_number(connection, genres, 1), 1 << 62), strict=False))
    _many(connection, genres.insert(), [{"id": number, "name": name} for name, number in numbered.items()])
    ids |= numbered
    rows = [
        {"movie_id": film, "genre_id": ids[str(name)], "ordering": place}
        for film, entries in lists.items()
        for place, (name,) in enumerate(entries, start=1)
    ]
    _many(connection, movie_genres.insert(), rows)
    if lists:
        unused = ~exists().where(movie_genres.c.genre_id == genres.c.id)
        connection.execute(delete(genres).where(unused))


def _of_imdb(role: str, films: Iterable[Merged]) -> set[int]:
    """Give the films whose list is IMDb's, so that its ids are nconsts."""
    return {film.number for film in films if film.words and speaker(role, film.words) == IMDB}


def _write_credits(
    connection: Connection, role: str, lists: Mapping[int, Sequence[tuple[object, ...]]], of_imdb: Collection[int]
) -> None:
    table = CREDITS[role]
    _delete(connection, table, "movie_id", list(lists))
    entries = [(film, _entry(role, entry)) for film, listed in lists.items() for entry in listed]
    numbers = _people_of(connection, role, {str(entry["source_person_id"]) for _, entry in entries})
    imdb, legacy = numbers[IMDB], numbers[SOURCE_OF[role]]
    leads = {True: legacy | imdb, False: imdb | legacy}
    rows: dict[tuple[int, int], dict[str, object]] = {}
    places: dict[int, int] = {}
    for film, entry in entries:
        person = leads[film in of_imdb].get(str(entry["source_person_id"]))
        if person is None:
            raise DataError(
                f"film {film}: {role} names {entry['source_person_id']!r}, whom person_sources does not know. Nothing "
                "was changed."
            )
        key = (film, person)
        if key not in rows:  # two ids of one person: once in a role
            places[film] = places.get(film, 0) + 1
            rows[key] = {"movie_id": film, "person_id": person, "ordering": places[film], **entry}
    _many(connection, table.insert(), list(rows.values()))


def _entry(role: str, entry: tuple[object, ...]) -> dict[str, object]:
    said = dict(zip(LISTS[role], entry, strict=True))
    del said["name"]
    return said


def _people_of(connection: Connection, role: str, ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Give the number of the person for each id, by the source that gives it: IMDb, or the legacy file in the role."""
    found: dict[str, dict[str, int]] = {IMDB: {}, SOURCE_OF[role]: {}}
    for some in parts(sorted(ids)):
        rows = select(person_sources).where(
            person_sources.c.source_id.in_(some), person_sources.c.source.in_(list(found))
        )
        for row in connection.execute(rows):
            found[row.source][row.source_id] = row.person_id
    return found


def _delete(connection: Connection, table: Table, column: str, numbers: Sequence[int]) -> None:
    for some in parts(numbers):
        connection.execute(delete(table).where(table.c[column].in_(some)))


def _many(connection: Connection, statement: UpdateBase, rows: list[dict[str, object]]) -> None:
    """Run a statement for each row; with no row SQLAlchemy would run it once, with defaults."""
    if rows:
        connection.execute(statement, rows)
