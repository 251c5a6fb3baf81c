"""Films whose documents were refused: kept with the reason and the time of the next attempt, out of the others' way."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from index.documents import Reader
from index.writer import Refusal
from normalize.errors import DataError
from normalize.models import index_parked

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
"""Between two attempts; it doubles from the first to the longest."""
MOST_DOUBLINGS = 20
"""More than it takes to the longest pause."""


class ParkedError(DataError):
    """Films are parked at the end of a run."""


def timestamp(moment: datetime) -> str:
    """Write a moment as the queue does: UTC, ISO 8601, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Give the time of the next attempt after so many.

    >>> [str(next_attempt(n, datetime(2026, 1, 1)))[11:] for n in (1, 2, 3)]
    ['00:01:00', '00:02:00', '00:04:00']
    """
    return now + min(FIRST_PAUSE * (1 << min(attempts - 1, MOST_DOUBLINGS)), LONGEST_PAUSE)


def park(connection: Connection, films: Iterable[int], refused: Iterable[tuple[int, Refusal]]) -> None:
    """Park the films of a batch that were refused; whatever else of the batch was parked is so no longer.

    Args:
        connection: in a transaction.
        films: the numbers of all films of the batch.
        refused: number and refusal of those that did not go in.
    """
    ours = Reader(connection).among(index_parked.c.movie_id, films)
    before = {row.movie_id: row for row in connection.execute(select(index_parked).where(ours))}
    if before:
        connection.execute(delete(index_parked).where(ours))
    now = datetime.now(UTC)
    rows = [_row(film, refusal, before.get(film), now) for film, refusal in refused]
    if rows:
        connection.execute(insert(index_parked), rows)


def _row(film: int, refusal: Refusal, before: Any, now: datetime) -> dict[str, object]:  # noqa: ANN401 - a row or None
    attempts = before.attempts + 1 if before else 1
    return {
        "movie_id": film,
        "outside_id": refusal.id,
        "reason": refusal.reason,
        "attempts": attempts,
        "parked_at": before.parked_at if before else timestamp(now),
        "next_attempt_at": timestamp(next_attempt(attempts, now)),
    }


def parked_among(connection: Connection, films: Iterable[int]) -> list[int]:
    """Give which of these films are parked."""
    ours = Reader(connection).among(index_parked.c.movie_id, films)
    return list(connection.execute(select(index_parked.c.movie_id).where(ours)).scalars())


def due(*, everything: bool) -> Select[Any]:
    """Select the parked films whose time has come, or all."""
    columns = select(index_parked.c.movie_id, index_parked.c.outside_id)
    return columns if everything else columns.where(index_parked.c.next_attempt_at <= timestamp(datetime.now(UTC)))
