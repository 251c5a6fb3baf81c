"""Films of which another source speaks too: their staged rows in, what all sources together say in the store out.

They are few beside those that are IMDb's alone, which pass by in bulk. Each is settled by itself: what the files say
now and said last time, what the other sources say, and what was changed in the store meanwhile. In the load's
transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, Connection, Select, Table, TableClause, column, delete, select
from sqlalchemy import table as named

from expectations.report import Section
from normalize import adoption, statements
from normalize.changes import archive_said
from normalize.facts import Tables, all_rows, facts, frame_of, records, rows_with, stored_films
from normalize.film_plan import as_filled
from normalize.imdb import merging
from normalize.imdb.columns import Numbers, places_of
from normalize.imdb.fingerprints import NONE, TITLES_PART, Fingerprints, forgetting
from normalize.imdb.loading import Found
from normalize.imdb.merging import PARTS, TOLD, Difference
from normalize.imdb.staging import Staging
from normalize.load import last_legacy_run
from normalize.merge import disagreements, matches
from normalize.merge.films import Film, Merged
from normalize.merge.films import merge as merged_film
from normalize.merge.settle import outside_ids, shown_ids
from normalize.merge.store import write_films
from normalize.merge.uniting import unite
from normalize.models import CREDITS, OWN_NUMBERS, genres, movie_genres, movie_sources, movies, people
from normalize.parts import parts
from normalize.precedence import IMDB, LEGACY, OWN
from normalize.record import LISTS, SCALARS, Record, saying
from normalize.settings import Settings
from normalize.statements import Words

TABLES = {"genres": movie_genres, **CREDITS}
"""List → the table of its entries."""


@dataclass(frozen=True)
class Said:
    """What the files say now of films of which another source speaks too.

    numbers: of the films of which they say something new, ascending. changed: part → those of them of which the part
    does. facts: of what was staged of them, as `normalize.facts` gives them. ids: film → its imdb_id and public_id.
    listed: those that the files list at all.
    """

    numbers: Numbers
    changed: Mapping[str, frozenset[int]]
    facts: Tables
    ids: Mapping[int, Mapping[str, str]]
    listed: frozenset[int]

    def record(self, film: int, last: Record | None) -> Record | None:
        """Give what the files say of a film: what they said last time, but for the parts that say something new."""
        if film not in self.listed:
            return None
        record = dict(last or saying())
        if self._new(film, TITLES_PART):
            record |= self._rows[film]
        for name, table in TABLES.items():
            if any(self._new(film, part) for part in PARTS[table.name]):
                record[name] = self._lists[name].get(film, ())
        return record

    def _new(self, film: int, part: str) -> bool:
        return film in self.changed.get(part, ())

    @cached_property
    def _rows(self) -> dict[int, Record]:
        rows = self.facts["films"][["id", *SCALARS]].itertuples(index=False, name=None)
        return {film: dict(zip(SCALARS, values, strict=True)) for film, *values in rows}

    @cached_property
    def _lists(self) -> dict[str, dict[int, tuple[tuple[object, ...], ...]]]:
        lists: dict[str, dict[int, tuple[tuple[object, ...], ...]]] = {name: {} for name in LISTS}
        for name, entries in lists.items():
            for film, _, *entry in self.facts[name].itertuples(index=False, name=None):
                entries[film] = (*entries.get(film, ()), tuple(entry))
        return lists


@dataclass(frozen=True)
class Settled:
    """What became of a load's films.

    difference: of all of them. disagreements, matches: what is to be told of films of which another source speaks too,
    as frames with the columns of `disagreements` and `matches`.
    """

    difference: Difference
    disagreements: pd.DataFrame
    matches: pd.DataFrame

    @property
    def sections(self) -> tuple[Section, ...]:
        """Give the sections of the report that tell it."""
        return disagreements.section(self.disagreements), matches.section(self.matches)


def nothing(difference: Difference) -> Settled:
    """Say that no other source speaks of a film."""
    return Settled(difference, disagreements.told((), {}), matches.told((), {}))


def merge(
    connection: Connection,
    staging: Staging,
    found: Found,
    last: Mapping[str, Fingerprints],
    settings: Settings,
    at: str,
) -> Settled:
    """Merge what was staged into a store that is not empty; nothing is queued for the index.

    Args:
        connection: in a transaction, the capture of changes being off.
        staging: the staged rows.
        found: what was found in the files.
        last: what the files said last time.
        settings: those with which the legacy file was taken in.
        at: the time of the load.

    Raises:
        DataError: a list names an id that leads to nobody.
    """
    titles = last.get(TITLES_PART, NONE)
    merging.prefer_indexes(connection)
    merging.write_genres(connection, found.genres)
    merging.merge_people(connection, staging)
    films = _find(connection, staging, found, titles)
    said = _take(connection, staging, found, films) if len(films) else None
    alone = {part: np.setdiff1d(some, films) if part in TOLD else some for part, some in found.changed.items()}
    done = nothing(Difference.of(found, titles).without(films))
    merging.merge(connection, staging, alone, done.difference)
    if said is not None:
        done = _settle(connection, said, settings, at, done.difference)
    merging.drop_unused_genres(connection)
    return done


def unheld(connection: Connection, last: Mapping[str, Fingerprints]) -> dict[str, Fingerprints]:
    """Forget films whose rows other sources wrote anew since the last load: all that the files say of them is new."""
    of = movie_sources.c
    others = select(of.movie_id).where(of.movie_id < OWN_NUMBERS)
    held = select(of.movie_id).where(of.source == IMDB)
    films = connection.execute(others.except_(held).order_by("movie_id")).scalars()
    return forgetting(last, np.fromiter(films, dtype=np.int64))


def _find(connection: Connection, staging: Staging, found: Found, last: Fingerprints) -> Numbers:
    """Give the films of which another source speaks too, and of which there is something new.

    Args:
        connection: people are merged already.
        staging: the staged rows.
        found: what was found in the files.
        last: the films that the files listed last time.
    """
    kept = _numbers(connection, select(movie_sources.c.movie_id).distinct())
    staged = _staged(staging, movies)
    there = _numbers(connection, select(movies.c.id).join(staged, staged.c.id == movies.c.id))
    others = there[places_of(there, last.numbers) < 0]
    if not len(kept):
        return others
    renamed = _numbers(connection, select(named("staged_renamed", column("id", BigInteger)).c.id)).tolist()
    new = [found.changed[part] for part in TOLD if part in found.changed]
    for table, some in product(CREDITS.values(), parts(renamed)):
        new += [_numbers(connection, select(table.c.movie_id).where(table.c.person_id.in_(some)))]
    return np.union1d(others, np.intersect1d(kept, np.concatenate([NONE.numbers, *new])))


def _numbers(connection: Connection, query: Select[tuple[int]]) -> Numbers:
    return np.sort(np.fromiter(connection.execute(query).scalars(), dtype=np.int64))


def _staged(staging: Staging, table: Table) -> TableClause:
    """Give the table in which the rows of a table of the store are staged, with its types."""
    return named(staging.name(table.name), *(column(each.name, each.type) for each in table.columns))


def _take(connection: Connection, staging: Staging, found: Found, films: Numbers) -> Said:
    """Take what was staged of these films out of the staging tables, so that it does not pass by in bulk."""
    merging.numbers(connection, "several", films)
    frames = {table.name: _taken(connection, staging, table) for table in (movies, *TABLES.values())}
    credited = {int(person) for table in CREDITS.values() for person in frames[table.name]["person_id"]}
    frames[genres.name] = all_rows(connection, genres)
    frames[people.name] = rows_with(connection, people, "id", sorted(credited))
    changed = {part: np.intersect1d(films, those) for part, those in found.changed.items() if part in TOLD}
    listed = films[places_of(films, found.films) >= 0]
    return Said(
        films,
        {part: frozenset(those.tolist()) for part, those in changed.items()},
        facts(frames),
        outside_ids(frames),
        frozenset(listed.tolist()),
    )


def _taken(connection: Connection, staging: Staging, table: Table) -> pd.DataFrame:
    """Read what was staged for a table, with its own types, and take it out."""
    staged = _staged(staging, table)
    of = staged.c.id if table is movies else staged.c.movie_id
    theirs = of.in_(select(named("staged_several", column("id")).c.id))
    rows = connection.execute(select(staged).where(theirs)).all()
    connection.execute(delete(staged).where(theirs))
    return frame_of(table, rows)


def _settle(connection: Connection, said: Said, settings: Settings, at: str, others: Difference) -> Settled:
    """Settle these films and write what is to be stored."""
    films = said.numbers.tolist()
    tables = stored_films(connection, films)
    before = records(facts(tables), films)
    words = statements.read(connection, films)
    words |= _alone(connection, {film: record for film, record in before.items() if film not in words}, settings)
    merged = [_merged(film, said, words.get(film, {}), before.get(film)) for film in films]
    same = unite(connection, {film.number: film.words for film in merged})
    write_films(connection, merged, before, said.ids, at)
    ids = shown_ids(said.ids, outside_ids(tables))
    return Settled(
        others.with_more(_difference(merged, before)),
        disagreements.told((each for film in merged for each in film.disagreements), ids),
        matches.told(same, ids),
    )


def _merged(film: int, said: Said, words: Mapping[str, Record], store: Record | None) -> Merged:
    was = words.get(IMDB)
    return merged_film(Film(film, was, said.record(film, was), store, words, source=IMDB))


def _difference(merged: Sequence[Merged], before: Mapping[int, Record]) -> Difference:
    """Tell which of the films have other rows now."""
    now = {film.number: film.record for film in merged if film.record is not None}
    added = [film for film in now if film not in before]
    changed = [film for film, record in now.items() if film in before and record != before[film]]
    gone = [film for film in before if film not in now]
    return Difference(*(np.array(some, dtype=np.int64) for some in (added, changed, gone)))


def _alone(connection: Connection, films: Mapping[int, Record], settings: Settings) -> Words:
    """Give whose word the rows of films are of which one source speaks: the legacy file's, else our own.

    The legacy file's word is what the archive has of it, so that what was changed in the store since then is known. Of
    a retired archive the rows are all that is left.
    """
    if not films or last_legacy_run(connection) is None:
        return {film: {OWN: record} for film, record in films.items()}
    if adoption.adopted(connection) is None:
        return {film: {LEGACY: record} for film, record in films.items()}
    archive = records(facts(archive_said(connection, as_filled(settings))), films)
    return {film: {LEGACY: archive[film]} if film in archive else {OWN: films[film]} for film in films}
