"""How the legacy file writes: its words for nothing, its separators, the columns that are read. Data, named once."""

import re

NOTHING_WORDS = frozenset({"N/A", "None", ""})
"""What stands where the legacy file knows nothing, in any case; the setting NOTHING_WORDS adds others."""

NOUGHT = re.compile(r"^[+-]?0+([.,]0*)?$", re.ASCII)
"""A rating of nought, however it is written, is no rating: IMDb's begin at 1."""

SEPARATOR = ","
"""Between the entries of `genre` and `director`."""

WRITER_ID_FIELD = "id"
"""The field of the objects in the JSON lists of `writers`."""

LEGACY_TABLES = {
    "movies": ("id", "genre", "director", "writer", "title", "plot", "imdb_rating", "writers"),
    "actors": ("id", "name"),
    "writers": ("id", "name"),
    "movie_actors": ("movie_id", "actor_id"),
}
"""The legacy tables and the columns that they must have; others are kept in the archive and not read."""

UNUSED_COLUMN = "ratings"
"""A column of `movies` that is empty in every file we know; what stands in it is recorded, not stored."""
