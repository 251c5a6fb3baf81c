"""From the adopted tables to a filled store: read, normalize, gate, insert, report; in the caller's transaction.

The gate sees the frames before anything is inserted, and the counts are compared after it. If the gate says no,
nothing of the frames goes in; the report says which rows and why.
"""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, Table

from expectations import report
from expectations.gate import Gate
from expectations.suites import SuiteError
from expectations.verdicts import Result, passed
from normalize import adoption, capture, decisions, load, reports
from normalize.errors import InputError
from normalize.keys import indexed_after
from normalize.plan import Frames, Normalized, Plan
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.sources import Fingerprint
from normalize.store import shown_url


@dataclass(frozen=True)
class Filled:
    """What a fill did: the counts per kind, the report, the seconds of each step."""

    reconciliation: pd.DataFrame
    rows: Mapping[str, int]
    report: Path


@dataclass(frozen=True)
class Loaded:
    """A load that the gate has seen, as the report tells it.

    run: its record. raw: the legacy frames. clean: what they were turned into. results: what the gate found. before,
    after: rows of each of the store's tables before and, if the gate said yes, after.
    """

    run: load.LoadRun
    raw: Mapping[str, pd.DataFrame]
    clean: Normalized
    results: tuple[Result, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]


def fill(  # noqa: PLR0913 - all of a run meets here
    connection: Connection,
    plan: Plan,
    settings: Settings,
    gate: Gate,
    fingerprint: Fingerprint,
    steps: Steps,
    *,
    rehearsal: bool,
) -> Filled:
    """Fill the empty store from the adopted legacy tables.

    Args:
        connection: in a transaction, at the newest revision.
        plan: what is made of which tables.
        settings: where reports go, and what the plan is to know.
        gate: the suites, ready.
        fingerprint: of the legacy file.
        steps: shows and times what is done.
        rehearsal: the caller will roll back; the report says so.

    Raises:
        GateError: the gate says no; names what failed and the report. The caller rolls back.
        InputError: a suite cannot be applied, or the report cannot be written.
    """
    started = now()
    with steps.step("read") as advance:
        raw = adoption.read(connection, plan.legacy_tables)
        advance(_rows(raw))
    with steps.step("normalize") as advance:
        clean = plan.normalize(raw, settings, started)
        advance(_rows(raw))
    with steps.step("gate") as advance:
        results = judge(gate, plan, raw, clean)
        advance(_rows(raw) + _rows(clean.tables))
    rows = {name: len(frame) for name, frame in clean.tables.items()}
    load_run = new_run(fingerprint, started, results, {"rows": rows}, clean)
    if passed(results):
        # No index was made from a store that is only being filled, so nothing has to be queued.
        with (
            capture.uncaptured(connection),
            steps.step("insert", sum(rows.values()) + len(clean.repairs)) as advance,
            indexed_after(connection, plan.metadata.tables),
        ):
            for name, frame in clean.tables.items():
                load.insert(connection, plan.metadata.tables[name], frame, advance)
            load.insert_run(connection, load_run, clean.repairs, advance)
            load.compare_counts(connection, clean.tables)
    loaded = Loaded(load_run, raw, clean, results, before=dict.fromkeys(rows, 0), after=rows)
    page = tell(loaded, plan, settings, steps, rehearsal=rehearsal)
    return Filled(clean.reconciliation, rows, page)


def _rows(frames: Frames) -> int:
    return sum(map(len, frames.values()))


def now() -> str:
    """Give the time as the store and the reports have it: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_run_id(started: str) -> str:
    """Make an id that sorts by time, of loads that end in the same second too, and is never given twice."""
    return f"{started.replace('-', '').replace(':', '')}-{datetime.now(UTC):%f}{secrets.token_hex(3)}"


def make_gate(plan: Plan, settings: Settings) -> Gate:
    """Read the suites, before any lock is taken: what they need takes seconds to import.

    Raises:
        InputError: a suite is not what it must be.
    """
    try:
        return Gate(plan.suites(settings.suites_path))
    except SuiteError as error:
        raise InputError(str(error)) from error


def new_run(
    fingerprint: Fingerprint,
    started: str,
    results: tuple[Result, ...],
    counts: Mapping[str, object],
    clean: Normalized,
) -> load.LoadRun:
    """Make the record of a load that the gate has seen; `counts` is kept beside the reconciliation."""
    verdict = "passed" if passed(results) else "failed"
    told = {
        **counts,
        "reconciliation": clean.reconciliation.to_dict(orient="records"),
        decisions.KEPT: clean.decisions.to_dict(orient="records"),
    }
    return load.LoadRun(new_run_id(started), fingerprint, started, now(), verdict, told)


def judge(gate: Gate, plan: Plan, raw: Mapping[str, pd.DataFrame], clean: Normalized) -> tuple[Result, ...]:
    """Measure the raw frames and gate the store's, the reconciliation among them.

    Raises:
        InputError: a suite cannot be applied.
    """
    raw_frames = {
        adoption.PREFIX + name: _with_columns(frame, plan.optional_columns.get(name, ())) for name, frame in raw.items()
    }
    primary = {name: [column.name for column in table.primary_key] for name, table in plan.metadata.tables.items()}
    keys = {**primary, **plan.row_keys, "reconciliation": ("kind",)}
    store = {name: _all_columns(plan.metadata.tables[name], frame) for name, frame in clean.tables.items()}
    try:
        return gate.check("raw", raw_frames, keys) + gate.check(
            "store", {**store, "reconciliation": clean.reconciliation}, keys
        )
    except SuiteError as error:
        raise InputError(f"{error}. Nothing was changed.") from error


def _with_columns(frame: pd.DataFrame, optional: Sequence[str]) -> pd.DataFrame:
    """Give a legacy frame its optional columns, spelt as the suites spell them."""
    spelt = {name.lower(): name for name in optional}
    frame = frame.rename(columns={name: spelt.get(str(name).lower(), name) for name in frame})
    return frame.assign(**dict.fromkeys((name for name in optional if name not in frame), None))


def _all_columns(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame all columns of its table, so that a suite may speak of each."""
    return frame.reindex(columns=[column.name for column in table.columns])


def tell(
    loaded: Loaded,
    plan: Plan,
    settings: Settings,
    steps: Steps,
    *,
    rehearsal: bool,
    sections: tuple[report.Section, ...] = (),
) -> Path:
    """Write the report of a load; gives the path of its page.

    Args:
        loaded: what was loaded.
        plan: what the report says of the data.
        settings: where reports go, and in which language.
        steps: the seconds of each step.
        rehearsal: all will be rolled back.
        sections: further rows that the report shows.

    Raises:
        GateError: the gate says no; names what failed and the report.
        InputError: the report cannot be written.
    """
    load_run, clean, results = loaded.run, loaded.clean, loaded.results
    went_in = passed(results)
    legacy = tuple((adoption.PREFIX + name, len(frame), len(frame)) for name, frame in loaded.raw.items())
    before, after = loaded.before, loaded.after
    with steps.step("report"):
        page = reports.write(
            report.Run(
                id=load_run.id,
                verdict=load_run.verdict,
                file=load_run.fingerprint.file,
                size=load_run.fingerprint.size,
                sha256=load_run.fingerprint.sha256,
                started_at=load_run.started_at,
                finished_at=load_run.finished_at,
                steps=steps.seconds,
                versions=reports.versions(),
                tables=legacy + tuple((name, before[name], after[name] if went_in else before[name]) for name in after),
                reconciliation=clean.reconciliation,
                results=results,
                repairs=clean.repairs,
                merges=clean.merges,
                suspects=clean.suspects,
                rehearsal=rehearsal,
                store=shown_url(settings.database_url),
                ways=plan.ways,
                distributions=tuple(plan.distributions(loaded.raw, clean.tables)),
                sections=(*_decided(clean.decisions), *sections),
                texts=plan.texts,
            ),
            settings,
        )
    reports.refuse(results, page)
    return page


def _decided(rows: pd.DataFrame) -> tuple[report.Section, ...]:
    """Make the section of what somebody decided, if there is anything."""
    title = {"en": "What somebody decided", "ru": "Что решил человек"}
    about = {
        "en": "Answers to earlier suspects, and what became of them.",
        "ru": "Ответы на прежние подозрения и что из них вышло.",
    }
    return (report.Section(decisions.KEPT, title, about, rows),) if len(rows) else ()


def take_back(page: Path, settings: Settings) -> None:
    """Take a report away that tells of a load that was not committed."""
    shutil.rmtree(page.parent, ignore_errors=True)
    report.write_index(settings.reports_path, settings.report_language)
