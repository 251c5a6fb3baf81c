"""How far the index is behind the store: settings in, figures out, for `status`, for /metrics and for whoever watches.

Nothing is locked and nothing is changed.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from index.engine import open_writer
from index.feed import Feed
from index.sync import check
from index.writer import Generation
from normalize.errors import InputError
from normalize.settings import Settings

State = Literal["in step", "behind", "parked", "differs", "no index", "refused"]


@dataclass(frozen=True, slots=True)
class Parked:
    """A film whose document was refused, why, how often, and when it goes again."""

    id: str
    reason: str
    attempts: int
    next_attempt_at: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to know of an index and its store.

    state: in step; behind: films are queued; parked: some were refused; differs: the counts do, and nothing is queued;
    no index: there is none yet; refused: `sync` would refuse it, `why` says why. lag_seconds: how long the oldest
    change waits. queued: rows of the queue. behind: films in it.
    """

    state: State
    why: str
    engine: str
    alias: str
    index: str | None
    documents: int | None
    bytes: int | None
    mapping_version: int | None
    films: int
    behind: int
    queued: int
    lag_seconds: float
    parked: tuple[Parked, ...]
    verified_at: str | None
    differing: int | None


def figures(settings: Settings) -> Figures:
    """Ask the store and the engine.

    Raises:
        InputError: there is no store.
        UnavailableError: the store or the engine does not answer.
    """
    with Feed(settings, lock=False) as feed, closing(open_writer(settings)) as writer:
        live = writer.live()
        queue, parked = feed.queue_figures(), feed.parked()
        films, (verified_at, differing) = feed.films(), feed.last_comparison()
        documents = writer.count(live.name) if live else None
        state, why = _state(feed, live)
        if state == "in step":
            state = "behind" if queue.films else "parked" if parked else "in step" if documents == films else "differs"
        embedded = settings.elasticsearch_url is None
        return Figures(
            state=state,
            why=why,
            engine="embedded" if embedded else "elasticsearch",
            alias=str(settings.index_path) if embedded else settings.index_name,
            index=live.name if live else None,
            documents=documents,
            bytes=writer.size(live.name) if live else None,
            mapping_version=live.meta.mapping_version if live and live.meta else None,
            films=films,
            behind=queue.films,
            queued=queue.rows,
            lag_seconds=queue.seconds,
            parked=tuple(Parked(row.outside_id, row.reason, row.attempts, row.next_attempt_at) for row in parked),
            verified_at=verified_at,
            differing=differing,
        )


def _state(feed: Feed, live: Generation | None) -> tuple[State, str]:
    if live is None:
        return "no index", "Run: python -m index sync"
    try:
        check(feed, live)
    except InputError as error:
        return "refused", str(error)
    return "in step", ""
