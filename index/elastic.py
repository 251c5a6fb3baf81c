"""The search half of the Elasticsearch engine: a SearchQuery in, a page out of the alias INDEX_NAME."""

from collections.abc import Iterable, Mapping
from typing import Any

from index.elastic_client import connect, nodes, told
from index.elastic_fields import STARTS
from index.elastic_query import (
    SORT_FIELDS,
    WHOLE,
    after_body,
    counts_body,
    exact_body,
    facet_counts,
    scored_after,
    search_body,
    sort_body,
)
from index.elastic_spelling import (
    beginning_body,
    beginning_so,
    from_place,
    known_body,
    near_body,
    read_known,
    read_near,
)
from index.search import IndexState, Position, SearchHit, SearchPage, SearchQuery, Spellings
from index.spelling import asked_of, likeliest
from index.suggestions import SPARE, Suggestions, beginnings, suggested
from normalize.settings import Settings

MOST_FILMS = 5_000
"""Of so many films suggestions are made: one or two letters are in nearly all."""
SHOWN = (
    "id",
    "title",
    "imdb_rating",
    "year",
    "genre",
    "title_key",
    "title_type",
    "description",
    "director",
    "actors_names",
    "writers_names",
)
"""What a hit is made of."""


class ElasticIndex:
    """An index in Elasticsearch; keeps the promises of SearchEngine."""

    def __init__(self, settings: Settings, name: str | None = None) -> None:
        self._alias = name or settings.index_name
        # Each node is asked once: whoever waits for an answer is told within the time-out, and may ask again.
        self._client = connect(settings).options(max_retries=len(nodes(settings)) - 1)

    def search(self, query: SearchQuery) -> SearchPage:
        """Give a window of the films that match; orders and matching are the rules of docs/search.md."""
        query.check()
        with told(self._alias):
            meant = self._meant(query)
            found = self._client.search(
                index=self._alias,
                query=search_body(query, meant),
                post_filter=after_body(query),
                search_after=scored_after(query),
                sort=sort_body(query),
                from_=None if query.after else query.offset,
                size=query.limit,
                source_includes=SHOWN,
                track_total_hits=True,
                track_scores=False,
                aggs=counts_body(query) or None,
            )
        return _page(query, meant, found)

    def _meant(self, query: SearchQuery) -> dict[str, str]:
        """Give unknown word → what it was likely meant to be; it counts for the order by relevance only."""
        asked = near_body(asked_of(query.text)) if query.sort == "relevance" else {}
        if not asked:
            return {}
        near = read_near(self._client.search(index=self._alias, size=0, suggest=asked)["suggest"])
        return {word: meant for word, said in near.items() if (meant := likeliest(word, said))}

    def finds(self, query: SearchQuery) -> bool:
        """Say whether any film matches; those that have a word exactly are looked for first, being found far sooner."""
        with told(self._alias):
            return any(self._has_some(body) for body in (exact_body(query), search_body(query, {})))

    def _has_some(self, body: dict[str, Any]) -> bool:
        found = self._client.search(index=self._alias, query=body, size=0, terminate_after=1, track_total_hits=1)
        return bool(found["hits"]["total"]["value"])

    def spellings(self, words: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, Spellings]:
        """Give what titles and names have of words; of the others only how many films have them."""
        words = list(words)
        with told(self._alias):
            found = self._client.search(
                index=self._alias,
                size=0,
                track_total_hits=False,
                suggest=near_body(words) or None,
                aggs=known_body(words, others),
            )
        return read_known(found["aggregations"], read_near(found.get("suggest", {})))

    def suggest(self, prefix: str, limit: int) -> Suggestions:
        """Give films and people of which a word begins so, in the order of what follows it."""
        begins = beginnings(prefix)
        if begins is None:
            return Suggestions()
        with told(self._alias):
            titles, people = (self._entries(begin, limit * SPARE) for begin in begins)
        return suggested(titles, people, limit)

    def _entries(self, begin: str, size: int) -> Iterable[str]:
        """Give the first entries that begin so, of films that are there."""
        found = self._client.search(
            index=self._alias,
            query=beginning_body(begin),
            terminate_after=MOST_FILMS,
            size=0,
            track_total_hits=False,
            aggs={STARTS: from_place(STARTS, begin, size)},
        )
        return beginning_so(found["aggregations"][STARTS], STARTS, begin)

    def state(self) -> IndexState:
        """Say what is there."""
        with told(self._alias):
            return IndexState("elasticsearch", self._alias, self._client.count(index=self._alias)["count"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _page(query: SearchQuery, meant: Mapping[str, str], found: Any) -> SearchPage:  # noqa: ANN401 - the client's own
    hits = found["hits"]["hits"]
    total = found["aggregations"][WHOLE]["doc_count"] if query.after else found["hits"]["total"]["value"]
    facets = {name: facet_counts(name, found["aggregations"][name]["buckets"]) for name in query.facets}
    last = _position(query, hits[-1]) if hits else None
    return SearchPage(total, tuple(_hit(hit["_source"]) for hit in hits), last, facets, meant)


def _position(query: SearchQuery, hit: dict[str, Any]) -> Position:
    value = hit["sort"][0] if query.sort == "relevance" else hit["_source"][SORT_FIELDS[query.sort]]
    return Position(value, hit["_source"]["id"])


def _hit(found: dict[str, Any]) -> SearchHit:
    return SearchHit(
        found["id"],
        found["title"],
        found["imdb_rating"],
        found["year"],
        tuple(found["genre"] or ()),
        found["title_type"],
        found["description"],
        tuple(found["director"] or ()),
        tuple(found["actors_names"] or ()),
        tuple(found["writers_names"] or ()),
    )
