"""The index in step with the store, by difference: both sides' digests in, only what differs goes to the index."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from index.documents import Document, read_documents
from index.writer import Change, IndexWriter, Refusal
from normalize.progress import Advance


@dataclass
class Synced:
    """What a sync did, counted in films; `refused` are those whose document cannot go in."""

    put: int = 0
    gone: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


def sync(connection: Connection, writer: IndexWriter, batch: int, advance: Advance) -> Synced:
    """Bring the index in step with the store.

    Args:
        connection: to the store, in one read transaction.
        writer: the index; made if it is not there.
        batch: how many films are read at once.
        advance: told of each film that was looked at.

    Raises:
        IndexUnavailableError: the index does not answer or cannot be used.
    """
    done = Synced()
    documents = read_documents(connection, batch, lambda film, reason: done.refused.append(Refusal(film, reason)))
    changes = difference(documents, writer.digests(), done, advance)
    refused = writer.apply(changes)
    done.refused += refused
    done.put -= len(refused)
    return done


def difference(
    documents: Iterable[Document], indexed: Iterable[tuple[str, str]], done: Synced, advance: Advance
) -> Iterator[Change]:
    """Walk both sides in the order of their ids and give what differs.

    Args:
        documents: the store's, ascending by id.
        indexed: (id, digest) of the index, ascending by id.
        done: counted up on the way.
        advance: told of each film that was looked at.
    """
    rest = iter(indexed)
    there = next(rest, None)
    for document in documents:
        while there is not None and there[0] < document.id:
            done.gone += 1
            yield there[0]
            there = next(rest, None)
        if there is not None and there == (document.id, document.digest):
            done.unchanged += 1
        else:
            done.put += 1
            yield document
        if there is not None and there[0] == document.id:
            there = next(rest, None)
        advance(1)
    while there is not None:
        done.gone += 1
        yield there[0]
        there = next(rest, None)
