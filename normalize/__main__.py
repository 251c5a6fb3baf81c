"""`python -m normalize …`: the settings, or a plan, in; what the command says is done, and told."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from normalize import logs, retirement
from normalize.commands import command_line
from normalize.declared import files
from normalize.errors import InputError
from normalize.fill import now
from normalize.film_plan import FILMS
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import sqlite_file
from normalize.target import target


@click.group()
def main() -> None:
    """Prepare a rebuild, and look after the store that is there."""


@main.command()
@click.option("--yes", is_flag=True, help="Drop them: without this they are listed only.")
@click.option(
    "--keep-size", is_flag=True, help="Leave a SQLite file as large as it is; what is free in it is used again."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def retire(*, yes: bool, keep_size: bool, as_json: bool) -> None:
    """Drop the legacy_… tables that the way back needs, and give their room back."""
    settings, steps = Settings.read(), Steps("retire")
    logs.configure(settings.log_level, settings.log_format)
    file = sqlite_file(settings.database_url)
    with target(settings, write=True, create=False) as connection:
        with steps.step("drop"):
            retired = retirement.retire(connection, FILMS.legacy_tables, now())
        if retired and not as_json:
            _tell_retired(retired)
        if retired and not yes:
            raise InputError(
                "nothing was changed. What is lost by it is the exact way back (alembic downgrade base), and newer "
                "editions of the legacy file can no longer be merged. To do it, say --yes."
            )
        if file and not keep_size:
            retirement.refuse_without_room(connection, file)
    sizes = None
    if file and not keep_size:
        with steps.step("vacuum"):
            sizes = retirement.vacuum(file, settings.lock_timeout)
    if as_json:
        done = vars(retired) if retired else {"tables": {}, "with_them": [], "size": 0}
        click.echo(json.dumps({**done, "file_before": sizes and sizes[0], "file_after": sizes and sizes[1]}))
        return
    click.echo("The archive is retired." if retired else "Nothing to do: the archive was retired before.")
    if file and sizes:
        click.echo(f"{file}: {sizes[0]:,} bytes before, {sizes[1]:,} now.")


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


if __name__ == "__main__":
    main()
