"""Empty stores for tests: an engine in, the tables and triggers of every revision out."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parents[2]


def make_tables(engine):
    """Let the revisions make an empty store."""
    revisions = reversed(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions()))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        for revision in revisions:
            revision.module.upgrade()
