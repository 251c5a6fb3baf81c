"""The file comes again: a newer edition of the legacy file in; the store with the difference merged, and a report, out.

The file goes through the same steps, suites and gate as the first one. What it says anew since last time goes into the
store, film by film; films of other sources and what was changed in the store are kept by the rules of `films` and
`precedence`. In the caller's transaction: wholly or not at all.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, inspect, select

from expectations.gate import Gate
from expectations.verdicts import passed
from normalize import adoption, capture, load, sources
from normalize.changes import archive_said
from normalize.errors import DataError, GateError, InputError
from normalize.facts import TABLES as FACT_TABLES
from normalize.facts import Tables, stored_films
from normalize.fill import Filled, Loaded, fill, judge, make_gate, new_run, now, take_back, tell
from normalize.film_plan import FILMS, as_filled
from normalize.imdb import fingerprints
from normalize.merge import archive, disagreements, matches
from normalize.merge.settle import films_of, outside_ids, settle, settle_people, shown_ids
from normalize.merge.store import Written, write_films, write_people
from normalize.merge.uniting import unite
from normalize.models import movie_sources, movies
from normalize.notify import notify
from normalize.plan import Normalized
from normalize.precedence import IMDB
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.sources import Fingerprint
from normalize.target import RolledBack, target
from normalize.words import LEGACY_TABLES

MOST_LOST = 1 / 3
"""The share of the last file's films that a newer one may lack: more is taken for a damaged or a wrong file."""


@dataclass(frozen=True)
class Taken:
    """What a newer file brought.

    written: how many films went in, were changed and were taken out. disagreements: a row for each meeting of what
    was changed in the store and what the file says, columns as of `disagreements`. matches: a row for each person of
    the file who may be one of IMDb's, columns as of `matches`.
    """

    written: Written
    disagreements: pd.DataFrame
    matches: pd.DataFrame
    report: Path


@dataclass(frozen=True)
class Job:
    """What a run has been given: settings, the suites, the file, what shows and times the steps.

    accept_loss: films may go by the third. rehearsal: the caller will roll back.
    """

    settings: Settings
    gate: Gate
    fingerprint: Fingerprint
    steps: Steps
    accept_loss: bool = False
    rehearsal: bool = False


def take(file: Path, settings: Settings, steps: Steps, *, accept_loss: bool, rehearsal: bool) -> Taken | Filled | None:
    """Merge a newer legacy file into the store in one transaction (see `take_again`).

    Args:
        file: the legacy file.
        settings: the store, and how people are merged.
        steps: shows and times what is done.
        accept_loss: films may go by the third.
        rehearsal: everything is rolled back; the report stays.

    Raises:
        InputError: the file or the store is not what it must be.
        DataError: the gate says no, or the file lacks too many films.
        UnavailableError: the database does not answer.
    """
    done: Taken | Filled | None = None
    with sources.open_legacy(file, FILMS, settings.lock_timeout) as legacy:
        with steps.step("import"):
            gate = make_gate(FILMS, settings)
        job = Job(settings, gate, sources.fingerprint(file), steps, accept_loss, rehearsal)
        try:
            with target(settings, write=True, create=False) as connection:
                done = take_again(connection, legacy, job)
                _stop(rehearsal=rehearsal)
        except RolledBack:
            pass
        except GateError as error:
            notify(error.report, settings)
            raise
        except BaseException:
            if done is not None:
                take_back(done.report, settings)
            raise
    if done is not None:
        notify(done.report, settings)
    return done


def _stop(*, rehearsal: bool) -> None:
    if rehearsal:
        raise RolledBack


def take_again(connection: Connection, legacy: sqlite3.Connection, job: Job) -> Taken | Filled | None:
    """Merge a newer legacy file into the store; fill the store if none was taken in yet.

    Args:
        connection: to the store, in a transaction that has the write lock.
        legacy: the file, open and checked, in a read transaction.
        job: what to do it with.

    Returns:
        what was done; None if the file is the one that was taken in last.

    Raises:
        DataError: the gate says no, or the file lacks too many films.
        InputError: there is no store, its archive was retired, or it cannot hold the file.
    """
    if not inspect(connection).has_table(movie_sources.name):
        raise InputError("DATABASE_URL holds no store of this program's version. Run: alembic upgrade head")
    last = load.last_legacy_run(connection)
    if last is not None and last.sha256 == job.fingerprint.sha256:
        return None
    if last is None and connection.execute(select(movies.c.id).limit(1)).first() is None:
        with job.steps.step("adopt", adoption.count(legacy, LEGACY_TABLES)) as advance:
            archive.replace(connection, legacy, advance)
        filled = fill(connection, FILMS, job.settings, job.gate, job.fingerprint, job.steps, rehearsal=job.rehearsal)
        capture.queue_all(connection)  # an index may have been made from the empty store
        return filled
    if last is not None and adoption.adopted(connection) is None:
        raise InputError(
            "what the last legacy file said is not there any more (its archive was retired), so what a newer one says "
            "anew cannot be told. Rebuild into a new store: LEGACY_DATABASE=file DATABASE_URL=… alembic upgrade head."
        )
    return _merge(connection, legacy, job, first=last is None)


def _merge(connection: Connection, legacy: sqlite3.Connection, job: Job, *, first: bool) -> Taken:
    started, steps = now(), job.steps
    with steps.step("read archive"):
        was = None if first else archive_said(connection, as_filled(job.settings))
    with steps.step("adopt", adoption.count(legacy, LEGACY_TABLES)) as advance:
        archive.replace(connection, legacy, advance)
    with steps.step("read"):
        raw = adoption.read(connection, LEGACY_TABLES)
    with steps.step("normalize"):
        new = _normalized(raw, job, started)
        was = _nothing(new.tables) if was is None else was
    _refuse_loss(was, new.tables, job)
    with steps.step("gate"):
        results = judge(job.gate, FILMS, raw, new)
    names = [table.name for table in FACT_TABLES]
    before_rows = load.count_rows(connection, names)
    written, met, matched = Written(0, 0, 0), disagreements.told([], {}), matches.told([], {})
    if passed(results):
        with steps.step("merge"):
            one = job.settings.legacy_merge_same_name
            tables = stored_films(connection, films_of(was, new.tables))
            merged, before = settle(connection, was, new.tables, tables)
            write_people(connection, settle_people(connection, was, new.tables, same_name_is_one=one))
            same = unite(connection, {film.number: film.words for film in merged})
            written = write_films(connection, merged, before, outside_ids(new.tables), started)
            fingerprints.forget(connection, [film.number for film in merged if film.record and IMDB not in film.words])
            ids = shown_ids(*map(outside_ids, (tables, was, new.tables)))
            met = disagreements.told((each for film in merged for each in film.disagreements), ids)
            matched = matches.told(same, ids)
    rows = load.count_rows(connection, names)
    counts = {"rows": rows, "films": vars(written), "disagreements": len(met), "matches": len(matched)}
    load_run = new_run(job.fingerprint, started, results, counts, new)
    if passed(results):
        load.insert_run(connection, load_run, new.repairs, lambda _rows: None)
    loaded = Loaded(load_run, raw, new, results, before_rows, rows)
    sections = (disagreements.section(met), matches.section(matched))
    page = tell(loaded, FILMS, job.settings, steps, rehearsal=job.rehearsal, sections=sections)
    return Taken(written, met, matched, page)


def _normalized(raw: Tables, job: Job, at: str) -> Normalized:
    return FILMS.normalize(raw, job.settings, at)


def _nothing(tables: Tables) -> dict[str, pd.DataFrame]:
    """Give the tables of a file that said nothing."""
    return {name: frame.iloc[:0] for name, frame in tables.items()}


def _refuse_loss(was: Tables, new: Tables, job: Job) -> None:
    """Refuse a file that lacks more than MOST_LOST of the films of the last one, unless that is accepted.

    Raises:
        DataError: says how many, and how to go on.
    """
    before = set(was["movies"]["id"])
    lost = len(before - set(new["movies"]["id"]))
    if lost > MOST_LOST * len(before) and not job.accept_loss:
        raise DataError(
            f"{job.fingerprint.file} lacks {lost:,} of the {len(before):,} films that the last file had: is it whole, "
            "and the right one? If so, say --accept-loss. Nothing was changed."
        )
