"""The store's tables, one set for SQLite and PostgreSQL: what the revisions make and everyone reads.

The rules are held by the tables themselves (NOT NULL, CHECK, UNIQUE, foreign keys), not by code alone.
A film's number is its IMDb number, so it is the same after every rebuild; people of the legacy file and our
own films have numbers from a range far above, below 2**53 so that JavaScript can hold them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    func,
)

OWN_NUMBERS = 1_000_000_000_000
"""The first id of people without an nconst and of films without a tconst."""

OUTCOMES = ("repaired", "nothing", "duplicate", "refused")
"""What can become of a source value that is not stored as it stands."""

VERDICTS = ("passed", "failed")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CodePointText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts in code-point order on both databases."""

movies = Table(
    "movies",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("imdb_id", CodePointText, unique=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("title_key", CodePointText, nullable=False),
    Column("original_title", Text),
    Column("title_type", Text),
    Column("description", Text),
    Column("year", Integer),
    Column("runtime_minutes", Integer),
    Column("imdb_rating", Numeric(3, 1, asdecimal=False)),
    Column("imdb_votes", Integer),
    Column("is_adult", Boolean),
    Column("updated_at", Text, nullable=False),
    CheckConstraint("title <> ''", name="title_said"),
    CheckConstraint("imdb_id LIKE 'tt%'", name="imdb_id_form"),
    CheckConstraint("imdb_rating BETWEEN 0 AND 10", name="rating_range"),
    CheckConstraint("year BETWEEN 1850 AND 2100", name="year_range"),
    CheckConstraint("runtime_minutes > 0", name="runtime_positive"),
    CheckConstraint("imdb_votes >= 0", name="votes_not_negative"),
)

genres = Table(
    "genres",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
    CheckConstraint("name <> ''", name="name_said"),
)

people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, index=True),
    CheckConstraint("name <> ''", name="name_said"),
)

person_sources = Table(
    "person_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("person_id", BigInteger, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
)

movie_genres = Table(
    "movie_genres",
    metadata,
    Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True),
    Column("genre_id", BigInteger, ForeignKey("genres.id"), primary_key=True, index=True),
    Column("ordering", Integer, nullable=False),
    UniqueConstraint("movie_id", "ordering"),
    CheckConstraint("ordering > 0", name="ordering_positive"),
)


def _credits(name: str, *more: Column[str]) -> Table:
    """Make a table of credits of one role: who did it for which film, in the source's order."""
    return Table(
        name,
        metadata,
        Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True),
        Column("person_id", BigInteger, ForeignKey("people.id"), primary_key=True, index=True),
        Column("ordering", Integer, nullable=False),
        Column("source_person_id", Text, nullable=False),
        Column("credit_note", Text),
        *more,
        UniqueConstraint("movie_id", "ordering"),
        CheckConstraint("ordering > 0", name="ordering_positive"),
    )


movie_directors = _credits("movie_directors")
movie_writers = _credits("movie_writers")
movie_actors = _credits("movie_actors", Column("characters", Text))

CREDITS = {"directors": movie_directors, "writers": movie_writers, "actors": movie_actors}
"""Role → its table of credits."""

movie_sources = Table(
    "movie_sources",
    metadata,
    Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True),
    Column("source", Text, primary_key=True),
    Column("said", Text, nullable=False),
    CheckConstraint("source IN ('own', 'imdb', 'legacy')", name="source_known"),
)
"""What each source says of a film of which several speak (`said`: a `record.Record` as JSON); a film that was entered
through our API always has a row of the source 'own'."""

movie_titles = Table(
    "movie_titles",
    metadata,
    Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True),
    Column("ordering", Integer, primary_key=True),
    Column("title", Text, nullable=False),
    Column("region", Text),
    Column("language", Text),
    Column("is_original", Boolean),
    CheckConstraint("ordering > 0", name="ordering_positive"),
    CheckConstraint("title <> ''", name="title_said"),
)
"""What a film is called elsewhere."""

movie_episodes = Table(
    "movie_episodes",
    metadata,
    Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("series_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("season", Integer),
    Column("episode", Integer),
)

imdb_fingerprints = Table(
    "imdb_fingerprints",
    metadata,
    Column("part", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("prints", LargeBinary, nullable=False),
)
"""What IMDb's files said of each film last time: per part of it some thousands of films a row, their numbers (int64,
ascending) and fingerprints (uint64), both little-endian."""

load_runs = Table(
    "load_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("counts", Text, nullable=False),
    CheckConstraint("verdict IN ('passed', 'failed')", name="verdict_known"),
)

repairs = Table(
    "repairs",
    metadata,
    Column("run_id", Text, ForeignKey("load_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("source_table", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("source_column", Text, nullable=False),
    Column("old_value", Text),
    Column("new_value", Text),
    Column("rule", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    CheckConstraint("outcome IN ('repaired', 'nothing', 'duplicate', 'refused')", name="outcome_known"),
)

store = Table(
    "store",
    metadata,
    Column("id", Text, primary_key=True),
    Column("index_version", BigInteger, nullable=False),
    Column("verified_at", Text),
    Column("differing", BigInteger),
)
"""One row: which store this is, the number of the newest batch that went to the index, and when that was last compared
with the store, and in how many films it differed."""

index_changes = Table(
    "index_changes",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("movie_id", BigInteger, nullable=False, index=True),
    Column("outside_id", Text),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("changed_at", Text, nullable=False, server_default=FetchedValue()),
)
"""The films whose documents can have changed, put here by triggers; a film may have several rows."""

index_parked = Table(
    "index_parked",
    metadata,
    Column("movie_id", BigInteger, primary_key=True, autoincrement=False),
    Column("outside_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("parked_at", Text, nullable=False),
    Column("next_attempt_at", Text, nullable=False),
    CheckConstraint("attempts > 0", name="attempts_positive"),
)
"""The films whose documents were refused, and why."""

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("holder", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("movie_id", BigInteger, ForeignKey("movies.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("answer", Text, nullable=False),
    Column("created_at", Text, nullable=False, index=True),
)

OUTSIDE_ID = func.coalesce(movies.c.imdb_id, movies.c.public_id, type_=CodePointText)
"""A film's id on the outside, by which every order breaks its ties: ascending, in both directions of the order."""

WHICH = ["id", "imdb_id", "public_id"]
"""What tells which film is meant, in the indexes of orders whose pages have numbers: PostgreSQL skips films in an index
alone, but only where it has every column of an expression."""

Index("ix_movies_outside_id", OUTSIDE_ID, postgresql_include=WHICH)
Index("ix_movies_title_key_up", movies.c.title_key, OUTSIDE_ID, postgresql_include=WHICH)
Index("ix_movies_title_key_down", movies.c.title_key.desc(), OUTSIDE_ID, postgresql_include=WHICH)
Index("ix_movies_year_up", movies.c.year, OUTSIDE_ID)
Index("ix_movies_year_down", movies.c.year.desc(), OUTSIDE_ID)
Index("ix_movies_imdb_rating_up", movies.c.imdb_rating, OUTSIDE_ID, postgresql_include=WHICH)
Index("ix_movies_imdb_rating_down", movies.c.imdb_rating.desc(), OUTSIDE_ID, postgresql_include=WHICH)
Index("ix_index_changes_priority_id", index_changes.c.priority, index_changes.c.id)
