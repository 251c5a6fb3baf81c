"""`python -m normalize imdb PATH`: options in; what was loaded is printed, as a table or as JSON."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from normalize import logs
from normalize.commands import command_line
from normalize.errors import InputError
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
@click.argument("path", type=click.Path(path_type=Path))
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
@click.option("--dry-run", is_flag=True, help="Do all of it, write the report, and roll back.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def imdb(  # noqa: PLR0913 - a command's options
    path: Path,
    *,
    types: str,
    more: str,
    accept_shrink: bool,
    max_refused: float,
    processes: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Load IMDb's data sets, .tsv or .tsv.gz, from the folder PATH.

    Films with ratings, genres, people and credits, or what is asked for. Run again it brings in the difference.
    """
    settings, steps = Settings.read(), Steps("imdb")
    logs.configure(settings.log_level, settings.log_format)
    request = Request(
        folder=path,
        types=_listed(types, TITLE_TYPES, "--types"),
        more=_listed(more, MORE, "--with"),
        max_refused=max_refused / PERCENT,
        accept_shrink=accept_shrink,
        rehearsal=dry_run,
        processes=processes,
    )
    if not request.types:
        raise InputError("--types names none; leave it out for films.")
    done = take(request, settings, steps)
    if as_json:
        click.echo(json.dumps(_result(done, steps, dry_run=dry_run), ensure_ascii=False))
    else:
        _tell(done, steps, dry_run=dry_run)


def _result(done: Taken | None, steps: Steps, *, dry_run: bool) -> dict[str, object]:
    """Give what was done for programs."""
    if done is None:
        return {"done": False}
    return {
        "done": True,
        "rehearsal": dry_run,
        "films": vars(done.written),
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
    films = done.written
    click.echo(f"films: {films.added:,} added, {films.changed:,} changed, {films.gone:,} taken out")
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
