"""Stores that IMDb's files are loaded into, on both databases."""

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from stores import make_tables

from normalize.__main__ import main
from normalize.imdb.gating import gate_meanwhile
from normalize.settings import Settings
from normalize.store import open_store

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Store:
    """A store, and the command that loads into it."""

    url: str

    def load(self, folder, *flags):
        """Run the command; gives what it says as JSON."""
        ended = self._run(folder, *flags)
        assert ended.exit_code == 0, ended.stderr or ended.exception
        return json.loads(ended.stdout)

    def fail(self, folder, *flags):
        """Run the command, which is to fail; gives how it ended."""
        ended = self._run(folder, *flags)
        assert ended.exit_code, ended.stdout
        return Failed(ended.exit_code, ended.stderr.splitlines()[-1])

    def _run(self, folder, *flags):
        return CliRunner().invoke(main, ["imdb", str(folder), "--json", *flags], env={"DATABASE_URL": self.url})

    @contextmanager
    def connected(self, *, write=False):
        """Open the store in a transaction."""
        engine = open_store(self.url, write=write)
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    def ask(self, query):
        """Ask the store; gives rows as tuples."""
        with self.connected() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def change(self, statement):
        """Change something by hand."""
        with self.connected(write=True) as connection:
            connection.execute(text(statement))

    def queued(self):
        """Empty the queue of the index; gives what was in it, as (film, id before, priority)."""
        rows = self.ask("SELECT movie_id, outside_id, priority FROM index_changes ORDER BY priority, movie_id, id")
        self.change("DELETE FROM index_changes")
        return rows


@dataclass(frozen=True)
class Failed:
    """How the command ended."""

    status: int
    error: str


@pytest.fixture(scope="session", autouse=True)
def gate():
    """Give the gate of loads, imported before any of them does it in a thread, where warnings are not its own."""
    with gate_meanwhile(None) as made:
        return made()


@pytest.fixture
def make_store(tmp_path, monkeypatch):
    """Give a function that makes an empty store of a URL."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def make(url):
        if url.startswith("sqlite"):
            (tmp_path / url.rpartition("/")[2]).touch()
        engine = open_store(url, write=True)
        make_tables(engine)
        engine.dispose()
        return Store(url)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, make_store, tmp_path):
    """Give an empty store, of each database."""
    if request.param == "sqlite":
        return make_store(f"sqlite:///{tmp_path}/store.sqlite")
    return make_store(request.getfixturevalue("postgres_url"))


@pytest.fixture
def sqlite_store(make_store, tmp_path):
    """Give an empty SQLite store, where the database does not matter."""
    return make_store(f"sqlite:///{tmp_path}/store.sqlite")


@pytest.fixture(scope="session")
def excerpts():
    """Give the folder of real excerpts."""
    folder = Path(os.environ.get("KINOBASE_IMDB", ROOT.parent / "shared" / "data" / "imdb"))
    if not folder.is_dir():
        pytest.skip(f"the excerpts of IMDb's files are not there ({folder}); KINOBASE_IMDB names another place")
    return folder
