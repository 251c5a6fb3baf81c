"""Fingerprints of IMDb's files lie in PostgreSQL as they are: it tried in vain to make them smaller, at each load.

For whoever loads IMDb's files: fingerprints have no pattern, so compressing them took most of the time of writing
them. What is there already stays as it lies, until the next load writes it anew. SQLite compresses nothing.

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("numbers", "prints")


def upgrade() -> None:
    _store("EXTERNAL")


def downgrade() -> None:
    _store("EXTENDED")


def _store(way: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        for name in COLUMNS:
            op.execute(f"ALTER TABLE imdb_fingerprints ALTER COLUMN {name} SET STORAGE {way}")
