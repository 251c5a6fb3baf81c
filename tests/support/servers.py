"""The API as a server in a process of its own, started as people start it."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest

from normalize.settings import Settings

PATIENCE = 120.0
"""Seconds after which a server that does not say what it should is a failure."""
GIVEN = {"database_url", "index_path", "reports_path", "elasticsearch_url", "index_name"}
"""Settings that a server has from the tests' own ones."""


def environment(settings, **more):
    """Give the environment of a server with these settings, and with more of them as text."""
    given = settings.model_dump(mode="json", include=GIVEN, exclude_none=True) | more
    others = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return others | {name.upper(): str(value) for name, value in given.items()}


@contextmanager
def running(command, settings, **more):
    """Start `python -m command…`; gives the process, and takes it away at the end, whatever happened."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=environment(settings, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()  # workers end with it; after a kill they would live on for a while
        try:
            process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def line_with(process, pattern):
    """Read a server's output up to the line that matches; gives the match. One that is too late with it is killed."""
    overdue = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    overdue.start()
    try:
        for line in process.stdout:
            if found := re.search(pattern, line):
                return found
    finally:
        overdue.cancel()
    return pytest.fail(f"the server ended, or said nothing like {pattern} for {PATIENCE} s: {process.wait(PATIENCE)}")


def read(port, path):
    """Ask a server on a connection of its own; gives the status and the text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@contextmanager
def serving(settings, **more):
    """Serve with `python -m api` on a free port; gives the address, such as http://127.0.0.1:43210."""
    quiet = {"log_level": "WARNING"}  # so that nobody has to read a line of the log for each request
    with running(["api", "--port", "0"], settings, **(quiet | more)) as process:
        yield line_with(process, r"Serving on (http://127\.0\.0\.1:\d+)")[1]
