"""What was changed in the store since it was filled: the archive and the store in, the films concerned out.

The archive is normalized again, and whatever the store says otherwise was changed by somebody: before the store is
taken away they are told of it. Both sides are compared by what they say, so who has which number does not matter.
"""

from collections.abc import Mapping

import pandas as pd
from sqlalchemy import Connection

from normalize import adoption, decisions
from normalize.facts import differing, facts, stored
from normalize.tables import normalize
from normalize.words import LEGACY_TABLES


def archive_said(connection: Connection, *, same_name_is_one: bool) -> Mapping[str, pd.DataFrame]:
    """Give the store's frames as the archive makes them, by the decisions that were obeyed when it was taken in."""
    raw, decided = adoption.read(connection, LEGACY_TABLES), decisions.obeyed(connection)
    return normalize(raw, same_name_is_one=same_name_is_one, at="", decided=decided).tables


def changed_films(connection: Connection, *, same_name_is_one: bool) -> list[str]:
    """Name the films of which the store does not say what the archive makes of them.

    Args:
        connection: to a filled store with its archive.
        same_name_is_one: as the store was filled.

    Returns:
        their ids on the outside (imdb_id, else public_id), films that were deleted among them, in ascending order.
    """
    was = archive_said(connection, same_name_is_one=same_name_is_one)
    now = stored(connection)
    numbers = differing(facts(was), facts(now))
    named = pd.concat([now["movies"], was["movies"]]).drop_duplicates("id")
    return sorted(named["imdb_id"].fillna(named["public_id"])[named["id"].isin(list(numbers))])
