"""Films, people and credits become tables with keys.

For whoever queries the database: genres, directors, writers and actors are rows that can be joined and counted, where
the legacy file had comma-joined text, a JSON list and a table without a key. NULL means nothing; no word does. A
film's id is its IMDb number. The rows themselves come in after the revisions, from the legacy tables.

Revision ID: 0001
Revises: nothing; it is the first
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "genres",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_genres_name_said")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genres")),
        sa.UniqueConstraint("name", name=op.f("uq_genres_name")),
    )
    op.create_table(
        "movies",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("imdb_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("original_title", sa.Text(), nullable=True),
        sa.Column("title_type", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("runtime_minutes", sa.Integer(), nullable=True),
        sa.Column("imdb_rating", sa.Numeric(precision=3, scale=1, asdecimal=False), nullable=True),
        sa.Column("imdb_votes", sa.Integer(), nullable=True),
        sa.Column("is_adult", sa.Boolean(), nullable=True),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.CheckConstraint("imdb_id LIKE 'tt%'", name=op.f("ck_movies_imdb_id_form")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_movies_title_said")),
        sa.CheckConstraint("imdb_rating BETWEEN 0 AND 10", name=op.f("ck_movies_rating_range")),
        sa.CheckConstraint("imdb_votes >= 0", name=op.f("ck_movies_votes_not_negative")),
        sa.CheckConstraint("runtime_minutes > 0", name=op.f("ck_movies_runtime_positive")),
        sa.CheckConstraint("year BETWEEN 1850 AND 2100", name=op.f("ck_movies_year_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movies")),
        sa.UniqueConstraint("imdb_id", name=op.f("uq_movies_imdb_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_movies_public_id")),
    )
    op.create_index("ix_movies_imdb_rating_id", "movies", ["imdb_rating", "id"], unique=False)
    op.create_index("ix_movies_title_key_id", "movies", ["title_key", "id"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_people_name_said")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_name"), "people", ["name"], unique=False)
    op.create_table(
        "movie_actors",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.Column("source_person_id", sa.Text(), nullable=False),
        sa.Column("credit_note", sa.Text(), nullable=True),
        sa.Column("characters", sa.Text(), nullable=True),
        sa.CheckConstraint("ordering > 0", name=op.f("ck_movie_actors_ordering_positive")),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name=op.f("fk_movie_actors_movie_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_movie_actors_person_id")),
        sa.PrimaryKeyConstraint("movie_id", "person_id", name=op.f("pk_movie_actors")),
        sa.UniqueConstraint("movie_id", "ordering", name=op.f("uq_movie_actors_movie_id_ordering")),
    )
    op.create_index(op.f("ix_movie_actors_person_id"), "movie_actors", ["person_id"], unique=False)
    op.create_table(
        "movie_directors",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.Column("source_person_id", sa.Text(), nullable=False),
        sa.Column("credit_note", sa.Text(), nullable=True),
        sa.CheckConstraint("ordering > 0", name=op.f("ck_movie_directors_ordering_positive")),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name=op.f("fk_movie_directors_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_movie_directors_person_id")),
        sa.PrimaryKeyConstraint("movie_id", "person_id", name=op.f("pk_movie_directors")),
        sa.UniqueConstraint("movie_id", "ordering", name=op.f("uq_movie_directors_movie_id_ordering")),
    )
    op.create_index(op.f("ix_movie_directors_person_id"), "movie_directors", ["person_id"], unique=False)
    op.create_table(
        "movie_genres",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("genre_id", sa.BigInteger(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.CheckConstraint("ordering > 0", name=op.f("ck_movie_genres_ordering_positive")),
        sa.ForeignKeyConstraint(["genre_id"], ["genres.id"], name=op.f("fk_movie_genres_genre_id")),
        sa.ForeignKeyConstraint(["movie_id"], ["movies.id"], name=op.f("fk_movie_genres_movie_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("movie_id", "genre_id", name=op.f("pk_movie_genres")),
        sa.UniqueConstraint("movie_id", "ordering", name=op.f("uq_movie_genres_movie_id_ordering")),
    )
    op.create_index(op.f("ix_movie_genres_genre_id"), "movie_genres", ["genre_id"], unique=False)
    op.create_table(
        "movie_writers",
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("ordering", sa.Integer(), nullable=False),
        sa.Column("source_person_id", sa.Text(), nullable=False),
        sa.Column("credit_note", sa.Text(), nullable=True),
        sa.CheckConstraint("ordering > 0", name=op.f("ck_movie_writers_ordering_positive")),
        sa.ForeignKeyConstraint(
            ["movie_id"], ["movies.id"], name=op.f("fk_movie_writers_movie_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_movie_writers_person_id")),
        sa.PrimaryKeyConstraint("movie_id", "person_id", name=op.f("pk_movie_writers")),
        sa.UniqueConstraint("movie_id", "ordering", name=op.f("uq_movie_writers_movie_id_ordering")),
    )
    op.create_index(op.f("ix_movie_writers_person_id"), "movie_writers", ["person_id"], unique=False)
    op.create_table(
        "person_sources",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_person_sources_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_person_sources")),
    )
    op.create_index(op.f("ix_person_sources_person_id"), "person_sources", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("person_sources")
    op.drop_table("movie_writers")
    op.drop_table("movie_genres")
    op.drop_table("movie_directors")
    op.drop_table("movie_actors")
    op.drop_table("people")
    op.drop_table("movies")
    op.drop_table("genres")
