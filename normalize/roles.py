"""Who did what for which film: directors, writers and actors as credits, in the source's order.

Tokens (film, name or id) come in, frames of credits with the people's numbers come out, each a `Kind`.
"""

import pandas as pd

from normalize import cleaning
from normalize.films import Films, list_tokens
from normalize.people import Names, People, id_text, id_texts
from normalize.reconciliation import Kind, count_ids, count_list
from normalize.repairs import gather
from normalize.words import SEPARATOR, WRITER_ID_FIELD

DIRECTORS, WRITERS, ACTORS = "legacy_directors", "legacy_writers", "legacy_actors"
"""The sources of people: where an id was seen. A director has no id in the file, so the name is it."""


def director_tokens(films: Films) -> cleaning.Cleaned:
    """Split `director` into names with their notes: columns row, key, column, value, note."""
    tokens, repairs = list_tokens(films, "director")
    tokens, noted = cleaning.split_notes(tokens, "movies")
    tokens, nothing = cleaning.no_nothing(tokens, "movies", films.words)
    return tokens, gather([repairs, noted, nothing])


def director_names(tokens: pd.DataFrame) -> pd.DataFrame:
    """List each director once, as `Names.named` does for the tables of people."""
    first = tokens.drop_duplicates("value")
    named = pd.DataFrame({"source": DIRECTORS, "source_id": first["value"], "name": first["value"]}, dtype=object)
    return named.assign(table="movies", key=first["key"], column="director").reset_index(drop=True)


def directors(films: Films, tokens: pd.DataFrame, repairs: pd.DataFrame, people: People) -> Kind:
    """Make the credits of directors."""
    stored, again = _credits(tokens, "movies", films, people, DIRECTORS)
    return Kind("directors", count_list(films.raw["director"], SEPARATOR), stored, gather([repairs, again]))


def writers(films: Films, names: Names, people: People) -> Kind:
    """Make the credits of writers from `writer` (one id) and `writers` (a JSON list), either or both filled."""
    single, single_repairs = _ids(films, "writer")
    lists, list_repairs = _ids(films, "writers")
    listed, broken = cleaning.json_ids(lists, "movies", WRITER_ID_FIELD)
    single = single.assign(value=single["value"].map(str.strip))
    tokens = pd.concat([single, listed]).sort_values("row", kind="stable", ignore_index=True)
    tokens, refused = cleaning.known(tokens, "movies", films.kept.index, "film_refused", by="row")
    tokens, nothing = cleaning.no_nothing(tokens, "movies", films.words)
    tokens, nobody = cleaning.without(tokens, tokens["value"].isin(names.nobody), "movies", "nobody")
    tokens, unknown = cleaning.known(tokens, "movies", people.ids_of(WRITERS).index, "unknown_writer")
    stored, again = _credits(tokens, "movies", films, people, WRITERS)
    source = count_ids(films.raw["writer"], films.raw["writers"], WRITER_ID_FIELD, films.words)
    repairs = [single_repairs, list_repairs, broken, refused, nothing, nobody, unknown, again]
    return Kind("writers", source, stored, gather(repairs))


def _ids(films: Films, column: str) -> cleaning.Cleaned:
    """Take a column of ids; an empty text names nobody (of `writer` and `writers` one is always empty)."""
    cells = cleaning.cells_of(films.raw, "id", column)
    whole = [id_text(value) if isinstance(value, float) else value for value in cells["value"]]
    cells = cells.assign(value=cleaning.column_of(cells, whole))
    cells, not_text = cleaning.only_text(cells, "movies")
    cells, nothing = cleaning.no_nothing(cells[cells["value"].map(str.strip) != ""], "movies", films.words)
    return cells, gather([not_text, nothing])


def actors(links: pd.DataFrame, films: Films, names: Names, people: People) -> Kind:
    """Make the credits of actors from the keyless table (movie_id, actor_id); the order is that of its rows."""
    table = "movie_actors"
    tokens = pd.DataFrame(
        {
            "row": links.index,
            "key": id_texts(links["movie_id"]),
            "column": "actor_id",
            "value": id_texts(links["actor_id"]),
        }
    )
    tokens, no_film = cleaning.known(tokens, table, set(films.raw["id"].dropna()), "unknown_film", by="key")
    tokens, refused = cleaning.known(tokens, table, set(films.kept["imdb_id"]), "film_refused", by="key")
    tokens, nobody = cleaning.without(tokens, tokens["value"].isin(names.nobody), table, "nobody")
    tokens, unknown = cleaning.known(tokens, table, people.ids_of(ACTORS).index, "unknown_actor")
    stored, again = _credits(tokens, table, films, people, ACTORS)
    return Kind("actors", len(links), stored, gather([no_film, refused, nobody, unknown, again]))


def _credits(tokens: pd.DataFrame, table: str, films: Films, people: People, source: str) -> cleaning.Cleaned:
    """Give each token its film's and its person's number, and each film and person one credit of the role.

    Returns:
        columns movie_id, person_id, ordering, source_person_id, credit_note; and the repairs.
    """
    tokens = tokens.assign(
        movie_id=tokens["key"].map(films.numbers).astype("int64"),
        person_id=tokens["value"].map(people.ids_of(source)).astype("int64"),
    )
    tokens, repeated = cleaning.once(tokens, table, ["movie_id", "value"])
    tokens, same = cleaning.once(tokens, table, ["movie_id", "person_id"], rule="same_person")
    tokens = cleaning.numbered(tokens)
    stored = tokens[["movie_id", "person_id", "ordering"]].assign(source_person_id=tokens["value"])
    stored["credit_note"] = tokens.get("note")
    return stored.sort_values(["movie_id", "ordering"], ignore_index=True), gather([repeated, same])
