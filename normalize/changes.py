"""What was changed in the store since it was filled: the archive and the store in, the films concerned out.

The archive is normalized again, and whatever the store says otherwise was changed by somebody: before the store is
taken away they are told of it. Both sides are compared by what they say, so who has which number does not matter.
"""

import pandas as pd
from sqlalchemy import Connection

from normalize import adoption
<<<<<<< HEAD
from normalize.differences import columns_of, difference, rows_of
from normalize.models import CREDITS, metadata, movies
=======
from normalize.facts import differing, facts, stored
>>>>>>> 935ae19 (Merge a newer edition of the legacy file into the store)
from normalize.tables import normalize
from normalize.words import LEGACY_TABLES


def changed_films(connection: Connection, *, same_name_is_one: bool) -> list[str]:
    """Name the films of which the store does not say what the archive makes of them.

    Args:
        connection: to a filled store with its archive.
        same_name_is_one: as the store was filled.

    Returns:
        their ids on the outside (imdb_id, else public_id), films that were deleted among them, in ascending order.
    """
    was = normalize(adoption.read(connection, LEGACY_TABLES), same_name_is_one=same_name_is_one, at="").tables
<<<<<<< HEAD
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
=======
    now = stored(connection)
    numbers = differing(facts(was), facts(now))
    named = pd.concat([now["movies"], was["movies"]]).drop_duplicates("id")
    return sorted(named["imdb_id"].fillna(named["public_id"])[named["id"].isin(list(numbers))])
>>>>>>> 935ae19 (Merge a newer edition of the legacy file into the store)
