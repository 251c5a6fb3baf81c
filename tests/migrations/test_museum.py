"""Files in the wild: each thing that is found in legacy files goes in whole or is refused by name, whichever way."""

import json

import pytest
from museum import CARD, CASES, ODD, PLAIN
from reading import exactly
from sqlalchemy import select

from normalize import adoption
from normalize.models import (
    CREDITS,
    genres,
    load_runs,
    movie_genres,
    movies,
    people,
    repairs,
)
from normalize.store import open_store
from normalize.words import LEGACY_TABLES

BALANCE = {
    "name": "store.reconciliation",
    "expectations": [
        {
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "unaccounted", "value_set": [0]},
            "severity": "critical",
        }
    ],
}
"""The suite of the ways after the first, which has all the suites: Great Expectations takes its time."""


def told(url):
    """Give all that a case states of a store: the odd films by id, and the repairs."""
    engine = open_store(url)
    with engine.connect() as connection:
        cards = {
            row.imdb_id: {"title": row.title, "description": row.description, "rating": row.imdb_rating}
            | {"genres": named(connection, movie_genres, genres, "genre_id", row.id)}
            | {role: named(connection, table, people, "person_id", row.id) for role, table in CREDITS.items()}
            for row in connection.execute(select(movies).where(movies.c.id >= ODD).order_by(movies.c.id))
        }
        columns = ("source_table", "source_key", "source_column", "old_value", "new_value", "rule")
        done = connection.execute(select(*(repairs.c[name] for name in columns)).order_by(repairs.c.number)).all()
        plain = connection.execute(select(movies.c.title).where(movies.c.id <= PLAIN)).all()
        archive = adoption.read(connection, LEGACY_TABLES)
        counts = json.loads(connection.execute(select(load_runs.c.counts)).scalar_one())
    engine.dispose()
    return {
        "films": cards,
        "repairs": list(map(tuple, done)),
        "plain": len(plain),
        "archive": {name: values(frame) for name, frame in archive.items()},
        "counts": counts["reconciliation"],
    }


def named(connection, links, things, column, film):
    """Give the names that a film is linked to, in their order."""
    found = select(things.c.name).join(links, links.c[column] == things.c.id).where(links.c.movie_id == film)
    return list(connection.execute(found.order_by(links.c.ordering)).scalars())


def values(frame):
    """Give a frame's rows with the type of each value; columns in the order of their names."""
    names = sorted(frame.columns)
    return [names, *([(type(value), value) for value in row] for row in frame[names].itertuples(index=False))]


@pytest.fixture
def balance(tmp_path):
    """Make a folder with the one suite that no file may fail."""
    folder = tmp_path / "suites"
    folder.mkdir()
    (folder / "store.reconciliation.json").write_text(json.dumps(BALANCE))
    return folder


def beside(path):
    """Name what is in a file's folder, but for what every run leaves there."""
    return {each.name for each in path.parent.iterdir()} - {"var", "suites"}


def expected(case):
    """Give the films and the repairs that a case states."""
    return {imdb_id: CARD | dict(card) for imdb_id, card in case.films.items()}, list(case.repairs)


def refuses(ended, said, path, before):
    """Say that a run refused the file by name, and left everything as it was."""
    assert (ended.status, said in ended.error) == (2, True), ended.err
    assert path.read_bytes() == before[0]
    assert beside(path) == before[1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_in_place_it_goes_in_whole_or_is_refused_and_comes_back_to_the_letter(alembic, tmp_path, sqlite_url, case):
    """The films and repairs that the museum states, or one line; after the way back the content is as before."""
    path = case.make(tmp_path / "in.sqlite")
    before = path.read_bytes(), beside(path)
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path), **case.settings)
    if said := case.refusal("in place"):
        refuses(ended, said, path, before)
        return
    assert ended.status == 0, ended.err
    stored = told(sqlite_url(path))
    assert (stored["films"], stored["repairs"]) == expected(case)
    down = alembic("downgrade", "base", DATABASE_URL=sqlite_url(path), **case.settings)
    assert down.status == 0, down.err
    assert exactly(path) == exactly(case.make(tmp_path / "same.sqlite"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_copied_both_databases_hold_the_same(alembic, tmp_path, sqlite_url, postgres_url, balance, case):
    """SQLite and PostgreSQL: the same store, the same archive value for value, the file untouched, all taken away."""
    path = case.make(tmp_path / "in.sqlite")
    before, stores = (path.read_bytes(), beside(path)), []
    for url in (sqlite_url(tmp_path / "new.sqlite"), postgres_url):
        settings = {"DATABASE_URL": url, "SUITES_PATH": balance, **case.settings}
        ended = alembic("upgrade", "head", LEGACY_DATABASE=path, **settings)
        if said := case.refusal("copied"):
            refuses(ended, said, path, before)
            continue
        assert ended.status == 0, ended.err
        stores.append(told(url))
        assert (path.read_bytes(), beside(path)) == (before[0], before[1] | {"new.sqlite"})
        down = alembic("downgrade", "base", **settings)
        assert down.status == 0, down.err
    if stores:
        assert (stores[0]["films"], stores[0]["repairs"]) == expected(case)
        assert stores[0] == stores[1]
