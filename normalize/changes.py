"""What was changed in the store since it was filled: the archive and the store in, the films concerned out.

The archive is normalized again, and whatever the store says otherwise was changed by somebody: before the store is
taken away they are told of it. Both sides are compared by what they say, so who has which number does not matter.
"""

from collections.abc import Callable, Mapping

import pandas as pd
from sqlalchemy import Connection

from normalize import adoption, decisions
from normalize.facts import differing, facts, stored
from normalize.plan import Frames, Normalized
from normalize.words import LEGACY_TABLES

AsFilled = Callable[[Frames, pd.DataFrame], Normalized]
"""Legacy frames and decisions → the store's frames, by the settings with which the store was filled."""


def archive_said(connection: Connection, normalize: AsFilled) -> Mapping[str, pd.DataFrame]:
    """Give the store's frames as the archive makes them, by the decisions that were obeyed when it was taken in."""
    return normalize(adoption.read(connection, LEGACY_TABLES), decisions.obeyed(connection)).tables


def changed_films(connection: Connection, normalize: AsFilled) -> list[str]:
    """Name the films of which the store does not say what the archive makes of them.

    Args:
        connection: to a filled store with its archive.
        normalize: as the store was filled.

    Returns:
        their ids on the outside (imdb_id, else public_id), films that were deleted among them, in ascending order.
    """
    was = archive_said(connection, normalize)
    now = stored(connection)
    numbers = differing(facts(was), facts(now))
    named = pd.concat([now["movies"], was["movies"]]).drop_duplicates("id")
    return sorted(named["imdb_id"].fillna(named["public_id"])[named["id"].isin(list(numbers))])
