"""The port: what anyone may ask of an index and what comes back, in no engine's words.

A `SearchQuery` goes in, a `SearchPage` comes out; both are frozen values without a client type or a request in
them. An engine is anything that keeps the promises of `SearchEngine`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from index.suggestions import Suggestions
from normalize.errors import UnavailableError

Sort = Literal["relevance", "id", "title", "imdb_rating", "year"]

Facet = Literal["genres", "decades", "ratings"]

FACET_GENRES = 1_000
"""How many genres a facet has at most."""

MAX_WINDOW = 10_000
"""How deep pages of a search may go (offset + limit); Elasticsearch's own limit, kept on both engines."""


class IndexUnavailableError(UnavailableError):
    """There is no index to ask (yet), or it does not answer; the message names the command to run."""


class NoIndexError(IndexUnavailableError):
    """Nothing was indexed yet."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What films must have: all of the genres, one of the types, years and ratings within bounds, a person in any role.

    The person is a `person_key` or the id that a source gave. A film without a year or a rating is not within bounds.
    """

    genres: tuple[str, ...] = ()
    title_types: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    rating_from: float | None = None
    rating_to: float | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A place in an order: the value that it goes by (a score for relevance; None: no value) and the film's id."""

    value: str | float | None
    id: str
    seen: int = 0
    """How many films came up to here."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: words (empty: every film), what films must have, an order and a window into it.

    The window begins after `offset` films, or after a position, however deep that is.
    """

    text: str = ""
    sort: Sort = "id"
    descending: bool = False
    offset: int = 0
    limit: int = 50
    filters: Filters = Filters()
    after: Position | None = None
    facets: tuple[Facet, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Say whether it is a list that the store can give as well."""
        return not (self.text or self.facets or self.after) and self.filters == Filters()

    def check(self) -> None:
        """See that the window can be reached.

        Raises:
            ValueError: it cannot.
        """
        if self.after is None and self.offset + self.limit > MAX_WINDOW:
            raise ValueError(f"offset + limit must not be above {MAX_WINDOW}")


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One film of a list; None and () where there is nothing."""

    id: str
    title: str
    imdb_rating: float | None
    year: int | None
    genre: tuple[str, ...]
    title_type: str | None = None
    description: str | None = None
    directors: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()


FacetCounts = tuple[tuple[str | int, int], ...]
"""Pairs of a value and how many films have it: genres, the most films first; decades and ratings ascending."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A window of the films that match, how many match in all, and the place of the window's last film.

    meant: words of the text that no title and no name has → what each was likely meant to be, where that counted.
    """

    total: int
    hits: tuple[SearchHit, ...]
    last: Position | None = None
    facets: Mapping[Facet, FacetCounts] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spellings:
    """What the titles and names of the index have of a word, without accents.

    films: how many films have it. near: other words, a few edits away. alike: words that sound like it. Both with how
    many films have each.
    """

    films: int = 0
    near: tuple[tuple[str, int], ...] = ()
    alike: tuple[tuple[str, int], ...] = ()


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

    def finds(self, query: SearchQuery) -> bool:
        """Say whether any film matches."""

    def suggest(self, prefix: str, limit: int) -> Suggestions:
        """Give films and people of which a word begins so, in the order of what follows it."""

    def spellings(self, words: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, Spellings]:
        """Give what titles and names have of words; of the others only how many films have them."""

    def state(self) -> IndexState:
        """Say what is there."""

    def close(self) -> None:
        """Let go of files and connections."""
