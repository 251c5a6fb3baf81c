"""What is said of each film, whoever gave its people which number: tables in, facts that can be compared out.

The store and a normalized legacy file number people and genres each in their own way. Facts name them instead, so two
sides are equal when they say the same: that is how the file's next edition, and what was changed in the store, is
found. `facts` is set-based for any number of films; `records` are for the few that differ.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, Table, select

from normalize.models import CREDITS, genres, metadata, movie_genres, movies, people
from normalize.parts import parts
from normalize.record import LISTS, SCALARS, Record

TABLES = (movies, genres, people, metadata.tables["person_sources"], movie_genres, *CREDITS.values())
"""The tables that facts are made of."""

Tables = Mapping[str, pd.DataFrame]


def stored(connection: Connection) -> dict[str, pd.DataFrame]:
    """Read the store's tables of films, rows as plain Python values."""
    return {table.name: all_rows(connection, table) for table in TABLES}


def stored_films(connection: Connection, films: Collection[int]) -> dict[str, pd.DataFrame]:
    """Read what the store's tables say of some films, as `stored` does of all; `person_sources` is left out."""
    numbers = sorted(films)
    read = {movies.name: rows_with(connection, movies, "id", numbers), genres.name: all_rows(connection, genres)}
    for table in (movie_genres, *CREDITS.values()):
        read[table.name] = rows_with(connection, table, "movie_id", numbers)
    credited = {int(person) for table in CREDITS.values() for person in read[table.name]["person_id"]}
    read[people.name] = rows_with(connection, people, "id", sorted(credited))
    return read


def all_rows(connection: Connection, table: Table) -> pd.DataFrame:
    """Read a table, values as plain Python has them."""
    return frame_of(table, connection.execute(select(table)))


def rows_with(connection: Connection, table: Table, column: str, numbers: Sequence[int]) -> pd.DataFrame:
    """Read the rows of a table that have one of the numbers in a column, values as plain Python has them."""
    queries = (select(table).where(table.c[column].in_(some)) for some in parts(numbers))
    return frame_of(table, (row for query in queries for row in connection.execute(query)))


def frame_of(table: Table, rows: Iterable[Row[Any]]) -> pd.DataFrame:
    """Make a frame of a table's rows, values as they are."""
    return pd.DataFrame([tuple(row) for row in rows], columns=[each.name for each in table.columns], dtype=object)


def facts(tables: Tables) -> dict[str, pd.DataFrame]:
    """Say what tables say, people and genres by their names.

    Args:
        tables: frames named and with columns as the store's tables; columns may be missing.

    Returns:
        `films`: id and SCALARS, a row per film; for each of LISTS movie_id, place (1, 2, 3 … in the order of
        `ordering`) and what the entries say. All values plain Python, None where there is nothing.
    """
    said = {"films": _plain(tables["movies"], ("id", *SCALARS))}
    named = {
        "genres": tables["movie_genres"].merge(_names(tables["genres"], "genre_id"), on="genre_id"),
        **{
            role: tables[table.name].merge(_names(tables["people"], "person_id"), on="person_id")
            for role, table in CREDITS.items()
        },
    }
    for name, frame in named.items():
        ordered = frame.sort_values(["movie_id", "ordering"], ignore_index=True)
        ordered["place"] = ordered.groupby("movie_id", sort=False).cumcount() + 1
        said[name] = _plain(ordered, ("movie_id", "place", *LISTS[name]))
    return said


def _names(frame: pd.DataFrame, number: str) -> pd.DataFrame:
    return frame[["id", "name"]].rename(columns={"id": number})


def _plain(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    values = frame.reindex(columns=list(columns)).astype(object)
    return values.where(values.notna(), None)


def differing(one: Tables, other: Tables) -> set[int]:
    """Give the numbers of the films of which two sides do not say the same."""
    films: set[int] = set()
    for name in one:
        both = pd.concat([one[name], other[name]], ignore_index=True)
        unlike = both[~both.duplicated(keep=False)]
        films |= set(unlike["id" if name == "films" else "movie_id"])
    return films


def records(said: Tables, films: Collection[int]) -> dict[int, Record]:
    """Gather what is said of some films; those of which nothing is said are left out.

    Args:
        said: as `facts` gives them.
        films: the numbers of the films.
    """
    rows = said["films"][said["films"]["id"].isin(list(films))]
    gathered: dict[int, Record] = {
        number: {**dict(zip(SCALARS, values, strict=True)), **dict.fromkeys(LISTS, ())}
        for number, *values in rows.itertuples(index=False, name=None)
    }
    for name in LISTS:
        entries = said[name][said[name]["movie_id"].isin(list(gathered))]
        for number, _, *entry in entries.itertuples(index=False, name=None):
            gathered[number][name] += (tuple(entry),)
    return gathered
