"""Who is who when the file comes again: people keep their numbers by the ids that the file gives them.

The people of the file's last edition, of its new one and of the store come in; who is renamed, who is new and which
id leads to whom from now on come out. No id that was ever seen is forgotten. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

Sources = tuple[str, str]
"""A source and the id that it gives: ('legacy_actors', '12')."""


@dataclass
class PeopleChanges:
    """What is to become of the people.

    renamed: number → name. added: number → name. sources: an id in its source → the number that it leads to, where
    that is new or another than before.
    """

    renamed: dict[int, str] = field(default_factory=dict)
    added: dict[int, str] = field(default_factory=dict)
    sources: dict[Sources, int] = field(default_factory=dict)


def merge_people(
    was: pd.DataFrame, new: pd.DataFrame, store: pd.DataFrame, *, same_name_is_one: bool, free: int
) -> PeopleChanges:
    """Settle who is who.

    Args:
        was: columns source, source_id, name: what the file said last time.
        new: the same of what it says now.
        store: columns source, source_id, person_id, name: what the store says.
        same_name_is_one: a name that is new to an id leads to the person who has it, if there is one.
        free: the first number that nobody has.
    """
    key = ["source", "source_id"]
    rows = new.merge(store, on=key, how="left", suffixes=("", "_store")).merge(
        was, on=key, how="left", suffixes=("", "_was")
    )
    unknown = rows["person_id"].isna()
    news = rows["name_was"].isna() | (rows["name"] != rows["name_was"])
    changed = rows[~unknown & news & (rows["name"] != rows["name_store"])]
    leaving = _renamed_wholly(rows, changed)
    wanted = set(rows.loc[unknown, "name"]) | set(changed["name"])
    known = store[store["name"].isin(wanted) & ~store["person_id"].isin(list(leaving))].drop_duplicates("name")
    by_name: dict[str, int] = {}
    if same_name_is_one:
        by_name = dict(zip(known["name"], known["person_id"], strict=True))
    done = PeopleChanges()
    numbers = iter(range(free, free + len(rows)))

    def person(name: str) -> int:
        if name in by_name:
            return by_name[name]
        number = next(numbers)
        done.added[number] = name
        if same_name_is_one:
            by_name[name] = number
        return number

    for number, name in leaving.items():
        if name not in by_name:
            done.renamed[number] = name
            if same_name_is_one:
                by_name[name] = number
    rest = changed[~changed["person_id"].isin(list(done.renamed))]
    for source, source_id, name in _rows(pd.concat([rest, rows[unknown]])):
        done.sources[source, source_id] = person(name)
    return done


def _renamed_wholly(rows: pd.DataFrame, changed: pd.DataFrame) -> dict[int, str]:
    """Give the people all of whose rows have a new name, and one: number → that name."""
    theirs = rows[rows["person_id"].isin(set(changed["person_id"]))].drop_duplicates(["person_id", "name"])
    alone = theirs[~theirs.duplicated("person_id", keep=False)]
    return dict(zip(alone["person_id"], alone["name"], strict=True))


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    return frame[["source", "source_id", "name"]].itertuples(index=False, name=None)
