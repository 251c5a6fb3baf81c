"""How far the index is behind the store: settings in, figures out, for `status`, for /metrics and for whoever watches.

Nothing is locked and nothing is changed.
"""

from contextlib import closing
from dataclasses import dataclass
from typing import Literal, get_args

from index.engine import open_writer
from index.feed import Feed
from index.sync import check
from index.writer import Generation, IndexWriter
from normalize.errors import InputError, UnavailableError
from normalize.settings import Settings

State = Literal["in step", "behind", "parked", "differs", "no index", "refused", "unavailable"]
STATES: tuple[State, ...] = get_args(State)


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
    no index: there is none yet; refused: `sync` would refuse it, `why` says why; unavailable: the engine does not
    answer, and what it would say is None. lag_seconds: how long the oldest change waits. queued: rows of the queue.
    behind: films in it.
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


@dataclass(frozen=True, slots=True)
class _Indexed:
    """What the engine says, and which state that makes of the index before the store is looked at."""

    state: State = "in step"
    why: str = ""
    live: Generation | None = None
    documents: int | None = None
    bytes: int | None = None


def figures(settings: Settings) -> Figures:
    """Ask the store and the engine.

    Raises:
        InputError: there is no store.
        UnavailableError: the store does not answer.
    """
    with Feed(settings, lock=False) as feed, closing(open_writer(settings)) as writer:
        return figures_of(feed, writer)


def figures_of(feed: Feed, writer: IndexWriter) -> Figures:
    """Ask a store and an engine that are open.

    Raises:
        UnavailableError: the store does not answer.
    """
    settings, indexed = feed.settings, _indexed(feed, writer)
    queue, parked = feed.queue_figures(), feed.parked()
    films, (verified_at, differing) = feed.films(), feed.last_comparison()
    state, live = indexed.state, indexed.live
    if state == "in step":
        in_step = indexed.documents == films
        state = "behind" if queue.films else "parked" if parked else "in step" if in_step else "differs"
    embedded = settings.elasticsearch_url is None
    return Figures(
        state=state,
        why=indexed.why,
        engine="embedded" if embedded else "elasticsearch",
        alias=str(settings.index_path) if embedded else settings.index_name,
        index=live.name if live else None,
        documents=indexed.documents,
        bytes=indexed.bytes,
        mapping_version=live.meta.mapping_version if live and live.meta else None,
        films=films,
        behind=queue.films,
        queued=queue.rows,
        lag_seconds=queue.seconds,
        parked=tuple(Parked(row.outside_id, row.reason, row.attempts, row.next_attempt_at) for row in parked),
        verified_at=verified_at,
        differing=differing,
    )


def _indexed(feed: Feed, writer: IndexWriter) -> _Indexed:
    try:
        live = writer.live()
        if live is None:
            return _Indexed("no index", "Run: python -m index sync")
        documents, size = writer.count(live.name), writer.size(live.name)
    except UnavailableError as error:
        return _Indexed("unavailable", str(error))
    try:
        check(feed, live)
    except InputError as error:
        return _Indexed("refused", str(error), live, documents, size)
    return _Indexed("in step", "", live, documents, size)
