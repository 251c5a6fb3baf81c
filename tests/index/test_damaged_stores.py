"""A damaged SQLite store: named in one line, nothing is taken out of the index for it, and searches go on.

Damage that SQLite notices by itself, and damage that it does not: a row that its table has and its index has not.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from stores import bring_in_step, environment, fill, retitle, shows

from index.__main__ import main
from index.engine import open_writer
from index.feed import Feed
from normalize.settings import Settings

FILMS = 100
LAST = f"tt{FILMS:07d}"
TABLE = "SELECT rootpage FROM sqlite_master WHERE name = 'movies'"
INDEX_OF_IDS = (
    "SELECT rootpage FROM sqlite_master AS m WHERE type = 'index' AND tbl_name = 'movies' "
    "AND (SELECT group_concat(name) FROM pragma_index_info(m.name)) = 'imdb_id'"
)
LEAF = 0x0A
"""What the first byte of a page says that holds the keys of an index itself."""
CELLS = slice(3, 5)
"""Where a page says how many entries it has."""


@pytest.fixture
def settings(store, tmp_path):
    """Give the settings of a store in step with its embedded index."""
    fill(store.engine, FILMS)
    own = Settings(database_url=store.url, index_path=tmp_path / "index", _env_file=None)
    bring_in_step(own)
    retitle(store.engine, "Zauberberg")
    return own


@pytest.fixture
def file(store):
    """Give the store's file."""
    return store.engine.url.database.removeprefix("file:")


def run(settings, *words):
    """Run a command; give its exit status, and its last line."""
    done = CliRunner().invoke(main, words, env={name: str(value) for name, value in environment(settings).items()})
    return done.exit_code, (done.stderr or done.stdout).strip().splitlines()[-1]


def indexed(settings):
    """Give all that the index has."""
    with closing(open_writer(settings)) as writer:
        return list(writer.digests(writer.live().name))


def page_of(file, query):
    """Give where in the file the first page of a table or an index is."""
    with closing(sqlite3.connect(file)) as connection:
        (number,), (size,) = connection.execute(query).fetchone(), connection.execute("PRAGMA page_size").fetchone()
        return (number - 1) * size


def write_over(file, place, content):
    """Write over bytes of the file."""
    with Path(file).open("r+b") as opened:
        opened.seek(place)
        opened.write(content)


def forget_last_key(file):
    """Let the index of ids forget its last entry, which no query that asks it notices."""
    page = page_of(file, INDEX_OF_IDS)
    content = Path(file).read_bytes()[page:]
    assert content[0] == LEAF
    write_over(file, page + CELLS.start, (int.from_bytes(content[CELLS], "big") - 1).to_bytes(2, "big"))


@pytest.mark.parametrize("command", [["sync"], ["rebuild"], ["verify", "--repair"]], ids=" ".join)
@pytest.mark.parametrize("damage", ["the header", "a table"])
def test_damage_that_sqlite_notices_is_named(settings, file, command, damage):
    """Exit status 2 and the file's name; the index is as it was, and is searched."""
    before = indexed(settings)
    write_over(file, 0 if damage == "the header" else page_of(file, TABLE), b"\xff" * 100)
    status, said = run(settings, *command)
    reason = "is not a SQLite database; name another file" if damage == "the header" else "is damaged; restore it"
    assert (status, said.startswith(f"error: {file} {reason}")) == (2, True), said
    assert indexed(settings) == before
    assert shows(settings, f"Film {FILMS} of the many {FILMS % 97}")


def test_a_film_that_only_an_index_has_lost_is_not_taken_out(settings, store, file):
    """Its table has it still: the store contradicts itself, so nothing is sent, and the change stays queued."""
    before = indexed(settings)
    forget_last_key(file)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE movies SET year = 1999 WHERE id = {FILMS}")
    status, said = run(settings, "sync")
    assert (status, said.startswith(f"error: the store is damaged: it has the film {LAST} by its number")) == (2, True)
    assert (indexed(settings), shows(settings, f"Film {FILMS} of the many {FILMS % 97}")) == (before, True)
    with Feed(settings, lock=False) as feed:
        assert feed.queue_figures().films == 2


def test_a_repair_takes_nothing_out_for_a_damaged_store(settings, file):
    """What looks like a film too many is one that the store's index has lost: the file is looked at first."""
    assert run(settings, "sync")[0] == 0
    before = indexed(settings)
    forget_last_key(file)
    assert run(settings, "verify")[0] == 1
    status, said = run(settings, "verify", "--repair")
    assert (status, said.startswith(f"error: {file} has damaged pages (")) == (2, True), said
    assert run(settings, "sync")[0] == 0
    assert indexed(settings) == before
