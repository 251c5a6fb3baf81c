"""Lines of title.akas into alternative titles, of title.episode into episodes; pure, block by block."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normalize.imdb.batches import Batch
from normalize.imdb.columns import Numbers, Rows, again_in, distinct, ids, integers, places_of, said, texts
from normalize.imdb.files import AKAS, EPISODES, TITLE
from normalize.imdb.reading import Lines
from normalize.imdb.titles import counted, once

TITLES, EPISODES_KIND = "titles", "episodes"
"""The kinds that are counted."""
PLACES = (1, 2**31 - 1)
COUNTS = (0, 2**31 - 1)


def alternatives(lines: Lines, exclude: Numbers, *, films: Numbers) -> Batch:
    """Make alternative titles of lines of title.akas.

    Args:
        lines: of a block.
        exclude: films of which a block before has lines already.
        films: whose are wanted, ascending.

    Returns:
        the table `movie_titles`: movie_id, ordering, title, region, language, is_original.
    """
    rows = Rows(AKAS, lines.table, lines.lines, list(lines.defects))
    rows = rows.without(ids(rows.column("titleId"), TITLE) < 0, "titleId", "bad_film_id")
    rows = rows.only(places_of(ids(rows.column("titleId"), TITLE), films) >= 0)
    rows = rows.without(np.isin(ids(rows.column("titleId"), TITLE), exclude), "titleId", "scattered")
    keys = distinct(ids(rows.column("titleId"), TITLE))
    source = len(rows.lines)
    rows = rows.without(~said(rows.column("ordering")), "ordering", "required")
    order = integers(rows, "ordering", *PLACES)
    rows, order = rows.only(said(order)), order.filter(order.is_valid())
    numbers = ids(rows.column("titleId"), TITLE)
    again = again_in(numbers, order.to_numpy())
    rows, order = rows.without(again, "ordering", "repeated"), order.filter(pa.array(~again))
    title = texts(rows, "title")
    there = said(title)
    rows, order, title = rows.without(~there, "title", "required"), order.filter(pa.array(there)), title.drop_null()
    original = rows.column("isOriginalTitle")
    table = pa.table(
        {
            "movie_id": ids(rows.column("titleId"), TITLE),
            "ordering": order.cast(pa.int32()),
            "title": title,
            "region": rows.column("region"),
            "language": rows.column("language"),
            "is_original": pc.if_else(pc.is_in(original, pa.array(["0", "1"])), pc.equal(original, "1"), None),
        }
    )
    counts = counted(TITLES, source, table.num_rows, int(again.sum()))
    return Batch(keys, {"movie_titles": table}, rows.defects, counts)


class Alternative(NamedTuple):
    """A title that a film without one may take: the one that sorts first."""

    is_not_original: bool
    ordering: int
    title: str


def best(found: dict[int, Alternative], table: pa.Table) -> None:
    """Keep for each film the alternative to be called by: the original title, else the first."""
    for row in table.to_pylist():
        other = Alternative(not row["is_original"], row["ordering"], row["title"])
        found[row["movie_id"]] = min(other, found.get(row["movie_id"], other))


def episodes(lines: Lines, exclude: Numbers, *, films: Numbers) -> Batch:
    """Make episodes of lines of title.episode; those of titles that are not loaded are passed over.

    Args:
        lines: of a block.
        exclude: titles of which a block before has a line already.
        films: the titles that are loaded, ascending.

    Returns:
        the table `movie_episodes`: movie_id, series_id, season, episode.
    """
    rows = Rows(EPISODES, lines.table, lines.lines, list(lines.defects))
    rows = rows.without(ids(rows.column("tconst"), TITLE) < 0, "tconst", "bad_film_id")
    series = rows.column("parentTconst")
    rows = rows.without(ids(series, TITLE) < 0, "parentTconst", "bad_film_id")
    for name in ("tconst", "parentTconst"):
        rows = rows.only(places_of(ids(rows.column(name), TITLE), films) >= 0)
    source = len(rows.lines)
    rows, again = once(rows, exclude, "repeated")
    keys = distinct(ids(rows.column("tconst"), TITLE))
    table = pa.table(
        {
            "movie_id": ids(rows.column("tconst"), TITLE),
            "series_id": ids(rows.column("parentTconst"), TITLE),
            "season": integers(rows, "seasonNumber", *COUNTS).cast(pa.int32()),
            "episode": integers(rows, "episodeNumber", *COUNTS).cast(pa.int32()),
        }
    )
    counts = counted(EPISODES_KIND, source, table.num_rows, again)
    return Batch(keys, {"movie_episodes": table}, rows.defects, counts)
