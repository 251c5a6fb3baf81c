"""What two states of a table do not share: frames and a connection in, the rows that only one of them has out."""

from collections.abc import Collection
from datetime import date

import pandas as pd
from sqlalchemy import Connection, Table, select


def rows_of(connection: Connection, table: Table, without: Collection[str] = ()) -> pd.DataFrame:
    """Read a table of the store, but for the columns `without`; days as ISO 8601 text, as the loads have them."""
    found = connection.execute(select(*(table.c[name] for name in _names(table, without))))
    rows = [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in found]
    return pd.DataFrame(rows, columns=list(found.keys()), dtype=object)


def columns_of(frame: pd.DataFrame, table: Table, without: Collection[str] = ()) -> pd.DataFrame:
    """Give a frame the columns of its table, as `rows_of` does."""
    return frame.reindex(columns=_names(table, without)).astype(object)


def _names(table: Table, without: Collection[str]) -> list[str]:
    return [column.name for column in table.columns if column.name not in without]


def difference(was: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that only one of two frames has; None and NaN are the same nothing."""
    both = pd.concat([frame.where(frame.notna(), None) for frame in (was, now)], ignore_index=True)
    return both[~both.duplicated(keep=False)]
