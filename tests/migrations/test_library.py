"""The library: a wholly different database, rebuilt from its plan of 40 lines; everything that films get, it gets."""

import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_up import dump, rows
from sqlalchemy import inspect, select

from normalize.__main__ import main as normalize
from normalize.declared.files import read_plan
from normalize.store import open_store

LIBRARY = Path(__file__).parents[2] / "examples" / "library"
INI = LIBRARY / "alembic.ini"
PLAN = read_plan(LIBRARY / "plan.py")

# fmt: off
STORE = {
    "authors": [
        (1, "Ann Marsh"),
        (2, "Tom Reed"),
        (3, "Ольга Ветрова"),
        (4, "Iris Vale"),
        (5, "Б. Лунин"),
        (6, "A. Marsh"),
        (7, "Анна Лисина"),
        (8, "Семён Ежов"),
        (9, "Семен Ежов"),
        (10, "Neil Farrow"),
        (11, "Zoé Quill"),
    ],
    "languages": [
        (1, "English"),
        (2, "русский"),
        (3, "Русский"),
    ],
    "subjects": [
        (1, "Fiction"),
        (2, "Science"),
        (3, "History"),
        (4, "Поэзия"),
        (6, "Детская литература"),
    ],
    "readers": [
        ("R-1", "Ada Brook"),
        ("R-2", "Пётр Осипов"),
        ("R-3", "Lena Frost"),
    ],
    "books": [
        ("B-01", "The Quiet Harbour", 1987, 12.5, 1, "1990-03-05"),
        ("B-02", "Снег над рекой", 2001, 150, 2, "2003-04-12"),
        ("B-03", "A Short History of Salt", 1999, 18, 1, "2000-01-31"),
        ("B-04", "Stars for Beginners", None, None, 1, None),
        ("B-05", "Сказки старого дома", 1979, 2.35, 3, None),
        ("B-06", "Anonymous Letters", 1720, None, 1, None),
        ("B-07", "Field Notes", None, 9.99, None, None),
        ("B-08", "Стихи о Неве", 1991, None, 2, "1991-10-02"),
        ("B-10", "Rain", 1995, 7, 1, "1996-07-07"),
        ("B-11", "Harbours: A Portrait", 2012, 31.1, 1, "2012-12-12"),
        ("B-12", "Ещё один год", 2015, 420, 2, "2015-09-01"),
        ("B-13", "Ёлки в январе", 2018, 399.9, 2, "2018-11-30"),
        ("B-15", "The Glass Orchard", 1968, 4.5, 1, "1970-01-01"),
        ("B-16", "Letters Home", 1944, None, 1, "1950-06-15"),
        ("B-17", "Maps of Nowhere", 2003, 22, 1, "2004-02-29"),
        ("B-18", "Café Talk", 2020, 15, 1, "2020-02-02"),
        ("B-19", "Тихий день", 2022, 510, 2, "2022-08-08"),
        ("B-20", "Winter Birds", 2016, 13, 1, "2016-01-20"),
        ("B-21", "Winter Birds", 2016, 13, 1, "2016-01-20"),
        ("B-22", "Bread and Ink", 2008, 11, 1, "2009-03-03"),
    ],
    "book_authors": [
        ("B-01", 1, 1, None),
        ("B-01", 2, 2, None),
        ("B-02", 3, 1, None),
        ("B-03", 2, 1, None),
        ("B-03", 4, 2, "ed."),
        ("B-04", 4, 1, "ed."),
        ("B-04", 5, 2, None),
        ("B-05", 5, 1, None),
        ("B-05", 3, 2, "сост."),
        ("B-07", 2, 1, None),
        ("B-08", 3, 1, None),
        ("B-10", 1, 1, None),
        ("B-11", 6, 1, None),
        ("B-11", 1, 2, None),
        ("B-12", 7, 1, None),
        ("B-12", 8, 2, None),
        ("B-13", 9, 1, None),
        ("B-15", 10, 1, None),
        ("B-17", 4, 1, None),
        ("B-17", 10, 2, "illustrator; 2nd ed."),
        ("B-18", 11, 1, None),
        ("B-19", 3, 1, None),
        ("B-20", 10, 1, None),
        ("B-21", 10, 1, None),
        ("B-22", 1, 1, "ed."),
    ],
    "book_subjects": [
        ("B-01", 1, 1),
        ("B-02", 1, 1),
        ("B-02", 4, 2),
        ("B-03", 2, 1),
        ("B-03", 3, 2),
        ("B-04", 2, 1),
        ("B-05", 6, 1),
        ("B-08", 4, 1),
        ("B-11", 3, 1),
        ("B-12", 1, 1),
        ("B-13", 1, 1),
        ("B-13", 6, 2),
        ("B-16", 3, 1),
        ("B-17", 1, 1),
        ("B-17", 3, 2),
        ("B-19", 1, 1),
        ("B-20", 2, 1),
        ("B-21", 2, 1),
        ("B-22", 3, 1),
    ],
    "loans": [
        (1, "B-01", "R-1", "2023-01-10", "2023-01-24"),
        (2, "B-02", "R-2", "2023-02-15", None),
        (3, "B-03", "R-3", "2023-03-01", "2023-03-20"),
        (4, "B-03", "R-1", "2023-04-02", None),
        (5, "B-19", "R-2", "2023-09-09", "2023-09-30"),
        (6, "B-20", "R-3", "2023-10-01", None),
        (7, "B-20", "R-3", "2023-11-01", None),
        (8, "B-22", "R-1", "2023-12-24", "2024-01-02"),
    ],
}

REPAIRS = [
    ("subjects", "5", "name", "—", None, "required"),
    ("subjects", "3", "name", " History ", "History", "trimmed"),
    ("readers", "", "card", None, None, "required"),
    ("readers", "R-3", "card", " R-3", "R-3", "trimmed"),
    ("readers", "R-4", "name", "unknown", None, "required"),
    ("readers", "R-3", "name", "Lena  Frost", "Lena Frost", "trimmed"),
    ("readers", "R-2", "card", "R-2", None, "repeated"),
    ("readers", "R-1", "card", "R-1", None, "id_twice"),
    ("books", "B-09", "title", None, None, "required"),
    ("books", "B-14", "title", "unknown", None, "required"),
    ("books", "B-18", "title", "Cafe\u0301 Talk", "Café Talk", "unicode"),
    ("books", "B-05", "title", "  Сказки  старого дома ", "Сказки старого дома", "trimmed"),
    ("books", "B-09", "year", "2010", None, "row_refused"),
    ("books", "B-14", "year", "2005", None, "row_refused"),
    ("books", "B-04", "year", "unknown", None, "sentinel"),
    ("books", "B-07", "year", "20l5", None, "unreadable_number"),
    ("books", "B-09", "price", "20", None, "row_refused"),
    ("books", "B-14", "price", "5", None, "row_refused"),
    ("books", "B-04", "price", "0", None, "sentinel"),
    ("books", "B-06", "price", "unknown", None, "sentinel"),
    ("books", "B-16", "price", "", None, "sentinel"),
    ("books", "B-02", "price", "150,00", "150.0", "decimal_comma"),
    ("books", "B-13", "price", "399,90", "399.9", "decimal_comma"),
    ("books", "B-05", "price", "2.345", "2.35", "rounded"),
    ("books", "B-08", "price", "-5", None, "out_of_range"),
    ("books", "B-09", "language", "English", None, "row_refused"),
    ("books", "B-14", "language", "English", None, "row_refused"),
    ("books", "B-07", "language", "-", None, "sentinel"),
    ("books", "B-09", "acquired", "2011-05-05", None, "row_refused"),
    ("books", "B-14", "acquired", "2005-05-05", None, "row_refused"),
    ("books", "B-04", "acquired", "—", None, "sentinel"),
    ("books", "B-02", "acquired", "12.04.2003", "2003-04-12", "date_form"),
    ("books", "B-05", "acquired", "31.02.2004", None, "unreadable_date"),
    ("books", "B-07", "acquired", "in spring", None, "unreadable_date"),
    ("books", "B-06", "authors", "—", None, "sentinel"),
    ("books", "B-16", "authors", "неизвестно", None, "sentinel"),
    ("books", "B-04", "authors", "", None, "blank_entry"),
    ("books", "B-09", "authors", "Ann Marsh", None, "row_refused"),
    ("books", "B-09", "authors", "Tom Reed", None, "row_refused"),
    ("books", "B-14", "authors", "Ann Marsh", None, "row_refused"),
    ("books", "B-07", "authors", "unknown", None, "sentinel"),
    ("books", "B-03", "authors", "Iris Vale (ed.)", "Iris Vale", "credit_note"),
    ("books", "B-04", "authors", "Iris Vale(ed.)", "Iris Vale", "credit_note"),
    ("books", "B-05", "authors", "Ольга Ветрова (сост.)", "Ольга Ветрова", "credit_note"),
    ("books", "B-17", "authors", "Neil Farrow (illustrator) (2nd ed.)", "Neil Farrow", "credit_note"),
    ("books", "B-22", "authors", "Ann Marsh (ed.)", "Ann Marsh", "credit_note"),
    ("books", "B-08", "authors", "(ред.)", None, "note_without_name"),
    ("books", "B-18", "authors", "Zoe\u0301 Quill", "Zoé Quill", "unicode"),
    ("books", "B-07", "authors", "Tom  Reed", "Tom Reed", "trimmed"),
    ("books", "B-01", "authors", "Ann Marsh", None, "repeated"),
    ("books", "B-18", "authors", "Zoé Quill", None, "repeated"),
    ("books", "B-07", "subjects", "science", None, "broken_json"),
    ("books", "B-15", "subjects", '[{"id": 1}', None, "broken_json"),
    ("books", "B-09", "subjects", "1", None, "row_refused"),
    ("books", "B-09", "subjects", "2", None, "row_refused"),
    ("books", "B-14", "subjects", "1", None, "row_refused"),
    ("books", "B-05", "subjects", "9", None, "unknown_key"),
    ("books", "B-11", "subjects", "5", None, "unknown_key"),
    ("books", "B-03", "subjects", "2", None, "repeated"),
    ("loans", "7", "book", "B-09", None, "unknown_key"),
    ("loans", "8", "book", "B-99", None, "unknown_key"),
    ("loans", "11", "reader", " R-2", "R-2", "trimmed"),
    ("loans", "9", "reader", "R-4", None, "unknown_key"),
    ("loans", "10", "lent", "unknown", None, "required"),
    ("loans", "3", "lent", "15.02.2023", "2023-02-15", "date_form"),
    ("loans", "2", "book", "B-01", None, "repeated"),
    ("loans", "4", "book", "B-02", None, "repeated"),
    ("loans", "7", "returned", "2023-05-06", None, "row_refused"),
    ("loans", "8", "returned", "2023-06-02", None, "row_refused"),
    ("loans", "3", "returned", "—", None, "sentinel"),
    ("loans", "6", "returned", "lost", None, "unreadable_date"),
    ("loans", "2", "returned", "2023-01-24", None, "row_repeated"),
]
# fmt: on
"""All rows of the store, and all repairs, of examples/library/legacy.sql."""

UP = ("upgrade", "head")
REHEARSAL = ("-x", "dry-run=yes", *UP)


@pytest.fixture
def library(tmp_path):
    """Make the legacy file of the library; `change` is SQL that is run on it first."""

    def make(change=""):
        path = tmp_path / "library.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((LIBRARY / "legacy.sql").read_text(encoding="utf-8"))
            connection.executescript(change)
        return path

    return make


def store(url):
    """Give all rows of the store, and the repairs without their run, days as text."""
    engine = open_store(url)
    with engine.connect() as connection:
        found = {
            name: [
                tuple(value.isoformat() if isinstance(value, date) else value for value in row)
                for row in connection.execute(select(table).order_by(*_order(table)))
            ]
            for name, table in PLAN.metadata.tables.items()
        }
    engine.dispose()
    del found["load_runs"]
    return found.pop("repairs"), found


def _order(table):
    """Give the columns that rows are ordered by: links by their place in the list."""
    keys = list(table.primary_key)
    return [keys[0], table.c.ordering] if "ordering" in table.c else keys[-1:]


def assert_the_library(url):
    """Compare the whole store with what is expected."""
    repairs, tables = store(url)
    assert tables == {name: sorted(expected, key=_place) for name, expected in STORE.items()}
    assert [row[2:8] for row in repairs] == REPAIRS


def _place(row):
    """Give what `store` orders by: the key, or the key and the place in the list."""
    return (row[0], row[2]) if len(row) in (3, 4) and isinstance(row[1], int) else row[0]


def test_the_plan_is_short():
    """At most 40 lines."""
    assert len((LIBRARY / "plan.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_the_files_beside_the_plan_are_those_that_the_command_writes(tmp_path):
    """`python -m normalize plan` writes all of them, the revision too, byte for byte."""
    shutil.copy(LIBRARY / "plan.py", tmp_path)
    done = CliRunner().invoke(normalize, ["plan", str(tmp_path / "plan.py")])
    assert done.exit_code == 0, done.output
    written = ["alembic.ini", "env.py", "script.py.mako", "versions/0001_library.py"]
    assert done.output.splitlines() == [f"wrote {tmp_path / name}" for name in written]
    for name in written:
        assert (tmp_path / name).read_text() == (LIBRARY / name).read_text()
    again = CliRunner().invoke(normalize, ["plan", str(tmp_path / "plan.py")])
    assert again.output == "Nothing to do: all files are there, and the first revision is the plan's.\n"


def test_from_a_file_into_a_new_one_and_back(alembic, library, tmp_path, sqlite_url, fingerprint):
    """Every row and every repair as expected; a second run is no work; the way back empties the target."""
    legacy, url = library(), sqlite_url(tmp_path / "new.sqlite")
    before = fingerprint(legacy)
    ended = alembic(*UP, ini=INI, DATABASE_URL=url, LEGACY_DATABASE=legacy)
    assert ended.status == 0, ended.err
    assert_the_library(url)
    assert alembic("check", ini=INI, DATABASE_URL=url).status == 0
    again = alembic(*UP, ini=INI, DATABASE_URL=url, LEGACY_DATABASE=legacy)
    assert (again.status, again.out) == (0, "Nothing to do: the store is there and filled.\n")
    assert alembic("downgrade", "base", ini=INI, DATABASE_URL=url).status == 0
    assert dump(tmp_path / "new.sqlite") == ["BEGIN TRANSACTION;", "COMMIT;"]
    assert fingerprint(legacy) == before


def test_in_place_and_back(alembic, library, sqlite_url):
    """The same store; the way back gives the library to the letter, with its view, index and other table."""
    path = library()
    before = dump(path)
    ended = alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path))
    assert ended.status == 0, ended.err
    assert_the_library(sqlite_url(path))
    assert rows(path, "SELECT * FROM opening_hours") == [("Monday", "10–18"), ("суббота", "11–15")]
    assert len(rows(path, "SELECT * FROM lent_out")) == 5
    assert alembic("check", ini=INI, DATABASE_URL=sqlite_url(path)).status == 0
    assert alembic("downgrade", "base", ini=INI, DATABASE_URL=sqlite_url(path)).status == 0
    assert dump(path) == before


def test_the_archive_of_a_plan_can_be_retired(alembic, library, sqlite_url, monkeypatch):
    """`python -m normalize retire --plan`: the legacy tables go, the store and other tables stay."""
    path = library()
    assert alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path)).status == 0
    monkeypatch.setenv("DATABASE_URL", sqlite_url(path))
    done = CliRunner().invoke(normalize, ["retire", "--plan", str(LIBRARY / "plan.py"), "--yes"])
    assert done.exit_code == 0, done.output
    assert rows(path, "SELECT name FROM sqlite_master WHERE name LIKE '%legacy%' OR name = 'lent_out'") == []
    assert len(rows(path, "SELECT * FROM opening_hours")) == 2
    assert_the_library(sqlite_url(path))


def test_into_postgresql_and_back(alembic, library, postgres_url):
    """The same store, row for row; the way back leaves no table."""
    ended = alembic(*UP, ini=INI, DATABASE_URL=postgres_url, LEGACY_DATABASE=library())
    assert ended.status == 0, ended.err
    assert_the_library(postgres_url)
    assert alembic("check", ini=INI, DATABASE_URL=postgres_url).status == 0
    down = alembic("downgrade", "base", ini=INI, DATABASE_URL=postgres_url)
    assert down.status == 0, down.err
    engine = open_store(postgres_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_a_rehearsal_changes_nothing(alembic, library, sqlite_url, fingerprint):
    """All is done and reported, then rolled back: the same sha256."""
    path = library()
    before = fingerprint(path)
    ended = alembic(*REHEARSAL, ini=INI, DATABASE_URL=sqlite_url(path))
    assert ended.status == 0, ended.err
    assert ended.out.endswith("This was a rehearsal: everything was rolled back.\n")
    assert fingerprint(path) == before


BAD = {
    "UPDATE loans SET book = 'B-77'": "loans.* At most 50% of the rows of loans are refused",
    "UPDATE books SET price = '1500' WHERE code = 'B-20'": "books No book costs more than 1000 (1 of 20 rows)",
}


@pytest.mark.parametrize("change", BAD)
def test_the_gate_refuses_a_bad_file(alembic, library, sqlite_url, fingerprint, change):
    """By what follows from the plan, and by the library's own suite: exit status 1, and nothing has changed."""
    path = library(change)
    before = fingerprint(path)
    ended = alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path))
    assert ended.status == 1
    assert BAD[change].split(".* ")[-1] in ended.error
    assert fingerprint(path) == before


NOT_A_LIBRARY = {
    "DROP TABLE readers": "is not a legacy library database: table readers is missing.",
    "ALTER TABLE books DROP COLUMN price": "is not a legacy library database: column books.price is missing.",
    "CREATE TABLE authors (a)": "the target already holds tables of our names: authors.",
}


@pytest.mark.parametrize("change", NOT_A_LIBRARY)
def test_a_file_that_is_not_the_plans_is_refused_by_name(alembic, library, sqlite_url, fingerprint, change):
    """A missing table or column, or a table that is in the way: exit status 2, and nothing has changed."""
    path = library(change)
    before = fingerprint(path)
    ended = alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path))
    assert ended.status == 2
    assert NOT_A_LIBRARY[change] in ended.error
    assert fingerprint(path) == before


CHANGES = {
    "UPDATE books SET title = 'Drizzle' WHERE code = 'B-10'": "1 rows were changed .*: books B-10. ",
    "UPDATE loans SET returned_on = '2024-05-05' WHERE id = 6": "1 rows were changed .*: loans 6. ",
    "DELETE FROM book_subjects WHERE book_code = 'B-01'": "1 rows were changed .*: book_subjects B-01/1. ",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_way_back_names_the_rows_that_were_changed(alembic, library, sqlite_url, change):
    """Whichever table was changed: exit status 2 and the rows; with `-x changes=discard` the library is as before."""
    path = library()
    before = dump(path)
    assert alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path)).status == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(change)
        connection.commit()
    ended = alembic("downgrade", "base", ini=INI, DATABASE_URL=sqlite_url(path))
    assert ended.status == 2
    told, named = CHANGES[change].split(".*")
    assert told in ended.error
    assert f"{named}To lose it: alembic -x changes=discard downgrade base." in ended.error
    assert alembic("-x", "changes=discard", "downgrade", "base", ini=INI, DATABASE_URL=sqlite_url(path)).status == 0
    assert dump(path) == before


FILES, MANY_FILES = 10, 500
VALUES = [
    "NULL", "x'00ff'", "12345", "1.5", "-3", "9e999", "'—'", "'a' || char(0) || 'b'", "CAST(x'ff41' AS TEXT)", "'B-01'",
    "'A; (x)'", "'[[]]'", """'[{"id": 1}]'""", """'[{"id": "\\ud800"}]'""", "'2020-01-01'",
]  # fmt: skip
"""What a column may be set to, in SQL."""


def mutated(path, dice):
    """Change the library by SQL: other values, rows twice, no rows, other names."""
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(dice.choice([1, 2, 3, 4])):
            table = dice.choice(["books", "loans", "readers", "subjects"])
            column = dice.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")] or ["id"])
            change = f"UPDATE {table} SET {column} = {dice.choice(VALUES)}"
            statements = [
                change, f"{change} WHERE rowid % 2", f"{change} WHERE rowid % 5 = 1", f"DELETE FROM {table}",
                f"INSERT INTO {table} SELECT * FROM {table}", f"ALTER TABLE {table} RENAME COLUMN {column} TO other",
                f"DROP TABLE {table}",
            ]  # fmt: skip
            with suppress(sqlite3.Error):  # one that does not fit what the one before left
                connection.execute(dice.choice(statements))
        connection.commit()


@pytest.mark.parametrize("files", [FILES, pytest.param(MANY_FILES, marks=pytest.mark.slow)])
def test_a_mutated_library_ends_in_a_store_or_in_one_line(alembic, library, tmp_path, sqlite_url, files):
    """Exit status 0 and a way back, or 1 or 2 with one line and the file as it was; and everything adds up."""
    base, ends = library().read_bytes(), Counter()
    path = tmp_path / "mutated.sqlite"
    for seed in range(files):
        path.write_bytes(base)
        mutated(path, random.Random(seed))
        content = path.read_bytes()
        ended = alembic(*UP, ini=INI, DATABASE_URL=sqlite_url(path))
        ends[ended.status] += 1
        if ended.status == 0:
            assert alembic("downgrade", "base", ini=INI, DATABASE_URL=sqlite_url(path)).status == 0, seed
        else:
            assert ended.status in (1, 2), (seed, ended)
            assert "source = stored" not in ended.error, (seed, ended)
            assert path.read_bytes() == content, seed
    assert set(ends) == {0, 1, 2}
