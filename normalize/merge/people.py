"""Who is who when the file comes again: people keep their numbers by the ids that the file gives them.

The people of the file's last edition, of its new one and of the store come in; who is renamed, who is new and which
id leads to whom from now on come out. No id that was ever seen is forgotten. Whom IMDb has is called what IMDb calls
them; that somebody of the file is one of them is for `matches` to say. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from normalize.models import OWN_NUMBERS

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


def first_people(people: pd.DataFrame, sources: pd.DataFrame) -> PeopleChanges:
    """Let all people of a first file in, under the numbers that it gives them: the store has none of a legacy file.

    Args:
        people: columns id, name.
        sources: columns source, source_id, person_id.
    """
    plain = sources[["source", "source_id", "person_id"]].itertuples(index=False, name=None)
    return PeopleChanges(
        added={int(number): name for number, name in zip(people["id"], people["name"], strict=True)},
        sources={(source, source_id): int(number) for source, source_id, number in plain},
    )


def merge_people(
    was: pd.DataFrame, new: pd.DataFrame, store: pd.DataFrame, *, same_name_is_one: bool, free: int
) -> PeopleChanges:
    """Settle who is who.

    Args:
        was: columns source, source_id, name: what the file said last time.
        new: the same of what it says now.
        store: columns source, source_id, person_id, name: what the store says of the ids of the legacy file.
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
    leaving = {number: name for number, name in _renamed_wholly(rows, changed).items() if number >= OWN_NUMBERS}
    wanted = set(rows.loc[unknown, "name"]) | set(changed["name"])
    known = _called_by_the_file(store, was)
    known = known[known["name"].isin(wanted) & ~known["person_id"].isin(list(leaving))].drop_duplicates("name")
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


def _called_by_the_file(store: pd.DataFrame, was: pd.DataFrame) -> pd.DataFrame:
    """Leave out whom IMDb calls otherwise than the file: to the file that is somebody else's name."""
    both = store.merge(was, on=["source", "source_id"], how="left", suffixes=("", "_was"))
    return both[(both["person_id"] >= OWN_NUMBERS) | (both["name"] == both["name_was"])]


def _renamed_wholly(rows: pd.DataFrame, changed: pd.DataFrame) -> dict[int, str]:
    """Give the people all of whose rows have a new name, and one: number → that name."""
    theirs = rows[rows["person_id"].isin(set(changed["person_id"]))].drop_duplicates(["person_id", "name"])
    alone = theirs[~theirs.duplicated("person_id", keep=False)]
    return dict(zip(alone["person_id"], alone["name"], strict=True))


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    return frame[["source", "source_id", "name"]].itertuples(index=False, name=None)
