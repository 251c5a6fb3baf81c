"""What was changed in the store, put into the legacy shape: the archive and the store in, edits of legacy rows out.

Only what differs is written, as the legacy file writes it: genres and directors joined by commas, one writer as an id
and several as JSON, 'N/A' for nothing. What that shape cannot hold is refused by name; that nothing else is lost is
proved by normalizing the edited archive and comparing it with the store.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from normalize import adoption, legacy_edits
from normalize.archive import forget
from normalize.changes import AsFilled, archive_said
from normalize.errors import InputError
from normalize.facts import Tables, differing, facts, records, stored
from normalize.films import FILM_ID
from normalize.legacy_edits import Edit
from normalize.people import id_text
from normalize.record import COLUMNS, SCALARS, Record
from normalize.roles import ACTORS, WRITERS
from normalize.words import LEGACY_TABLES, SEPARATOR, WRITER_ID_FIELD

NOTHING = "N/A"
"""What the legacy file writes where it knows nothing."""
JOINED = SEPARATOR + " "
NOT_HELD = tuple(column for column in SCALARS if column not in ("title", "description", "imdb_rating"))
"""What the legacy shape has no column for."""
REFUSED_SHOWN = 20
"""How many things that cannot be held a refusal names."""


def write_back(connection: Connection, normalize: AsFilled) -> list[Edit]:
    """Put what was changed in the store into the archive.

    Args:
        connection: to a filled store with its archive, in a transaction; the archive is changed.
        normalize: as the store was filled.

    Returns:
        what was done to the archive, for a copy of its file.

    Raises:
        InputError: names what the legacy shape cannot hold.
    """
    adoption.refuse_placeless(connection, LEGACY_TABLES)
    place = "rowid" if adoption.adopted(connection) == adoption.IN_PLACE else "legacy_rowid"
    was = archive_said(connection, normalize)
    now = stored(connection)
    said_was, said_now = _said(was), _said(now)
    numbers = differing(said_was, said_now)
    ids = {
        number: imdb_id
        for tables in (was, now)
        for number, imdb_id in zip(tables["movies"]["id"], tables["movies"]["imdb_id"], strict=True)
    }
    archive = _Archive(connection, place, _names(was))
    edits: list[Edit] = []
    refused: list[str] = []
    before, after = records(said_was, numbers), records(said_now, numbers)
    for number in sorted(numbers):
        refused += _not_held(ids.get(number), after.get(number))
        edits += archive.film(number, ids.get(number), before.get(number), after.get(number))
    _refuse(refused)
    edits += archive.people(list(after.values()))
    for edit in edits:
        if edit.place is not None:
            forget(connection, adoption.PREFIX + edit.table, edit.place, edit.values)
    legacy_edits.run(connection, edits, prefix=adoption.PREFIX, place=place)
    again = archive_said(connection, normalize)
    _refuse(_unlike(_said(again), said_now, ids))
    return edits


def _said(tables: Tables) -> Tables:
    """Say what tables say, but for the ids of directors, which the legacy file makes of their names."""
    directors = tables["movie_directors"].drop(columns="source_person_id")
    return facts({**tables, "movie_directors": directors})


def _not_held(imdb_id: str | None, record: Record | None) -> Iterator[str]:
    """Name what the legacy shape has no place for."""
    if record is None:
        return
    if imdb_id is None:
        yield f"the film {record['title']!r}, which has no IMDb id"
        return
    for column in NOT_HELD:
        if record[column] is not None:
            yield f"{imdb_id}: {column} {record[column]!r}"


def _unlike(again: Tables, now: Tables, ids: Mapping[int, str]) -> list[str]:
    """Name what does not come out of the edited archive as the store says it."""
    numbers = differing(again, now)
    read, said = records(again, numbers), records(now, numbers)
    return [
        f"{ids.get(number, number)}: {column} {said.get(number, {}).get(column)!r}"
        for number in sorted(numbers)
        for column in COLUMNS
        if read.get(number, {}).get(column) != said.get(number, {}).get(column)
    ]


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        more = f" and {len(faults) - REFUSED_SHOWN:,} more" if len(faults) > REFUSED_SHOWN else ""
        raise InputError(
            f"the legacy shape cannot hold what the store says: {'; '.join(faults[:REFUSED_SHOWN])}{more}. Nothing was "
            "changed. Change these films, or lose the changes: alembic -x changes=discard downgrade base."
        )


def _names(tables: Tables) -> dict[tuple[str, str], str]:
    """Give the name that each id of the archive leads to."""
    names = dict(zip(tables["people"]["id"], tables["people"]["name"], strict=True))
    rows = tables["person_sources"][["source", "source_id", "person_id"]].itertuples(index=False, name=None)
    return {(source, source_id): names[person] for source, source_id, person in rows}


def _listed(entries: Sequence[tuple[str, ...]]) -> str:
    """Join names as the legacy file does; the word for nothing where there are none."""
    return JOINED.join(name for (name,) in entries) or NOTHING


def _noted(entries: Sequence[tuple[str | None, ...]]) -> str:
    """Join directors' names, notes in brackets."""
    return _listed([(f"{name}" if note is None else f"{name} ({note})",) for _, name, note in entries])


def _writers(entries: Sequence[tuple[str, ...]]) -> dict[str, object]:
    """Write one writer as an id, several as JSON; the other of the two columns is empty."""
    ids = [entry[0] for entry in entries]
    if len(ids) == 1:
        return {"writer": ids[0], "writers": ""}
    return {"writer": "", "writers": json.dumps([{WRITER_ID_FIELD: each} for each in ids]) if ids else ""}


LEGACY_CELLS: Mapping[str, Callable[[Any], dict[str, object]]] = {
    "title": lambda title: {"title": title},
    "description": lambda plot: {"plot": NOTHING if plot is None else plot},
    "imdb_rating": lambda rating: {"imdb_rating": NOTHING if rating is None else f"{rating:.1f}"},
    "genres": lambda genres: {"genre": _listed(genres)},
    "directors": lambda directors: {"director": _noted(directors)},
    "writers": _writers,
}
"""What a film says → the cells of its legacy row."""


class _Archive:
    """The places of the archive's rows, and the edits that make them say something else."""

    def __init__(self, connection: Connection, place: str, names: Mapping[tuple[str, str], str]) -> None:
        def rows(table: str, *columns: str) -> list[tuple[int, ...]]:
            query = f"SELECT {place}, {', '.join(columns)} FROM {adoption.PREFIX}{table} ORDER BY {place} DESC"
            return [tuple(row) for row in connection.execute(text(query))]

        self._names = names
        self._films = {
            int(match[1]): row for row, film in rows("movies", "id") if (match := FILM_ID.match(id_text(film) or ""))
        }
        self._links: dict[str | None, list[int]] = {}
        for row, film in rows("movie_actors", "movie_id"):
            self._links.setdefault(id_text(film), []).append(row)
        self._people = {
            table: {id_text(person): row for row, person in rows(table, "id")} for table in ("writers", "actors")
        }

    def film(self, number: int, imdb_id: str | None, was: Record | None, now: Record | None) -> Iterator[Edit]:
        """Give the edits of one film's rows: what differs, in the legacy shape."""
        if now is None:
            yield Edit("movies", self._films[number])
            yield from (Edit("movie_actors", row) for row in self._links.get(imdb_id, ()))
            return
        values: dict[str, object] = {}
        for column in COLUMNS:
            if (was is None or was[column] != now[column]) and column in LEGACY_CELLS:
                values |= LEGACY_CELLS[column](now[column])
        if was is None:
            yield Edit("movies", None, {"id": imdb_id, **values})
        elif values:
            yield Edit("movies", self._films[number], values)
        actors = [actor for actor, *_ in now["actors"]]
        if was is None or [actor for actor, *_ in was["actors"]] != actors:
            yield from (Edit("movie_actors", row) for row in self._links.get(imdb_id, ()))
            yield from (Edit("movie_actors", None, {"movie_id": imdb_id, "actor_id": actor}) for actor in actors)

    def people(self, films: Iterable[Record]) -> Iterator[Edit]:
        """Give the edits of the tables of people: new ids, and names that are others."""
        done: set[tuple[str, str]] = set()
        for table, source in (("writers", WRITERS), ("actors", ACTORS)):
            for person, name, *_ in (entry for film in films for entry in film[table]):
                if (source, person) in done or self._names.get((source, person)) == name:
                    continue
                done.add((source, person))
                place = self._people[table].get(person)
                yield Edit(table, place, {"name": name} if place is not None else {"id": person, "name": name})
