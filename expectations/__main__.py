"""`python -m expectations check`: the store as it is through the gate; the settings in, a report out."""

import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from textwrap import shorten

import click
import pandas as pd
from rich.console import Console
from rich.table import Column, Table

from expectations import check as store
from expectations import differences, report
from expectations import results as figures
from expectations.failing import columns_of
from expectations.gate import Gate
from expectations.suites import Suite, SuiteError, read_suite
from expectations.verdicts import GATING, Result, passed
from normalize import logs, reports
from normalize.commands import command_line
from normalize.declared.files import read_plan
from normalize.errors import DataError, InputError
from normalize.fill import new_run_id, now
from normalize.film_plan import FILMS
from normalize.notify import notify
from normalize.plan import Plan
from normalize.repairs import COLUMNS as REPAIR_COLUMNS
from normalize.settings import Settings
from normalize.store import has_store, shown_url
from normalize.suspects import COLUMNS as SUSPECT_COLUMNS
from normalize.target import target

SHOWN_ROWS, SHOWN_TEXT = 10, 160
"""How many rows of a file, and how much of each, `diff` prints."""


@click.group()
def main() -> None:
    """Check what must be true of the store."""


@main.command()
@click.option(
    "--suite",
    "place",
    type=click.Path(exists=True, path_type=Path),
    help="A suite, or a folder of suites, to use instead of the built-in ones.",
)
@click.option(
    "--plan", type=click.Path(path_type=Path), help="The plan of another database than films: what follows from it."
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@command_line
def check(place: Path | None, plan: Path | None, *, as_json: bool) -> None:
    """Run the store suites on the store as it is, and write a report; ends with 1 if a critical one fails."""
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    started, clock = now(), time.perf_counter()
    try:
        of_what = read_plan(plan) if plan else FILMS
        suites = _store_suites(place or settings.suites_path, of_what)
        results, frames = _results(settings, suites)
    except SuiteError as error:
        raise InputError(str(error)) from error
    run = _run(settings, started, time.perf_counter() - clock, results, frames)
    run = replace(run, distributions=tuple(of_what.distributions({}, frames)))
    page = reports.write(run, settings, "; check its folder.")
    _tell(results, page, as_json=as_json)
    notify(page, settings)
    if not passed(results):
        raise DataError(f"critical expectations fail; the report names the rows: {page}")


@main.command()
@click.argument("run")
@click.argument("other")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@command_line
def diff(run: str, other: str, *, as_json: bool) -> None:
    """Say what changed between two runs: RUN and OTHER are ids in REPORTS_PATH, beginnings of ids, or latest."""
    folder = Settings.read().reports_path
    try:
        places = differences.find(folder, run), differences.find(folder, other)
    except differences.NoRunError as error:
        raise InputError(f"{error}.") from error
    found = differences.compare(*places)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    console = Console()
    table = Table("figure", "of", Column("before", justify="right"), Column("after", justify="right"))
    for change in found.changes:
        table.add_row(change.sort, change.name, *(_shown(value) for value in (change.before, change.after)))
    if table.row_count:
        console.print(table)
    for word, files in (("gone", found.gone), ("new", found.new)):
        for name, rows in files.items():
            for row in rows[:SHOWN_ROWS]:
                console.print(f"{word} in {name}: {shorten(', '.join(row), SHOWN_TEXT)}", markup=False, soft_wrap=True)
            if len(rows) > SHOWN_ROWS:
                console.print(f"{word} in {name}: {len(rows) - SHOWN_ROWS:,} more; --json gives all")
    if not table.row_count:
        console.print("Nothing changed between these runs.")


def _shown(value: object) -> str:
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _store_suites(place: Path | None, plan: Plan) -> list[Suite]:
    """Read the suites that speak of the store; there must be one, else nothing would be checked."""
    read = (read_suite(place),) if place is not None and place.is_file() else plan.suites(place)
    suites = [suite for suite in read if suite.kind == GATING]
    if not suites:
        raise SuiteError(
            f"{place} holds no store suite; raw suites measure a legacy file, as part of: alembic -x dry-run=yes "
            "upgrade head"
        )
    return suites


def _results(settings: Settings, suites: list[Suite]) -> tuple[tuple[Result, ...], dict[str, pd.DataFrame]]:
    """Check what one consistent read gives; returns the results and the tables that were read."""
    tables = sorted({suite.table for suite in suites})
    with target(settings, write=False, create=False) as connection:
        if not has_store(connection):
            raise InputError(f"{shown_url(settings.database_url)} holds no store. Run: alembic upgrade head")
        frames = store.frames(connection, tables)
        keys = store.keys(connection, tables)
    # An empty store has no load that could add up; any other table that is not there is a mistake of its suite.
    speaking = [suite for suite in suites if suite.table in frames or suite.table != store.RECONCILIATION]
    results = Gate(speaking).check(GATING, frames, keys)
    return results, {name: frame for name, frame in frames.items() if name != store.RECONCILIATION}


def _run(
    settings: Settings, started: str, seconds: float, results: tuple[Result, ...], frames: dict[str, pd.DataFrame]
) -> report.Run:
    """Tell of a check as of a load in which nothing was loaded."""
    return report.Run(
        id=new_run_id(started),
        verdict="passed" if passed(results) else "failed",
        file=shown_url(settings.database_url),
        size=0,
        sha256="",
        started_at=started,
        finished_at=now(),
        steps=(("check", seconds),),
        versions=reports.versions(),
        tables=tuple((name, len(frame), len(frame)) for name, frame in frames.items()),
        reconciliation=pd.DataFrame(),
        results=results,
        repairs=pd.DataFrame(columns=list(REPAIR_COLUMNS)),
        merges=pd.DataFrame(columns=["person_id", "name", "source", "source_id"]),
        suspects=pd.DataFrame(columns=list(SUSPECT_COLUMNS)),
        store=shown_url(settings.database_url),
    )


def _tell(results: tuple[Result, ...], page: Path, *, as_json: bool) -> None:
    if as_json:
        said = {"passed": passed(results), "report": str(page), "expectations": [figures.summary(r) for r in results]}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    table = Table("table", "expectation", "severity", "verdict", Column("failing", justify="right"))
    for result in results:
        if not result.passed:
            what = f"{result.expectation} {', '.join(columns_of(result.kwargs))}"
            table.add_row(result.table, what, result.severity, "fails", f"{result.failed:,} of {result.checked:,}")
    console = Console()
    if table.row_count:
        console.print(table)
    console.print(f"{sum(result.passed for result in results)} of {len(results)} expectations hold.")
    console.print(f"report: {page}", soft_wrap=True)


if __name__ == "__main__":
    main()
