"""What more than one machine needs: measured figures in; sums for 10 TB of store and 10,000 requests a second out.

What was measured is multiplied, what is assumed stands here as data with its reason. It says how many of each part
there must be, to the accuracy of such sums: a factor of two.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from measures import Measure, number

STORE_BYTES = 10e12
TITLES = 11e6
"""All that IMDb has, episodes too."""
REQUESTS = 10_000
MIX = {"card, cinema": 0.6, "50 films, catalogue": 0.3}
"""What is asked for → its share of the requests; the others are searches."""
SEARCHES = 0.1
USED = 0.7
"""How busy a processor may be: above it queues get long, and a machine that fails leaves its share to the others."""
CACHED = 0.5
"""Share of cards and lists that a cache before the API answers, or a client's own: each has an ETag."""
PARTITION = 100e9
"""Bytes of a partition: vacuum, an index made anew and a copy take minutes to an hour, not a day."""
SHARD = 40e9
"""Bytes of a shard: Elasticsearch's own advice is 10 to 50 GB."""
NODE = 1e12
"""Bytes of index on a node of 64 GB of memory: about a thirtieth of it is held in memory."""
COPIES = 2
"""A shard and one replica of it, so that a node can fail."""
DAY = 86_400


@dataclass(frozen=True)
class Need:
    """A line: what is needed, how that follows, and how much it is."""

    what: str
    sum: str
    result: str


def needs(measured: Mapping[str, Sequence[Measure]]) -> list[Need]:
    """Give the sums; none where a benchmark that they need has no figures, or of sizes that are too small."""
    try:
        return [*_data(measured["curves"]), *_requests(measured["api-postgresql"], measured["curves"])]
    except (KeyError, ValueError):
        return []


def _data(curves: Sequence[Measure]) -> list[Need]:
    store = _growth(curves, "store, PostgreSQL", "MB on disk") * 1e6
    index = _growth(curves, "index, Elasticsearch", "MB on disk") * 1e6
    load = 1 / _growth(curves, "load of IMDb's files", "s")
    build = 1 / _growth(curves, "index, Elasticsearch", "s")
    films = STORE_BYTES / store
    bytes_of_index = films * index * COPIES
    loading, building = films / load / DAY, films / build / DAY
    return [
        Need("store of all titles of IMDb", f"{TITLES:,.0f} × {_bytes(store)}", _bytes(TITLES * store)),
        Need("films in 10 TB of store", f"10 TB / {_bytes(store)} a film", f"{films / 1e9:,.1f} thousand million"),
        Need("partitions of PostgreSQL", f"10 TB / {_bytes(PARTITION)}", _whole(STORE_BYTES / PARTITION)),
        Need("index of them", f"films × {_bytes(index)} × {COPIES} copies", _bytes(bytes_of_index)),
        Need("primary shards", f"half of that / {_bytes(SHARD)}", _whole(bytes_of_index / COPIES / SHARD)),
        Need("nodes of Elasticsearch for the data", f"index / {_bytes(NODE)}", _whole(bytes_of_index / NODE)),
        Need("a first load", f"films / {number(load)} a second", f"{number(loading)} days"),
        Need("a first build of the index", f"films / {number(build)} a second", f"{number(building)} days"),
    ]


def _requests(api: Sequence[Measure], curves: Sequence[Measure]) -> list[Need]:
    told, processes = [], 0.0
    for name, share in MIX.items():
        rate = _last(api, name, "requests/s").value
        few = REQUESTS * share / rate / USED
        processes += few
        sum_ = f"{number(REQUESTS * share)}/s / {number(rate)}/s / {USED}"
        told.append(Need(f"API processes for {name}", sum_, _whole(few)))
    return [
        *told,
        Need("the same with a cache before them", f"{CACHED:.0%} answered by it", _whole(processes * (1 - CACHED))),
        Need("cores of PostgreSQL for them", "at most as many: both and the clients had two", _whole(processes)),
        *_searches(curves),
    ]


def _searches(curves: Sequence[Measure]) -> list[Need]:
    before, last = _largest(curves, "search, Elasticsearch", "ms (p50)")
    power = math.log(last.value / before.value) / math.log(last.size / before.size)
    told = []
    for films in (last.size, TITLES):
        took = last.value * (films / last.size) ** power
        sum_ = f"{number(REQUESTS * SEARCHES)}/s × {number(took)} ms / {USED}"
        what = "as measured" if films == last.size else f"as it grows: films to the power of {power:.2f}"
        cores = _whole(REQUESTS * SEARCHES * took / 1000 / USED)
        told.append(Need(f"cores for searches of {films:,.0f} films, {what}", sum_, cores))
    return told


def _growth(measures: Sequence[Measure], name: str, unit: str) -> float:
    """Give what one film more costs, between the two largest sizes: what is paid once is not in it.

    Raises:
        ValueError: there are not two sizes, or the larger one costs no more.
    """
    before, last = _largest(measures, name, unit)
    growth = (last.value - before.value) / (last.size - before.size)
    if growth <= 0:
        raise ValueError(f"{name}: the sizes are too small to tell what a film costs")
    return growth


def _largest(measures: Sequence[Measure], name: str, unit: str) -> tuple[Measure, Measure]:
    """Give a measure at its two largest sizes."""
    before, last = sorted(_named(measures, name, unit), key=lambda each: each.size)[-2:]
    return before, last


def _last(measures: Sequence[Measure], name: str, unit: str) -> Measure:
    """Give a measure at its largest size."""
    return max(_named(measures, name, unit), key=lambda each: each.size)


def _named(measures: Sequence[Measure], name: str, unit: str) -> list[Measure]:
    return [each for each in measures if (each.name, each.unit) == (name, unit)]


def _whole(few: float) -> str:
    return f"{math.ceil(few):,}"


def _bytes(many: float) -> str:
    """Write bytes by the unit that leaves few digits."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if many >= size:
            return f"{number(many / size)} {unit}"
    return f"{many:.0f} bytes"
