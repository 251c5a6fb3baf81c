"""Files that nobody has seen: mutated legacy databases end in a store or in one clear line, never in between."""

import random
import sqlite3
from collections import Counter
from contextlib import closing, suppress

import pytest
from made_up import film, legacy_database

FILES = 50
MANY_FILES = 2000
PAGE = 512
VALUES = ["NULL", "x'00ff'", "12345", "1.5", "'N/A'", "'a'||char(0)||'b'", "CAST(x'ff41' AS TEXT)"]
"""What a column may be set to, in SQL."""


def flip(content, _path, dice):
    """Change some bytes."""
    for _ in range(dice.choice([1, 2, 5, 30])):
        content[dice.randrange(len(content))] = dice.randrange(256)


def cut(content, _path, dice):
    """Cut the end off."""
    del content[dice.randrange(len(content)) :]


def noise(content, _path, dice):
    """Write noise over half a kilobyte."""
    start = dice.randrange(len(content) - PAGE)
    content[start : start + PAGE] = dice.randbytes(PAGE)


def other_shape(content, path, dice):
    """Drop, rename and retype tables and columns, by SQL."""
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(dice.choice([1, 2, 3])):
            table = dice.choice(["movies", "actors", "writers", "movie_actors"])
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")] or ["id"]
            column = dice.choice(columns)
            value = dice.choice(
                ["NULL", "x'00ff'", "12345", "1.5", "'N/A'", "'a'||char(0)||'b'", "CAST(x'ff41' AS TEXT)"]
            )
            statement = dice.choice(
                [
                    f"DROP TABLE {table}",
                    f"ALTER TABLE {table} DROP COLUMN {column}",
                    f"ALTER TABLE {table} RENAME COLUMN {column} TO other",
                    f'ALTER TABLE {table} ADD COLUMN "key" text',
                    f"UPDATE {table} SET {column} = {value}",
                    f"DELETE FROM {table}",
                    f"CREATE VIEW seen AS SELECT {column} FROM {table}",
                    f"CREATE TABLE more AS SELECT * FROM {table}",
                ]
            )
            with suppress(sqlite3.Error):  # one that does not fit what the one before left
                connection.execute(statement)
        connection.commit()
    content[:] = path.read_bytes()


@pytest.mark.parametrize("files", [FILES, pytest.param(MANY_FILES, marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_mutated_file_ends_in_a_store_or_in_one_line(alembic, tmp_path, sqlite_url, files):
    """Exit status 0, 1 or 2; one line unless 0; the file as it was and no new one unless 0."""
    legacy_database(
        tmp_path / "base.sqlite",
        films=[film(n, plot="Long plot. " * 20, director="A(co-director), B") for n in range(1, 40)],
        actors=[(n, f"Actor {n}") for n in range(1, 30)],
        links=[(f"tt{n:07d}", str(n % 29 + 1)) for n in range(1, 40)],
    )
    base, path, new = (tmp_path / "base.sqlite").read_bytes(), tmp_path / "in.sqlite", tmp_path / "new.sqlite"
    ends = Counter()
    for seed in range(files):
        dice, content = random.Random(seed), bytearray(base)
        dice.choice([flip, flip, cut, noise, other_shape])(content, path, dice)
        path.write_bytes(content)
        copied = dice.random() < 0.5
        settings = (
            {"DATABASE_URL": sqlite_url(new), "LEGACY_DATABASE": path} if copied else {"DATABASE_URL": sqlite_url(path)}
        )
        ended = alembic("upgrade", "head", **settings)
        ends[ended.status] += 1
        assert ended.status in (0, 1, 2), (seed, ended)
        if ended.status:
            assert ended.error.startswith("error: "), (seed, ended)
            assert path.read_bytes() == content, seed
            assert not new.exists(), seed
        for made in (new, path, tmp_path / "in.sqlite-journal"):
            made.unlink(missing_ok=True)
    assert {0, 2} <= set(ends)
