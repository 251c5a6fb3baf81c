"""Stores for tests: made by every revision, as Alembic makes them, and brought in step with their index."""

from contextlib import closing
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from index.compare import compare
from index.engine import open_writer
from index.feed import Feed
from index.follow import sync
from index.sync import Sender
from normalize.progress import Steps

ROOT = Path(__file__).parents[2]


def make_tables(engine):
    """Let the revisions make an empty store."""
    revisions = reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions()))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for revision in revisions:
            revision.module.upgrade()


def bring_in_step(settings, *, strict=False, **more):
    """Run one sync as the command does; gives what was done."""
    with Feed(settings) as feed, closing(open_writer(settings)) as writer:
        sender = Sender(feed, writer, strict=strict)
        sync(feed, writer, sender, Steps("test"), **more)
        return sender.done


def differing(settings):
    """Compare the index with the store; gives (kind, id) of what differs."""
    with Feed(settings, lock=False) as feed, closing(open_writer(settings)) as writer:
        return [(film.kind, film.id) for film in compare(feed, writer, writer.live().name, lambda _films: None)]
