"""PostgreSQL as the target: the same store, row for row, from the same legacy file."""

import pytest
from contents import UNEQUAL
from made_up import film, legacy_database
from sqlalchemy import inspect, select, text

from normalize.film_plan import FILMS
from normalize.models import metadata
from normalize.store import open_store


def store(url):
    """Give all rows of every table of the store, but for run ids and times."""
    engine = open_store(url)
    with engine.connect() as connection:
        given = {
            name: connection.execute(
                select(*(column for column in table.columns if column.name not in UNEQUAL.get(name, ()))).order_by(
                    *(column for column in table.primary_key if column.name not in UNEQUAL.get(name, ()))
                )
            ).all()
            for name, table in metadata.tables.items()
        }
    engine.dispose()
    return given


@pytest.fixture
def legacy(tmp_path):
    """Make a legacy database with some of every dirt."""
    return legacy_database(
        tmp_path / "legacy.sqlite",
        films=[film(1, plot="N/A", director="Ёлкин(co-director), Ann Lee"), film(2, imdb_rating="7,4", writers="[")],
        actors=[(1, "Ann Lee"), (2, "N/A")],
        links=[("tt0000001", "1"), ("tt0000001", "1"), ("tt0000002", "2"), ("tt0000009", "1")],
    )


def test_both_databases_hold_the_same_store(alembic, tmp_path, sqlite_url, postgres_url, legacy):
    """Row for row, run ids and times apart; and a second run is no work."""
    other = sqlite_url(tmp_path / "new.sqlite")
    for url in (postgres_url, other):
        ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy)
        assert ended.status == 0, ended.err
    assert store(postgres_url) == store(other)
    again = alembic("upgrade", "head", DATABASE_URL=postgres_url, LEGACY_DATABASE=legacy)
    assert (again.status, again.out) == (0, "Nothing to do: the store is there and filled.\n")
    assert alembic("check", DATABASE_URL=postgres_url).status == 0


def test_postgresql_knows_what_it_has_been_filled_with(alembic, postgres_url, legacy):
    """Its planner need not wait for autovacuum to find a few rows by their keys."""
    assert alembic("upgrade", "head", DATABASE_URL=postgres_url, LEGACY_DATABASE=legacy).status == 0
    engine = open_store(postgres_url)
    with engine.connect() as connection:
        known = set(connection.execute(text("SELECT DISTINCT tablename FROM pg_stats")).scalars())
    engine.dispose()
    filled = {name for name, rows in store(postgres_url).items() if rows}
    assert filled & set(FILMS.metadata.tables) <= known


def test_the_way_back_empties_the_database(alembic, postgres_url, legacy):
    """After `downgrade base` no table of ours is left."""
    assert alembic("upgrade", "head", DATABASE_URL=postgres_url, LEGACY_DATABASE=legacy).status == 0
    assert alembic("downgrade", "base", DATABASE_URL=postgres_url).status == 0
    engine = open_store(postgres_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_an_empty_database_without_a_legacy_file_gets_an_empty_store(alembic, postgres_url):
    """There is nothing to adopt on a server: the store is made, and it is said."""
    ended = alembic("upgrade", "head", DATABASE_URL=postgres_url)
    assert ended.status == 0
    assert ended.out.startswith("An empty store was made: there was no legacy database to take in.\n")
    assert store(postgres_url) == {**{name: [] for name in metadata.tables}, "store": [(0, None, None)]}


def test_a_server_that_is_not_there_ends_with_3(alembic, legacy):
    """The line names the address, and no password."""
    url = "postgresql+psycopg://me:secret@127.0.0.1:9/kino"
    ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy)
    assert ended.status == 3
    assert "postgresql+psycopg://me:***@127.0.0.1:9/kino does not answer" in ended.error
    assert "secret" not in ended.err
