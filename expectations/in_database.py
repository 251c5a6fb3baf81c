"""A transaction that is not committed yet, lent out: a driver's connection in, one that cannot end its transaction out.

Great Expectations' SQL engine makes its own connections from a URL, which would not see what a load has written so far.
It lets SQLAlchemy be told how a connection is made, and is given this one.
"""

from collections.abc import Callable
from typing import Any


class _Lent:
    """Another connection, but for what would end its transaction or close it."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - a driver's own
        self._connection = connection

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the same
        return getattr(self._connection, name)

    def commit(self) -> None:
        """Leave that to the owner."""

    def rollback(self) -> None:
        """Leave that to the owner."""

    def close(self) -> None:
        """Leave that to the owner."""


def opened(connection: Any) -> tuple[str, Callable[[], Any]]:  # noqa: ANN401 - the same
    """Give a URL that says which database it is, and what SQLAlchemy is to call for a connection.

    Args:
        connection: sqlite3's or psycopg's own.
    """
    if type(connection).__module__.startswith("sqlite3"):
        lent = _Lent(connection)
        return "sqlite://", lambda: lent
    # Psycopg looks at the type; a second connection on the same link to the server is its own way to share one.
    ours = {name: getattr(_Lent, name) for name in ("commit", "rollback", "close")}
    kind = type("Lent", (type(connection),), ours | {"__del__": lambda _self: None})
    second = kind(connection.pgconn)
    second.prepare_threshold = None  # the names of prepared statements are the owner's
    return "postgresql+psycopg://held@localhost/held", lambda: second
