"""Stores that IMDb's files and the legacy file are loaded into: what they hold, as plain values to compare."""

import json
from pathlib import Path

from click.testing import CliRunner
from contents import contents

from normalize import statements
from normalize.__main__ import main
from normalize.facts import facts, records, stored

ALIKE = (
    "movies", "people", "person_sources", "movie_directors", "movie_writers", "movie_actors", "movie_titles",
    "movie_episodes", "imdb_fingerprints", "genres", "movie_genres", "movie_sources",
)  # fmt: skip
"""The tables that two orders of loading leave alike."""


def make(make_store, path):
    """Make an empty SQLite store."""
    path.touch()
    return make_store(f"sqlite:///{path}")


def take(store, file, *flags):
    """Take a legacy file in; gives what the command says as JSON."""
    ended = CliRunner().invoke(main, ["legacy", str(file), "--json", *flags], env={"DATABASE_URL": store.url})
    assert ended.exit_code == 0, ended.stderr or ended.exception
    return json.loads(ended.stdout)


def said(store):
    """Give what the store says of each film."""
    with store.connected() as connection:
        films = facts(stored(connection))
        return records(films, films["films"]["id"])


def words(store):
    """Give what is kept of several sources' words."""
    with store.connected() as connection:
        return statements.read(connection)


def held(store):
    """Give the tables that two orders of loading leave alike, genres by their names."""
    tables = contents(store.url)
    genres = dict(store.ask("SELECT id, name FROM genres"))
    tables["genres"] = sorted(genres.values())
    tables["movie_genres"] = sorted((movie, genres[genre], place) for movie, genre, place in tables["movie_genres"])
    tables["movie_sources"] = [(movie, source, json.loads(text)) for movie, source, text in tables["movie_sources"]]
    return {name: rows for name, rows in tables.items() if name in ALIKE}


def section(done, called):
    """Read a section of a report: a list of rows as texts."""
    return (Path(done["report"]).parent / f"{called}.csv").read_text("utf-8-sig").splitlines()[1:]
