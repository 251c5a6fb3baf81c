"""Films and what stands in their own row: id, title, plot, rating, genres.

The raw `movies` frame comes in; frames of films, of values and of genre tokens come out, each a `Kind` with its
repairs and its count.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from normalize import cleaning, decisions
from normalize.people import id_texts
from normalize.reconciliation import Kind, count_list, count_values
from normalize.repairs import gather, repairs_of
from normalize.text import compose, single_blanks, sort_key, trim
from normalize.words import NOTHING_WORDS, NOUGHT, SEPARATOR

FILM_ID = re.compile(r"^tt([0-9]{7,12})$")
"""An IMDb id: 'tt' and at least seven digits; at most twelve stay below the range of our own numbers."""
RATING_LOW, RATING_HIGH, RATING_DECIMALS = 0, 10, 1


@dataclass(frozen=True)
class Films:
    """Which films go in.

    raw: the whole movies frame with `id` as trimmed text. kept: columns number, imdb_id, title, title_key, indexed
    by the row in `raw`. repairs: what was changed or refused on the way. words: what stands for nothing.
    """

    raw: pd.DataFrame
    kept: pd.DataFrame
    repairs: pd.DataFrame
    words: Collection[str] = NOTHING_WORDS

    @property
    def numbers(self) -> pd.Series:
        """The film's number for each imdb_id."""
        return pd.Series(self.kept["number"].to_numpy(), index=self.kept["imdb_id"].to_numpy())

    def cells(self, column: str) -> cleaning.Cleaned:
        """Take a column's text cells; those of films that do not go in are refused."""
        cells = cleaning.cells_of(self.raw, "id", column)
        cells, refused = cleaning.known(cells, "movies", self.kept.index, "film_refused", by="row")
        cells, not_text = cleaning.only_text(cells, "movies")
        return cells, gather([refused, not_text])


def films(raw: pd.DataFrame, words: Collection[str] = NOTHING_WORDS) -> Films:
    """Find the films that go in: with a good id that none before has, and with a title."""
    raw = raw.assign(id=id_texts(raw["id"])).reset_index(drop=True)
    ids = pd.DataFrame({"row": raw.index, "key": raw["id"], "column": "id", "value": raw["id"]})
    ids = ids.assign(number=ids["value"].str.extract(FILM_ID, expand=False))
    ids, bad = cleaning.without(ids, ids["number"].isna(), "movies", "bad_film_id")
    ids["number"] = ids["number"].astype("int64")
    ids, twice = cleaning.without(ids, ids.duplicated("number"), "movies", "film_twice")

    said = cleaning.cells_of(raw.loc[ids.index], "id", "title")
    titles, not_text = cleaning.only_text(said, "movies")
    titles, long = cleaning.not_too_long(titles, "movies", key=sort_key)
    ids = ids[~ids.index.isin(set(said["row"]) - set(titles["row"]))]
    titles, composed = cleaning.change(titles, "movies", "unicode", compose)
    titles, trimmed = cleaning.change(titles, "movies", "trimmed", single_blanks)
    titles = titles[titles["value"] != ""].set_index("row")
    ids = ids.assign(column="title", value=raw.loc[ids.index, "title"])
    ids, no_title = cleaning.without(ids, ~ids["row"].isin(titles.index), "movies", "no_title")
    kept = pd.DataFrame({"number": ids["number"], "imdb_id": ids["key"], "title": titles["value"]})
    kept["title_key"] = kept["title"].map(sort_key).astype(object)
    return Films(raw, kept, gather([bad, twice, not_text, long, composed, trimmed, no_title]), words)


def called(films: Films) -> pd.DataFrame:
    """Give the films as decisions speak of them: columns key (the IMDb id), value (the title)."""
    return pd.DataFrame({"key": films.kept["imdb_id"], "value": films.kept["title"]})


def one_of_each(films: Films, decided: pd.DataFrame) -> Films:
    """Keep the first of the films that are one by a decision; the others do not go in.

    Args:
        films: those that would go in.
        decided: decisions about films, as `decisions.read` gives them.

    Raises:
        InputError: two decisions contradict one another.
    """
    things = called(films)
    identity = decisions.apply(decided, things.assign(identity=things["key"]))["identity"]
    again = identity.map(str) != things["key"].map(str)
    cells = pd.DataFrame({"key": things["key"], "column": "id", "value": things["key"]})[again]
    repairs = repairs_of(cells, "movies", "same_film", identity[again])
    return Films(films.raw, films.kept[~again], gather([films.repairs, repairs]), films.words)


def descriptions(films: Films) -> Kind:
    """Clean the plots: columns row, value."""
    cells, refused = films.cells("plot")
    cells, nothing = cleaning.no_nothing(cells, "movies", films.words)
    cells, composed = cleaning.change(cells, "movies", "unicode", compose)
    cells, trimmed = cleaning.change(cells, "movies", "trimmed", trim)
    repairs = gather([refused, nothing, composed, trimmed])
    return Kind("descriptions", count_values(films.raw["plot"]), cells, repairs)


def ratings(films: Films) -> Kind:
    """Read the ratings as numbers: columns row, value (float)."""
    cells, refused = films.cells("imdb_rating")
    cells, nothing = cleaning.no_nothing(cells, "movies", films.words)
    found = cells["value"].map(lambda value: bool(NOUGHT.match(value.strip())))
    cells, nought = cleaning.without(cells, found, "movies", "sentinel")
    cells = cells.assign(value=cells["value"].map(trim))
    cells, unread = cleaning.numbers(cells, "movies", RATING_LOW, RATING_HIGH, RATING_DECIMALS)
    return Kind("ratings", count_values(films.raw["imdb_rating"]), cells, gather([refused, nothing, nought, unread]))


def genres(films: Films) -> Kind:
    """Split the genres into tokens: columns row, key, value, ordering."""
    tokens, repairs = list_tokens(films, "genre")
    tokens, again = cleaning.once(tokens, "movies", ["row", "value"])
    repairs = gather([repairs, again])
    return Kind("genres", count_list(films.raw["genre"], SEPARATOR), cleaning.numbered(tokens), repairs)


def list_tokens(films: Films, column: str) -> cleaning.Cleaned:
    """Split a comma-joined column into clean tokens; words for nothing, as a whole or as an entry, are taken away."""
    cells = cleaning.cells_of(films.raw, "id", column)
    cells, not_text = cleaning.only_text(cells, "movies")
    cells, empty = cleaning.no_nothing(cells, "movies", films.words)
    tokens, blank = cleaning.split_list(cells, "movies", SEPARATOR)
    tokens, refused = cleaning.known(tokens, "movies", films.kept.index, "film_refused", by="row")
    tokens, nothing = cleaning.no_nothing(tokens, "movies", films.words)
    tokens, composed = cleaning.change(tokens, "movies", "unicode", compose)
    tokens, trimmed = cleaning.change(tokens, "movies", "trimmed", single_blanks)
    tokens, long = cleaning.not_too_long(tokens, "movies")
    return tokens, gather([not_text, empty, blank, refused, nothing, composed, trimmed, long])


def unused(films: Films, column: str) -> pd.DataFrame:
    """Record what stands in a column that the store has no place for."""
    written = next((name for name in map(str, films.raw) if name.lower() == column), None)
    if written is None:
        return gather([])
    cells = cleaning.cells_of(films.raw, "id", written)
    cells = cells[~cells["value"].isin(list(NOTHING_WORDS))]
    return cleaning.without(cells, cells["value"].notna(), "movies", "no_place")[1]
