"""`python -m index …`: the settings in; the index in step with the store, or what is there, out."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import click
import structlog
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, func, select

from index.engine import open_engine, open_writer
from index.search import NoIndexError
from index.sync import Synced, sync
from normalize import logs
from normalize.commands import command_line
from normalize.errors import DataError, InputError
from normalize.models import movies
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import has_store
from normalize.target import target


@click.group()
def main() -> None:
    """Keep the search index in step with the store."""


@contextmanager
def _store() -> Iterator[tuple[Connection, Settings]]:
    """Open the store, in one read transaction.

    Raises:
        InputError: there is no store.
    """
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    with target(settings, write=False, create=False) as connection:
        if not has_store(connection):
            raise InputError("there is no store in DATABASE_URL. Run: alembic upgrade head")
        yield connection, settings


@main.command("sync")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@command_line
def sync_command(*, as_json: bool) -> None:
    """Send to the index what differs from the store; a second run sends nothing."""
    steps = Steps("index")
    with _store() as (connection, settings), closing(open_writer(settings)) as writer:
        films = connection.execute(select(func.count()).select_from(movies)).scalar_one()
        with steps.step("sync", films) as advance:
            done = sync(connection, writer, settings.index_batch_films, advance)
    _tell(done, as_json=as_json)
    if done.refused:
        raise DataError(f"{len(done.refused)} films could not go into the index; they are named above.")


def _tell(done: Synced, *, as_json: bool) -> None:
    for refusal in done.refused:
        structlog.get_logger().error("refused", film=refusal.id, reason=refusal.reason)
    if as_json:
        refused = [{"id": refusal.id, "reason": refusal.reason} for refusal in done.refused]
        said = {"put": done.put, "gone": done.gone, "unchanged": done.unchanged, "refused": refused}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        click.echo(
            f"The index is in step: {done.put:,} films sent, {done.gone:,} taken out, {done.unchanged:,} unchanged, "
            f"{len(done.refused):,} refused."
        )


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@command_line
def status(*, as_json: bool) -> None:
    """Say what the store and the index hold; ends with 1 if their counts differ."""
    with _store() as (connection, settings), closing(open_engine(settings)) as engine:
        films = connection.execute(select(func.count()).select_from(movies)).scalar_one()
        try:
            state = engine.state()
        except NoIndexError as error:
            raise DataError(f"the store has {films:,} films, but {error}") from error
    if as_json:
        said = {"engine": state.engine, "index": state.name, "documents": state.documents, "films": films}
        click.echo(json.dumps(said))
    else:
        table = Table("engine", "index", "documents", "films in the store")
        table.add_row(state.engine, state.name, f"{state.documents:,}", f"{films:,}")
        Console().print(table)
    if state.documents != films:
        raise DataError("the index is not in step with the store. Run: python -m index sync")


if __name__ == "__main__":
    main()
