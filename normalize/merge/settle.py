"""What is to become of the store: two editions' tables in, films and people that change out.

Nothing is written here.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from normalize import statements
from normalize.facts import Tables, differing, facts, records
from normalize.imdb import fingerprints
from normalize.merge.films import Film, Merged, merge
from normalize.merge.matches import SOURCE_OF
from normalize.merge.people import PeopleChanges, first_people, merge_people
from normalize.merge.store import free_number
from normalize.models import OWN_NUMBERS, people, person_sources
from normalize.precedence import IMDB, OWN
from normalize.record import Record


def settle(connection: Connection, was: Tables, new: Tables, tables: Tables) -> tuple[list[Merged], dict[int, Record]]:
    """Settle every film that the file speaks of and of which not all sides say the same.

    Args:
        connection: to the store.
        was: the tables that the file's last edition makes.
        new: those that the new one makes.
        tables: those that the store has of the films of both.

    Returns:
        what was settled, and what the store says of these films.
    """
    said_was, said_new, said_store = facts(was), facts(new), facts(tables)
    numbers = sorted(differing(said_was, said_new) | differing(said_was, said_store))
    before, file_was, file_new = (records(said, numbers) for said in (said_store, said_was, said_new))
    words = statements.read(connection, numbers)
    of_imdb = set(np.intersect1d(np.array(numbers, dtype=np.int64), fingerprints.films(connection)).tolist())
    merged = [
        merge(
            Film(
                number,
                was=file_was.get(number),
                new=file_new.get(number),
                store=before.get(number),
                statements=words.get(number, {}),
                other=IMDB if number in of_imdb else OWN,
            )
        )
        for number in numbers
    ]
    return merged, before


def films_of(*editions: Tables) -> set[int]:
    """Give the numbers of the films of which any edition speaks."""
    return {int(number) for tables in editions for number in tables["movies"]["id"]}


def settle_people(connection: Connection, was: Tables, new: Tables, *, same_name_is_one: bool) -> PeopleChanges:
    """Settle who is renamed, who is new, and to whom the file's ids lead.

    Args:
        connection: to the store.
        was: the tables that the file's last edition makes.
        new: those that the new one makes.
        same_name_is_one: people of the file with the same name are one person.
    """
    free = free_number(connection, people, OWN_NUMBERS + 1)
    if was["people"].empty and free == OWN_NUMBERS + 1:
        return first_people(new["people"], new["person_sources"])
    return merge_people(
        _sources(was)[["source", "source_id", "name"]],
        _sources(new)[["source", "source_id", "name"]],
        _stored(connection),
        same_name_is_one=same_name_is_one,
        free=free,
    )


def _sources(tables: Tables) -> pd.DataFrame:
    """Give who every id leads to: columns source, source_id, person_id, name."""
    names = tables["people"][["id", "name"]].rename(columns={"id": "person_id"})
    return tables["person_sources"].merge(names, on="person_id")


def _stored(connection: Connection) -> pd.DataFrame:
    """Give the same of the ids that legacy files gave, as the store has it; whoever came first is first."""
    rows = connection.execute(
        select(person_sources, people.c.name)
        .join(people, people.c.id == person_sources.c.person_id)
        .where(person_sources.c.source.in_(SOURCE_OF.values()))
        .order_by(people.c.id, person_sources.c.source, person_sources.c.source_id)
    )
    return pd.DataFrame(
        [tuple(row) for row in rows], columns=["source", "source_id", "person_id", "name"], dtype=object
    )


def shown_ids(*sides: Mapping[int, Mapping[str, str]]) -> dict[int, str]:
    """Give each film's id on the outside, of what `outside_ids` gives; a later side counts more."""
    return {number: each["imdb_id"] or each["public_id"] for side in sides for number, each in side.items()}


def outside_ids(tables: Tables) -> dict[int, dict[str, str]]:
    """Give each film's imdb_id and public_id."""
    movies_frame = tables["movies"]
    return {
        number: {"imdb_id": imdb_id, "public_id": public_id}
        for number, imdb_id, public_id in zip(
            movies_frame["id"], movies_frame["imdb_id"], movies_frame["public_id"], strict=True
        )
    }
