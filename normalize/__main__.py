"""`python -m normalize …`: the settings, or a plan, in; what the command says is done, and told."""

import json
from pathlib import Path
from textwrap import shorten

import click
from rich.console import Console
from rich.table import Column, Table

from normalize import logs, retirement
from normalize.commands import command_line
from normalize.declared import files
from normalize.errors import InputError
from normalize.fill import Filled, now
from normalize.film_plan import FILMS
from normalize.imdb.command import imdb
from normalize.merge.disagreements import COLUMNS
from normalize.merge.run import Taken, take
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import sqlite_file
from normalize.target import target

SHOWN, SHOWN_TEXT = 20, 60
"""How many disagreements are printed, and how much of each value; the report has all."""


@click.group()
def main() -> None:
    """Prepare a rebuild, and look after the store that is there."""


@main.command()
@click.option("--yes", is_flag=True, help="Drop them: without this they are listed only.")
@click.option(
    "--keep-size", is_flag=True, help="Leave a SQLite file as large as it is; what is free in it is used again."
)
@click.option("--plan", "file", type=click.Path(path_type=Path), help="The plan of another database than films.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def retire(file: Path | None, *, yes: bool, keep_size: bool, as_json: bool) -> None:
    """Drop the legacy_… tables that the way back needs, and give their room back."""
    settings, steps = Settings.read(), Steps("retire")
    logs.configure(settings.log_level, settings.log_format)
    plan = files.read_plan(file) if file else FILMS
    store = sqlite_file(settings.database_url)
    with target(settings, write=True, create=False) as connection:
        with steps.step("drop"):
            retired = retirement.retire(connection, plan.legacy_tables, now())
        if retired and not as_json:
            _tell_retired(retired)
        if retired and not yes:
            raise InputError(
                "nothing was changed. What is lost by it is the exact way back (alembic downgrade base), and newer "
                "editions of the legacy file can no longer be merged. To do it, say --yes."
            )
        if store and not keep_size:
            retirement.refuse_without_room(connection, store)
    sizes = None
    if store and not keep_size:
        with steps.step("vacuum"):
            sizes = retirement.vacuum(store, settings.lock_timeout)
    if as_json:
        done = vars(retired) if retired else {"tables": {}, "with_them": [], "size": 0}
        click.echo(json.dumps({**done, "file_before": sizes and sizes[0], "file_after": sizes and sizes[1]}))
        return
    click.echo("The archive is retired." if retired else "Nothing to do: the archive was retired before.")
    if store and sizes:
        click.echo(f"{store}: {sizes[0]:,} bytes before, {sizes[1]:,} now.")


def _tell_retired(retired: retirement.Retired) -> None:
    table = Table("table", Column("rows", justify="right"))
    for name, rows in retired.tables.items():
        table.add_row(name, f"{rows:,}")
    Console().print(table)
    if retired.with_them:
        click.echo(f"with them go: {', '.join(retired.with_them)}")
    click.echo(f"room: {retired.size:,} bytes")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Write the first revision anew where the plan has changed.")
@command_line
def plan(file: Path, *, overwrite: bool) -> None:
    """Write what Alembic needs beside the plan FILE, the first revision among it."""
    written = files.write(file, overwrite=overwrite)
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo("Nothing to do: all files are there, and the first revision is the plan's.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--accept-loss", is_flag=True, help="Accept a file that lacks more than a third of the films.")
@click.option("--dry-run", is_flag=True, help="Do all of it, write the report, and roll back.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def legacy(file: Path, *, accept_loss: bool, dry_run: bool, as_json: bool) -> None:
    """Merge a newer edition of the legacy FILE.

    What it says anew goes in, what is gone from it goes, what was changed in the store stays.
    """
    settings, steps = Settings.read(), Steps("legacy")
    logs.configure(settings.log_level, settings.log_format)
    done = take(file, settings, steps, accept_loss=accept_loss, rehearsal=dry_run)
    if as_json:
        click.echo(json.dumps(_result(done, dry_run=dry_run), ensure_ascii=False))
    else:
        _tell(done, steps, dry_run=dry_run)


def _tell(done: Taken | Filled | None, steps: Steps, *, dry_run: bool) -> None:
    """Print what was done."""
    if done is None:
        click.echo("Nothing to do: this file was taken in last.")
        return
    if isinstance(done, Taken):
        films = done.written
        click.echo(f"films: {films.added:,} added, {films.changed:,} changed, {films.gone:,} taken out")
        _tell_disagreements(done)
        if len(done.matches):
            click.echo(f"people compared with IMDb's: {len(done.matches):,}; matches.csv beside the report has them")
    else:
        click.echo(f"films: {done.rows['movies']:,} added")
    Console().print(steps.table())
    click.echo(f"report: {done.report}")
    if dry_run:
        click.echo("This was a rehearsal: everything was rolled back.")


def _tell_disagreements(done: Taken) -> None:
    if done.disagreements.empty:
        return
    rows = done.disagreements.head(SHOWN).astype(object)
    table = Table(*COLUMNS, title=f"the store and the file disagree {len(done.disagreements):,} times")
    for row in rows.where(rows.notna(), "").itertuples(index=False, name=None):
        table.add_row(*(shorten(str(value), SHOWN_TEXT, placeholder="…") for value in row))
    Console().print(table)
    if len(done.disagreements) > SHOWN:
        click.echo(f"… and {len(done.disagreements) - SHOWN:,} more: disagreements.csv beside the report has all.")


def _result(done: Taken | Filled | None, *, dry_run: bool) -> dict[str, object]:
    """Give what was done for programs."""
    if done is None:
        nothing = {"added": 0, "changed": 0, "gone": 0, "disagreements": [], "matches": []}
        return nothing | {"report": None, "rehearsal": dry_run}
    films = vars(done.written) if isinstance(done, Taken) else {"added": done.rows["movies"], "changed": 0, "gone": 0}
    met = done.disagreements.to_dict(orient="records") if isinstance(done, Taken) else []
    same = done.matches.to_dict(orient="records") if isinstance(done, Taken) else []
    return {**films, "disagreements": met, "matches": same, "report": str(done.report), "rehearsal": dry_run}


main.add_command(imdb)

if __name__ == "__main__":
    main()
