"""The difference into the store: staged rows in, the store as the files say out; in the caller's transaction.

Only what changed since the last load was staged. A film whose titles part changed is inserted or updated; of a part
that changed a film's rows are replaced; a film that the files do not list any more goes. People stay: every id that
the outside ever saw leads to somebody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Table, UniqueConstraint, text

from normalize.imdb.columns import Numbers, distinct, places_of
from normalize.imdb.fingerprints import NONE, TITLES_PART, Fingerprints
from normalize.imdb.loading import (
    ACTORS_PART,
    AKAS_PART,
    CREDITS_PART,
    CREW_PART,
    EPISODES_PART,
    Found,
)
from normalize.imdb.staging import STAGED, Staging, analyze, write_table
from normalize.models import metadata, movies

PARTS = {
    "movie_genres": (TITLES_PART,),
    "movie_directors": (CREW_PART, CREDITS_PART),
    "movie_writers": (CREW_PART, CREDITS_PART),
    "movie_actors": (ACTORS_PART, CREDITS_PART),
    "movie_titles": (AKAS_PART,),
    "movie_episodes": (EPISODES_PART,),
}
"""Table of a film's rows → the parts that they come from."""
TOLD = (TITLES_PART, ACTORS_PART, CREDITS_PART, CREW_PART)
"""The parts that a film's document is made of."""
RANDOM_PAGE_COST = 1.1
"""What a page at any place costs, of one that follows: as on disks without heads, or in memory."""
KEPT = ("id", "imdb_id", "public_id", "description")
"""The columns of a film's row that the files say nothing of, or that never change."""


@dataclass(frozen=True)
class Written:
    """How many films went in, were changed and were taken out."""

    added: int
    changed: int
    gone: int


@dataclass(frozen=True)
class Difference:
    """What is to become of films, by their numbers, ascending."""

    added: Numbers
    changed: Numbers
    gone: Numbers

    @classmethod
    def of(cls, found: Found, last: Fingerprints) -> "Difference":
        """Tell it from the fingerprints of titles of the last load and what was found."""
        new = found.films
        told = distinct(np.concatenate([found.changed.get(part, NONE.numbers) for part in TOLD]))
        told = told[places_of(told, new) >= 0]
        added = places_of(told, last.numbers) < 0
        return cls(told[added], told[~added], last.gone(new))

    def without(self, films: Numbers) -> "Difference":
        """Leave films out, which ascend."""
        return Difference(*(some[places_of(some, films) < 0] for some in (self.added, self.changed, self.gone)))

    def with_more(self, more: "Difference") -> "Difference":
        """Add what becomes of other films."""
        return Difference(
            np.union1d(self.added, more.added),
            np.union1d(self.changed, more.changed),
            np.union1d(self.gone, more.gone),
        )

    @property
    def written(self) -> Written:
        """Count it."""
        return Written(len(self.added), len(self.changed), len(self.gone))


def merge(connection: Connection, staging: Staging, changed: Mapping[str, Numbers], difference: Difference) -> None:
    """Merge what was staged; nothing is queued for the index, and indexes of the store stay.

    Args:
        connection: in a transaction, the capture of changes being off; genres and people are merged already.
        staging: the staged rows.
        changed: part → the films of which it says something new, or nothing any more.
        difference: of films.
    """
    numbers(connection, "gone", difference.gone)
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE staged_outside AS SELECT id, coalesce(imdb_id, public_id) AS outside_id "
            "FROM movies WHERE id IN (SELECT id FROM staged_gone)"
        )
    )
    for table in (*PARTS, "movie_sources"):
        _delete(connection, table, "movie_id IN (SELECT id FROM staged_gone)")
    _delete(connection, "movies", "id IN (SELECT id FROM staged_gone)")
    _upsert_films(connection, staging)
    for table, parts in PARTS.items():
        new = [changed[part] for part in parts if part in changed]
        if new:
            _replace(connection, table, staging.name(table), distinct(np.concatenate(new)))


def _replace(connection: Connection, table: str, staged: str, films: Numbers) -> None:
    """Give films their staged rows instead of those that they have; rows that are the same are not touched.

    A row that goes in is looked up in two other tables; one whose keys stay is changed where it is, without.
    """
    numbers(connection, f"new_{table}", films)
    primary, unique, rest = _columns(metadata.tables[table])
    columns, keys, key = ", ".join([*unique, *rest]), ", ".join(unique), ", ".join(primary)
    had, gone = f"{STAGED}had_{table}", f"{STAGED}gone_{table}"
    for name, rows in (
        (had, f"SELECT {columns} FROM {table} WHERE movie_id IN (SELECT id FROM {STAGED}new_{table})"),
        (gone, f"SELECT {keys} FROM {had} EXCEPT SELECT {keys} FROM {staged}"),
    ):
        connection.execute(text(f"CREATE TEMPORARY TABLE {name} AS {rows}"))
        analyze(connection, name)
    _delete(connection, table, f"({keys}) IN (SELECT {keys} FROM {gone})")
    listed = f"SELECT {columns} FROM {staged} WHERE movie_id IN (SELECT id FROM movies)"
    other = f"{listed} EXCEPT SELECT {columns} FROM {had} WHERE true"  # SQLite would take ON for a part of FROM
    said = ", ".join(f"{name} = excluded.{name}" for name in rest)
    what = f"UPDATE SET {said}" if rest else "NOTHING"
    # In order, as PostgreSQL logs the whole of a page that it comes to again after a checkpoint.
    in_order = f"{other} ORDER BY {keys}"
    connection.execute(text(f"INSERT INTO {table} ({columns}) {in_order} ON CONFLICT ({key}) DO {what}"))


def _columns(table: Table) -> tuple[list[str], list[str], list[str]]:
    """Give the names of a table's columns: of its primary key, of all its keys, and the others."""
    unique = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys = {column.name for each in (table.primary_key, *unique) for column in each.columns}
    names = [column.name for column in table.columns]
    primary = [column.name for column in table.primary_key]
    return primary, [name for name in names if name in keys], [name for name in names if name not in keys]


def prefer_indexes(connection: Connection) -> None:
    """Let PostgreSQL find the few rows that a merge is about by their keys, until the transaction ends.

    Its default takes a page at any place for four times as dear as the next one, and reads tables whole for that.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL random_page_cost = {RANDOM_PAGE_COST}")


def drop_unused_genres(connection: Connection) -> None:
    """Take out genres that no film has."""
    # A value for each genre is one look at an index; for NOT EXISTS PostgreSQL reads all rows of movie_genres.
    _delete(connection, "genres", "(SELECT 1 FROM movie_genres WHERE genre_id = genres.id LIMIT 1) IS NULL")


def numbers(connection: Connection, name: str, some: Numbers) -> None:
    """Make a temporary table staged_NAME of numbers, its column being `id`."""
    connection.execute(text(f"CREATE TEMPORARY TABLE {STAGED}{name} (id BIGINT PRIMARY KEY)"))
    write_table(connection, STAGED + name, pa.table({"id": some}))
    analyze(connection, STAGED + name)


def write_genres(connection: Connection, genres: dict[str, int]) -> None:
    """Write the genres that are not there yet."""
    table = metadata.tables["genres"]
    known = {row.name for row in connection.execute(table.select())}
    new = [{"id": number, "name": name} for name, number in genres.items() if name not in known]
    if new:
        connection.execute(table.insert(), new)


def merge_people(connection: Connection, staging: Staging) -> None:
    """Insert and rename people; `staged_renamed` has those who were called otherwise."""
    people, sources = staging.name("people"), staging.name("person_sources")
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE staged_renamed AS SELECT p.id FROM people p "
            f"JOIN {people} s ON s.id = p.id WHERE p.name <> s.name"
        )
    )
    connection.execute(
        text(
            f"INSERT INTO people (id, name) SELECT id, name FROM {people} WHERE true "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE people.name <> excluded.name"
        )
    )
    connection.execute(
        text(
            f"INSERT INTO person_sources (source, source_id, person_id) SELECT source, source_id, person_id "
            f"FROM {sources} WHERE true ON CONFLICT (source, source_id) DO NOTHING"
        )
    )


def _upsert_films(connection: Connection, staging: Staging) -> None:
    columns = [column.name for column in movies.columns]
    said = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in KEPT)
    listed = ", ".join(columns)
    connection.execute(
        text(
            f"INSERT INTO movies ({listed}) SELECT {listed} FROM {staging.name('movies')} WHERE true "
            f"ON CONFLICT (id) DO UPDATE SET {said}"
        )
    )


def _delete(connection: Connection, table: str, which: str) -> None:
    connection.execute(text(f"DELETE FROM {table} WHERE {which}"))


def queue(connection: Connection, difference: Difference) -> None:
    """Queue the films that changed or went, each once; behind them those that a renamed person is part of."""
    credited = " UNION ".join(
        f"SELECT movie_id FROM {table} WHERE person_id IN (SELECT id FROM staged_renamed)"
        for table in ("movie_directors", "movie_writers", "movie_actors")
    )
    numbers(connection, "told", distinct(np.concatenate([difference.added, difference.changed])))
    connection.execute(text("INSERT INTO index_changes (movie_id) SELECT id FROM staged_told ORDER BY id"))
    connection.execute(
        text("INSERT INTO index_changes (movie_id, outside_id) SELECT id, outside_id FROM staged_outside ORDER BY id")
    )
    connection.execute(
        text(
            f"INSERT INTO index_changes (movie_id, priority) SELECT movie_id, 1 FROM ({credited}) AS reached "
            "WHERE movie_id NOT IN (SELECT id FROM staged_told) ORDER BY movie_id"
        )
    )
