"""What must end in one clear line and exit status 2 (or 1, where the gate says no), with nothing changed."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from made_up import film, legacy_database, rows

from normalize.errors import InputError
from normalize.settings import Settings
from normalize.target import target

NOBODY = 65534


def nothing(path):
    """Make nothing at all."""


def directory(path):
    """Make a folder."""
    path.mkdir()


def not_sqlite(path):
    """Make a text file, long enough to be read as a page."""
    path.write_text("id,title\n" * 1000)


def damaged(path):
    """Make a legacy database with pages of noise in its middle."""
    legacy_database(path, films=[film(n, plot="Long. " * 50) for n in range(1, 200)])
    content = bytearray(path.read_bytes())
    content[8192:16384] = os.urandom(8192)
    path.write_bytes(content)


def cut_off(path):
    """Make a legacy database whose last pages are missing."""
    legacy_database(path, films=[film(n, plot="Long. " * 50) for n in range(1, 200)])
    path.write_bytes(path.read_bytes()[:-8192])


def without_a_table(path):
    """Make a legacy database without one of its tables."""
    legacy_database(path, more="DROP TABLE movie_actors")


def without_a_column(path):
    """Make a legacy database without one of its columns."""
    legacy_database(path, more="ALTER TABLE movies DROP COLUMN plot")


def with_a_view(path):
    """Make a legacy database in which a view stands for a table."""
    legacy_database(path, more="ALTER TABLE actors RENAME TO a; CREATE VIEW actors AS SELECT * FROM a")


def empty(path):
    """Make an empty file, which SQLite takes for an empty database."""
    path.touch()


def not_utf8(path):
    """Make a legacy database with text that is not UTF-8."""
    legacy_database(path, more="UPDATE movies SET plot = CAST(x'C3284D' AS TEXT)")


BAD_FILES = [
    (nothing, "there is no file"),
    (directory, "is a directory"),
    (not_sqlite, "is not a SQLite database"),
    (damaged, "damaged"),
    (cut_off, "damaged"),
    (without_a_table, "table movie_actors is missing"),
    (without_a_column, "column movies.plot is missing"),
    (with_a_view, "actors is a view, not a table"),
    (empty, "table movies is missing"),
    (not_utf8, "text that is not UTF-8: table movies, column plot, row 1 (tt0000001): b'\\xc3(M'. Say what it is"),
]


@pytest.mark.parametrize(("make", "said"), BAD_FILES, ids=lambda value: getattr(value, "__name__", None))
@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "from LEGACY_DATABASE"])
def test_a_file_that_is_no_legacy_database_is_refused_by_name(alembic, tmp_path, sqlite_url, in_place, make, said):
    """One line that names the file and the fault; the file is as it was and no other is made."""
    path, new = tmp_path / "in.sqlite", tmp_path / "new.sqlite"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    settings = {"DATABASE_URL": sqlite_url(path)}
    if not in_place:
        settings = {"DATABASE_URL": sqlite_url(new), "LEGACY_DATABASE": path}
    ended = alembic("upgrade", "head", **settings)
    assert ended.status == 2
    assert said in ended.error
    assert make is not_utf8 or "in.sqlite" in ended.error
    assert (path.read_bytes() if path.is_file() else None) == before
    assert not new.exists()


def test_a_database_that_is_locked_says_how_long_it_waited(alembic, tmp_path, sqlite_url, fingerprint):
    """Somebody else writes: the run waits as long as it is told to, and says so."""
    path = legacy_database(tmp_path / "films.sqlite")
    before = fingerprint(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path), LOCK_TIMEOUT="0.2")
    assert (ended.status, "is locked by another program (waited 0.2 s)" in ended.error) == (2, True)
    assert fingerprint(path) == before


@pytest.mark.parametrize("copied", [True, False], ids=["from LEGACY_DATABASE", "in place"])
def test_tables_of_our_names_are_not_overwritten(alembic, tmp_path, sqlite_url, fingerprint, copied):
    """A target with a table `people` of its own is refused, by the table's name."""
    path = legacy_database(tmp_path / "films.sqlite", more="CREATE TABLE people (mine text)")
    legacy = {"LEGACY_DATABASE": legacy_database(tmp_path / "legacy.sqlite")} if copied else {}
    before = fingerprint(path)
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path), **legacy)
    names = "movie_actors, movies, people" if copied else "people"
    assert (ended.status, f"already holds tables of our names: {names}." in ended.error) == (2, True)
    assert fingerprint(path) == before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DATABASE_URL": "films.sqlite"}, "DATABASE_URL=films.sqlite: is no database URL"),
        ({"DATABASE_URL": "mysql://films"}, "has the scheme 'mysql'; known are sqlite, postgresql+psycopg"),
        ({"DATABASE_URL": "sqlite://"}, "names no file"),
        ({"PORT": "eighty", "LOG_LEVEL": "LOUD"}, "PORT=eighty: Input should be a valid integer"),
    ],
)
def test_a_bad_setting_is_one_clear_line(alembic, settings, said):
    """The line names the setting, its value and what is allowed."""
    ended = alembic("upgrade", "head", **settings)
    assert (ended.status, said in ended.error) == (2, True), ended.err


def test_a_bad_option_is_one_clear_line(alembic):
    """An -x that nobody knows is refused before anything is opened."""
    ended = alembic("-x", "dryrun=yes", "upgrade", "head")
    known = "new=yes|no, dry-run=yes|no, changes=refuse|discard|write-back, archive=needed|retired, legacy-file=FILE"
    assert (ended.status, ended.error) == (2, f"error: -x dryrun=yes: known are {known}.")


def test_one_file_cannot_be_both_source_and_target(alembic, tmp_path, sqlite_url):
    """Copying a file into itself is a mistake; in place is said by leaving LEGACY_DATABASE unset."""
    path = legacy_database(tmp_path / "films.sqlite")
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path), LEGACY_DATABASE=path)
    assert (ended.status, "unset LEGACY_DATABASE" in ended.error) == (2, True)


@pytest.mark.parametrize("beside", ["-journal", "-wal"])
def test_unfinished_business_beside_the_legacy_file_is_noticed(alembic, tmp_path, sqlite_url, beside):
    """With a hot journal or a write-ahead log the file alone is not the database."""
    path = legacy_database(tmp_path / "legacy.sqlite")
    (tmp_path / f"legacy.sqlite{beside}").write_bytes(b"x" * 600)
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(tmp_path / "new"), LEGACY_DATABASE=path)
    assert (ended.status, f"legacy.sqlite{beside}" in ended.error) == (2, True)
    assert not (tmp_path / "new").exists()


@pytest.fixture
def open_folder():
    """Give a folder that anybody may enter; pytest's own are shut to all but its user."""
    with tempfile.TemporaryDirectory(prefix="kinobase-open-") as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.fixture
def unprivileged():
    """Be nobody for a while, where the tests run as root: root may read and write everything."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.mark.parametrize(
    ("mode", "said"), [(0o000, "cannot be read (Permission denied)"), (0o444, "cannot be written")]
)
def test_a_target_without_the_right_to_read_or_write_is_refused(open_folder, sqlite_url, request, mode, said):
    """The line names the file and points at its permissions."""
    path = legacy_database(open_folder / "films.sqlite")
    path.chmod(mode)
    request.getfixturevalue("unprivileged")
    settings = Settings(database_url=sqlite_url(path), _env_file=None)
    with pytest.raises(InputError, match=r"films\.sqlite") as refused, target(settings, write=True, create=False):
        pass
    assert said in str(refused.value)


def test_a_gate_that_says_no_changes_nothing_and_names_the_rows(alembic, tmp_path, sqlite_url, fingerprint):
    """Too many films refused: exit status 1, byte for byte the file of before, the report has each row."""
    path = legacy_database(tmp_path / "films.sqlite", films=[film(1), film(2, title=""), film(3)])
    before = fingerprint(path)
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
    assert ended.status == 1
    assert "the gate says no" in ended.error
    report = tmp_path / ended.error.rsplit("rows: ", 1)[1]
    assert "tt0000002" in report.read_text()
    assert fingerprint(path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["films.sqlite", "var"]


def test_a_gate_that_says_no_leaves_no_new_file(alembic, tmp_path, sqlite_url):
    """Where no file was, none is; and the same command with a better file succeeds."""
    legacy = legacy_database(tmp_path / "legacy.sqlite", films=[film(1), film(2, title="")])
    settings = {"DATABASE_URL": sqlite_url(tmp_path / "new.sqlite"), "LEGACY_DATABASE": legacy}
    assert alembic("upgrade", "head", **settings).status == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["legacy.sqlite", "var"]
    with closing(sqlite3.connect(legacy)) as connection:
        connection.execute("UPDATE movies SET title = 'Named'")
        connection.commit()
    assert alembic("upgrade", "head", **settings).status == 0
    assert rows(tmp_path / "new.sqlite", "SELECT title FROM movies") == [("Named",), ("Named",)]
