"""Files that nobody has seen: mutated legacy databases end in a store or in one clear line, never in between."""

import json
import random
import sqlite3
from collections import Counter
from contextlib import closing, suppress

import pytest
from made_up import film, legacy_database
from processes import start_alembic
from reading import exactly

FILES = 150
MANY_FILES = 2000
PROCESSES = 3
PAGE = 4096
NOISE = 512
BACK = 5
"""One in how many stores is taken back again."""
WITH_ALL_SUITES = 10
"""One in how many files goes through all suites, the others through one that each file must pass."""
TABLES = ("movies", "actors", "writers", "movie_actors")
TYPES = ("text", "integer", "real", "blob", "numeric", "", "varchar(3)", "ANY", "text COLLATE NOCASE", "date NOT NULL")
VALUES = (
    "NULL", "''", "0", "-1", "12345", "1.5", "1e300", "-9e999", "9223372036854775807", "x''", "x'00ff'", "'N/A'",
    "'None'", "' '", "','", "'a, (b), c(d)'", "'[{\"id\": 1}]'", "'[{\"id\": \"\\u0000\"}]'", "'[[['", "'tt0000001'",
    "'a'||char(0)||'b'", "CAST(x'ff41' AS TEXT)", "CAST(x'cce8f0' AS TEXT)", "char(55296)", "'7,4'", "'11'",
    "hex(zeroblob(5000))", "char(8238, 128512, 769, 10, 13, 9)",
)  # fmt: skip
"""What a cell may be set to, in SQL."""
NAMES = ("other", "rowid", "oid", "legacy_rowid", "key", "row", "value", "ID", "ratings", '"a""b:c%d?"', '"год"')
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


def flip(content, _path, dice):
    """Change some bytes."""
    for _ in range(dice.choice([1, 2, 5, 30])):
        content[dice.randrange(len(content))] = dice.randrange(256)


def flip_header(content, _path, dice):
    """Change a byte of the file's header or of the schema's page."""
    content[dice.randrange(dice.choice([100, PAGE]))] = dice.randrange(256)


def cut(content, _path, dice):
    """Cut the end off."""
    del content[dice.randrange(len(content)) :]


def noise(content, _path, dice):
    """Write noise over half a kilobyte."""
    start = dice.randrange(len(content) - NOISE)
    content[start : start + NOISE] = dice.randbytes(NOISE)


def swap_pages(content, _path, dice):
    """Let two pages change places."""
    one, other = (PAGE * dice.randrange(len(content) // PAGE) for _ in range(2))
    content[one : one + PAGE], content[other : other + PAGE] = (
        content[other : other + PAGE], content[one : one + PAGE],
    )  # fmt: skip


def by_sql(content, path, statements):
    """Run what fits of some SQL."""
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            with suppress(sqlite3.Error):  # one that does not fit what the one before left
                connection.execute(statement)
        with suppress(sqlite3.Error):  # a mutation before these damaged the pages
            connection.commit()
    content[:] = path.read_bytes()


def columns_of(table):
    """Name the columns of a legacy table."""
    return {"movies": list(film(1)), "movie_actors": ["movie_id", "actor_id"]}.get(table, ["id", "name"])


def other_shape(content, path, dice):
    """Drop, rename and add tables, columns and what hangs on them."""

    def statement():
        table = dice.choice(TABLES)
        column = dice.choice(columns_of(table))
        return dice.choice(
            [
                f"DROP TABLE {table}",
                f"ALTER TABLE {table} DROP COLUMN {column}",
                f"ALTER TABLE {table} RENAME COLUMN {column} TO {dice.choice(NAMES)}",
                f"ALTER TABLE {table} ADD COLUMN {dice.choice(NAMES)} {dice.choice(TYPES)} DEFAULT 1",
                f"DELETE FROM {table}",
                f"CREATE VIEW seen{dice.random()} AS SELECT {column} FROM {table}",
                f'CREATE VIEW "{dice.random()}" AS SELECT {column}, nothing FROM {table}',
                f"CREATE {dice.choice(['', 'UNIQUE'])} INDEX i{dice.randrange(9)} ON {table} ({column})",
                f"CREATE TRIGGER t{dice.randrange(9)} AFTER UPDATE ON {table} BEGIN DELETE FROM gone; END",
                f"CREATE TABLE more{dice.randrange(9)} AS SELECT * FROM {table}",
                f"CREATE TABLE {dice.choice(['people', 'Genres', 'repairs', 'legacy_movies', 'store'])} (a)",
                "ANALYZE",
            ]
        )

    by_sql(content, path, [statement() for _ in range(dice.choice([1, 2, 3]))])


def other_types(content, path, dice):
    """Make a table anew with other types in another order, perhaps without rowids."""
    table = dice.choice(TABLES)
    names = columns_of(table)
    listed = ", ".join(names)
    dice.shuffle(names)
    columns = ", ".join(f"{name} {dice.choice(TYPES)}" for name in names)
    end = dice.choice(["", "", f", PRIMARY KEY ({names[0]})", f", PRIMARY KEY ({names[0]})) WITHOUT ROWID --"])
    by_sql(
        content,
        path,
        [
            f"CREATE TEMP TABLE kept AS SELECT * FROM {table}",
            f"DROP TABLE {table}",
            f"CREATE TABLE {table} ({columns}{end})",
            f"INSERT OR IGNORE INTO {table} ({listed}) SELECT {listed} FROM temp.kept",
        ],
    )


def other_values(content, path, dice):
    """Set cells of any table to anything."""

    def statement():
        table = dice.choice(TABLES)
        rows = dice.choice(["1", f"rowid % {dice.choice([2, 7, 29])} = 1"])
        return f"UPDATE OR IGNORE {table} SET {dice.choice(columns_of(table))} = {dice.choice(VALUES)} WHERE {rows}"

    by_sql(content, path, [statement() for _ in range(dice.choice([1, 3, 8, 20]))])


MUTATIONS = (flip, flip_header, cut, noise, swap_pages, other_shape, other_types, other_values, other_values)


@pytest.fixture
def base(tmp_path):
    """Make the legacy database that is mutated."""
    return legacy_database(
        tmp_path / "base.sqlite",
        films=[film(n, plot="Long plot. " * 20, director="A(co-director), B") for n in range(1, 40)],
        actors=[(n, f"Actor {n}") for n in range(1, 30)],
        writers=[(f"w{n}", f"Writer {n}") for n in range(1, 5)],
        links=[(f"tt{n:07d}", str(n % 29 + 1)) for n in range(1, 40)],
    ).read_bytes()


def mutated(base, path, seed):
    """Write one mutated file; the same seed gives the same file."""
    dice, content = random.Random(seed), bytearray(base)
    for _ in range(dice.choice([1, 1, 2])):
        dice.choice(MUTATIONS)(content, path, dice)
        content = content or bytearray(b"\0")
    path.write_bytes(content)
    return dice, bytes(content)


@pytest.fixture
def run(alembic, tmp_path, sqlite_url, base):
    """Give a function that lets one mutated file go in, holds the rule, and gives the exit status."""
    suites = tmp_path / "suites"
    suites.mkdir()
    (suites / "store.reconciliation.json").write_text(json.dumps(BALANCE))
    path, new = tmp_path / "in.sqlite", tmp_path / "new.sqlite"

    def one(seed):
        dice, content = mutated(base, path, seed)
        was_sound = sound(path)
        before = exactly(path) if seed % BACK == 0 and was_sound else None
        copied = dice.random() < 0.5
        settings = {"DATABASE_URL": sqlite_url(new if copied else path)} | ({"LEGACY_DATABASE": path} if copied else {})
        settings |= {} if seed % WITH_ALL_SUITES == 0 else {"SUITES_PATH": suites}
        settings |= dice.choice([{}, {"LEGACY_ENCODING": "cp1251"}, {"LEGACY_ENCODING": "replace"}])
        ended = alembic("upgrade", "head", **settings)
        assert ended.status in (0, 1, 2), (seed, ended)
        if ended.status:
            assert ended.error.startswith("error: "), (seed, ended)
            assert "\n" not in ended.error.strip(), seed
            assert not new.exists(), seed
        else:
            assert sound(new if copied else path) or not (copied or was_sound), seed
        if ended.status or copied:
            assert path.read_bytes() == content, seed
        elif before:
            assert alembic("downgrade", "base", **settings).status == 0, seed
            assert exactly(path) == before, seed
        for made in (new, path, tmp_path / "in.sqlite-journal", tmp_path / "in.sqlite-wal"):
            made.unlink(missing_ok=True)
        return ended.status

    return one


def sound(path):
    """Say whether SQLite finds no fault in a file."""
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.Error, UnicodeDecodeError):
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return False


@pytest.mark.parametrize("files", [FILES, pytest.param(MANY_FILES, marks=pytest.mark.slow)])
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_mutated_file_ends_in_a_store_or_in_one_line(run, files):
    """Exit status 0, 1 or 2; one line unless 0; the file as it was and no new one unless 0; and back to the letter."""
    ends = Counter(run(seed) for seed in range(files))
    print(dict(ends))  # noqa: T201 - the figures of a long run
    assert {0, 2} <= set(ends)


def test_as_a_process_it_ends_so_too(tmp_path, base):
    """A traceback would be one of the interpreter's: nothing on standard error but log lines and ours."""
    for seed in range(PROCESSES):
        mutated(base, tmp_path / "in.sqlite", seed)
        url = f"sqlite:///{tmp_path / f'new{seed}.sqlite'}"
        process = start_alembic(tmp_path, "upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=tmp_path / "in.sqlite")
        _, said = process.communicate()
        assert process.returncode in (0, 1, 2), said
        assert "Traceback" not in said
        assert sum(line.startswith("error: ") for line in said.splitlines()) == (process.returncode != 0)
