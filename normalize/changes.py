"""What was changed in the store since it was filled: the archive and the store in, the films concerned out.

The archive is normalized again, and whatever the store holds otherwise was changed by somebody: before the store is
taken away they are told of it.
"""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection, select

from normalize import adoption
from normalize.differences import columns_of, difference, rows_of
from normalize.models import CREDITS, metadata, movies
from normalize.tables import normalize
from normalize.words import LEGACY_TABLES

TIMES = ("updated_at",)
"""Columns that differ from run to run."""
OF_FILMS = {"movies": "id", "movie_genres": "movie_id", **{table.name: "movie_id" for table in CREDITS.values()}}
"""Tables whose rows are of one film → the column that says of which."""
LINKS = {
    "people": ("person_id", tuple(table.name for table in CREDITS.values())),
    "genres": ("genre_id", ("movie_genres",)),
}
"""Tables that films link to → the column of the links, and the tables that these are in."""


def changed_films(connection: Connection, *, same_name_is_one: bool) -> list[str]:
    """Name the films whose rows, genres or people are not what the archive makes of them.

    Args:
        connection: to a filled store with its archive.
        same_name_is_one: as the store was filled.

    Returns:
        their ids on the outside (imdb_id, else public_id), films that were deleted among them, in ascending order.
    """
    was = normalize(adoption.read(connection, LEGACY_TABLES), same_name_is_one=same_name_is_one, at="").tables
    now = {name: rows_of(connection, metadata.tables[name], TIMES) for name in was}
    numbers: set[int] = set()
    for name, column in OF_FILMS.items():
        numbers |= set(_changed_rows(was[name], now[name], name)[column])
    for name, (column, tables) in LINKS.items():
        touched = set(_changed_rows(was[name], now[name], name)["id"])
        for table in tables:
            linked = pd.concat([was[table][["movie_id", column]], now[table][["movie_id", column]]])
            numbers |= set(linked.loc[linked[column].isin(touched), "movie_id"])
    return sorted(_outside_ids(was, connection).reindex(sorted(numbers)).tolist())


def _changed_rows(was: pd.DataFrame, now: pd.DataFrame, name: str) -> pd.DataFrame:
    return difference(columns_of(was, metadata.tables[name], TIMES), now)


def _outside_ids(was: Mapping[str, pd.DataFrame], connection: Connection) -> pd.Series:
    """Give the id on the outside for each film's number, of the films that were and those that are."""
    now = connection.execute(select(movies.c.id, movies.c.imdb_id, movies.c.public_id)).all()
    names = {number: imdb_id or public_id for number, imdb_id, public_id in now}
    before = dict(zip(was["movies"]["id"], was["movies"]["imdb_id"], strict=True))
    return pd.Series({**before, **names}, dtype=object)
