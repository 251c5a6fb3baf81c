"""What is said of each film, whoever gave its people which number: tables in, facts that can be compared out.

The store and a normalized legacy file number people and genres each in their own way. Facts name them instead, so two
sides are equal when they say the same: that is how the file's next edition, and what was changed in the store, is
found. `facts` is set-based for any number of films; `records` are for the few that differ.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from normalize.models import CREDITS, genres, metadata, movie_genres, movies, people

if TYPE_CHECKING:
    import pandas as pd

SCALARS = (
    "title",
    "original_title",
    "title_type",
    "description",
    "year",
    "runtime_minutes",
    "imdb_rating",
    "imdb_votes",
    "is_adult",
)
"""What a film's own row says; its ids are not said by a source, and the time of a change is none of theirs."""

LISTS = {
    "genres": ("name",),
    "directors": ("name", "credit_note"),
    "writers": ("source_person_id", "name", "credit_note"),
    "actors": ("source_person_id", "name", "credit_note", "characters"),
}
"""The lists of a film → what each entry says. A director has no id in the legacy file: the name is it."""

COLUMNS = (*SCALARS, *LISTS)

TABLES = (movies, genres, people, metadata.tables["person_sources"], movie_genres, *CREDITS.values())
"""The tables that facts are made of."""

Tables = Mapping[str, "pd.DataFrame"]
Record = dict[str, Any]
"""What is said of one film: COLUMNS → a value, or a tuple of tuples of what LISTS names, in their order; None or ()
where nothing is said."""


def saying(**said: object) -> Record:
    """Make a record that says no more than what is given."""
    return {**dict.fromkeys(SCALARS), **dict.fromkeys(LISTS, ()), **said}


def stored(connection: Connection) -> dict[str, pd.DataFrame]:
    """Read the store's tables of films, rows as plain Python values."""
    import pandas as pd  # noqa: PLC0415 - the API reads this module for what a record is, and is light

    read = {}
    for table in TABLES:
        found = connection.execute(select(table))
        read[table.name] = pd.DataFrame([tuple(row) for row in found], columns=list(found.keys()), dtype=object)
    return read


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
    import pandas as pd  # noqa: PLC0415 - as above

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
