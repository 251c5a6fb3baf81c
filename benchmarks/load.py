"""HTTP servers and the load on them: an application and paths in, requests a second and latencies out.

The load comes from wrk (a package of that name in most systems): it keeps its connections open and needs about a tenth
of a processor where a client in Python would need more than the server that it measures.
"""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

SCRIPT = """
local requests, index = {}, 0
function init(arguments)
  for path in io.lines(arguments[1]) do requests[#requests + 1] = wrk.format("GET", path) end
end
function request()
  index = index % #requests + 1
  return requests[index]
end
function done(summary, latency, _)
  local errors, faults = summary.errors, 0
  for _, count in pairs(errors) do faults = faults + count end
  io.write(string.format('{"requests": %d, "microseconds": %d, "faults": %d, "p50": %d, "p99": %d}\\n',
    summary.requests, summary.duration, faults, latency:percentile(50), latency:percentile(99)))
end
"""
SERVERS = ("granian", "gunicorn")
BENCHMARKS = Path(__file__).parent
PATIENCE = 60.0
SEED = 1


@dataclass(frozen=True)
class Load:
    """What a server did: requests a second, and the milliseconds that half and 99 of 100 of them took at most."""

    per_second: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Shape:
    """Which server, with how many processes and threads each."""

    server: str
    workers: int
    threads: int

    def command(self, app: str, port: int) -> list[str]:
        """Give the command that serves an application factory (`module:function`)."""
        workers = [f"--workers={self.workers}"]
        if self.server == "granian":
            words = ["granian", "--interface=wsgi", "--factory", f"--blocking-threads={self.threads}"]
            return [sys.executable, "-m", *words, *workers, f"--port={port}", "--no-ws", app]
        words = ["gunicorn", f"--threads={self.threads}", f"--bind=127.0.0.1:{port}", "--no-control-socket"]
        return [sys.executable, "-m", *words, *workers, f"{app}()"]


@contextmanager
def served(app: str, shape: Shape, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve an application factory on a free port; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    paths = os.pathsep.join(map(str, (BENCHMARKS.parent, BENCHMARKS)))
    process = subprocess.Popen(
        shape.command(app, port),
        env={**os.environ, "PYTHONPATH": paths, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers.

    Raises:
        SystemExit: it ended, or does not answer.
    """
    ended = time.monotonic() + PATIENCE
    while time.monotonic() < ended and process.poll() is None:
        try:
            get(port, "/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"error: the server does not answer: {process.args!r}. Start it by hand to see what it says.")


def get(port: int, path: str) -> tuple[int, bytes]:
    """Ask a server once; gives the status and the body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def load(port: int, paths: Sequence[str], seconds: int, connections: int) -> Load:
    """Ask a server for paths, in any order, one after the other on each connection.

    Raises:
        SystemExit: wrk is not installed, or an answer is not 200.
    """
    if shutil.which("wrk") is None:
        raise SystemExit("error: wrk is not installed. Debian and macOS have it: apt install wrk, brew install wrk.")
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder, "load.lua"), Path(folder, "paths")
        script.write_text(SCRIPT)
        listed.write_text("\n".join(random.Random(SEED).sample(paths, len(paths))))
        words = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--timeout=60s"]
        words += ["--latency", f"--script={script}", f"http://127.0.0.1:{port}", "--", str(listed)]
        said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    counted = json.loads(said.splitlines()[-1])
    if counted["faults"]:
        raise SystemExit(f"error: {counted['faults']} answers were errors, such as of {paths[0]}")
    per_second = counted["requests"] * 1e6 / counted["microseconds"]
    return Load(per_second, counted["p50"] / 1000, counted["p99"] / 1000)
