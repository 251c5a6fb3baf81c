"""What is counted of every request, and the figures of the index, for Prometheus: requests in, /metrics out.

Several processes count together where the library's own PROMETHEUS_MULTIPROC_DIR names an empty folder for them.
"""

import os
import weakref
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from werkzeug.routing import Rule

from api.index_figures import IndexFigures
from normalize.errors import InputError
from normalize.settings import Settings

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client reads it by itself when it is imported; here it only says which numbers to show."""
EXTENSION = "kinobase_metrics"
NO_ROUTE = "none"
"""What stands for the route where nothing is at an address, so that strangers make no new series."""

blueprint = Blueprint("metrics", __name__)


@dataclass(frozen=True)
class _Shown:
    """What /metrics shows: what this process counted, and figures that are the same in every process."""

    counted: CollectorRegistry
    figures: IndexFigures


class Counts:
    """The counters of an app; a pair of them for each route, method and status is looked up once."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("kinobase_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "kinobase_request_seconds", "Seconds from a request to its answer", ("route",), registry=self.registry
        )
        self._pair = cache(self._labelled)

    def add(self, method: str, rule: Rule | None, status: int, seconds: float) -> None:
        """Count a request to a route; None: there is nothing at its address."""
        counter, histogram = self._pair(method if rule else NO_ROUTE, rule.rule if rule else NO_ROUTE, status)
        counter.inc()
        histogram.observe(seconds)

    def _labelled(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, status), self._seconds.labels(route)


def count_requests(app: Flask, settings: Settings) -> Counts:
    """Give the counters of an app, and serve what they count beside the figures of the index.

    Raises:
        InputError: the folder in which several processes count together is not there.
    """
    together = os.environ.get(TOGETHER)
    if together is not None and not Path(together).is_dir():
        raise InputError(f"bad setting: {TOGETHER}={together} is no folder. Make it, and empty it before each start.")
    counts, figures = Counts(), IndexFigures(settings)
    weakref.finalize(app, figures.close)
    app.extensions[EXTENSION] = _Shown(counts.registry, figures)
    app.register_blueprint(blueprint)
    return counts


@blueprint.get("/metrics")
def metrics() -> Response:
    """Give counts and figures in Prometheus' text format, counts of all processes where they count together."""
    shown: _Shown = current_app.extensions[EXTENSION]
    counted, asked = shown.counted, CollectorRegistry()
    if TOGETHER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # it has no types
    asked.register(shown.figures)
    text = generate_latest(counted) + generate_latest(asked)
    return Response(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
