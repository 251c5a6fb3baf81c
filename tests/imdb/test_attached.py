"""The files beside a SQLite store that a first load's rows go through: none stays, and what they hold goes in whole."""

import signal
import sqlite3
import subprocess
import sys

import pyarrow as pa
import pytest
from contents import contents
from imdb_made import principal, small, title, write
from processes import PATIENCE, ROOT

from normalize.errors import DataError, PassingError
from normalize.imdb.attached import Attached
from normalize.imdb.references import check_references
from normalize.store import open_store

MANY = range(1, 20_001)


def beside(tmp_path):
    """Name what lies in the store's folder and begins with its name."""
    return sorted(path.name for path in tmp_path.glob("store.sqlite*"))


def test_no_file_stays_beside_the_store(sqlite_store, tmp_path):
    """Neither after a load that is rolled back nor after one that is refused nor after one that goes through."""
    folder = write(tmp_path / "files", **small())
    sqlite_store.load(folder, "--dry-run")
    after_rehearsal = beside(tmp_path)
    sqlite_store.fail(write(tmp_path / "bad", **small(title_principals=[principal(1, "x", 1)])), "--max-refused", "0")
    after_refusal = beside(tmp_path)
    sqlite_store.load(folder)
    assert [after_rehearsal, after_refusal, beside(tmp_path)] == [["store.sqlite"]] * 3


def test_what_a_killed_load_left_is_neither_read_nor_kept(make_store, sqlite_store, tmp_path):
    """The next first load makes its files anew: the store holds what it holds without them."""
    folder = write(tmp_path / "files", **small())
    (tmp_path / "store.sqlite-staged-movies").write_bytes(b"half of a file")
    sqlite_store.load(folder)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "store.sqlite").touch()
    other = make_store(f"sqlite:///{tmp_path}/other/store.sqlite")
    other.load(folder)
    films = "SELECT id, imdb_id, public_id, title, year FROM movies ORDER BY id"
    assert sqlite_store.ask(films) == other.ask(films)
    assert beside(tmp_path) == ["store.sqlite"]


def test_a_full_disk_is_told_and_leaves_the_store_empty(make_store, disk, tmp_path):
    """In one line, whichever file meets it; with room the same command goes through."""
    (disk.path / "store.sqlite").touch()
    store = make_store(f"sqlite:///{disk.path}/store.sqlite")
    folder = write(tmp_path / "files", title_basics=[title(n, f"Film {n} " * 9) for n in MANY])
    before = contents(store.url)
    failed = store.fail(folder)
    full = "could not be written, the disk is full; nothing was changed: free space and run again."
    assert (failed.status, failed.error) == (PassingError.exit_status, f"error: {disk.path}/store.sqlite {full}")
    assert (contents(store.url), beside(disk.path)) == (before, ["store.sqlite"])
    disk.grow()
    store.load(folder)
    assert store.ask("SELECT count(*) FROM movies") == [(len(MANY),)]


def test_a_disk_that_is_full_before_the_store_is_written_is_told_as_such(sqlite_store, disk, tmp_path):
    """Arrow's driver says it in words alone; here it has the code by which all others tell it."""
    engine = open_store(sqlite_store.url, write=True)
    with engine.begin() as connection:
        attached = Attached(connection)
        attached._store = disk.path / "store.sqlite"
        with attached.cleared(["movies"]), pytest.raises(sqlite3.OperationalError) as told:
            attached.write("movies", pa.table({"title": [f"Film {n} " * 99 for n in MANY]}))
    engine.dispose()
    assert told.value.sqlite_errorcode == sqlite3.SQLITE_FULL
    assert beside(disk.path) == []


WRITES_ON = """
import sys, pyarrow
from normalize.imdb.attached import Attached
from normalize.store import open_store
rows = pyarrow.table({"title": [f"Film {n}" for n in range(20_000)]})
with open_store(sys.argv[1], write=True).begin() as connection:
    attached = Attached(connection)
    with attached.cleared(["movies"]):
        for number in range(500):
            attached.write("movies", rows)
            print(number, flush=True)
"""


def test_ctrl_c_ends_it_while_rows_are_written(sqlite_store, tmp_path):
    """Arrow's driver, asked in the main thread, keeps the signal for itself: the load would go on to its end."""
    command = [sys.executable, "-c", WRITES_ON, sqlite_store.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.splitlines()[-1]) == (-signal.SIGINT, "KeyboardInterrupt")
    assert beside(tmp_path) == ["store.sqlite"]


def test_a_reference_that_leads_nowhere_is_named(sqlite_store):
    """Where references were not held with each row, they are looked at before the end."""
    engine = open_store(sqlite_store.url, write=True, references=False)
    with engine.begin() as connection:
        check_references(connection)
        connection.exec_driver_sql("INSERT INTO genres (id, name) VALUES (1, 'Drama')")
        connection.exec_driver_sql("INSERT INTO movie_genres (movie_id, genre_id, ordering) VALUES (7, 1, 1)")
        with pytest.raises(DataError) as told:
            check_references(connection)
    engine.dispose()
    assert str(told.value) == (
        "movie_genres has rows whose movie_id is 7, and movies has none whose id is that. Nothing was changed."
    )
