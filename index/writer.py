"""The port of writing: what keeps an index in step may ask of it, in no engine's words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from index.documents import Document

Change = Document | str
"""A document to put in, or the id of one to take out."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that could not go in: the film's id and the reason."""

    id: str
    reason: str


class IndexWriter(Protocol):
    """What the writing halves of both engines promise."""

    def digests(self) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id in code-point order."""

    def apply(self, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Put documents in (replacing those with the same id) and take ids out; made if there is no index yet.

        When it returns, searches see the changes, all but those that the index refused.
        """

    def close(self) -> None:
        """Let go of files and connections."""
