"""Commands in processes of their own, for what one process cannot show: two at once, kills, Ctrl-C."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds after which something that does not reach its next point is a failure."""


def start_alembic(folder, *argv, said=subprocess.PIPE, **settings):
    """Start `alembic …` in a folder, with only the settings given; `said` takes what it says on standard error."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", "-c", str(ROOT / "alembic.ini"), *argv],
        cwd=folder, env=kept | {"PYTHONWARNINGS": "ignore"} | {name: str(value) for name, value in settings.items()},
        stdout=subprocess.PIPE, stderr=said, text=True,
    )  # fmt: skip


def wait_for(condition, *processes):
    """Wait until the condition holds (True), or one of the processes has ended before it did (False)."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        if any(process.poll() is not None for process in processes):
            return False
    return True
