"""What is to become of the store: two editions' tables and the store's in, films and people that change out.

Nothing is written here.
"""

import pandas as pd
from sqlalchemy import Connection, select

from normalize import statements
from normalize.facts import Tables, differing, facts, records
from normalize.merge.films import Film, Merged, merge
from normalize.merge.people import PeopleChanges, merge_people
from normalize.merge.store import free_number
from normalize.models import OWN_NUMBERS, load_runs, people
from normalize.precedence import IMDB, OWN
from normalize.record import Record


def settle(connection: Connection, was: Tables, new: Tables, tables: Tables) -> tuple[list[Merged], dict[int, Record]]:
    """Settle every film that the file speaks of and of which not all sides say the same.

    Args:
        connection: to the store.
        was: the tables that the file's last edition makes.
        new: those that the new one makes.
        tables: those that the store has.

    Returns:
        what was settled, and what the store says of these films.
    """
    said_was, said_new, said_store = facts(was), facts(new), facts(tables)
    of_file = set(was["movies"]["id"]) | set(new["movies"]["id"])
    numbers = sorted(differing(said_was, said_new) | (differing(said_was, said_store) & of_file))
    before, file_was, file_new = (records(said, numbers) for said in (said_store, said_was, said_new))
    words = statements.read(connection)
    imdb = connection.execute(select(load_runs.c.id).where(load_runs.c.source == IMDB).limit(1)).first()
    merged = [
        merge(
            Film(
                number,
                was=file_was.get(number),
                new=file_new.get(number),
                store=before.get(number),
                statements=words.get(number, {}),
                other=IMDB if imdb else OWN,
            )
        )
        for number in numbers
    ]
    return merged, before


def settle_people(
    connection: Connection, was: Tables, new: Tables, tables: Tables, *, same_name_is_one: bool
) -> PeopleChanges:
    """Settle who is renamed, who is new, and to whom the file's ids lead; arguments as of `settle`."""
    return merge_people(
        _sources(was)[["source", "source_id", "name"]],
        _sources(new)[["source", "source_id", "name"]],
        _sources(tables),
        same_name_is_one=same_name_is_one,
        free=free_number(connection, people, OWN_NUMBERS + 1),
    )


def _sources(tables: Tables) -> pd.DataFrame:
    """Give who every id leads to: columns source, source_id, person_id, name."""
    names = tables["people"][["id", "name"]].rename(columns={"id": "person_id"})
    return tables["person_sources"].merge(names, on="person_id")


def outside_ids(tables: Tables) -> dict[int, dict[str, str]]:
    """Give each film's imdb_id and public_id."""
    movies_frame = tables["movies"]
    return {
        number: {"imdb_id": imdb_id, "public_id": public_id}
        for number, imdb_id, public_id in zip(
            movies_frame["id"], movies_frame["imdb_id"], movies_frame["public_id"], strict=True
        )
    }
