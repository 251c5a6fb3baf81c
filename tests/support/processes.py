"""Commands in processes of their own, for what one process cannot show: two at once, kills, Ctrl-C."""

import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

from alembic.config import main

from normalize.__main__ import main as normalize

ROOT = Path(__file__).parents[2]
INI = str(ROOT / "alembic.ini")
PATIENCE = 120.0
"""Seconds after which something that does not reach its next point is a failure."""
KEPT = ("PATH", "HOME")
"""What a command is given of the tests' own environment."""


def start_alembic(folder, *argv, said=subprocess.PIPE, **settings):
    """Start `alembic …` in a folder, with only the settings given; `said` takes what it says on standard error."""
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "-c", INI, *argv],
        cwd=folder, env=environment(settings), stdout=subprocess.PIPE, stderr=said, text=True,
    )  # fmt: skip


def start_index(folder, *argv, said=subprocess.PIPE, **settings):
    """Start `python -m index …` in the same way."""
    return subprocess.Popen(
        [sys.executable, "-m", "index", *argv],
        cwd=folder, env=environment(settings) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=said, text=True,
    )  # fmt: skip


def environment(settings):
    """Give the environment of a command that is to know these settings only."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {"PYTHONWARNINGS": "ignore"} | {name: str(value) for name, value in settings.items()}


def fork_alembic(folder, *argv, **settings):
    """Start `alembic …` as a fork of a process that has everything imported: it is at its work at once.

    Returns:
        the process; what it says goes to the file `said` in the folder.
    """
    return _forked("alembic", ["-c", INI, *argv], folder, settings)


def fork_normalize(folder, *argv, **settings):
    """Start `python -m normalize …` in the same way."""
    return _forked("normalize", list(argv), folder, settings)


def _forked(command, argv, folder, settings):
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["great_expectations", "normalize.environment", "normalize.__main__"])
    process = forks.Process(target=_run, args=(command, argv, str(folder), environment(settings)))
    process.start()
    return process


def _run(command, argv, folder, settings):
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    with Path("said").open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    if command == "alembic":
        main(argv=argv)
    else:
        normalize(args=argv)


def wait_for(condition, *processes):
    """Wait until the condition holds (True), or one of the processes has ended before it did (False)."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        if any(process.poll() is not None for process in processes):
            return False
    return True
