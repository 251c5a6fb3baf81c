"""Lines of name.basics into people; pure, block by block."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from normalize.imdb.batches import Batch
from normalize.imdb.columns import Numbers, Rows, ids, places_of, said, texts
from normalize.imdb.files import NAMES, PERSON
from normalize.imdb.reading import Lines
from normalize.imdb.titles import counted, once, with_id

PEOPLE = "people"
"""The kind that is counted."""
SOURCE = "imdb"
"""What `person_sources` calls where an nconst was seen."""


def listed(lines: Lines, exclude: Numbers) -> Batch:
    """Tell who is listed, and what is wrong with the lines; as `people`, but without the tables."""
    return replace(people(lines, exclude), tables={})


def people(lines: Lines, exclude: Numbers, *, wanted: Numbers | None = None) -> Batch:
    """Make people of lines of name.basics.

    Args:
        lines: of a block.
        exclude: people that a block before has already.
        wanted: the numbers of the people who are wanted, ascending; None for all.

    Returns:
        the tables `people` (id, name) and `person_sources` (person_id, source, source_id).
    """
    rows = Rows(NAMES, lines.table, lines.lines, list(lines.defects))
    if wanted is not None:
        rows = rows.only(places_of(ids(rows.column("nconst"), PERSON), wanted) >= 0)
    source = len(rows.lines)
    rows = with_id(rows, "no_id", PERSON)
    rows, twice = once(rows, exclude, "id_twice", PERSON)
    names = texts(rows, "primaryName")
    there = said(names)
    rows = rows.without(~there, "primaryName", "nameless")
    names = names.filter(pa.array(there))
    numbers = ids(rows.column("nconst"), PERSON)
    tables = {
        "people": pa.table({"id": numbers, "name": names}),
        "person_sources": pa.table(
            {"person_id": numbers, "source": pa.repeat(SOURCE, len(numbers)), "source_id": rows.column("nconst")}
        ),
    }
    return Batch(np.sort(numbers), tables, rows.defects, counted(PEOPLE, source, len(numbers), twice))
