"""A Dask cluster on this machine: a scheduler and its workers, each a process of its own, as `dask …` starts them."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

from distributed import Client

PATIENCE = 120.0
"""Seconds after which a process that does not come up is a failure."""
COMMON = ("--host", "127.0.0.1", "--no-dashboard")


class DaskCluster:
    """The processes. address: of the scheduler."""

    def __init__(self, folder, processes):
        self._folder, self._processes = folder, processes
        place = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", place)
        deadline = time.monotonic() + PATIENCE
        while not place.exists() or not place.read_text().endswith("}"):
            assert self.scheduler.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = json.loads(place.read_text())["address"]

    def worker(self, nanny="--no-nanny", *, beside=None):
        """Start a worker of one thread, and wait until the scheduler has it.

        Args:
            nanny: `--nanny` has it started again when it dies.
            beside: a folder whose packages it sees before the installed ones.
        """
        with Client(self.address, timeout=PATIENCE, set_as_default=False) as client:
            there = len(client.nthreads())
            process = self._start(
                "worker", self.address, nanny, "--nthreads", "1", "--memory-limit", "0",
                "--local-directory", self._folder, beside=beside,
            )  # fmt: skip
            client.wait_for_workers(there + 1, timeout=PATIENCE)
        return process

    def _start(self, what, *options, beside=None):
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *COMMON, *map(str, options)],
            env=os.environ | ({"PYTHONPATH": str(beside)} if beside else {}),
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.callback(_end, process)
        return process


def _end(process):
    """End a process, whatever state it is in."""
    process.kill()
    process.wait(PATIENCE)


@contextmanager
def dask_cluster(folder):
    """Give a cluster that has no workers yet."""
    with ExitStack() as processes:
        yield DaskCluster(folder, processes)
