"""Stores for tests: made by every revision, as Alembic makes them, filled, and brought in step with their index."""

from contextlib import closing
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import text

from index.compare import compare
from index.engine import open_engine, open_writer
from index.feed import Feed
from index.follow import sync
from index.search import IndexUnavailableError, SearchQuery
from index.sync import Sender
from normalize.models import movies
from normalize.progress import Steps

ROOT = Path(__file__).parents[2]


def make_tables(engine):
    """Let the revisions make an empty store."""
    revisions = reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions()))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for revision in revisions:
            revision.module.upgrade()


def fill(engine, films, first=1, plot=lambda _film: None):
    """Insert made-up films at once."""
    rows = [
        {"id": n, "imdb_id": f"tt{n:07d}", "public_id": f"u{n}", "title": f"Film {n} of the many {n % 97}",
         "title_key": "", "description": plot(n), "updated_at": ""}
        for n in range(first, first + films)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(movies.insert(), rows)


def retitle(engine, title):
    """Change the first film."""
    with engine.begin() as connection:
        connection.execute(text("UPDATE movies SET title = :title WHERE id = 1"), {"title": title})


def environment(settings):
    """Give the settings of a command."""
    return {name.upper(): value for name, value in settings.model_dump(exclude_unset=True).items()}


def shows(settings, title):
    """Say whether a search finds this title just now."""
    with closing(open_engine(settings)) as engine:
        try:
            page = engine.search(SearchQuery(text=title, sort="relevance", limit=1))
        except IndexUnavailableError:
            return False
        return [hit.title for hit in page.hits] == [title]


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
