"""Small legacy databases for tests: rows in, a SQLite file with the legacy schema out."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE actors(
id integer primary key autoincrement,
name text
);
CREATE TABLE rating_agency(
id text(27),
name text
);
CREATE TABLE movies (
id text primary key,
genre text,
director text,
writer text,
title text,
plot text,
ratings text,
imdb_rating text, writers text);
CREATE TABLE writers(
id text(27) primary key,
name text
);
CREATE TABLE movie_actors(
movie_id text,
actor_id text
);
"""
"""The legacy schema to the letter."""


def film(number: int, **columns: object) -> dict[str, object]:
    """Give a row of `movies` with nothing wrong in it, but for the columns given."""
    return {
        "id": f"tt{number:07d}",
        "genre": "Drama",
        "director": "Ann Lee",
        "writer": "w1",
        "title": f"Film {number}",
        "plot": "Something happens.",
        "ratings": None,
        "imdb_rating": "7.5",
        "writers": "",
    } | columns


def legacy_database(
    path: Path,
    films: Iterable[Mapping[str, object]] = (film(1),),
    actors: Iterable[tuple[object, object]] = ((1, "Bob Ray"),),
    writers: Iterable[tuple[object, object]] = (("w1", "Cid Poe"),),
    links: Iterable[tuple[object, object]] = (("tt0000001", "1"),),
    more: str = "",
) -> Path:
    """Make a legacy database at `path`; `more` is SQL that is run at its end."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            f"INSERT INTO movies VALUES ({', '.join(':' + name for name in film(1))})", [dict(row) for row in films]
        )
        connection.executemany("INSERT INTO actors VALUES (?, ?)", actors)
        connection.executemany("INSERT INTO writers VALUES (?, ?)", writers)
        connection.executemany("INSERT INTO movie_actors VALUES (?, ?)", links)
        connection.commit()
        connection.executescript(more)
    return path


def dump(path: Path) -> list[str]:
    """Give the whole database as SQL text, line by line."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Ask the database at `path`."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()
