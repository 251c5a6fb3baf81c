"""IMDb's files of the day after cost PostgreSQL less: fingerprints lie as they are, films have room on their pages.

For whoever loads IMDb's files. Fingerprints have no pattern, so compressing them took most of the time of writing
them. A film of which only votes changed, which is what changes most, stays on its page, and none of its ten indexes
has to be told. Both are for what is written from now on; what is there stays as it lies. SQLite knows neither.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("numbers", "prints")
FULL = 90
"""How full a page of films is made, in percent."""


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _store("EXTERNAL")
        op.execute(f"ALTER TABLE movies SET (fillfactor = {FULL})")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        _store("EXTENDED")
        op.execute("ALTER TABLE movies RESET (fillfactor)")


def _store(way: str) -> None:
    for name in COLUMNS:
        op.execute(f"ALTER TABLE imdb_fingerprints ALTER COLUMN {name} SET STORAGE {way}")
