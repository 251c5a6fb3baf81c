"""`--sql`: what can be said without the data is given, and what the data decides is refused by name."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from made_up import dump, legacy_database

from normalize.store import open_store

EMPTY = ("-x", "new=yes")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path, sqlite_url):
    """Give an empty database's URL and what runs SQL text on it."""
    if request.param == "sqlite":
        path = tmp_path / "empty.sqlite"

        def run(sql):
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript(sql)

        return sqlite_url(path), run
    url = request.getfixturevalue("postgres_url")

    def run(sql):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql)

    return url, run


def names(url):
    """Name everything that is in a database's schema."""
    engine = open_store(url)
    kinds = (
        "sqlite_master" if engine.dialect.name == "sqlite" else "pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    with engine.connect() as connection:
        column = "name" if engine.dialect.name == "sqlite" else "relname"
        found = [row[0] for row in connection.exec_driver_sql(f"SELECT {column} FROM {kinds}")]
    engine.dispose()
    return found


def test_the_sql_of_an_empty_store_makes_one(alembic, database):
    """Given to the database's own tool it makes what a run makes; and the SQL of the way back leaves nothing."""
    url, run = database
    up = alembic(*EMPTY, "upgrade", "head", "--sql", DATABASE_URL=url)
    assert (up.status, up.err) == (0, "")
    run(up.out)
    assert alembic("check", DATABASE_URL=url).status == 0
    again = alembic("upgrade", "head", DATABASE_URL=url)
    assert (again.status, again.out) == (0, "Nothing to do: the store is there and was made empty.\n")
    down = alembic(*EMPTY, "downgrade", "head:base", "--sql", DATABASE_URL=url)
    run(down.out)
    assert names(url) == []


@pytest.mark.parametrize(
    "command",
    [("upgrade", "head"), ("upgrade", "0001"), ("downgrade", "head:base"), ("downgrade", "0001:-1"), ("stamp", "head")],
    ids=" ".join,
)
def test_where_the_data_decides_no_sql_is_given(alembic, command):
    """From nothing and to nothing legacy tables are taken in or given back: one line that says what to do."""
    ended = alembic(*command, "--sql", DATABASE_URL="sqlite:///no.sqlite")
    assert (ended.status, ended.out) == (2, "")
    assert "decided by the data" in ended.error
    assert "alembic -x dry-run=yes upgrade head" in ended.error
    assert "-x new=yes" in ended.error
    assert not Path("no.sqlite").exists()


def test_between_revisions_the_sql_is_given(alembic):
    """What a later release changes can be looked at before it is run: no data is taken in there."""
    up = alembic("upgrade", "0001:0002", "--sql", DATABASE_URL="postgresql+psycopg://me@127.0.0.1/kino", LOCK_TIMEOUT=2)
    assert up.status == 0
    assert up.out.startswith("BEGIN;\n\nSET LOCAL lock_timeout = 2000;\n\nSET LOCAL statement_timeout = 0;\n\n")
    assert "CREATE TABLE load_runs" in up.out
    assert up.out.endswith("SET version_num='0002' WHERE alembic_version.version_num = '0001';\n\nCOMMIT;\n\n")
    down = alembic("downgrade", "0002:0001", "--sql", DATABASE_URL="sqlite:///kino.sqlite")
    assert [line for line in down.out.splitlines() if line.startswith("DROP")] == [
        "DROP TABLE repairs;", "DROP TABLE load_runs;"
    ]  # fmt: skip


def test_a_legacy_file_is_not_left_out_of_a_store_that_was_made_empty(alembic, tmp_path, sqlite_url):
    """Such a store is at head, so an upgrade would have nothing to do: it says that the file was not taken in."""
    legacy, url = legacy_database(tmp_path / "legacy.sqlite"), sqlite_url(tmp_path / "new.sqlite")
    assert alembic(*EMPTY, "upgrade", "head", DATABASE_URL=url).status == 0
    before = dump(tmp_path / "new.sqlite")
    ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy)
    assert (ended.status, "the store was made empty, so" in ended.error) == (2, True)
    assert dump(tmp_path / "new.sqlite") == before


def test_squawk_finds_nothing_in_the_sql_for_postgresql(alembic, tmp_path, request):
    """The linter of PostgreSQL migrations is content, but for the rules that .squawk.toml gives reasons against."""
    sql = tmp_path / "revisions.sql"
    url = "postgresql+psycopg://me@127.0.0.1/kino"
    sql.write_text(alembic(*EMPTY, "upgrade", "head", "--sql", DATABASE_URL=url).out)
    squawk = shutil.which("squawk", path=str(Path(sys.executable).parent))
    config = request.config.rootpath / ".squawk.toml"
    linted = subprocess.run(
        [squawk, "--config", config, "--reporter", "gcc", sql], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stdout + linted.stderr
