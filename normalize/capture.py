"""Large loads and the queue of the index: a load passes the triggers, and the films it changed are queued at once.

The triggers of the revision `index_changes` queue a film for each row that is written, which is right for edits and
would be most of the work of a large load.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, insert, select, text

from normalize.load import ROWS_AT_ONCE, write_rows
from normalize.models import index_changes, movies

TRIGGERS = "index_changes_%"
"""What the names of our triggers look like."""


@contextmanager
def uncaptured(connection: Connection) -> Iterator[None]:
    """Write without queueing anything; afterwards the triggers are as before.

    What was written is to be queued by `queue` or `queue_all`, but for a store that no index was made from yet. After
    an error the caller rolls back, and the triggers are as before too.

    Args:
        connection: in a transaction. Other writers wait for its end.
    """
    if connection.dialect.name == "sqlite":
        found = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE :ours"), {"ours": TRIGGERS}
        ).all()
        off, on = [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
    else:
        found = connection.execute(
            text("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE :ours AND tgenabled <> 'D'"),
            {"ours": TRIGGERS},
        ).all()
        off, on = ([f"ALTER TABLE {table} {way} TRIGGER {name}" for name, table in found]
                   for way in ("DISABLE", "ENABLE"))  # fmt: skip
    for statement in off:
        connection.exec_driver_sql(statement)
    yield
    for statement in on:
        connection.exec_driver_sql(statement)


def queue(connection: Connection, films: Mapping[int, str | None]) -> None:
    """Queue films, each once.

    Args:
        connection: in a transaction.
        films: a film's number → the id that it had on the outside before; None if it has none or has it still.
    """
    rows: Iterator[tuple[object, ...]] = iter(films.items())
    while chunk := list(islice(rows, ROWS_AT_ONCE)):
        write_rows(connection, index_changes.name, ["movie_id", "outside_id"], chunk)


def queue_all(connection: Connection) -> None:
    """Queue every film that the store has."""
    connection.execute(insert(index_changes).from_select(["movie_id"], select(movies.c.id).order_by(movies.c.id)))
