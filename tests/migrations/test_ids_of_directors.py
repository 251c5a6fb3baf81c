"""The revision that gives directors the ids of their sources, in what several sources say of a film."""

import json

import pytest

from normalize.store import open_store

SAID = {"title": "Ё", "directors": [['Ann "A" Lee', None], ["Бо", "co-director"]], "writers": [["w1", "Cid", None]]}
NOW = SAID | {"directors": [['Ann "A" Lee', 'Ann "A" Lee', None], ["Бо", "Бо", "co-director"]]}
NONE = {"title": "B", "directors": [], "writers": []}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path, sqlite_url):
    """Give the URL of an empty database, of each kind."""
    return sqlite_url(tmp_path / "a.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def kept(url, words=()):
    """Give what is kept of several sources' words, after more was put there."""
    engine = open_store(url, write=True)
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.begin() as connection:
        for source, said in words:
            connection.exec_driver_sql(
                f"INSERT INTO movie_sources (movie_id, source, said) VALUES (1, {mark}, {mark})",
                (source, json.dumps(said, ensure_ascii=False)),
            )
        rows = connection.exec_driver_sql("SELECT source, said FROM movie_sources ORDER BY source").all()
    engine.dispose()
    return [(source, json.loads(said)) for source, said in rows]


def test_a_director_whom_the_file_gives_no_id_has_the_name_for_one(alembic, url):
    """In their order, with their notes; and the way back takes the ids away again."""
    assert alembic("-x", "new=yes", "upgrade", "0007", DATABASE_URL=url).status == 0
    engine = open_store(url, write=True)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO movies (id, public_id, title, title_key, updated_at) VALUES (1, 'x', 'A', 'a', '')"
        )
    engine.dispose()
    assert kept(url, [("legacy", SAID), ("own", NONE)]) == [("legacy", SAID), ("own", NONE)]
    assert alembic("upgrade", "head", DATABASE_URL=url).status == 0
    assert kept(url) == [("legacy", NOW), ("own", NONE)]
    assert alembic("downgrade", "0007", DATABASE_URL=url).status == 0
    assert kept(url) == [("legacy", SAID), ("own", NONE)]
