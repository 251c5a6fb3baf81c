"""What a person must look at: films that look like one film twice, names that look alike. Nothing is merged here.

The store's frames come in; a frame of pairs comes out, with the evidence.
"""

from collections.abc import Mapping

import pandas as pd

from normalize.people import source_keys
from normalize.text import look_alike_key

COLUMNS = ("kind", "key_a", "value_a", "key_b", "value_b", "evidence")
CREDIT_TABLES = ("movie_directors", "movie_writers", "movie_actors")


def suspects(tables: Mapping[str, pd.DataFrame], merges: pd.DataFrame) -> pd.DataFrame:
    """Find the suspects among the store's frames.

    People: names that differ, but not when case, accents, punctuation and blanks do not count. Films: titles that
    are equal in that way and share somebody who made them. Merges: source rows of the same name, which are one person
    already. People are named by the first row of their sources, as decisions name them.

    Args:
        tables: the store's frames.
        merges: the source rows of every person who has several, as `People.merges`.

    Returns:
        columns kind ('films', 'people' or 'merges'), key_a, value_a, key_b, value_b, evidence; one row per pair.
    """
    first = tables["person_sources"].drop_duplicates("person_id")
    keys = pd.Series(source_keys(first).to_numpy(), index=first["person_id"].to_numpy(), dtype=object)
    named = tables["people"].assign(id=tables["people"]["id"].map(keys))
    return pd.concat([_films(tables), look_alikes("people", named), _merges(merges)], ignore_index=True)


def _merges(merges: pd.DataFrame) -> pd.DataFrame:
    """Pair each further source row of a person with the first."""
    rows = merges.assign(key=source_keys(merges))
    firsts = rows.drop_duplicates("person_id").set_index("person_id")
    others = rows[rows.duplicated("person_id")]
    one = firsts.loc[others["person_id"]].set_index(others.index)
    return _pairs("merges", one["key"], one["name"], others["key"], others["name"], "taken for one person")


def look_alikes(kind: str, named: pd.DataFrame) -> pd.DataFrame:
    """Pair the rows (columns id, name) whose names differ, but not in what `look_alike_key` leaves of them."""
    alike = named.assign(alike=named["name"].map(look_alike_key)).drop_duplicates(["alike", "name"])
    alike = alike[(alike["alike"] != "") & alike.duplicated("alike", keep=False)]
    first = alike.drop_duplicates("alike")
    pairs = first.merge(alike, on="alike", suffixes=("_a", "_b"))
    pairs = pairs[pairs["id_a"] != pairs["id_b"]]
    return _pairs(kind, pairs["id_a"], pairs["name_a"], pairs["id_b"], pairs["name_b"], "the names look alike")


def _films(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    films = tables["movies"][["id", "imdb_id", "title"]]
    films = films.assign(alike=films["title"].map(look_alike_key))
    films = films[(films["alike"] != "") & films.duplicated("alike", keep=False)]
    made_by = pd.concat([tables[name][["movie_id", "person_id"]] for name in CREDIT_TABLES]).drop_duplicates()
    named = films.merge(made_by, left_on="id", right_on="movie_id")
    named = named.merge(tables["people"].rename(columns={"id": "person_id", "name": "person"}), on="person_id")
    named = named.sort_values(["alike", "person_id", "id"])
    # Each film beside the next one of its title and person: enough to see a group, and never quadratic.
    following = named.groupby(["alike", "person_id"], sort=False)[["imdb_id", "title"]].shift(-1)
    pairs = named.assign(imdb_id_b=following["imdb_id"], title_b=following["title"]).dropna(subset=["imdb_id_b"])
    by_pair = pairs.groupby(["imdb_id", "title", "imdb_id_b", "title_b"], sort=True)["person"]
    evidence = by_pair.agg(lambda names: "same title, and both by " + ", ".join(sorted(names))).reset_index()
    return _pairs(
        "films", evidence["imdb_id"], evidence["title"], evidence["imdb_id_b"], evidence["title_b"], evidence["person"]
    )


def _pairs(
    kind: str, key_a: pd.Series, value_a: pd.Series, key_b: pd.Series, value_b: pd.Series, evidence: pd.Series | str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": kind,
            "key_a": key_a.map(str),
            "value_a": value_a,
            "key_b": key_b.map(str),
            "value_b": value_b,
            "evidence": evidence,
        },
        columns=list(COLUMNS),
        dtype=object,
    )
