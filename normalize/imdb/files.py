"""The IMDb data sets as data: which files there are, what stands in their columns, and which of it is taken.

A changed header, a new title type or a new category of credits is one edit here. Source of the form:
https://developer.imdb.com/non-commercial-datasets/
"""

from dataclasses import dataclass
from pathlib import Path

NOTHING = r"\N"
"""What stands in a file where there is nothing."""

TITLE, PERSON = "tt", "nm"
"""What ids of titles and of people begin with."""

ENDINGS = (".tsv", ".tsv.gz")
"""What the names of the files end with; if both are there, the first is read."""


@dataclass(frozen=True)
class DataSet:
    """One file.

    name: without its ending. header: the columns, in their order. read: those that a load reads; others are passed
    over. key: the columns that no two lines share.
    """

    name: str
    header: tuple[str, ...]
    read: tuple[str, ...]
    key: tuple[str, ...]

    def find(self, folder: Path) -> Path | None:
        """Give this file in a folder, plain or compressed; None if it is not there."""
        for ending in ENDINGS:
            if (folder / (self.name + ending)).is_file():
                return folder / (self.name + ending)
        return None


BASICS = DataSet(
    "title.basics",
    (
        "tconst",
        "titleType",
        "primaryTitle",
        "originalTitle",
        "isAdult",
        "startYear",
        "endYear",
        "runtimeMinutes",
        "genres",
    ),
    ("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "runtimeMinutes", "genres"),
    ("tconst",),
)
RATINGS = DataSet(
    "title.ratings",
    ("tconst", "averageRating", "numVotes"),
    ("tconst", "averageRating", "numVotes"),
    ("tconst",),
)
AKAS = DataSet(
    "title.akas",
    ("titleId", "ordering", "title", "region", "language", "types", "attributes", "isOriginalTitle"),
    ("titleId", "ordering", "title", "region", "language", "isOriginalTitle"),
    ("titleId", "ordering"),
)
CREW = DataSet(
    "title.crew",
    ("tconst", "directors", "writers"),
    ("tconst", "directors", "writers"),
    ("tconst",),
)
PRINCIPALS = DataSet(
    "title.principals",
    ("tconst", "ordering", "nconst", "category", "job", "characters"),
    ("tconst", "ordering", "nconst", "category", "job", "characters"),
    ("tconst", "ordering"),
)
EPISODES = DataSet(
    "title.episode",
    ("tconst", "parentTconst", "seasonNumber", "episodeNumber"),
    ("tconst", "parentTconst", "seasonNumber", "episodeNumber"),
    ("tconst",),
)
NAMES = DataSet(
    "name.basics",
    ("nconst", "primaryName", "birthYear", "deathYear", "primaryProfession", "knownForTitles"),
    ("nconst", "primaryName"),
    ("nconst",),
)

DATA_SETS = (BASICS, RATINGS, AKAS, CREW, PRINCIPALS, EPISODES, NAMES)
"""All files; only the first is always needed."""

TITLE_TYPES = (
    "movie",
    "short",
    "tvEpisode",
    "tvMiniSeries",
    "tvMovie",
    "tvPilot",
    "tvSeries",
    "tvShort",
    "tvSpecial",
    "video",
    "videoGame",
)
"""What IMDb calls the kinds of its titles."""

FILMS = ("movie",)
"""The types that are loaded if nothing else is said."""

ROLES = {
    "director": "directors",
    "writer": "writers",
    "actor": "actors",
    "actress": "actors",
}
"""Category of title.principals → the role whose credits it makes; other categories have no place in the store."""
