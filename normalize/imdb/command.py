"""`python -m normalize imdb [PATH]`: options in; what was fetched and loaded is printed, as a table or as JSON."""

import json
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from normalize import logs
from normalize.commands import command_line
from normalize.errors import InputError
from normalize.imdb.daily import alerting, follow, parse
from normalize.imdb.download import Policy
from normalize.imdb.fetching import Fetched, fetch
from normalize.imdb.files import FILMS, TITLE_TYPES
from normalize.imdb.loading import ALL_EPISODES, ALL_PEOPLE, ALL_TITLES
from normalize.imdb.run import Request, Taken, take
from normalize.progress import Steps
from normalize.settings import Settings

MORE = (ALL_PEOPLE, ALL_TITLES, ALL_EPISODES)
PERCENT = 100


def _listed(text: str, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(f"{option}: {', '.join(unknown)} is not known; known are {', '.join(known)}.")
    return names


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--fetch-only", is_flag=True, help="Fetch the files, and load nothing.")
@click.option("--follow-schedule", "at", metavar="HH:MM", help="Stay; do it now and every day at this time.")
@click.option("--types", default=",".join(FILMS), show_default=True, help=f"Titles to load: {', '.join(TITLE_TYPES)}.")
@click.option(
    "--with",
    "more",
    default="",
    help="Load more: people (all, not only those credited), titles (alternative ones), episodes (of which series).",
)
@click.option("--accept-shrink", is_flag=True, help="Accept files that lost over 30 % of their lines, or are gone.")
@click.option(
    "--max-refused",
    type=click.FloatRange(0, PERCENT),
    default=1.0,
    show_default=True,
    help="Percent of a file's lines that may be refused; 20 lines always may, but at 0.",
)
@click.option("--processes", type=click.IntRange(0), default=0, help="That read; 0: one for each processor.")
@click.option("--scheduler", default="", metavar="tcp://HOST:PORT", help="Of a Dask cluster that reads instead.")
@click.option("--dry-run", is_flag=True, help="Do all of it, write the report, and roll back.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def imdb(  # noqa: PLR0913 - a command's options
    path: Path | None,
    *,
    fetch_only: bool,
    at: str | None,
    types: str,
    more: str,
    accept_shrink: bool,
    max_refused: float,
    processes: int,
    scheduler: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Load IMDb's data sets, .tsv or .tsv.gz, from the folder PATH; without it they are fetched first.

    Films with ratings, genres, people and credits, or what is asked for. Run again it brings in the difference.
    """
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    if path and fetch_only:
        raise InputError("--fetch-only fetches into IMDB_PATH; leave PATH out.")
    if scheduler and processes:
        raise InputError("--scheduler has the workers of a cluster read; leave --processes out.")
    request = Request(
        folder=path or settings.imdb_path,
        types=_listed(types, TITLE_TYPES, "--types"),
        more=_listed(more, MORE, "--with"),
        max_refused=max_refused / PERCENT,
        accept_shrink=accept_shrink,
        rehearsal=dry_run,
        processes=processes,
        scheduler=scheduler,
    )
    if not request.types:
        raise InputError("--types names none; leave it out for films.")

    work = partial(_work, request, settings, fetches=path is None, loads=not fetch_only, as_json=as_json)
    if at is None:
        work()
    else:
        follow(parse(at), work)


def _work(request: Request, settings: Settings, *, fetches: bool, loads: bool, as_json: bool) -> None:
    """Fetch, load, and say what was done."""
    steps = Steps("imdb")
    with alerting(settings.imdb_alert):
        fetched = _fetch(request, settings, steps) if fetches else []
        done = take(request, settings, steps) if loads else None
    if as_json:
        arrived = {each.data_set.name: each.arrived for each in fetched}
        loaded = _result(done, steps, dry_run=request.rehearsal)
        click.echo(json.dumps(({"fetched": arrived} if fetches else {}) | loaded, ensure_ascii=False))
        return
    for each in fetched:
        click.echo(f"{each.path}: {f'{each.arrived:,} bytes came' if each.arrived else 'unchanged'}")
    if loads:
        _tell(done, steps, dry_run=request.rehearsal)


def _fetch(request: Request, settings: Settings, steps: Steps) -> list[Fetched]:
    policy = Policy(settings.imdb_attempts, settings.imdb_timeout)
    return fetch(settings.imdb_base_url, request.folder, request.data_sets, policy, steps)


def _result(done: Taken | None, steps: Steps, *, dry_run: bool) -> dict[str, object]:
    """Give what was done for programs."""
    if done is None:
        return {"done": False}
    return {
        "done": True,
        "rehearsal": dry_run,
        "films": vars(done.settled.difference.written),
        "disagreements": len(done.settled.disagreements),
        "matches": len(done.settled.matches),
        "rows": dict(done.rows),
        "repairs": done.repairs,
        "missing": list(done.missing),
        "seconds": dict(steps.seconds),
        "report": str(done.report),
    }


def _tell(done: Taken | None, steps: Steps, *, dry_run: bool) -> None:
    """Print what was done."""
    if done is None:
        click.echo("Nothing to do: these files were loaded last, with these options.")
        return
    films, settled = done.settled.difference.written, done.settled
    click.echo(f"films: {films.added:,} added, {films.changed:,} changed, {films.gone:,} taken out")
    if len(settled.disagreements) or len(settled.matches):
        click.echo(
            f"films of several sources: {len(settled.disagreements):,} values that lost, {len(settled.matches):,} "
            "people compared; the report has them"
        )
    if done.missing:
        click.echo(f"not there, so left out: {', '.join(done.missing)}")
    rows = Table("table", Column("new or changed rows", justify="right"))
    for name, count in done.rows.items():
        rows.add_row(name, f"{count:,}")
    Console().print(rows)
    Console().print(steps.table())
    click.echo(f"repairs: {done.repairs:,}; report: {done.report}")
    if dry_run:
        click.echo("This was a rehearsal: everything was rolled back.")
