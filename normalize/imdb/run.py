"""`python -m normalize imdb PATH`: a folder of IMDb's files in; the store as they say, a report, and what was done out.

Preflight, then everything in one transaction: read, stage, gate, merge. Wholly or not at all, and nobody sees a half.
"""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from expectations.gate import Gate
from expectations.verdicts import Result, passed
from normalize import capture, load
from normalize.errors import GateError, InputError, UnavailableError
from normalize.fill import now, take_back
from normalize.imdb import fingerprints, merging, preflight, several
from normalize.imdb.files import AKAS, BASICS, CREW, EPISODES, NAMES, PRINCIPALS, RATINGS, DataSet
from normalize.imdb.fingerprints import NONE, TITLES_PART, Fingerprints
from normalize.imdb.gating import gate_meanwhile, judge, refuse_shrunk
from normalize.imdb.hands import hands
from normalize.imdb.loading import ALL_EPISODES, Found, Loading, Wanted
from normalize.imdb.merging import Difference
from normalize.imdb.preflight import SourceFile
from normalize.imdb.reading import BLOCK
from normalize.imdb.references import check_references
from normalize.imdb.several import Settled
from normalize.imdb.staging import TABLES, Staging
from normalize.imdb.telling import Told, tell
from normalize.imdb.work import Hands, Workers
from normalize.models import genres, imdb_fingerprints, load_runs, movies, people, store
from normalize.notify import notify
from normalize.precedence import IMDB
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import has_store
from normalize.target import RolledBack, target

COUNTED = (*TABLES, genres.name)
"""The tables that a load writes."""
NO_STORE = "DATABASE_URL holds no store of this program's version. Run: alembic upgrade head"


@dataclass(frozen=True)
class Request:
    """What a load was asked for.

    folder: where the files are. types: of titles. more: people, titles, episodes. max_refused: the share of a file's
    lines that may be refused. accept_shrink: files may have lost much of themselves. rehearsal: all is rolled back.
    processes: that read; 0 for one for each processor. scheduler: of a Dask cluster that reads instead; '' for none.
    """

    folder: Path
    types: tuple[str, ...]
    more: tuple[str, ...]
    max_refused: float
    accept_shrink: bool = False
    rehearsal: bool = False
    processes: int = 0
    scheduler: str = ""

    @property
    def data_sets(self) -> tuple[DataSet, ...]:
        """The files that are read if they are there."""
        more = (EPISODES,) if ALL_EPISODES in self.more else ()
        return (BASICS, RATINGS, NAMES, PRINCIPALS, CREW, AKAS, *more)

    @property
    def options(self) -> dict[str, object]:
        """What decides, beside the files, what a load makes of them."""
        return {"types": sorted(self.types), "more": sorted(self.more)}


@dataclass(frozen=True)
class Taken:
    """What a load did. rows: that were staged, by table. missing: the files that were not there."""

    settled: Settled
    rows: Mapping[str, int]
    repairs: int
    missing: tuple[str, ...]
    report: Path


@dataclass(frozen=True)
class Job:
    """What a load has been given, checked."""

    request: Request
    settings: Settings
    gate: Callable[[], Gate]
    files: Mapping[DataSet, SourceFile]
    hands: Hands
    steps: Steps
    empty: bool


def take(request: Request, settings: Settings, steps: Steps) -> Taken | None:
    """Load the files of a folder into the store.

    Returns:
        what was done; None if the last load was of just these files, with the same options.

    Raises:
        InputError: the folder, a file, the store or the cluster is not what it must be.
        DataError: the gate says no, a file lost much of itself, or too many of its lines are refused.
        UnavailableError: the database or the cluster does not answer, or somebody else holds the database's lock.
    """
    found, missing = preflight.find(request.folder, request.data_sets)
    with target(settings, write=False, create=False) as connection:
        before, empty = _last(connection), is_empty(connection)
    with steps.step("sha256"), ThreadPoolExecutor() as threads:
        digests = dict(zip(dict(found), threads.map(preflight.digest, dict(found).values()), strict=True))
    if before is not None and _same(before, request, digests):
        return None
    with (
        hands(request.scheduler, request.processes, settings.connect_timeout) as them,
        gate_meanwhile(settings.suites_path) as gate,
    ):
        with steps.step("check") as advance:
            files = preflight.check_all(found, digests, advance)
        if before is not None and not request.accept_shrink:
            refuse_shrunk(before["files"], files, request.folder)
        return _take(Job(request, settings, gate, files, them, steps, empty), tuple(each.name for each in missing))


def _take(job: Job, missing: tuple[str, ...]) -> Taken:
    taken: Taken | None = None
    try:
        with target(job.settings, write=True, create=False, references=not job.empty) as connection:
            taken = _load(connection, job, missing)
            _stop(rehearsal=job.request.rehearsal)
    except RolledBack:
        pass
    except GateError as error:
        notify(error.report, job.settings)
        raise
    except BaseException:
        if taken is not None:
            take_back(taken.report, job.settings)
        raise
    if taken is None:
        raise AssertionError
    notify(taken.report, job.settings)
    return taken


def _stop(*, rehearsal: bool) -> None:
    if rehearsal:
        raise RolledBack


def is_empty(connection: Connection) -> bool:
    """Say whether the store has neither films nor people yet.

    Raises:
        InputError: there is no store.
    """
    if not has_store(connection) or not connection.dialect.has_table(connection, imdb_fingerprints.name):
        raise InputError(NO_STORE)
    return all(connection.execute(select(table.c.id).limit(1)).first() is None for table in (movies, people, genres))


def _last(connection: Connection) -> dict[str, dict[str, dict[str, object]]] | None:
    """Give what `load_runs` has of the last load: its files and options."""
    if not has_store(connection):
        raise InputError(NO_STORE)
    newest = select(load_runs.c.counts).where(load_runs.c.source == IMDB)
    row = connection.execute(newest.order_by(load_runs.c.finished_at.desc(), load_runs.c.id.desc()).limit(1)).first()
    return None if row is None else json.loads(row.counts)


def _same(before: Mapping[str, object], request: Request, digests: Mapping[DataSet, str]) -> bool:
    files = {str(name): told["sha256"] for name, told in dict(before["files"]).items()}  # type: ignore[call-overload]
    return before["options"] == request.options and files == {each.name: digest for each, digest in digests.items()}


def _load(connection: Connection, job: Job, missing: tuple[str, ...]) -> Taken:
    """Read, stage, gate and merge; in the caller's transaction."""
    if job.empty:
        _keep_empty(connection)
    started = now()
    last = several.unheld(connection, fingerprints.read(connection))
    staging, steps = Staging(connection, direct=job.empty), job.steps

    def told(found: Found, results: tuple[Result, ...], settled: Settled) -> Told:
        """Give what the report is made of, the tables being counted as they are when it is asked."""
        return Told(
            folder=job.request.folder,
            options=job.request.options,
            files=job.files,
            started=started,
            defects=found.defects,
            counts=found.counts,
            results=results,
            written=settled.difference.written,
            before=before,
            after=load.count_rows(connection, COUNTED),
            rehearsal=job.request.rehearsal,
            sections=settled.sections,
        )

    with capture.uncaptured(connection), ExitStack() as keys:
        keys.enter_context(staging.made())
        found, before = _read(connection, job, staging, started, last)
        settled = several.nothing(Difference.of(found, last.get(TITLES_PART, NONE)))
        with steps.step("import"):
            gate = job.gate()
        with steps.step("gate"):
            results = judge(gate, connection, staging)
        if not passed(results):
            tell(told(found, results, settled), job.settings, steps)
        if staging.direct:
            merging.write_genres(connection, found.genres)
        else:
            with steps.step("merge"):
                settled = several.merge(connection, staging, found, last, job.settings, started)
        with steps.step("keys"):
            keys.close()
            check_references(connection)
    with steps.step("record"):
        _queue(connection, staging, settled.difference)
        fingerprints.write(connection, found.parts)
        done = told(found, results, settled)
        load.insert_run(connection, done.run, done.repairs, lambda _rows: None)
    page = tell(done, job.settings, steps)
    return Taken(settled, dict(staging.rows), len(found.defects), missing, page)


def _keep_empty(connection: Connection) -> None:
    """Make sure that the store is empty, and let nobody else write until the end.

    Raises:
        UnavailableError: it is not any more.
    """
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in (movies, people, genres))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
    if not is_empty(connection):
        raise UnavailableError("somebody else filled the store meanwhile. Nothing was changed; run again.")


def _read(
    connection: Connection, job: Job, staging: Staging, started: str, last: Mapping[str, Fingerprints]
) -> tuple[Found, dict[str, int]]:
    """Read and stage all files; gives what was found, and how many rows the store's tables had before."""
    before: dict[str, int] = {}
    request = job.request
    wanted = Wanted(request.types, request.more, started, request.max_refused)
    numbers = {row.name: row.id for row in connection.execute(select(genres))}
    workers = Workers(job.hands, BLOCK)
    with staging.written_behind() as behind:
        behind.put(lambda: before.update(load.count_rows(connection, COUNTED)))
        found = Loading(job.files, wanted, last, staging, workers, job.steps, numbers).run()
        with job.steps.step("write"):
            behind.finish()
    return found, before


def _queue(connection: Connection, staging: Staging, difference: Difference) -> None:
    """Queue what changed for the index; after a first load only if an index was made of the empty store."""
    if not staging.direct:
        merging.queue(connection, difference)
    elif connection.execute(select(store.c.index_version)).scalar_one():
        capture.queue_all(connection)
