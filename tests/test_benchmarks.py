"""The makers of data at scale: the real file's proportions, the same films for the same seed, on each database."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from stores import make_tables

from normalize.models import metadata, store
from normalize.store import open_store

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
GENERATOR = BENCHMARKS / "legacy_at_scale.py"
FILMS = 9990
REAL = {
    "SELECT count(*) FROM movies": 999,
    "SELECT count(*) FROM actors": 2683,
    "SELECT count(*) FROM writers": 1192,
    "SELECT count(*) FROM movie_actors": 3518,
    "SELECT count(*) FROM movies WHERE director = 'N/A'": 304,
    "SELECT count(*) FROM movies WHERE plot = 'N/A'": 249,
    "SELECT count(*) FROM movies WHERE writer <> '' AND writers = ''": 596,
    "SELECT count(*) FROM movies WHERE writer = '' AND writers <> ''": 403,
    "SELECT count(*) FROM movies JOIN writers ON writers.id = writer WHERE name = 'N/A'": 320,
    "SELECT count(*) FROM movies, json_each(movies.writers) WHERE movies.writers <> ''": 1392,
    "SELECT count(*) FROM actors JOIN writers USING (name) WHERE name <> 'N/A'": 94,
}
"""A query → what the real file of 999 films answers."""


def generate(target: Path, films: int, seed: int) -> bytes:
    """Make a file and give its bytes."""
    subprocess.run([sys.executable, GENERATOR, f"--films={films}", f"--out={target}", f"--seed={seed}"], check=True)
    return target.read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file ten times the real one."""
    target = tmp_path_factory.mktemp("scale") / "legacy.sqlite"
    generate(target, FILMS, seed=1)
    return target


@pytest.mark.parametrize("query", REAL)
def test_the_proportions_are_those_of_the_real_file(made: Path, query: str) -> None:
    """Each count is, within a tenth, as many times the real one as there are films."""
    with closing(sqlite3.connect(made)) as connection:
        assert connection.execute(query).fetchone()[0] == pytest.approx(REAL[query] * FILMS / 999, rel=0.1)


def test_every_person_has_a_name_of_their_own(made: Path) -> None:
    """No two actors and no two writers have the same name, as in the real file."""
    with closing(sqlite3.connect(made)) as connection:
        for table in ("actors", "writers"):
            rows, names = connection.execute(f"SELECT count(*), count(DISTINCT name) FROM {table}").fetchone()
            assert rows == names


def test_the_seed_decides_the_file(tmp_path: Path) -> None:
    """The same seed gives the same bytes, another one gives others; one film is enough."""
    one = generate(tmp_path / "a", 50, seed=1)
    assert generate(tmp_path / "b", 50, seed=1) == one
    assert generate(tmp_path / "c", 50, seed=2) != one
    assert generate(tmp_path / "d", 1, seed=1)


RULES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": "SELECT indexdef FROM pg_indexes UNION ALL SELECT tgname || tgenabled::text FROM pg_trigger",
}


def rules(engine: Engine) -> list[str]:
    """Give the indexes and the triggers of a store."""
    with engine.connect() as connection:
        return sorted(connection.exec_driver_sql(RULES[engine.dialect.name]).scalars())


def filled(url: str, films: int, seed: int) -> dict[str, list[tuple[object, ...]]]:
    """Make a store with films, and give its rows; it has the indexes and triggers that it had."""
    engine = open_store(url, write=True)
    make_tables(engine)
    before = rules(engine)
    words = [sys.executable, BENCHMARKS / "films_at_scale.py", f"--films={films}", f"--seed={seed}"]
    subprocess.run(words, check=True, env={**os.environ, "DATABASE_URL": url})
    assert rules(engine) == before
    with engine.connect() as connection:
        tables = [table for table in metadata.sorted_tables if table is not store]
        held = {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}
    engine.dispose()
    return held


def test_the_seed_decides_the_films_on_each_database(tmp_path: Path, postgres_url: str) -> None:
    """The same seed gives the same rows on SQLite and on PostgreSQL, none of them queued; another one gives others."""
    for name in "abc":
        (tmp_path / name).touch()
    one = filled(f"sqlite:///{tmp_path}/a", 500, seed=1)
    assert filled(postgres_url, 500, seed=1) == one
    assert filled(f"sqlite:///{tmp_path}/b", 500, seed=2)["movies"] != one["movies"]
    assert len(one["movies"]) == 500
    assert one["index_changes"] == []
    assert len(filled(f"sqlite:///{tmp_path}/c", 1, seed=1)["movies"]) == 1
