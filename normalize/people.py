"""Who is who: the rows of several sources that name people in, one row per person out.

By default the same name is one person, across roles and rows; every such merge is listed, and each credit keeps
the id that its source gave, so that a merge never changes an answer. Names that merely look alike stay apart.
"""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from normalize import decisions
from normalize.cleaning import cells_of, change, is_readable, no_nothing, not_too_long, only_text, without
from normalize.models import OWN_NUMBERS
from normalize.repairs import gather, repairs_of
from normalize.text import compose, single_blanks

EXACT = 2**53
"""Below it a float that is whole is one integer and no other."""


@dataclass(frozen=True)
class Names:
    """The people that one legacy table lists.

    named: columns source, source_id, name (clean), table, key, column: one row for each that has a name.
    nobody: the ids whose name is a word for nothing.
    rows: how many rows the table has.
    """

    named: pd.DataFrame
    nobody: frozenset[str]
    rows: int
    repairs: pd.DataFrame


@dataclass(frozen=True)
class People:
    """One row per person.

    people: columns id, name. sources: columns source, source_id, person_id. merges: the source rows of every person
    who has several, columns person_id, name, source, source_id.
    """

    people: pd.DataFrame
    sources: pd.DataFrame
    merges: pd.DataFrame
    repairs: pd.DataFrame

    def ids_of(self, source: str) -> pd.Series:
        """Give the person's id for each source_id of one source, as a Series indexed by source_id."""
        rows = self.sources[self.sources["source"] == source]
        return pd.Series(rows["person_id"].to_numpy(), index=rows["source_id"].to_numpy())


def names_of(frame: pd.DataFrame, table: str, words: Collection[str]) -> Names:
    """Clean a table of people (columns id, name).

    A row without an id, an id for the second time and what is too long are refused; a name that is a word for nothing
    is nobody.
    """
    source = "legacy_" + table
    frame = frame.assign(id=id_texts(frame["id"]))
    ids = pd.DataFrame({"key": frame["id"], "column": "id", "value": frame["id"]}, dtype=object)
    ids, no_id = without(ids, ids["value"].isna(), table, "no_id")
    ids, long_id = not_too_long(ids, table)
    ids, twice = without(ids, ids.duplicated("value"), table, "id_twice")
    frame = frame.loc[ids.index]

    unnamed = frame["name"].isna()
    empty = pd.DataFrame({"key": frame["id"], "column": "name", "value": None}, dtype=object)[unnamed]
    cells, not_text = only_text(cells_of(frame, "id", "name"), table)
    cells, nothing = no_nothing(cells, table, words)
    cells, composed = change(cells, table, "unicode", compose)
    cells, trimmed = change(cells, table, "trimmed", single_blanks)
    cells, long = not_too_long(cells, table)
    named = pd.DataFrame(
        {"source": source, "source_id": cells["key"], "name": cells["value"], "table": table, "key": cells["key"]},
        dtype=object,
    ).assign(column="name")
    return Names(
        named=named.reset_index(drop=True),
        nobody=frozenset(empty["key"]) | frozenset(nothing["source_key"]),
        rows=len(frame) + len(no_id) + len(long_id) + len(twice),
        repairs=gather(
            [no_id, long_id, twice, repairs_of(empty, table, "nobody"), not_text, nothing, composed, trimmed, long]
        ),
    )


def called(named: list[pd.DataFrame]) -> pd.DataFrame:
    """Give the rows of the sources as decisions speak of them: columns key ('source:id'), value (the name)."""
    rows = pd.concat(named, ignore_index=True)
    return pd.DataFrame({"key": source_keys(rows), "value": rows["name"]}, dtype=object)


def source_keys(rows: pd.DataFrame) -> pd.Series:
    """Name rows with the columns source and source_id as decisions do."""
    return rows["source"] + ":" + rows["source_id"]


def unite(named: list[pd.DataFrame], decided: pd.DataFrame, *, same_name_is_one: bool) -> People:
    """Give each person one id, numbered from OWN_NUMBERS + 1 in the order of the sources.

    Args:
        named: frames as `Names.named`, in the order of the sources.
        decided: decisions about these people, as `decisions.read` gives them.
        same_name_is_one: people with the same name are one person; else each source row is one.

    Raises:
        InputError: two decisions contradict one another.
    """
    rows = pd.concat(named, ignore_index=True)
    things = called(named).assign(identity=rows["name"] if same_name_is_one else source_keys(rows))
    identity = decisions.apply(decided, things)["identity"].map(str)
    numbers = pd.Series(pd.factorize(identity)[0], index=rows.index, dtype="int64")
    rows = rows.assign(person_id=OWN_NUMBERS + 1 + numbers)
    again = rows.duplicated("person_id")
    several = rows["person_id"].isin(rows.loc[again, "person_id"])
    return People(
        people=rows.loc[~again, ["person_id", "name"]].rename(columns={"person_id": "id"}).reset_index(drop=True),
        sources=rows[["source", "source_id", "person_id"]],
        merges=rows.loc[several, ["person_id", "name", "source", "source_id"]]
        .sort_values(["person_id"], kind="stable")
        .reset_index(drop=True),
        repairs=_merged(rows[again]),
    )


def _merged(rows: pd.DataFrame) -> pd.DataFrame:
    """Record the source rows whose person is there already."""
    parts = [
        repairs_of(part.rename(columns={"name": "value"}), str(table), "same_person", part["person_id"].map(str))
        for table, part in rows.groupby("table", sort=False)
    ]
    return gather(parts)


def id_texts(ids: pd.Series) -> pd.Series:
    """Give a column of ids as text; None where there is none."""
    return pd.Series([id_text(value) for value in ids], index=ids.index, dtype=object)


def id_text(value: object) -> str | None:
    """Give an id as text, whatever type the file keeps it in; None where there is none."""
    if value is None or not is_readable(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    return str(value).strip() or None
