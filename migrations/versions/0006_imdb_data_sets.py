"""The IMDb data sets have their place: alternative titles, episodes, and what the files said last time.

For whoever queries the database: `movie_titles` has what a film is called elsewhere, `movie_episodes` which series an
episode belongs to; both are filled where a load is asked for them. `imdb_fingerprints` is the load's own: by it the
next one knows which films the files say something new of.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "movie_titles",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("is_original", sa.Boolean(), nullable=True),
        sa.CheckConstraint("ordering > 0", name=op.f("ck_movie_titles_ordering_positive")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_movie_titles_title_said")),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name=op.f("fk_movie_titles_movie_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("movie_id", "ordering", name=op.f("pk_movie_titles")),
    )
    op.create_table(
        "movie_episodes",
        sa.Column("movie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("episode", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name=op.f("fk_movie_episodes_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["movies.id"], name=op.f("fk_movie_episodes_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("movie_id", name=op.f("pk_movie_episodes")),
    )
    op.create_index(op.f("ix_movie_episodes_series_id"), "movie_episodes", ["series_id"], unique=False)
    op.create_table(
        "imdb_fingerprints",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("part", "number", name=op.f("pk_imdb_fingerprints")),
    )


def downgrade() -> None:
    op.drop_table("imdb_fingerprints")
    op.drop_table("movie_episodes")
    op.drop_table("movie_titles")
