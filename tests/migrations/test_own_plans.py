"""Plans of other people's databases, as they come: names that need quotes, tables of every kind."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from made_up import dump
from sqlalchemy import inspect, select

from normalize.__main__ import main as normalize
from normalize.declared.files import read_plan
from normalize.store import open_store

SHOP = """
from normalize.declared import Lookup, Number, Reference, Table, Text, TextList, declare

PLAN = declare(
    "shop",
    Lookup("group", one="group"),
    Table("order", one="order", key="id", source="Order Details", columns={
        "id": Number(source="Order:No"),
        "select": Text(source='Said "so"'),
        "percent": Number(0, 100, source="Discount %"),
    }, links=(TextList("Группы", to="group"),)),
    Table("user", one="user", key=None, source="Order", columns={"order_id": Reference("order", source="from")}),
)
"""
LEGACY = """
CREATE TABLE "Order Details" ("Order:No" integer primary key, [Said "so"] text, "Discount %" text, "Группы" text);
CREATE TABLE [Order] ("from" integer, "to" text);
INSERT INTO "Order Details" VALUES (1, ' yes ', '10', 'A,B'), (2, 'no', 'none', 'B');
INSERT INTO [Order] VALUES (1, 'x'), (2, 'y'), (9, 'z');
CREATE INDEX "by: from" ON [Order] ("from");
"""
STORE = {
    "group": [(1, "A"), (2, "B")],
    "order": [(1, "yes", 10), (2, "no", None)],
    "order_group": [(1, 1, 1), (1, 2, 2), (2, 2, 1)],
    "user": [(1, 1), (2, 2), (3, None)],
}


@pytest.fixture
def shop(tmp_path):
    """Make a legacy database and its plan; give the database and the plan's alembic.ini."""
    path = tmp_path / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(LEGACY)
    (tmp_path / "plan.py").write_text(SHOP, encoding="utf-8")
    done = CliRunner().invoke(normalize, ["plan", str(tmp_path / "plan.py")])
    assert done.exit_code == 0, done.output
    return path, tmp_path / "alembic.ini"


def store(url, ini):
    """Give the rows of the store's tables."""
    tables, engine = read_plan(ini.with_name("plan.py")).metadata.tables, open_store(url)
    with engine.connect() as connection:
        found = {
            name: [tuple(row) for row in connection.execute(select(tables[name]).order_by(*tables[name].primary_key))]
            for name in STORE
        }
    engine.dispose()
    return found


def test_names_may_be_what_they_like(alembic, shop, tmp_path, sqlite_url):
    """Blanks, quotes, colons, percent signs, other letters and SQL's own words: in place and copied, and back."""
    path, ini = shop
    before, copied = dump(path), sqlite_url(tmp_path / "new.sqlite")
    for settings in ({"DATABASE_URL": copied, "LEGACY_DATABASE": path}, {"DATABASE_URL": sqlite_url(path)}):
        ended = alembic("upgrade", "head", ini=ini, **settings)
        assert ended.status == 0, ended.err
        assert store(settings["DATABASE_URL"], ini) == STORE
        assert alembic("check", ini=ini, **settings).status == 0
        assert alembic("downgrade", "base", ini=ini, **settings).status == 0
    assert dump(path) == before


def test_names_may_be_what_they_like_on_postgresql(alembic, shop, postgres_url):
    """The same store, and no table left after the way back."""
    path, ini = shop
    ended = alembic("upgrade", "head", ini=ini, DATABASE_URL=postgres_url, LEGACY_DATABASE=path)
    assert ended.status == 0, ended.err
    assert store(postgres_url, ini) == STORE
    assert alembic("check", ini=ini, DATABASE_URL=postgres_url).status == 0
    down = alembic("downgrade", "base", ini=ini, DATABASE_URL=postgres_url)
    assert down.status == 0, down.err
    engine = open_store(postgres_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
