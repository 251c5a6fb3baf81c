"""A new index without downtime: filled beside the live one, compared, and searched from one moment to the next.

The first index of a store is made in the same way. What is interrupted goes on where it was; what turns out wrong is
taken away, and searches go on in the index that they had.
"""

from collections.abc import Iterator
from contextlib import closing
from time import monotonic

from index.compare import compare, golden_differences
from index.engine import open_engine
from index.feed import Feed
from index.mapping import MAPPING_VERSION
from index.sync import Batch, Part, Sender, check, gone
from index.writer import NOTHING_FILLED, Generation, IndexWriter, Meta
from normalize.errors import DataError, InputError
from normalize.progress import Steps

KEPT = 1
"""How many indexes stay beside the live one, for the way back."""
SNAPSHOTS = 5
"""How many snapshots are sent under one number: each number costs the index a commit, and nothing is done meanwhile.
The first is of one request's films, so that the engine soon has work."""
NAMED = 20
"""How many films or searches a refusal names."""


def rebuild(feed: Feed, writer: IndexWriter, sender: Sender, steps: Steps) -> str | None:
    """Make a new index and let searches ask it.

    Args:
        feed: the store, locked.
        writer: the engine.
        sender: what sends; told to stop, it leaves the new index to be gone on with.
        steps: shows what is done.

    Returns:
        its name; None if it was stopped before.

    Raises:
        DataError: the new index is not what the store says, or golden queries answer otherwise; it is taken away.
    """
    live = writer.live()
    mirrored = _mirrored(feed, live, sender)
    name, meta = _begin(feed, writer)
    sender.know(name, meta)
    with steps.step("fill", feed.films()) as sender.advance:
        after = meta.filled_to
        while after is not None and not sender.stop.is_set():
            if mirrored and feed.is_queued():
                sender.one_batch([*mirrored, name])
            after = _fill_on(feed, sender, name, mirrored, after)
        sender.drain([*mirrored, name])
    if sender.stop.is_set():
        return None
    try:
        _verify(feed, writer, name, live, steps)
    except DataError:
        writer.remove(name)
        raise
    sender.complete(name)
    writer.publish(name)
    for old in writer.others()[:-KEPT]:
        writer.remove(old.name)
    return name


def _mirrored(feed: Feed, live: Generation | None, sender: Sender) -> list[str]:
    """Name the live index if it is to get what changes meanwhile, which one of another store or mapping cannot."""
    if live is None or not _is_ours(feed, live):
        return []
    sender.know(live.name, check(feed, live))
    return [live.name]


def _is_ours(feed: Feed, made: Generation) -> bool:
    try:
        check(feed, made)
    except InputError:
        return False
    return True


def _begin(feed: Feed, writer: IndexWriter) -> tuple[str, Meta]:
    """Go on with an index that was interrupted, if it is still of use; else make a new one."""
    for other in reversed(writer.others()):
        if other.meta is not None and other.meta.filled_to is not None:
            if _is_ours(feed, other):
                return other.name, other.meta
            writer.remove(other.name)
    store, version = feed.identity()
    meta = Meta(store, MAPPING_VERSION, version, filled_to=NOTHING_FILLED)
    return writer.make(meta), meta


def _fill_on(feed: Feed, sender: Sender, name: str, mirrored: list[str], after: int) -> int | None:
    """Send the films above a number; what is queued of them goes with them, and to the live index as well.

    They are read while they are sent, a snapshot at a time.

    Returns:
        the number of the last one; None when there are no more.
    """
    last: int | None = after

    def parts() -> Iterator[Part]:
        nonlocal last
        films = min(feed.settings.index_batch_films, feed.settings.index_read_films)
        for _ in range(SNAPSHOTS):
            if last is None or sender.stop.is_set():
                return
            part, last = _read_on(feed, last, films)
            films = feed.settings.index_read_films
            for live in mirrored if part.queued.rows else ():
                sender.send(Batch(batch.version, [part], refused=batch.refused), live, queued_only=True)
            yield part

    began = monotonic()
    batch = Batch(feed.draw(), parts())
    sender.send(batch, name, filled_to=after)
    sender.accept(batch)
    sender.rest(len(batch.films), monotonic() - began)
    return last


def _read_on(feed: Feed, after: int, films: int) -> tuple[Part, int | None]:
    """Read so many films above a number, in one snapshot; gives the number of the last, too, None if no more come."""
    with feed.snapshot() as store:
        last = store.end_of_batch(after, films)
        queued = store.between(after, last)
        rows = store.films_between(after, last)
        return Part(rows, gone(store, queued, rows), queued), last


def _verify(feed: Feed, writer: IndexWriter, name: str, live: Generation | None, steps: Steps) -> None:
    """Make sure that the new index says what the store says, and that golden queries answer as before.

    Raises:
        DataError: names films or queries.
    """
    writer.settle(name)
    with steps.step("verify", feed.films()) as advance:
        differing = list(compare(feed, writer, name, advance))
    if differing:
        named = ", ".join(f"{film.id} ({film.kind})" for film in differing[:NAMED])
        raise DataError(f"the new index differs from the store in {len(differing):,} films: {named}. {UNTOUCHED}")
    golden = feed.settings.index_golden_queries
    if golden is None or live is None or live.meta is None or live.meta.store != feed.identity()[0]:
        return
    try:
        lines = golden.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"INDEX_GOLDEN_QUERIES: {golden} cannot be read: {error}. {UNTOUCHED}") from error
    with closing(open_engine(feed.settings, live.name)) as before, closing(open_engine(feed.settings, name)) as after:
        answers = golden_differences(lines, before, after)
    if answers:
        raise DataError(f"golden queries are answered otherwise: {'; '.join(answers[:NAMED])}. {UNTOUCHED}")


UNTOUCHED = "It was taken away; searches go on in the index that they had."


def rollback(feed: Feed, writer: IndexWriter) -> tuple[str, int]:
    """Let searches ask the index before, and queue what it lacks.

    Returns:
        its name, and how many films were queued for it.

    Raises:
        InputError: there is none, or it is not of this store and this mapping.
    """
    kept = [made for made in writer.others() if made.meta is None or made.meta.filled_to is None]
    if not kept:
        raise InputError("there is no index to go back to: the one before is kept from the second rebuild on.")
    before = kept[-1]
    check(feed, before)
    writer.publish(before.name)
    queued = 0
    for film in compare(feed, writer, before.name, lambda _films: None):
        feed.queue([(film.number, film.id)])
        queued += 1
    return before.name, queued
