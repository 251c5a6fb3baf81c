"""What a load of IMDb's files is compared with: a loaded store in; the seconds of others for the same rows out.

The limit is what the database itself needs for the same final rows when they are ready: on PostgreSQL COPY of CSV files
into bare tables and then their keys, indexes and references, in one transaction; on SQLite `executemany` into tables
without any, and into the store's own with theirs. The peer is the loader that most people write: pandas reads
title.basics and title.ratings whole, and `to_sql(method="multi", chunksize=1000)` writes titles, years, runtimes,
ratings and genres, with keys and references.
"""

import csv
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pandas as pd
from sqlalchemy import Column, Connection, Float, ForeignKey, Integer, MetaData, Table, Text, create_engine

from normalize import capture, keys
from normalize.imdb import files
from normalize.imdb.staging import TABLES
from normalize.store import open_store

WRITTEN = ("genres", *TABLES)
"""The tables that a load writes."""
CHUNK = 1 << 20
"""Bytes of a CSV file given to COPY at once."""
AT_ONCE = 100_000
"""Rows that executemany is given at once."""
CHUNKSIZE = 1000
"""Rows in one statement of to_sql."""


def copy(store: str, bare: str, folder: Path) -> float:
    """Give the seconds of COPY of a store's rows, and of the keys, indexes and references after it.

    Args:
        store: URL of the PostgreSQL store whose rows are taken out first; that is not counted.
        bare: URL of an empty store of the same shape.
        folder: where the CSV files may lie.
    """
    source = open_store(store)
    with source.connect() as connection:
        for table in WRITTEN:
            with (folder / table).open("wb") as file, _cursor(connection).copy(f"COPY {table} TO STDOUT CSV") as rows:
                for data in rows:
                    file.write(data)
    source.dispose()
    target = open_store(bare, write=True)
    began = time.perf_counter()
    with target.begin() as connection, capture.uncaptured(connection), keys.bare(connection, WRITTEN):
        for table in WRITTEN:
            with (folder / table).open("rb") as file, _cursor(connection).copy(f"COPY {table} FROM STDIN CSV") as into:
                while data := file.read(CHUNK):
                    into.write(data)
    seconds = time.perf_counter() - began
    target.dispose()
    return seconds


def _cursor(connection: Connection):  # noqa: ANN202 - the driver's own
    return connection.connection.driver_connection.cursor()


def insert(store: Path, bare: Path) -> float:
    """Give the seconds of executemany of a SQLite store's rows into tables without keys; reading is not counted."""
    with closing(sqlite3.connect(bare, isolation_level=None)) as target:
        with closing(sqlite3.connect(store)) as source:
            for table in WRITTEN:
                rows = source.execute(f"SELECT * FROM {table} LIMIT 0")
                target.execute(f"CREATE TABLE {table} ({', '.join(column[0] for column in rows.description)})")
        target.execute("BEGIN")
        seconds = _insert_all(store, target)
        began = time.perf_counter()
        target.execute("COMMIT")
    return seconds + time.perf_counter() - began


def insert_keyed(store: Path, bare: str) -> float:
    """Give the seconds of executemany of a SQLite store's rows into its own tables, and of their indexes after it.

    Args:
        store: whose rows are read; that is not counted.
        bare: URL of an empty store. Its tables keep their keys, which SQLite cannot make afterwards.
    """
    engine = open_store(bare, write=True, references=False)
    with engine.connect() as connection:
        transaction = connection.begin()
        with capture.uncaptured(connection), keys.bare(connection, WRITTEN):
            seconds = _insert_all(store, connection.connection.driver_connection)
            began = time.perf_counter()
        transaction.commit()
        seconds += time.perf_counter() - began
    engine.dispose()
    return seconds


def _insert_all(store: Path, target: sqlite3.Connection) -> float:
    """Give the seconds of executemany alone."""
    seconds = 0.0
    with closing(sqlite3.connect(store)) as source:
        for table in WRITTEN:
            rows = source.execute(f"SELECT * FROM {table}")
            columns = [column[0] for column in rows.description]
            statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            while some := rows.fetchmany(AT_ONCE):
                began = time.perf_counter()
                target.executemany(statement, some)
                seconds += time.perf_counter() - began
    return seconds


def pandas_loads(folder: Path, url: str) -> float:
    """Give the seconds that pandas takes to load films with year, runtime, rating and genres into tables with keys.

    Args:
        folder: IMDb's files, compressed.
        url: of an empty database.
    """
    metadata = MetaData()
    films = Table(
        "pandas_movies", metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("imdb_id", Text, nullable=False, unique=True), Column("title", Text, nullable=False),
        Column("year", Integer), Column("runtime_minutes", Integer), Column("imdb_rating", Float, index=True),
    )  # fmt: skip
    genres = Table(
        "pandas_genres", metadata, Column("id", Integer, primary_key=True), Column("name", Text, unique=True)
    )
    links = Table(
        "pandas_movie_genres", metadata,
        Column("movie_id", ForeignKey(films.c.id), primary_key=True),
        Column("genre_id", ForeignKey(genres.c.id), primary_key=True, index=True),
    )  # fmt: skip
    engine = create_engine(url)
    metadata.create_all(engine)
    began = time.perf_counter()
    read, said = _read(folder)
    names = pd.Series(sorted(said["name"].unique()), name="name")
    said["genre_id"] = said["name"].map({name: number for number, name in names.items()})
    with engine.begin() as connection:
        for frame, table in (
            (read, films),
            (names.to_frame().rename_axis("id").reset_index(), genres),
            (said[["movie_id", "genre_id"]], links),
        ):
            frame.to_sql(table.name, connection, if_exists="append", index=False, method="multi", chunksize=CHUNKSIZE)
    seconds = time.perf_counter() - began
    engine.dispose()
    return seconds


def _read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read films and their genres, with what pandas must be told so as not to lose titles and lines."""
    careful = {"sep": "\t", "quoting": csv.QUOTE_NONE, "keep_default_na": False, "na_values": [files.NOTHING]}
    kept = ["tconst", "titleType", "primaryTitle", "startYear", "runtimeMinutes", "genres"]
    basics = pd.read_csv(
        folder / f"{files.BASICS.name}.tsv.gz", usecols=kept, dtype=str, on_bad_lines="skip", **careful
    )
    ratings = pd.read_csv(folder / f"{files.RATINGS.name}.tsv.gz", usecols=["tconst", "averageRating"], **careful)
    films = basics[basics["titleType"].isin(files.FILMS)].dropna(subset="primaryTitle").drop_duplicates("tconst")
    films = films.merge(ratings, on="tconst", how="left")
    films["id"] = films["tconst"].str.removeprefix("tt").astype(int)
    for column in ("startYear", "runtimeMinutes"):
        films[column] = pd.to_numeric(films[column], errors="coerce").astype("Int64")
    said = films[["id", "genres"]].dropna().assign(name=lambda each: each["genres"].str.split(",")).explode("name")
    said = said.rename(columns={"id": "movie_id"})[["movie_id", "name"]].drop_duplicates()
    columns = {
        "id": "id", "tconst": "imdb_id", "primaryTitle": "title", "startYear": "year",
        "runtimeMinutes": "runtime_minutes", "averageRating": "imdb_rating",
    }  # fmt: skip
    return films.rename(columns=columns)[list(columns.values())], said
