"""A page far down a list is found in an index alone, without looking at the films that come before it.

For clients of the front end, whose pages have numbers: to skip half a million films PostgreSQL read each of them from
its place in the table; now the indexes of these orders have all that it takes to tell which film is meant. They take
about 60 bytes a film more, each. SQLite has no such indexes, and stays as it is.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OUTSIDE_ID = sa.text("coalesce(imdb_id, public_id)")
ORDERS = {
    "ix_movies_outside_id": [],
    "ix_movies_title_key_up": ["title_key"],
    "ix_movies_title_key_down": [sa.text("title_key DESC")],
    "ix_movies_imdb_rating_up": ["imdb_rating"],
    "ix_movies_imdb_rating_down": [sa.text("imdb_rating DESC")],
}
INCLUDED = ["id", "imdb_id", "public_id"]


def upgrade() -> None:
    _make_anew(INCLUDED)


def downgrade() -> None:
    _make_anew([])


def _make_anew(included: list[str]) -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for name, columns in ORDERS.items():
        op.drop_index(name, table_name="movies")
        op.create_index(name, "movies", [*columns, OUTSIDE_ID], unique=False, postgresql_include=included)
