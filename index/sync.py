"""The index in step with the store: queued films in, their documents of now out to the index, then off the queue.

A batch is sent at least once: a crash between sending and acknowledging repeats it, harmlessly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import monotonic

from index.documents import Refused, Rows, documents
from index.feed import Feed, Queued, Snapshot
from index.mapping import MAPPING_VERSION
from index.writer import Change, Generation, IndexWriter, Meta, Refusal
from normalize.errors import DataError, InputError
from normalize.progress import Advance
from normalize.stopping import Stop


@dataclass
class Synced:
    """What was done, counted in films; `refused` are those whose document cannot go in just now."""

    put: int = 0
    gone: int = 0
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """Films as of one snapshot.

    rows: the films that are there. gone: the ids on the outside that no film has any more. queued: the rows of the
    queue that this answers.
    """

    rows: Rows
    gone: frozenset[str]
    queued: Queued

    def changes(self, refused: Refused, *, queued_only: bool) -> Iterator[Change]:
        """Give what is to be sent."""
        numbers = {film.outside_id: film.id for film in self.rows.films} if queued_only else {}
        yield from self.gone
        for document in documents(self.rows, refused):
            if not queued_only or numbers[document.id] in self.queued.films:
                yield document


@dataclass(slots=True)
class Batch:
    """Films under one number, and while they are sent what is to be known of them once they have arrived.

    parts: a list, or read while they are sent, so that not all are in memory at once. films: id on the outside →
    number, of the films that are there. gone: as in the parts. queued: the rows of the queue that this answers.
    refused: film's number → why its document did not go in.
    """

    version: int
    parts: Iterable[Part]
    films: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    queued: Queued = field(default_factory=Queued)
    refused: dict[int, Refusal] = field(default_factory=dict)

    def changes(self, *, queued_only: bool = False) -> Iterator[Change]:
        """Give what is to be sent; a film whose rows make no document is noted as refused instead."""
        for part in self.parts:
            self.films.update((film.outside_id, film.id) for film in part.rows.films)
            self.gone |= part.gone
            self.queued |= part.queued
            yield from part.changes(self._refuse, queued_only=queued_only)

    def _refuse(self, film: int, outside_id: str, reason: str) -> None:
        self.refused[film] = Refusal(outside_id, reason)

    def refuse(self, refusals: tuple[Refusal, ...]) -> None:
        """Note what the index refused."""
        for refusal in refusals:
            self.refused[self.films.get(refusal.id, 0)] = refusal


def read_batch(feed: Feed, limit: int) -> Batch:
    """Read the films that wait longest, under the next number."""
    version = feed.draw()
    with feed.snapshot() as store:
        queued = store.oldest(limit)
        rows = store.films(queued.films)
        return Batch(version, [Part(rows, gone(store, queued, rows), queued)])


def gone(store: Snapshot, queued: Queued, rows: Rows) -> frozenset[str]:
    """Give the ids that films had and no film has now.

    Args:
        store: looked at by the ids.
        queued: has the ids.
        rows: of the same films, looked at by their numbers.

    Raises:
        InputError: the two ways of looking contradict each other, as in a damaged file; so nothing is taken out for it.
    """
    there = store.numbers(queued.outside_ids)
    missing = queued.outside_ids - there.keys()
    doubtful = sorted(missing & {film.outside_id for film in rows.films} | there.keys() - queued.outside_ids)
    if doubtful:
        raise InputError(
            f"the store is damaged: it has the film {doubtful[0]} by its number and not by its id, or the other way "
            "round. Nothing was taken out of the index. Restore DATABASE_URL from a backup, and run: python -m index "
            "rebuild"
        )
    return missing


class NotOursError(InputError):
    """An index of another store, or of another mapping."""


def check(feed: Feed, live: Generation) -> Meta:
    """Make sure that an index is this store's, and of this program's mapping.

    Raises:
        NotOursError: it is not; names the command.
    """
    store, version = feed.identity()
    why = None
    if live.meta is None or live.meta.mapping_version != MAPPING_VERSION:
        there = "an older version" if live.meta is None else f"version {live.meta.mapping_version}"
        why = f"has {there} of the mapping, and this program writes version {MAPPING_VERSION}"
    elif live.meta.store != store:
        why = "was made from another store"
    elif live.meta.version > version:
        why = "is ahead of the store, which was restored from a backup"
    if why or live.meta is None:
        raise NotOursError(f"the index {live.name} {why}. Nothing was sent. Run: python -m index rebuild")
    return live.meta


class Sender:
    """Sends the queue to an index, batch by batch, as fast as settings allow."""

    def __init__(self, feed: Feed, writer: IndexWriter, *, stop: Stop | None = None, strict: bool = False) -> None:
        self._feed, self._writer, self._strict = feed, writer, strict
        self.advance: Advance = lambda _films: None
        self._known: dict[str, Meta] = {}
        self.stop = stop or Stop()
        self.done = Synced()

    def drain(self, names: list[str]) -> None:
        """Send what is queued now, or until the stop is set; what comes meanwhile is for the next time.

        Until the queue is empty would be for ever, where films are always being written.

        Args:
            names: the indexes that get each batch; this store's.

        Raises:
            DataError: strict, and a document was refused.
        """
        newest = self._feed.newest()
        while not self.stop.is_set() and self._feed.is_queued(newest):
            self.one_batch(names)

    def one_batch(self, names: list[str]) -> None:
        """Send the next batch of the queue and take it off."""
        began = monotonic()
        batch = read_batch(self._feed, self._feed.settings.index_read_films)
        for name in names:
            self.send(batch, name, filled_to=self._known[name].filled_to)
        self.accept(batch)
        self.rest(len(batch.films), monotonic() - began)

    def send(self, batch: Batch, name: str, *, queued_only: bool = False, filled_to: int | None = None) -> None:
        """Send a batch to one index, which notes its number first: so a store that goes back is noticed.

        Args:
            batch: what to send.
            name: of an index that this sender knows.
            queued_only: only what is queued, of a batch that has other films too.
            filled_to: what the index is to note of its filling.
        """
        self._known[name] = replace(self._known[name], version=batch.version, filled_to=filled_to)
        self._writer.note(name, self._known[name])
        batch.refuse(self._writer.send(name, batch.version, batch.changes(queued_only=queued_only)))

    def know(self, name: str, meta: Meta) -> None:
        """Learn what an index says of itself; from now on nobody else changes that."""
        self._known[name] = meta

    def complete(self, name: str) -> None:
        """Let an index note that it is filled."""
        self._known[name] = replace(self._known[name], filled_to=None)
        self._writer.note(name, self._known[name])

    def accept(self, batch: Batch) -> None:
        """Take an accepted batch off the queue, and park what was refused.

        Raises:
            DataError: strict, and a document was refused; nothing is taken off the queue.
        """
        refused = list(batch.refused.values())
        if refused and self._strict:
            raise DataError(f"film {refused[0].id}: {refused[0].reason}. The queue is as it was: mend it, run again.")
        self._feed.acknowledge(batch.queued, batch.films.values(), batch.refused.items())
        self.done.put += len(batch.films) - len(refused)
        self.done.gone += len(batch.gone)
        self.done.refused += refused
        self.advance(len(batch.films))

    def rest(self, films: int, seconds: float) -> None:
        """Pause as the settings say: between batches, and as long as the rate asks for."""
        rate, pause = self._feed.settings.index_rate, self._feed.settings.index_pause
        due = films / rate - seconds if rate else 0.0
        self.stop.wait(max(due, 0.0) + pause)
