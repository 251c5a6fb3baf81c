"""The port: what anyone may ask of an index and what comes back, in no engine's words.

A `SearchQuery` goes in, a `SearchPage` comes out; both are frozen values without a client type or a request in
them. An engine is anything that keeps the promises of `SearchEngine`.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from normalize.errors import UnavailableError

Sort = Literal["relevance", "id", "title", "imdb_rating", "year"]

MAX_WINDOW = 10_000
"""How deep pages of a search may go (offset + limit); Elasticsearch's own limit, kept on both engines."""


class IndexUnavailableError(UnavailableError):
    """There is no index to ask (yet), or it does not answer; the message names the command to run."""


class NoIndexError(IndexUnavailableError):
    """Nothing was indexed yet."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: words (empty: every film), an order and a window into it."""

    text: str = ""
    sort: Sort = "id"
    descending: bool = False
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One film of a list; None and () where there is nothing."""

    id: str
    title: str
    imdb_rating: float | None
    year: int | None
    genre: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A window of the films that match, and how many match in all."""

    total: int
    hits: tuple[SearchHit, ...]


@dataclass(frozen=True, slots=True)
class IndexState:
    """What an index says of itself: where it is and how many documents it holds."""

    engine: str
    name: str
    documents: int


class SearchEngine(Protocol):
    """What both engines promise. Every method raises IndexUnavailableError where there is no index to ask."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""

    def state(self) -> IndexState:
        """Say what is there."""

    def close(self) -> None:
        """Let go of files and connections."""
