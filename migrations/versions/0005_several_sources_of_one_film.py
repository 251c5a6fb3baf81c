"""What each source says of a film of which several speak is kept, so that one that goes gives way to the others.

Films of which one source alone speaks have no row here: their own rows are what it says. What was entered through our
API always has one, so that it is known.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "movie_sources",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.CheckConstraint("source IN ('own', 'imdb', 'legacy')", name=op.f("ck_movie_sources_source_known")),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name=op.f("fk_movie_sources_movie_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", "source", name=op.f("pk_movie_sources")),
    )


def downgrade() -> None:
    op.drop_table("movie_sources")
