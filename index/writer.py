"""The port of writing: what keeps an index in step may ask of an engine, in no engine's words.

Searches ask one index; beside it there may be the one before, for the way back, and one that is being filled.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from index.documents import Document

NOTHING_FILLED = -(2**63)
"""Below every film's number."""
GENERATION = re.compile(r"\d{20}-[0-9a-f]{6}")
"""What tells our indexes from others beside them: when each was made, and chance."""

Change = Document | str
"""A document to put in, or the id of one to take out."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that could not go in: the film's id and the reason."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What an index says of itself.

    store: the id of the store that it was made from. version: the number of the newest batch that was sent.
    filled_to: while it is being filled, a number up to which all films are in; None when it is complete.
    """

    store: str
    mapping_version: int
    version: int
    filled_to: int | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """One index: its own name, and what it says of itself (None: it is not ours, or from before there was that)."""

    name: str
    meta: Meta | None


def new_generation() -> str:
    """Make the distinguishing part of an index's name.

    It sorts by time, to the microsecond: two may be made within a second.
    """
    return f"{datetime.now(UTC):%Y%m%d%H%M%S%f}-{secrets.token_hex(3)}"


class IndexWriter(Protocol):
    """What the writing halves of both engines promise.

    Every method raises IndexUnavailableError where the engine does not answer, after the retries that settings allow.
    """

    def live(self) -> Generation | None:
        """Give the index that searches ask; None if there is none."""

    def others(self) -> list[Generation]:
        """Give our other indexes, oldest first."""

    def make(self, meta: Meta) -> str:
        """Make an empty index, set up for being filled fast, and give its name."""

    def note(self, name: str, meta: Meta) -> None:
        """Let an index say this of itself from now on."""

    def send(self, name: str, version: int, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Put documents in (replacing those with the same id) and take ids out.

        When it returns, the index has them for good, all but those that it refused. What came with a higher version
        stays.
        """

    def settle(self, name: str) -> None:
        """Let searches see all that was sent; an index that was set up for being filled is so no longer."""

    def publish(self, name: str) -> None:
        """Let searches ask this index, from one moment to the next."""

    def remove(self, name: str) -> None:
        """Take an index away."""

    def count(self, name: str) -> int:
        """Give the number of documents."""

    def size(self, name: str) -> int:
        """Give the bytes on disk."""

    def digests(self, name: str) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, ascending by id in code-point order."""

    def digests_of(self, name: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Give id → digest for those of these ids that are there, as of now."""

    def close(self) -> None:
        """Let go of files and connections."""
