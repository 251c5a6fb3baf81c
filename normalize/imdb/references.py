"""The references of a SQLite store that was filled without holding them with each row: all looked at, at once."""

from sqlalchemy import Connection

from normalize.errors import DataError
from normalize.text import quoted

REFERENCES = """
SELECT tables.name AS child, keys."from" AS refers, keys."table" AS parent, keys."to" AS referred
FROM sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table'
"""
"""What refers to what; none of ours is of several columns."""


def check_references(connection: Connection) -> None:
    """Make sure that every reference leads to a row, unless the connection holds them with each row.

    Each value is looked up once, in the order of its index. SQLite's own check looks up that of each row, and takes
    three times as long for it.

    Raises:
        DataError: names the table and a value that leads nowhere.
    """
    if connection.dialect.name != "sqlite" or connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        return
    for key in connection.exec_driver_sql(REFERENCES).all():
        values = f"SELECT DISTINCT {quoted(key.refers)} AS value FROM {quoted(key.child)}"
        held = f"SELECT 1 FROM {quoted(key.parent)} WHERE {quoted(key.referred)} = value"
        lost = f"SELECT value FROM ({values}) WHERE value IS NOT NULL AND NOT EXISTS ({held}) LIMIT 1"
        for (value,) in connection.exec_driver_sql(lost):
            raise DataError(
                f"{key.child} has rows whose {key.refers} is {value!r}, and {key.parent} has none whose {key.referred} "
                "is that. Nothing was changed."
            )
