"""What is counted of every request, and the figures of the index, for Prometheus: requests in, /metrics out.

Several processes count together where the library's own PROMETHEUS_MULTIPROC_DIR names an empty folder for them.
"""

import os
import weakref
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

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


def count_requests(app: Flask, settings: Settings) -> None:
    """Count the requests of an app, and serve the counts beside the figures of the index.

    Raises:
        InputError: the folder in which several processes count together is not there.
    """
    together = os.environ.get(TOGETHER)
    if together is not None and not Path(together).is_dir():
        raise InputError(f"bad setting: {TOGETHER}={together} is no folder. Make it, and empty it before each start.")
    registry, figures = CollectorRegistry(), IndexFigures(settings)
    weakref.finalize(app, figures.close)
    requests = Counter("kinobase_requests", "Requests answered", ("method", "route", "status"), registry=registry)
    seconds = Histogram(
        "kinobase_request_seconds", "Seconds from a request to its answer", ("route",), registry=registry
    )
    app.extensions[EXTENSION] = _Shown(registry, figures)

    @app.before_request
    def _begin() -> None:
        g.counted_from = perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        method = request.method if request.url_rule else NO_ROUTE
        requests.labels(method, route, response.status_code).inc()
        seconds.labels(route).observe(perf_counter() - g.counted_from)
        return response

    app.register_blueprint(blueprint)


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
