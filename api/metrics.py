"""What is counted of every request, for Prometheus: requests in, /metrics out.

Several processes count together where the library's own PROMETHEUS_MULTIPROC_DIR names an empty folder for them.
"""

import os
from time import perf_counter

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus_client reads it by itself when it is imported; here it only says which numbers to show."""
EXTENSION = "kinobase_metrics"
NO_ROUTE = "none"
"""What stands for the route where nothing is at an address, so that strangers make no new series."""

blueprint = Blueprint("metrics", __name__)


def count_requests(app: Flask) -> None:
    """Count the requests of an app, and serve the counts."""
    registry = CollectorRegistry()
    requests = Counter("kinobase_requests", "Requests answered", ("method", "route", "status"), registry=registry)
    seconds = Histogram(
        "kinobase_request_seconds", "Seconds from a request to its answer", ("route",), registry=registry
    )
    app.extensions[EXTENSION] = registry

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
    """Give the counts in Prometheus' text format, of all processes where they count together."""
    registry = current_app.extensions[EXTENSION]
    if TOGETHER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})
