"""The writing half of the Elasticsearch engine: indexes made, filled, compared, and one of them searched.

The alias INDEX_NAME stands over one index, named after it and the moment it was made. One call moves the alias, so
that readers see one index or the other. What an index says of itself is in `_meta` of its mapping.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TypeVar

from index.elastic_bulk import Bulk, retrying
from index.elastic_client import connect, told
from index.mapping import MAPPING, SETTINGS
from index.search import NoIndexError
from index.writer import GENERATION, Change, Generation, Meta, Refusal, new_generation
from normalize.errors import InputError
from normalize.settings import Settings

DIGESTS_AT_ONCE = 5_000
WHILE_FILLED: Mapping[str, object] = {"number_of_replicas": 0, "refresh_interval": "-1"}
DIGEST_FIELDS = ["id", "digest"]
VIEW_KEPT = "5m"
"""How long Elasticsearch keeps the view of a moment after the last question about it."""

Answer = TypeVar("Answer")


class ElasticWriter:
    """Writes indexes in Elasticsearch; keeps the promises of IndexWriter."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._alias = settings, settings.index_name
        self._client = connect(settings)
        self._indices = self._client.indices

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        with told(self._alias):
            return retrying(self._settings)(question)

    def live(self) -> Generation | None:
        """Give the index that the alias stands over.

        Raises:
            InputError: the name of the alias is that of an index.
        """
        try:
            name = max(self._ask(lambda: self._indices.get(index=self._alias)))
        except NoIndexError:
            return None
        if name == self._alias:
            raise InputError(
                f"INDEX_NAME={self._alias}: Elasticsearch has an index of this name, where our alias should be. "
                "Remove that index, or choose another name."
            )
        return next(made for made in self._generations(name))

    def others(self) -> list[Generation]:
        """Give our other indexes, oldest first."""
        live = self.live()
        ours = (made for made in self._generations(f"{self._alias}-*") if made != live and self._is_ours(made.name))
        return sorted(ours, key=lambda made: made.name)

    def _is_ours(self, name: str) -> bool:
        return GENERATION.fullmatch(name.removeprefix(f"{self._alias}-")) is not None

    def _generations(self, names: str) -> Iterator[Generation]:
        found = self._ask(lambda: self._indices.get_mapping(index=names))
        for name, said in found.items():
            meta = said["mappings"].get("_meta", {})
            yield Generation(name, Meta(**meta) if "store" in meta else None)

    def make(self, meta: Meta) -> str:
        """Make an empty index without replicas and refreshes, which come with `settle`."""
        name = f"{self._alias}-{new_generation()}"
        shards = {"number_of_shards": self._settings.index_shards}
        mappings = {**MAPPING, "_meta": asdict(meta)}
        with told(self._alias):
            self._indices.create(index=name, settings={**SETTINGS, **shards, **WHILE_FILLED}, mappings=mappings)
        return name

    def note(self, name: str, meta: Meta) -> None:
        """Let an index say this of itself from now on."""
        self._ask(lambda: self._indices.put_mapping(index=name, meta=asdict(meta)))

    def send(self, name: str, version: int, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Send changes by bulk requests.

        Raises:
            IndexUnavailableError: Elasticsearch does not answer or refuses the whole, after all tries.
        """
        with told(self._alias):
            return Bulk(self._client, self._settings, name, version).send(changes)

    def settle(self, name: str) -> None:
        """Refresh; an index that was being filled gets its replicas and its refresh interval."""
        wanted = {"number_of_replicas": self._settings.index_replicas, "refresh_interval": self._settings.index_refresh}
        there = self._ask(lambda: self._indices.get_settings(index=name))[name]["settings"]["index"]
        if there.get("refresh_interval") == WHILE_FILLED["refresh_interval"]:
            self._ask(lambda: self._indices.put_settings(index=name, settings=wanted))
        self._ask(lambda: self._indices.refresh(index=name))

    def publish(self, name: str) -> None:
        """Let the alias stand over this index alone, in one call."""
        live = self.live()
        away = [{"remove": {"index": live.name, "alias": self._alias}}] if live and live.name != name else []
        actions = [*away, {"add": {"index": name, "alias": self._alias}}]
        self._ask(lambda: self._indices.update_aliases(actions=actions))

    def remove(self, name: str) -> None:
        """Take an index away."""
        self._ask(lambda: self._indices.delete(index=name, ignore_unavailable=True))

    def count(self, name: str) -> int:
        """Give the number of documents."""
        return int(self._ask(lambda: self._client.count(index=name))["count"])

    def size(self, name: str) -> int:
        """Give the bytes on disk, of all copies."""
        stats = self._ask(lambda: self._indices.stats(index=name, metric="store"))
        return int(stats["_all"]["total"]["store"]["size_in_bytes"])

    def digests(self, name: str) -> Iterator[tuple[str, str]]:
        """Give (id, digest) of every document, as of one moment, ascending by id."""
        with told(self._alias):
            view = self._ask(lambda: self._client.open_point_in_time(index=name, keep_alive=VIEW_KEPT))["id"]
            try:
                page = self._digests_after(view, None)
                while page:
                    yield from page
                    page = self._digests_after(view, page[-1][0])
            finally:
                self._client.close_point_in_time(id=view)

    def _digests_after(self, view: str, film: str | None) -> list[tuple[str, str]]:
        """Give the next digests; of columns and from an id on, which costs the same for each page."""
        found = self._ask(
            lambda: self._client.search(
                pit={"id": view, "keep_alive": VIEW_KEPT},
                sort="id",
                search_after=film and [film],
                size=DIGESTS_AT_ONCE,
                source=False,
                stored_fields="_none_",
                docvalue_fields=[{"field": "digest"}],
                track_total_hits=False,
                filter_path="hits.hits.sort,hits.hits.fields",
            )
        )
        return [(hit["sort"][0], hit["fields"]["digest"][0]) for hit in found.get("hits", {}).get("hits", ())]

    def digests_of(self, name: str, ids: Iterable[str]) -> Mapping[str, str]:
        """Give id → digest for those of these ids that are there, whether searches see them already or not."""
        asked = list(ids)
        if not asked:
            return {}
        found = self._ask(lambda: self._client.mget(index=name, ids=asked, source_includes=DIGEST_FIELDS))
        return {doc["_id"]: doc["_source"]["digest"] for doc in found["docs"] if doc.get("found")}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
