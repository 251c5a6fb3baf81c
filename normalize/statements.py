"""What each source says of a film of which several speak, kept in `movie_sources`: records in and out.

A film that was entered through our API has a row of the source 'own' from the start, since nothing else tells it.
IMDb's people are kept by their nconst alone: what they are called is what `people` calls them, so one who is renamed is
renamed here too.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from normalize.models import movie_sources, people, person_sources
from normalize.parts import parts
from normalize.precedence import IMDB
from normalize.record import COLUMNS, LISTS, Record

ROLES = tuple(name for name, said in LISTS.items() if "source_person_id" in said)
"""The lists of people."""

Words = dict[int, dict[str, Record]]
"""Film → source → what it says."""


def read(connection: Connection, films: Collection[int] | None = None) -> Words:
    """Give what is kept of some films, or of all: film → source → what it says."""
    every = select(movie_sources)
    queries = (
        [every] if films is None else [every.where(movie_sources.c.movie_id.in_(some)) for some in parts([*films])]
    )
    kept: Words = {}
    for query in queries:
        for row in connection.execute(query):
            said = json.loads(row.said)
            lists = {name: tuple(tuple(entry) for entry in said[name]) for name in LISTS}
            kept.setdefault(row.movie_id, {})[row.source] = said | lists
    _name(connection, [said[IMDB] for said in kept.values() if IMDB in said])
    return kept


def _name(connection: Connection, records: Collection[Record]) -> None:
    """Let people of IMDb be called what the store calls them."""
    wanted = sorted({str(entry[0]) for said in records for role in ROLES for entry in said[role]})
    names: dict[str, str] = {}
    for some in parts(wanted):
        rows = (
            select(person_sources.c.source_id, people.c.name)
            .join(people, people.c.id == person_sources.c.person_id)
            .where(person_sources.c.source == IMDB, person_sources.c.source_id.in_(some))
        )
        names |= {row.source_id: row.name for row in connection.execute(rows)}
    for said in records:
        for role in ROLES:
            said[role] = tuple((nconst, names.get(nconst), *more) for nconst, _, *more in said[role])


def write(connection: Connection, said: Mapping[int, Mapping[str, Record]]) -> None:
    """Keep what sources say; of these films nothing is kept yet.

    Args:
        connection: in a transaction.
        said: film → source → what it says.
    """
    rows = [
        {"movie_id": film, "source": source, "said": json.dumps(_plain(source, record), ensure_ascii=False)}
        for film, words in said.items()
        for source, record in words.items()
    ]
    if rows:
        connection.execute(movie_sources.insert(), rows)


def _plain(source: str, record: Record) -> dict[str, Any]:
    """Give a record's columns in their order; IMDb's people without their names."""
    plain = {column: record[column] for column in COLUMNS}
    if source == IMDB:
        plain |= {role: [(nconst, None, *more) for nconst, _, *more in record[role]] for role in ROLES}
    return plain
