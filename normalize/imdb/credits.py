"""Lines of title.principals and title.crew into credits; pure, block by block.

Actors, and what a credit says beside the name, come from the principals; directors and writers from the crew, which has
all of them in their order, or from the principals where there is no crew file.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from normalize.imdb.batches import Batch, Counts
from normalize.imdb.columns import Numbers, Rows, again_in, distinct, flags, ids, integers, places_of, said
from normalize.imdb.defects import defect
from normalize.imdb.files import CREW, PERSON, PRINCIPALS, ROLES, TITLE
from normalize.imdb.members import Members
from normalize.imdb.reading import Lines
from normalize.imdb.titles import counted, order_within

ACTORS, DIRECTORS, WRITERS = "actors", "directors", "writers"
TABLES = {ACTORS: "movie_actors", DIRECTORS: "movie_directors", WRITERS: "movie_writers"}
"""Role → the table of its credits."""
PLACES = (1, 2**31 - 1)
BETWEEN = "; "
"""What stands between the names of several characters."""


@dataclass(frozen=True)
class Known:
    """Who is there: the numbers of films, ascending, and those of people."""

    films: Numbers
    people: Members


def principals(lines: Lines, exclude: Numbers, *, known: Known, has_crew: bool) -> Batch:
    """Make credits of lines of title.principals.

    Args:
        lines: of a block.
        exclude: films of which a block before has lines already, which do not stand together with these.
        known: films and people.
        has_crew: directors and writers come from the crew file; of theirs only the notes are taken here.

    Returns:
        a table for each role, columns movie_id, person_id, ordering, source_person_id, credit_note, for actors
        characters too; with `has_crew` not of directors and writers, but beside the tables the notes of each of these.
    """
    rows = Rows(PRINCIPALS, lines.table, lines.lines, list(lines.defects)).numbered("tconst", TITLE)
    rows = rows.without(rows.numbers("tconst") < 0, "tconst", "bad_film_id")
    films, category = rows.numbers("tconst"), rows.column("category")
    wanted = flags(pc.is_in(category, pa.array(sorted(ROLES)))) | ~said(category)
    wanted &= places_of(films, known.films) >= 0
    scattered = wanted & np.isin(films, exclude)
    rows.note(scattered, "tconst", "scattered")
    wanted &= ~scattered
    rows.note(wanted & ~said(category), "category", "required")
    tables: dict[str, pa.Table] = {}
    notes: dict[str, pa.Table] = {}
    counts: Counts = Counter()
    for role, table in TABLES.items():
        categories = pa.array([category for category, its in ROLES.items() if its == role])
        own = wanted & flags(pc.is_in(category, categories))
        if has_crew and role != ACTORS:
            notes[role] = _notes(rows.only(own & said(rows.column("job"))).numbered("nconst", PERSON), known)
            continue
        tables[table], more = _credits(rows.only(own).numbered("nconst", PERSON), known, role)
        counts += more
    return Batch(distinct(films[wanted]), tables, rows.defects, counts, notes)


def _credits(rows: Rows, known: Known, role: str) -> tuple[pa.Table, Counts]:
    """Make the credits of one role."""
    source = len(rows.lines)
    rows = rows.without(~said(rows.column("nconst")), "nconst", "required")
    rows = rows.without(~known.people.has(rows.numbers("nconst")), "nconst", "unknown_person")
    order = integers(rows, "ordering", *PLACES)
    placed = said(order)
    rows.note(~said(rows.column("ordering")), "ordering", "required")
    rows, order = rows.only(placed), order.filter(pa.array(placed))
    films, people = rows.numbers("tconst"), rows.numbers("nconst")
    again = again_in(films, people)
    rows.note(again, "nconst", "repeated")
    sequence = np.lexsort((order.to_numpy(), films))
    sequence = sequence[~again[sequence]]
    take = pa.array(sequence)
    films = films[sequence]
    table = pa.table(
        {
            "movie_id": films,
            "person_id": people[sequence],
            "ordering": order_within(films),
            "source_person_id": rows.column("nconst").take(take),
            "credit_note": _blank_is_null(rows.column("job").take(take)),
        }
    )
    if role == ACTORS:
        table = table.append_column("characters", _characters(rows, sequence))
    return table, counted(role, source, len(films), int(again.sum()))


def _blank_is_null(column: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)


def _characters(rows: Rows, sequence: Numbers) -> pa.Array:
    """Turn lists such as '["Self","Host"]' into text; what has a backslash, or is no such list, is read as JSON."""
    column = rows.column("characters")
    plain = pc.and_(pc.starts_with(column, '["'), pc.ends_with(column, '"]'))
    plain = flags(pc.and_(plain, pc.invert(pc.match_substring(column, "\\"))))
    text = pc.utf8_slice_codeunits(column, 2, -2)
    several = flags(pc.match_substring(text, '"'))
    if several.any():
        parted = text.filter(pa.array(several))
        for separator in ('", "', '","'):
            parted = pc.replace_substring(parted, separator, BETWEEN)
        text = pc.replace_with_mask(text, pa.array(several), parted)
        several[several] = flags(pc.match_substring(parted, '"'))
    simple = plain & ~several
    text = pc.if_else(pa.array(simple), text, None)
    others = np.flatnonzero(said(column) & ~simple)
    if len(others):
        became = [_from_json(column[at].as_py()) for at in others.tolist()]
        bad = np.zeros(len(column), dtype=bool)
        bad[others] = [each is None for each in became]
        rows.note(bad, "characters", "broken_json")
        mask = np.zeros(len(column), dtype=bool)
        mask[others] = True
        text = pc.replace_with_mask(text, pa.array(mask), pa.array([each or None for each in became], pa.string()))
    return _blank_is_null(text.take(pa.array(sequence)))


def _from_json(value: str) -> str | None:
    """Give the names of a JSON list; None if it is none."""
    try:
        names = json.loads(value)
    except ValueError:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    return BETWEEN.join(names).replace("\0", " ")


def _notes(rows: Rows, known: Known) -> pa.Table:
    """Give what lines say beside a name: the key of the credit, text."""
    notes = _blank_is_null(rows.column("job"))
    there = said(notes) & known.people.has(rows.numbers("nconst"))
    films, people = rows.numbers("tconst")[there], rows.numbers("nconst")[there]
    return pa.table({"key": note_keys(known, films, people), "note": notes.filter(pa.array(there))})


@dataclass(frozen=True)
class Notes:
    """What the principals say of one role's credits: the credits' keys, ascending, and a text for each."""

    keys: Numbers
    texts: pa.Array

    @classmethod
    def of(cls, tables: Sequence[pa.Table]) -> Self:
        """Gather the tables of notes of all blocks; of several notes on a credit the first stays."""
        if not tables:
            return cls(np.array([], dtype=np.uint64), pa.array([], pa.string()))
        whole = pa.concat_tables(tables)
        keys, first = np.unique(whole.column("key").to_numpy(), return_index=True)
        return cls(keys, whole.column("note").combine_chunks().take(pa.array(first)))


def crew(lines: Lines, exclude: Numbers, *, known: Known, notes: Mapping[str, Notes]) -> Batch:
    """Make directors' and writers' credits of lines of title.crew.

    Args:
        lines: of a block.
        exclude: films of which a block before has a line already.
        known: films and people.
        notes: role → what the principals say of its credits.

    Returns:
        the tables `movie_directors` and `movie_writers`, columns as of `principals`.
    """
    rows = Rows(CREW, lines.table, lines.lines, list(lines.defects)).numbered("tconst", TITLE)
    rows = rows.without(rows.numbers("tconst") < 0, "tconst", "bad_film_id")
    rows = rows.only(places_of(rows.numbers("tconst"), known.films) >= 0)
    rows = rows.without(np.isin(rows.numbers("tconst"), exclude), "tconst", "scattered")
    keys = distinct(rows.numbers("tconst"))
    tables: dict[str, pa.Table] = {}
    counts: Counts = Counter()
    for role in (DIRECTORS, WRITERS):
        tables[TABLES[role]], more = _listed(rows, known, notes[role], role)
        counts += more
    return Batch(keys, tables, rows.defects, counts)


def _listed(rows: Rows, known: Known, notes: Notes, role: str) -> tuple[pa.Table, Counts]:
    """Make the credits of one role of its lists of ids; a line may list hundreds."""
    lists = pc.split_pattern(rows.column(role), ",")
    of = pc.list_parent_indices(lists).to_numpy()
    texts = pc.list_flatten(lists)
    people, films = ids(texts, PERSON), rows.numbers("tconst")[of]
    unknown = ~known.people.has(people)
    again = again_in(films, people) & ~unknown
    for bad, rule in ((unknown, "unknown_person"), (again, "repeated")):
        _note_entries(rows, role, np.flatnonzero(bad), of, texts, rule)
    kept = np.flatnonzero(~(unknown | again))
    kept = kept[np.argsort(films[kept], kind="stable")]
    table = pa.table(
        {
            "movie_id": films[kept],
            "person_id": people[kept],
            "ordering": order_within(films[kept]),
            "source_person_id": texts.take(pa.array(kept)),
            "credit_note": _notes_of(known, notes, films[kept], people[kept]),
        }
    )
    return table, counted(role, len(of), len(kept), int(again.sum()))


def _note_entries(rows: Rows, role: str, bad: Numbers, of: Numbers, texts: pa.Array, rule: str) -> None:
    """Note a defect of entries of lists: the entry alone is what stood there."""
    for at in bad.tolist():
        key = rows.table.column("tconst")[int(of[at])].as_py()
        rows.defects.append(defect(CREW, int(rows.lines[of[at]]), key, role, texts[at].as_py(), rule))


def note_keys(known: Known, films: Numbers, people: Numbers) -> Numbers:
    """Give a number (uint64) for each pair of a known film and a known person, by which notes are found."""
    film, person = places_of(films, known.films).astype(np.uint64), people.astype(np.uint64)
    return np.asarray(film * np.uint64(known.people.limit) + person, dtype=np.uint64)


def _notes_of(known: Known, notes: Notes, films: Numbers, people: Numbers) -> pa.Array:
    places = places_of(note_keys(known, films, people), notes.keys)
    return notes.texts.take(pa.array(places, mask=places < 0))
