"""What /metrics says of the index: the figures of `python -m index status` in, gauges in Prometheus' words out.

They are asked of the store and of the engine, and belong to no process: each of several says the same. They are asked
when somebody looks, not more often than INDEX_FIGURES_SECONDS, and what does not answer is waited for a few seconds.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from threading import Lock
from time import monotonic

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from index.engine import open_writer
from index.feed import Feed
from index.status import STATES, Figures, figures_of
from index.writer import IndexWriter
from normalize.errors import KinobaseError
from normalize.settings import Settings

PATIENCE = 3
"""Seconds that the store or the engine may take for an answer: less than Prometheus takes for a scrape."""
PREFIX = "kinobase_"


class IndexFigures(Collector):
    """Gauges of the index and its queue, for a registry."""

    def __init__(self, settings: Settings) -> None:
        self._settings = _impatient(settings)
        self._lock = Lock()
        self._kept: Figures | None = None
        self._asked_at: float | None = None

    @cached_property
    def _writer(self) -> IndexWriter:
        return open_writer(self._settings)

    def close(self) -> None:
        """Let go of the engine, if it was asked."""
        if "_writer" in self.__dict__:
            self._writer.close()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the gauges; those that are not known just now are left out."""
        now = self._figures()
        yield GaugeMetricFamily(f"{PREFIX}store_up", "1 if the store answers, else 0", value=float(now is not None))
        if now is None:
            return
        state = GaugeMetricFamily(
            f"{PREFIX}index_state", "1 for the state the index is in, 0 for others", labels=["state"]
        )
        for each in STATES:
            state.add_metric([each], float(each == now.state))
        yield state
        for name, text, value in _gauges(now):
            if value is not None:
                yield GaugeMetricFamily(PREFIX + name, text, value=value)

    def _figures(self) -> Figures | None:
        """Give the figures, or None without a store; one request asks, the others wait for it."""
        with self._lock:
            began = monotonic()
            if self._asked_at is None or began - self._asked_at >= self._settings.index_figures_seconds:
                try:
                    with Feed(self._settings, lock=False) as feed:
                        self._kept = figures_of(feed, self._writer)
                except KinobaseError:
                    self._kept = None
                self._asked_at = monotonic()
            return self._kept


def _gauges(now: Figures) -> Iterator[tuple[str, str, float | None]]:
    """Give name, description and value of each figure that is a number."""
    verified_at = datetime.fromisoformat(now.verified_at).timestamp() if now.verified_at else None
    yield "index_lag_seconds", "Seconds that the oldest change waits to be indexed", now.lag_seconds
    yield "index_behind_films", "Films that are queued for the index", now.behind
    yield "index_queue_rows", "Rows of the queue of the index", now.queued
    yield "index_parked_films", "Films whose documents the index refused", len(now.parked)
    yield "index_documents", "Documents in the index that is searched", now.documents
    yield "index_size_bytes", "Bytes of the index on disk", now.bytes
    yield "index_mapping_version", "Version of the mapping of the index", now.mapping_version
    yield "index_verified_timestamp_seconds", "When index and store were last compared", verified_at
    yield "index_differing_films", "Films that differed in the last comparison", now.differing
    yield "store_films", "Films in the store", now.films


def _impatient(settings: Settings) -> Settings:
    """Give settings with which an answer is there soon, or none: whoever looks comes again."""
    shorter = {
        "index_attempts": 1,
        "elasticsearch_timeout": min(settings.elasticsearch_timeout, PATIENCE),
        "connect_timeout": min(settings.connect_timeout, PATIENCE),
        "lock_timeout": min(settings.lock_timeout, PATIENCE),
        "statement_timeout": min(settings.statement_timeout or PATIENCE, PATIENCE),
    }
    return settings.model_copy(update=shorter)
