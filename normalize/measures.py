"""What the report of films shows plots of: legacy frames and the store's in, distributions out."""

from collections.abc import Mapping

import pandas as pd

from expectations.distributions import Distribution, of_missing, of_numbers, of_words
from normalize.words import NOTHING_WORDS, SEPARATOR

WAYS = {
    "films": ("movies.id", "movies"),
    "descriptions": ("movies.plot", "movies.description"),
    "ratings": ("movies.imdb_rating", "movies.imdb_rating"),
    "genres": ("movies.genre", "movie_genres"),
    "directors": ("movies.director", "movie_directors"),
    "writers": ("movies.writer, writers", "movie_writers"),
    "actors": ("movie_actors", "movie_actors"),
    "people": ("actors, writers, movies.director", "people"),
}
"""Kind of the reconciliation → where it comes from and what takes it."""

SAME_COLUMN = {
    "movies.id": "movies.imdb_id",
    "movies.title": "movies.title",
    "movies.plot": "movies.description",
    "movies.imdb_rating": "movies.imdb_rating",
    "actors.name": "people.name",
}
"""A legacy column → the store's that holds the same, row by row."""

RATINGS = [rating / 2 for rating in range(21)]
YEARS = list(range(1850, 2101, 10))
CREDITS = list(range(11))
LENGTHS = [0, 1, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]
"""The classes' lower bounds."""


def distributions(raw: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> tuple[Distribution, ...]:
    """Measure ratings, years, genres, credits per film, lengths of texts and what is missing.

    Args:
        raw: the legacy frames; none of them where there is no legacy file.
        tables: the store's frames; those that are not there are not measured.
    """
    before, after = _columns(raw, "movies"), _columns(tables, "movies")
    found = [
        of_numbers({"en": "Ratings", "ru": "Рейтинги"}, before.get("imdb_rating"), after.get("imdb_rating"), RATINGS),
        of_numbers({"en": "Years", "ru": "Годы"}, None, after.get("year"), YEARS),
        of_words({"en": "Genres", "ru": "Жанры"}, _entries(before.get("genre")), _genres(tables)),
        of_numbers(
            {"en": "Directors per film", "ru": "Режиссёров на фильм"},
            _entries_per_film(before.get("director")),
            _per_film(tables, "movie_directors"),
            CREDITS,
        ),
        of_numbers(
            {"en": "Writers per film", "ru": "Сценаристов на фильм"}, None, _per_film(tables, "movie_writers"), CREDITS
        ),
        of_numbers(
            {"en": "Actors per film", "ru": "Актёров на фильм"},
            _links_per_film(raw),
            _per_film(tables, "movie_actors"),
            CREDITS,
        ),
        of_numbers(
            {"en": "Length of titles, characters", "ru": "Длина названий, знаков"},
            _lengths(before.get("title")),
            _lengths(after.get("title")),
            LENGTHS,
        ),
        of_numbers(
            {"en": "Length of descriptions, characters", "ru": "Длина описаний, знаков"},
            _lengths(before.get("plot")),
            _lengths(after.get("description")),
            LENGTHS,
        ),
        of_missing(
            {"en": "Rows that say nothing, per column", "ru": "Строк без значения, по столбцам"},
            raw,
            tables,
            NOTHING_WORDS,
            SAME_COLUMN,
        ),
    ]
    return tuple(each for each in found if each is not None)


def _columns(frames: Mapping[str, pd.DataFrame], name: str) -> dict[str, pd.Series]:
    return {str(column): frames[name][column] for column in frames[name]} if name in frames else {}


def _entries(lists: pd.Series | None) -> pd.Series | None:
    """Give the entries of comma-joined lists as they stand, blanks at their ends apart."""
    return None if lists is None else lists.dropna().map(str).str.split(SEPARATOR).explode().str.strip()


def _entries_per_film(lists: pd.Series | None) -> pd.Series | None:
    return None if lists is None else lists.map(lambda value: 0 if value is None else str(value).count(SEPARATOR) + 1)


def _links_per_film(raw: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    if "movie_actors" not in raw:
        return None
    counts = raw["movie_actors"]["movie_id"].map(str).value_counts()
    return raw["movies"]["id"].map(str).map(counts).fillna(0)


def _per_film(tables: Mapping[str, pd.DataFrame], name: str) -> pd.Series | None:
    if name not in tables or "movies" not in tables:
        return None
    return tables["movies"]["id"].map(tables[name]["movie_id"].value_counts()).fillna(0)


def _genres(tables: Mapping[str, pd.DataFrame]) -> pd.Series | None:
    if "movie_genres" not in tables or "genres" not in tables:
        return None
    return tables["movie_genres"]["genre_id"].map(tables["genres"].set_index("id")["name"])


def _lengths(texts: pd.Series | None) -> pd.Series | None:
    return None if texts is None else texts.dropna().map(lambda text: len(str(text)))
