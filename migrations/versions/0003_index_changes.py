"""Every film whose document in the search index can have changed is queued, whoever wrote.

For operators: triggers put a row into `index_changes` for each film that was inserted, updated or deleted, also
through its genres and credits and through a renamed genre or person, and `python -m index sync` takes it from there.
`index_parked` holds the films whose documents were refused. `store` says which store this is, so that an index made
from another one, or from this one before it was restored, is noticed.

A row of `index_changes` has the film's number and, where a row of `movies` was there before, the id that the film had
on the outside: that is what a deleted film has to be taken out by. Films reached through a genre or a person have
priority 1 and wait for those that were edited themselves.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LINKS = ("movie_genres", "movie_directors", "movie_writers", "movie_actors")
NAMED = {
    "genres": ("genre_id", ("movie_genres",)),
    "people": ("person_id", ("movie_directors", "movie_writers", "movie_actors")),
}
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}
NOW = {
    "sqlite": "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
    "postgresql": "to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
}
NEW_ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "replace(gen_random_uuid()::text, '-', '')"}
QUEUE = "INSERT INTO index_changes (movie_id, outside_id)"
QUEUE_REACHED = "INSERT INTO index_changes (movie_id, priority)"


def upgrade() -> None:
    dialect = op.get_context().dialect.name
    _make_tables(dialect)
    op.execute(f"INSERT INTO store (id, index_version) VALUES ({NEW_ID[dialect]}, 0)")
    if dialect == "sqlite":
        _make_sqlite_triggers()
    else:
        _make_postgresql_triggers()


def _make_tables(dialect: str) -> None:
    op.create_table(
        "store",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("index_version", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.Text(), nullable=True),
        sa.Column("differing", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
    )
    op.create_table(
        "index_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("movie_id", sa.BigInteger(), nullable=False),
        sa.Column("outside_id", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.Text(), server_default=sa.text(NOW[dialect]), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_changes")),
    )
    op.create_index("ix_index_changes_priority_id", "index_changes", ["priority", "id"], unique=False)
    op.create_index(op.f("ix_index_changes_movie_id"), "index_changes", ["movie_id"], unique=False)
    op.create_table(
        "index_parked",
        sa.Column("movie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("outside_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parked_at", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", sa.Text(), nullable=False),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_index_parked_attempts_positive")),
        sa.PrimaryKeyConstraint("movie_id", name=op.f("pk_index_parked")),
    )


def _make_sqlite_triggers() -> None:
    outside = "coalesce({0}.imdb_id, {0}.public_id)"
    # INSERT OR REPLACE and UPDATE OR REPLACE take rows away without telling any DELETE trigger.
    replaced = (
        f"{QUEUE} SELECT m.id, {outside.format('m')} FROM movies AS m "
        "WHERE m.id = NEW.id OR m.imdb_id = NEW.imdb_id OR m.public_id = NEW.public_id"
    )
    _sqlite_trigger("movies", "insert", f"{QUEUE} VALUES (NEW.id, NULL)")
    _sqlite_trigger("movies", "delete", f"{QUEUE} VALUES (OLD.id, {outside.format('OLD')})")
    _sqlite_trigger(
        "movies",
        "update",
        f"{QUEUE} VALUES (OLD.id, {outside.format('OLD')}); {QUEUE} SELECT NEW.id, NULL WHERE NEW.id <> OLD.id",
    )
    for event in ("insert", "update"):
        _sqlite_trigger("movies", event, replaced, when="before")
    for table in LINKS:
        _sqlite_trigger(table, "insert", f"{QUEUE} VALUES (NEW.movie_id, NULL)")
        _sqlite_trigger(table, "delete", f"{QUEUE} VALUES (OLD.movie_id, NULL)")
        moved = f"{QUEUE} SELECT NEW.movie_id, NULL WHERE NEW.movie_id <> OLD.movie_id"
        _sqlite_trigger(table, "update", f"{QUEUE} VALUES (OLD.movie_id, NULL); {moved}")
    for table, (column, links) in NAMED.items():
        # Rows that films link to can come and go where a writer does not enforce foreign keys.
        for event, rows in {"insert": "NEW.id", "update": "OLD.id, NEW.id", "delete": "OLD.id"}.items():
            reached = " UNION ".join(f"SELECT movie_id FROM {link} WHERE {column} IN ({rows})" for link in links)
            _sqlite_trigger(table, event, f"{QUEUE_REACHED} SELECT movie_id, 1 FROM ({reached})")


def _sqlite_trigger(table: str, event: str, body: str, *, when: str = "after") -> None:
    name = f"index_changes_{table}_{when}_{event}"
    op.execute(f"CREATE TRIGGER {name} {when.upper()} {event.upper()} ON {table} BEGIN {body}; END")


def _make_postgresql_triggers() -> None:
    old = f"{QUEUE} SELECT id, coalesce(imdb_id, public_id) FROM old_rows"
    renumbered = f"{QUEUE} SELECT id, NULL FROM (SELECT id FROM new_rows EXCEPT SELECT id FROM old_rows) AS renumbered"
    _postgresql_function(
        "movies",
        {
            "insert": f"{QUEUE} SELECT id, NULL FROM new_rows",
            "update": f"{old}; {renumbered}",
            "delete": old,
            "truncate": f"{QUEUE} SELECT id, coalesce(imdb_id, public_id) FROM movies",
        },
    )
    for table in LINKS:
        _postgresql_function(
            table,
            {
                "insert": f"{QUEUE} SELECT DISTINCT movie_id, NULL FROM new_rows",
                "update": f"{QUEUE} SELECT movie_id, NULL FROM old_rows UNION SELECT movie_id, NULL FROM new_rows",
                "delete": f"{QUEUE} SELECT DISTINCT movie_id, NULL FROM old_rows",
                "truncate": f"{QUEUE} SELECT DISTINCT movie_id, NULL FROM {table}",
            },
        )
    for table, (column, links) in NAMED.items():
        # Foreign keys see to it that no row comes or goes while a film links to it.
        renamed = "SELECT n.id FROM new_rows AS n JOIN old_rows AS o USING (id) WHERE n.name <> o.name"
        reached = " UNION ".join(f"SELECT movie_id FROM {link} WHERE {column} IN ({renamed})" for link in links)
        _postgresql_function(table, {"update": f"{QUEUE_REACHED} SELECT movie_id, 1 FROM ({reached}) AS reached"})
    _postgresql_function("index_changes", {"insert": "NOTIFY index_changes"})


def _postgresql_function(table: str, bodies: dict[str, str]) -> None:
    """Make a statement trigger per event; they act as their owner, so that writers need no rights on the queue."""
    for event, body in bodies.items():
        name = f"index_changes_{table}_{event}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT "
            f"AS $$ BEGIN {body}; RETURN NULL; END $$"
        )
        when, rows = ("BEFORE", "") if event == "truncate" else ("AFTER", EVENTS[event])
        begin = f"CREATE TRIGGER {name} {when} {event.upper()} ON {table} {rows}"
        op.execute(f"{begin} FOR EACH STATEMENT EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for table in ("movies", *LINKS, *NAMED):
            for event in ("insert", "update", "delete"):
                for when in ("before", "after"):
                    op.execute(f"DROP TRIGGER IF EXISTS index_changes_{table}_{when}_{event}")
    else:
        for table in ("movies", *LINKS, *NAMED, "index_changes"):
            for event in (*EVENTS, "truncate"):
                op.execute(f"DROP FUNCTION IF EXISTS index_changes_{table}_{event}() CASCADE")
    op.drop_table("index_parked")
    op.drop_table("index_changes")
    op.drop_table("store")
