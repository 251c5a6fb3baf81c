"""The rights that docs/dba.md names are enough on PostgreSQL, and without them it is said what is missing."""

import uuid

import pytest
from made_up import legacy_database
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

OWNER_RIGHTS = ("CONNECT ON DATABASE {database}", "USAGE, CREATE ON SCHEMA public")
READER_RIGHTS = ("CONNECT ON DATABASE {database}", "USAGE ON SCHEMA public", "SELECT ON ALL TABLES IN SCHEMA public")


@pytest.fixture
def role(postgres_url):
    """Give a function that makes a role of just these rights, and gives its URL of the database."""
    made, url = [], make_url(postgres_url)

    def run(*statements):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def make(*rights):
        made.append(f"kino_{uuid.uuid4().hex}")
        run(f"REVOKE ALL ON DATABASE {url.database} FROM PUBLIC", f"CREATE ROLE {made[-1]} LOGIN PASSWORD 'secret'")
        run(*(f"GRANT {right.format(database=url.database)} TO {made[-1]}" for right in rights))
        return url.set(username=made[-1], password="secret").render_as_string(hide_password=False)

    yield make
    for name in made:
        run(f"DROP OWNED BY {name} CASCADE", f"DROP ROLE {name}")


@pytest.fixture
def legacy(tmp_path):
    """Make a legacy database."""
    return legacy_database(tmp_path / "legacy.sqlite")


def test_the_rights_of_the_guide_are_enough(alembic, role, legacy):
    """Rehearsal, rebuild, check and the way back by a role that may connect and make tables; a reader may look on."""
    url = role(*OWNER_RIGHTS)
    settings = {"DATABASE_URL": url, "LEGACY_DATABASE": legacy}
    for command in (("-x", "dry-run=yes", "upgrade", "head"), ("upgrade", "head"), ("check",), ("upgrade", "head")):
        ended = alembic(*command, **settings)
        assert ended.status == 0, ended.err
    reader = role(*READER_RIGHTS)
    assert alembic("check", DATABASE_URL=reader).status == 0
    ended = alembic("downgrade", "base", DATABASE_URL=reader)
    assert (ended.status, "must be owner of table" in ended.error) == (2, True)
    assert "docs/dba.md lists the rights that the role needs" in ended.error
    assert alembic("downgrade", "base", **settings).status == 0


def test_a_role_that_may_not_make_tables_is_told_so(alembic, role, legacy):
    """The server's own words, and where the rights are listed; exit status 2."""
    url = role("CONNECT ON DATABASE {database}", "USAGE ON SCHEMA public")
    ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy)
    assert (ended.status, "permission denied for schema public" in ended.error) == (2, True)
    assert "docs/dba.md lists the rights that the role needs" in ended.error
    assert "secret" not in ended.err
