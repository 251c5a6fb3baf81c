"""What an operator runs: one sync, or one that stays and goes on whatever happens until it is told to stop."""

from collections.abc import Iterator
from contextlib import closing

import structlog
from tenacity import RetryCallState, wait_random_exponential

from index.alert import alert
from index.engine import open_writer
from index.feed import Feed
from index.lock import LockHeldError
from index.rebuild import rebuild
from index.sync import Sender, check
from index.watch import watching
from index.writer import IndexWriter
from normalize.errors import PassingError, UnavailableError
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.stopping import Stop

NAMED = 20
"""How many films an alert names."""


def sync(
    feed: Feed, writer: IndexWriter, sender: Sender, steps: Steps, *, retry_parked: bool = False, settle: bool = True
) -> str | None:
    """Bring the index in step with the store; made, if there is none.

    Args:
        feed: the store, locked.
        writer: the engine.
        sender: what sends; `sender.done` tells what was done.
        steps: shows what is done.
        retry_parked: try all parked films again, not only those whose time has come.
        settle: let searches see at once what was sent; else Elasticsearch shows it after INDEX_REFRESH.

    Returns:
        the name of the index; None if it was stopped before there was one.

    Raises:
        InputError: the index is another store's, or of another mapping.
    """
    live = writer.live()
    if live is None:
        return rebuild(feed, writer, sender, steps)
    sender.know(live.name, check(feed, live))
    feed.release(everything=retry_parked)
    if feed.is_queued():
        with steps.step("sync"):
            sender.drain([live.name])
            if settle:
                writer.settle(live.name)
    return live.name


def follow(settings: Settings, stop: Stop) -> None:
    """Keep the index in step until told to stop.

    A server that goes, a full disk, and another that holds the lock are waited for.

    Args:
        settings: the store, the engine, how long to wait.
        stop: set it, and the batch that is under way is finished.
    """
    longer = wait_random_exponential(settings.index_first_wait, settings.index_longest_wait)
    failures = 0
    while not stop.is_set():
        try:
            for _ in _rounds(settings, stop):
                failures = 0
        except LockHeldError as error:
            structlog.get_logger().info("waiting", reason=str(error))
            stop.wait(settings.index_poll)
        except (UnavailableError, PassingError) as error:
            failures += 1
            structlog.get_logger().error("unavailable", reason=str(error))
            if failures == 1:
                alert(settings, "failed", str(error))
            stop.wait(longer(_after(failures)))


def _rounds(settings: Settings, stop: Stop) -> Iterator[None]:
    """Take the lock and send whatever is queued, round after round; yields after each."""
    with Feed(settings) as feed, closing(open_writer(settings)) as writer, watching(settings, stop) as wait:
        while not stop.is_set():
            sender = Sender(feed, writer, stop=stop)
            name = sync(feed, writer, sender, Steps("index"), settle=False)
            if sender.done.put or sender.done.gone or sender.done.refused:
                done = sender.done
                structlog.get_logger().info("sent", index=name, put=done.put, gone=done.gone, parked=len(done.refused))
                if done.refused:
                    films = ", ".join(f"{film.id} ({film.reason})" for film in done.refused[:NAMED])
                    alert(settings, "parked", f"{len(done.refused):,} films could not go into the index: {films}")
            yield
            if not feed.is_queued():
                wait()


def _after(failures: int) -> RetryCallState:
    """Give what tenacity asks: how many failures there were."""
    state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
    state.attempt_number = failures
    return state
