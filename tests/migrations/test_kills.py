"""Killed at random moments, a run leaves the old state or the new one, never anything between; then it goes through."""

import os
import random
import shutil
import signal
import sys
import time
import uuid
from collections import Counter

import pytest
from contents import contents
from made_up import film, legacy_database
from processes import PATIENCE, fork_alembic, wait_for
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from normalize.commands import INTERRUPTED

FILMS = 1500
UP, DOWN = ("upgrade", "head"), ("downgrade", "base")
CRASHES = 10
RETRIED = 10
"""After so many kills the command is let through, to the same end."""
EMPTY = {"schema": []}
A_HANDFUL, MANY = 3, pytest.param(200, marks=pytest.mark.slow)
KILLED, LOST = -signal.SIGKILL, 3
"""Exit statuses of a command that was killed, and of one that lost its server."""


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory):
    """Have what the forks come from import everything, so that the seconds of a run are those of its work."""
    fork_alembic(tmp_path_factory.mktemp("warm"), "heads").join(PATIENCE)


@pytest.fixture(scope="module")
def legacy(tmp_path_factory):
    """Make a legacy database large enough that its rebuild spills SQLite's cache to the disk."""
    return legacy_database(
        tmp_path_factory.mktemp("legacy") / "legacy.sqlite",
        films=[film(n, plot=f"Long {n}. " * 150, director=f"Lee {n}, Ray {n}") for n in range(1, FILMS + 1)],
        links=[(f"tt{n:07d}", "1") for n in range(1, FILMS + 1)],
    )


class File:
    """A SQLite file: the legacy file itself, or a new one beside it."""

    def __init__(self, folder, legacy, *, in_place):
        self.folder, self._legacy, self._in_place = folder, legacy, in_place
        self._path = folder / "store.sqlite"
        self.settings = {"DATABASE_URL": f"sqlite:///{self._path}"}
        if not in_place:
            self.settings["LEGACY_DATABASE"] = legacy
        self.reset(None)

    def keep(self):
        """Keep the state as it is, for `reset`."""
        shutil.copyfile(self._path, self.folder / "kept")
        return self.folder / "kept"

    def reset(self, kept):
        """Go back to a state that was kept; None: to the beginning."""
        for beside in self.folder.glob("store.sqlite*"):
            beside.unlink()
        if kept or self._in_place:
            shutil.copyfile(kept or self._legacy, self._path)

    def contents(self):
        """Give what the file holds; nothing and an empty file are the same."""
        return contents(self.settings["DATABASE_URL"]) if self._path.exists() else EMPTY


class Server:
    """A database on a PostgreSQL server, of a new name after each reset."""

    def __init__(self, folder, legacy, server):
        self.folder, self._server = folder, server
        self.settings = {"LEGACY_DATABASE": legacy}
        self._names = []
        self.reset(None)

    def keep(self):
        """Keep the state as it is, for `reset`."""
        return self._names[-1]

    def reset(self, kept):
        """Go back to a state that was kept; None: to the beginning."""
        self._names.append(f"test_{uuid.uuid4().hex}")
        template = f" TEMPLATE {kept}" if kept else ""
        self.ask(f"CREATE DATABASE {self._names[-1]}{template}")
        url = make_url(self._server).set(database=self._names[-1]).render_as_string(hide_password=False)
        self.settings = {**self.settings, "DATABASE_URL": url}

    def ask(self, sql):
        """Run a statement on the server, outside of the database; gives its rows."""
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            found = connection.execute(text(sql))
            return found.all() if found.returns_rows else []

    def backends(self):
        """Give the process ids of the server that work for the command; one that vacuums the database does not."""
        ours = f"backend_type = 'client backend' AND datname = '{self._names[-1]}'"
        return [pid for (pid,) in self.ask(f"SELECT pid FROM pg_stat_activity WHERE {ours}")]

    def is_quiet(self):
        """Say whether the server answers, and works for nobody in this database."""
        try:
            return not self.backends()
        except OperationalError:  # it recovers
            return False

    def contents(self):
        """Give what the database holds, as soon as the server has noticed that the command is gone."""
        assert wait_for(self.is_quiet)
        found = contents(self.settings["DATABASE_URL"])
        assert wait_for(self.is_quiet)  # else who looked here would be taken for the next command
        return found

    def close(self):
        """Drop the databases."""
        for name in self._names:
            self.ask(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def server(tmp_path, legacy, postgres_server):
    """Give a PostgreSQL database, at its beginning."""
    server = Server(tmp_path, legacy, postgres_server)
    yield server
    server.close()


@pytest.fixture(params=["in place", "new file", "postgresql"])
def target(request, tmp_path, legacy):
    """Give each kind of target, at its beginning."""
    if request.param != "postgresql":
        return File(tmp_path, legacy, in_place=request.param == "in place")
    return request.getfixturevalue("server")


def run(target, command, seconds=PATIENCE, end=None):
    """Run the command, and end it after so many seconds if it has not ended before; gives its exit status."""
    process = fork_alembic(target.folder, *command, **target.settings)
    process.join(seconds)
    if process.is_alive() and end:
        end(target, process)
    process.join(PATIENCE)
    said = (target.folder / "said").read_text()
    assert process.exitcode in (0, KILLED) or (process.exitcode, said.count("error: ")) == (LOST, 1), said
    return process.exitcode


def kill(_target, process):
    """Kill the command."""
    process.kill()


def end_its_backend(target, _process):
    """Have the server end what works for the command."""
    for pid in target.backends():
        target.ask(f"SELECT pg_terminate_backend({pid})")


def crash_its_server(target, _process):
    """Kill what works for the command: the server ends everybody's connections and recovers from its log."""
    for pid in target.backends():
        os.kill(pid, signal.SIGKILL)


def kill_all(target, command, ends):
    """End the command again and again; it must leave the old state or the new one, and go through in the end.

    Args:
        target: at the state before the command.
        command: what is run.
        ends: the ways to end it, one for each time.
    """
    kept, before = (None if command is UP else target.keep()), target.contents()
    target.reset(kept)
    started = time.monotonic()
    assert run(target, command) == 0
    lasts = time.monotonic() - started
    after, found = target.contents(), Counter()
    target.reset(kept)
    for number, end in enumerate(ends, 1):
        moment = random.uniform(0, lasts)
        run(target, command, moment, end)
        held = target.contents()
        assert held in (before, after), f"{end.__name__} after {moment:.3f} of {lasts:.3f} s: {sorted(held)}"
        found["after" if held == after else "before"] += 1
        if number % RETRIED == 0 or number == len(ends):
            assert run(target, command) == 0
            held = target.contents()
            assert held == after
        if held == after:
            target.reset(kept)
    sys.stdout.write(f"{len(ends)} times within {lasts:.2f} s: {dict(found)}\n")


@pytest.mark.parametrize("kills", [A_HANDFUL, MANY])
def test_a_killed_upgrade_leaves_the_old_state_or_the_new_one(target, kills, legacy):
    """Kill -9 at random moments, again and again on what the last kill left; the legacy file is never written to."""
    size, changed = legacy.stat().st_size, legacy.stat().st_mtime_ns
    kill_all(target, UP, [kill] * kills)
    assert (legacy.stat().st_size, legacy.stat().st_mtime_ns) == (size, changed)


@pytest.mark.parametrize("kills", [A_HANDFUL, MANY])
def test_a_killed_way_back_leaves_the_store_or_the_legacy_database(target, kills):
    """Kill -9 at random moments of `downgrade base`: the whole store with its archive, or what was before it."""
    assert run(target, UP) == 0
    kill_all(target, DOWN, [kill] * kills)


@pytest.mark.parametrize("command", [UP, DOWN], ids=" ".join)
def test_a_run_whose_server_goes_leaves_the_old_state_or_the_new_one(server, command):
    """The server ends the connection: exit status 3, one line, nothing between old and new."""
    if command is DOWN:
        assert run(server, UP) == 0
    kill_all(server, command, [end_its_backend] * A_HANDFUL)


@pytest.mark.parametrize("command", [UP, DOWN], ids=" ".join)
def test_an_interrupted_run_is_rolled_back_by_the_server(server, command):
    """Ctrl-C while the server works: one line, exit status 130, the state of before."""
    if command is DOWN:
        assert run(server, UP) == 0
    before = server.contents()
    process = fork_alembic(server.folder, *command, **server.settings)
    assert wait_for(server.backends)
    os.kill(process.pid, signal.SIGINT)
    process.join(PATIENCE)
    said = (server.folder / "said").read_text().splitlines()
    assert (process.exitcode, said[-1]) == (INTERRUPTED, "interrupted: rolled back, nothing was changed")
    assert server.contents() == before


@pytest.mark.slow
@pytest.mark.skipif("TEST_DATABASE_URL" in os.environ, reason="the server's processes cannot be killed from here")
@pytest.mark.parametrize("command", [UP, DOWN], ids=" ".join)
def test_a_run_whose_server_crashes_leaves_the_old_state_or_the_new_one(server, command):
    """Kill -9 of the server's own process: it recovers from its log, and so does the command."""
    if command is DOWN:
        assert run(server, UP) == 0
    kill_all(server, command, [crash_its_server] * CRASHES)
