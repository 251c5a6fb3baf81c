"""`python -m index …`: the settings in; the index in step with the store, compared with it, or told of, out."""

import gc
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict

import click
import structlog
from rich.console import Console
from rich.table import Table

from index.alert import alerting
from index.compare import compare
from index.engine import open_writer
from index.feed import Feed
from index.follow import follow, sync
from index.parking import ParkedError
from index.rebuild import rebuild, rollback
from index.status import Figures, figures
from index.sync import NotOursError, Sender
from index.writer import IndexWriter
from normalize import logs
from normalize.commands import INTERRUPTED, command_line
from normalize.errors import DataError, UnavailableError
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.stopping import stopping

JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
STRICT = click.option("--strict", is_flag=True, help="Stop at the first film that is refused.")
FILMS_SHOWN = 20
COLLECT_AFTER = 10_000
"""Python looks for rubbish when so many things more are there than before: rows and documents come by thousands, and
go by themselves."""


@click.group()
def main() -> None:
    """Keep the search index in step with the store."""
    gc.freeze()  # what is there from the start stays: else each collection among a batch's rows looks at it again
    gc.set_threshold(COLLECT_AFTER)


def _settings() -> Settings:
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    return settings


@contextmanager
def _both(settings: Settings, *, lock: bool = True) -> Iterator[tuple[Feed, IndexWriter]]:
    """Open the store, as its index's one writer, and the index."""
    with Feed(settings, lock=lock) as feed, closing(open_writer(settings)) as writer:
        yield feed, writer


@main.command("sync")
@click.option("--follow", "stay", is_flag=True, help="Stay, and send each change soon after it is made.")
@click.option("--retry-parked", is_flag=True, help="Try all films again that were refused.")
@click.option("--or-rebuild", is_flag=True, help="Rebuild an index of another store or mapping, not refuse it.")
@STRICT
@JSON
@command_line
def sync_command(*, stay: bool, retry_parked: bool, or_rebuild: bool, strict: bool, as_json: bool) -> None:
    """Send to the index what was queued since the last time; there is none yet: make it."""
    settings = _settings()
    with stopping() as stop:
        if stay:
            with alerting(settings):
                follow(settings, stop)
            return
        with alerting(settings), _both(settings) as (feed, writer):
            sender, steps = Sender(feed, writer, stop=stop, strict=strict), Steps("index")
            try:
                sync(feed, writer, sender, steps, retry_parked=retry_parked)
            except NotOursError:
                if not or_rebuild:
                    raise
                rebuild(feed, writer, sender, steps)
            _tell(feed, sender, as_json=as_json)
        if stop.is_set():
            raise SystemExit(INTERRUPTED)


def _tell(feed: Feed, sender: Sender, *, as_json: bool) -> None:
    """Print what was done.

    Raises:
        ParkedError: films are parked.
    """
    done, parked = sender.done, feed.parked()
    if as_json:
        refused = [{"id": film.outside_id, "reason": film.reason} for film in parked]
        click.echo(json.dumps({"put": done.put, "gone": done.gone, "parked": refused}, ensure_ascii=False))
    else:
        click.echo(f"{done.put:,} films sent, {done.gone:,} taken out, {len(parked):,} parked.")
        for film in parked[:FILMS_SHOWN]:
            structlog.get_logger().error("parked", film=film.outside_id, reason=film.reason)
    if parked:
        raise ParkedError(
            f"{len(parked):,} films could not go into the index. Mend them, or see: python -m index status; and run "
            "python -m index sync --retry-parked"
        )


@main.command("rebuild")
@STRICT
@command_line
def rebuild_command(*, strict: bool) -> None:
    """Make a new index beside the live one, compare it with the store, and let searches ask it."""
    settings = _settings()
    with stopping() as stop, alerting(settings), _both(settings) as (feed, writer):
        sender = Sender(feed, writer, stop=stop, strict=strict)
        name = rebuild(feed, writer, sender, Steps("index"))
        if name is None:
            click.echo("interrupted: the new index stays as far as it is filled; run again to go on.", err=True)
            raise SystemExit(INTERRUPTED)
        click.echo(f"Searches ask {name} now: {writer.count(name):,} documents.")


@main.command("rollback")
@command_line
def rollback_command() -> None:
    """Let searches ask the index before the last rebuild, and queue what it lacks."""
    settings = _settings()
    with alerting(settings), _both(settings) as (feed, writer):
        name, queued = rollback(feed, writer)
    click.echo(f"Searches ask {name} now; {queued:,} films are queued for it. Run: python -m index sync")


@main.command()
@click.option("--repair", is_flag=True, help="Queue the films that differ.")
@JSON
@command_line
def verify(*, repair: bool, as_json: bool) -> None:
    """Compare the index with the store, film by film; ends with 1 if they differ."""
    settings = _settings()
    with alerting(settings):
        _verify(settings, repair=repair, as_json=as_json)


def _verify(settings: Settings, *, repair: bool, as_json: bool) -> None:
    steps, counts = Steps("index"), {"missing": 0, "stale": 0, "extra": 0}
    shown: list[dict[str, str]] = []
    with _both(settings, lock=False) as (feed, writer):
        live = writer.live()
        if live is None:
            raise DataError("there is no index yet. Run: python -m index sync")
        with steps.step("verify", feed.films()) as advance:
            for film in compare(feed, writer, live.name, advance):
                counts[film.kind] += 1
                if len(shown) < FILMS_SHOWN:
                    shown.append({"id": film.id, "kind": film.kind})
                if repair:
                    feed.queue([(film.number, film.id)])
        feed.note_comparison(sum(counts.values()))
    if as_json:
        click.echo(json.dumps({**counts, "films": shown}))
    else:
        click.echo(", ".join(f"{count:,} {kind}" for kind, count in counts.items()) + ".")
        for film_shown in shown:
            click.echo(f"  {film_shown['id']} is {film_shown['kind']}")
    if any(counts.values()):
        after = "They are queued. Run: python -m index sync" if repair else "Run: python -m index verify --repair"
        raise DataError(f"the index differs from the store in {sum(counts.values()):,} films. {after}")


@main.command()
@JSON
@command_line
def status(*, as_json: bool) -> None:
    """Say how far the index is behind the store, and what is parked; ends with 1 if it is not in step."""
    now = figures(_settings())
    if as_json:
        click.echo(json.dumps(asdict(now), ensure_ascii=False))
    else:
        Console().print(_table(now))
    if now.state == "unavailable":
        raise UnavailableError(now.why)
    if now.state != "in step":
        raise DataError(f"the index is not in step with the store ({now.state}). {now.why or NEXT[now.state]}")


NEXT = {
    "behind": "Run: python -m index sync",
    "parked": "Mend the films, then run: python -m index sync --retry-parked",
    "differs": "Run: python -m index verify --repair",
}
"""What to do in which state."""


def _table(now: Figures) -> Table:
    table = Table("figure", "value", title=f"The index is {now.state}", title_justify="left")
    for name, value in asdict(now).items():
        if name not in ("state", "why", "parked"):
            table.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value))
    for film in now.parked[:FILMS_SHOWN]:
        table.add_row(f"parked: {film.id}", f"{film.reason} (tried {film.attempts} times, next {film.next_attempt_at})")
    return table


if __name__ == "__main__":
    main()
