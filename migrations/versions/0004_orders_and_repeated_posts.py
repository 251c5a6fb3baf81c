"""Pages in any order cost the same at any depth, and a post that is repeated makes no second film.

For clients of the catalogue: an index for each order and direction, ties by the id on the outside, takes the place of
the two indexes that broke ties by number. `idempotency_keys` has the answer that a post with an `Idempotency-Key` was
given.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OUTSIDE_ID = sa.text("coalesce(imdb_id, public_id)")


def upgrade() -> None:
    op.drop_index("ix_movies_imdb_rating_id", table_name="movies")
    op.drop_index("ix_movies_title_key_id", table_name="movies")
    op.create_index("ix_movies_outside_id", "movies", [OUTSIDE_ID], unique=False)
    for column in ("title_key", "year", "imdb_rating"):
        op.create_index(f"ix_movies_{column}_up", "movies", [column, OUTSIDE_ID], unique=False)
        op.create_index(f"ix_movies_{column}_down", "movies", [sa.text(f"{column} DESC"), OUTSIDE_ID], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name=op.f("fk_idempotency_keys_movie_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("holder", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"], unique=False)
    op.create_index(op.f("ix_idempotency_keys_movie_id"), "idempotency_keys", ["movie_id"], unique=False)


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    # Where a later revision made the table anew on SQLite, indexes on expressions were not carried over.
    for column in ("imdb_rating", "year", "title_key"):
        op.drop_index(f"ix_movies_{column}_down", table_name="movies", if_exists=True)
        op.drop_index(f"ix_movies_{column}_up", table_name="movies", if_exists=True)
    op.drop_index("ix_movies_outside_id", table_name="movies", if_exists=True)
    op.create_index("ix_movies_title_key_id", "movies", ["title_key", "id"], unique=False)
    op.create_index("ix_movies_imdb_rating_id", "movies", ["imdb_rating", "id"], unique=False)
