"""Measure the index: a full build, changes, the delay from commit to findable, memory.

A number of films comes in; a table of films a second and ratios goes out. The measures are what the engines take of
ready documents in the same run: Elasticsearch by bare `_bulk` of prebuilt lines with as many senders, tantivy by bare
`add_document`.
"""

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import tantivy
from elasticsearch import Elasticsearch
from sqlalchemy import Engine, insert, text

from index.documents import Document, documents
from index.elastic_writer import source
from index.embedded_fields import document, fields
from index.embedded_files import with_analyzer
from index.embedded_writer import WRITER_BYTES, WRITER_THREADS
from index.engine import open_engine, open_writer
from index.feed import Feed
from index.mapping import MAPPING, SETTINGS
from index.search import SearchQuery
from normalize.capture import uncaptured
from normalize.models import CREDITS, genres, movie_genres, movies, people
from normalize.settings import Settings
from normalize.store import open_store

SEED = 1
ROWS_AT_ONCE = 20_000
PEOPLE_PER_FILM = 0.8
CREDITED = {"actors": 3, "writers": 1, "directors": 1}
"""How many people a film has in each role, as in the real legacy file."""
GENRES = 24
PLOT_WORDS = 30
CHANGED = 10
"""One film in so many is changed."""
DELAYS = 20
PATIENCE = 60.0


def words(chance: random.Random, count: int) -> str:
    """Make up words, frequent ones more often than rare ones."""
    return " ".join(f"w{int(chance.paretovariate(0.9)) % 60_000:x}" for _ in range(count))


def fill(engine: Engine, films: int) -> None:
    """Put made-up films into an empty store."""
    chance, known = random.Random(SEED), int(films * PEOPLE_PER_FILM) + 10
    with engine.begin() as connection, uncaptured(connection):
        connection.execute(insert(genres), [{"id": n, "name": f"Genre {n}"} for n in range(1, GENRES + 1)])
        for start in range(1, known + 1, ROWS_AT_ONCE):
            named = range(start, min(start + ROWS_AT_ONCE, known + 1))
            connection.execute(insert(people), [{"id": n, "name": f"{words(chance, 2)} {n}"} for n in named])
        for start in range(1, films + 1, ROWS_AT_ONCE):
            some = range(start, min(start + ROWS_AT_ONCE, films + 1))
            connection.execute(insert(movies), [_film(chance, number) for number in some])
            links = [{"movie_id": n, "genre_id": n % GENRES + 1, "ordering": 1} for n in some]
            connection.execute(insert(movie_genres), links)
            for role, count in CREDITED.items():
                rows = [
                    {"movie_id": n, "person_id": person, "ordering": place, "source_person_id": str(person)}
                    for n in some
                    for place, person in enumerate(chance.sample(range(1, known + 1), count), 1)
                ]
                connection.execute(insert(CREDITS[role]), rows)


def _film(chance: random.Random, number: int) -> dict[str, object]:
    title = words(chance, 3)
    return {
        "id": number, "imdb_id": f"tt{number:07d}", "public_id": str(uuid.UUID(int=number)), "title": title,
        "title_key": title, "description": words(chance, PLOT_WORDS), "imdb_rating": chance.randrange(10, 100) / 10,
        "year": 1900 + number % 120, "updated_at": "",
    }  # fmt: skip


def command(environment: dict[str, str], *words: str) -> tuple[dict[str, float], float]:
    """Run `python -m index …`; give the seconds of its steps and the peak of its memory in MB.

    Raises:
        SystemExit: it failed; what it said has been printed.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        arguments = [sys.executable, "-m", "index", *words]
        with subprocess.Popen(arguments, env=environment, stdout=said, stderr=said) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().splitlines()
    if process.returncode:
        raise SystemExit("\n".join([*lines, f"error: index {words} ended with {process.returncode}"]))
    steps = [json.loads(line) for line in lines if line.startswith("{") and '"step"' in line]
    return {step["step"]: step["seconds"] for step in steps}, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def read_all(settings: Settings) -> Iterator[Document]:
    """Give every document, a batch at a time."""
    with Feed(settings, lock=False) as feed:
        after, last = 0, 0
        while last is not None:
            with feed.snapshot() as store:
                last = store.end_of_batch(after, settings.index_read_films)
                rows = store.films_between(after, last)
            yield from documents(rows, lambda *_: None)
            after = last or after


def bare_bulk(settings: Settings, client: Elasticsearch) -> tuple[float, int]:
    """Send prebuilt requests with as many senders as sync has; the better of two times, and the documents counted."""
    requests, request, size = [], [], 0
    for film in read_all(settings):
        lines = orjson.dumps({"index": {"_id": film.id}}) + b"\n" + orjson.dumps(source(film))
        if request and size + len(lines) > settings.index_batch_bytes:
            requests.append(request)
            request, size = [], 0
        request.append(lines)
        size += len(lines)
    requests.append(request)
    best, name = float("inf"), "benchmark-bare"
    for _ in range(2):
        client.indices.delete(index=name, ignore_unavailable=True)
        client.indices.create(index=name, settings={**SETTINGS, "refresh_interval": "-1"}, mappings=MAPPING)
        began = time.perf_counter()
        with ThreadPoolExecutor(settings.index_senders) as senders:
            list(senders.map(lambda ready: client.bulk(index=name, operations=ready, filter_path="errors"), requests))
        best = min(best, time.perf_counter() - began)
    client.indices.refresh(index=name)
    return best, client.count(index=name)["count"]


def bare_tantivy(settings: Settings, folder: Path) -> float:
    """Add ready documents to a tantivy index and commit."""
    ready = list(read_all(settings))
    folder.mkdir()
    writer = with_analyzer(tantivy.Index(fields(), path=str(folder))).writer(WRITER_BYTES, WRITER_THREADS)
    began = time.perf_counter()
    for film in ready:
        writer.add_document(document(film))
    writer.commit()
    seconds = time.perf_counter() - began
    writer.wait_merging_threads()
    return seconds


@contextmanager
def following(environment: dict[str, str]) -> Iterator[None]:
    """Run `sync --follow` meanwhile."""
    arguments = [sys.executable, "-m", "index", "sync", "--follow"]
    with subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL) as process:
        yield
        process.send_signal(signal.SIGTERM)


def delays(settings: Settings, engine: Engine, environment: dict[str, str]) -> list[float]:
    """Give the seconds from a commit to the moment when a search finds it, sorted."""
    found = []
    with following(environment), closing(open_engine(settings)) as searching:
        for turn in range(DELAYS + 1):
            word = f"q{uuid.uuid4().hex}"
            with engine.begin() as connection:
                connection.execute(
                    text("UPDATE movies SET title = :word WHERE id = :id"), {"word": word, "id": turn + 1}
                )
            began = time.perf_counter()
            while not searching.search(SearchQuery(text=word, limit=1)).total:
                if time.perf_counter() - began > PATIENCE:
                    raise SystemExit("error: a change was not found in time")
                time.sleep(0.005)
            if turn:  # the first waits for the process to come up
                found.append(time.perf_counter() - began)
    return sorted(found)


def measure(films: int, folder: Path, database: str | None, elasticsearch: str | None) -> None:
    """Measure one size and print it."""
    store = database or f"sqlite:///{folder / 'store.sqlite'}"
    given = {"DATABASE_URL": store, "INDEX_PATH": str(folder / "index"), "REPORTS_PATH": str(folder / "reports")}
    if elasticsearch:
        given |= {"ELASTICSEARCH_URL": elasticsearch, "INDEX_NAME": f"benchmark-{uuid.uuid4().hex[:8]}"}
    environment = {**os.environ, **given, "LOG_FORMAT": "json", "INDEX_POLL": "0.1"}
    made = [sys.executable, "-m", "alembic", "-x", "new=yes", "upgrade", "head"]
    subprocess.run(made, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    engine = open_store(store, write=True)
    fill(engine, films)
    settings = Settings(**{name.lower(): value for name, value in given.items()}, _env_file=None)
    steps, memory = command(environment, "rebuild")
    with closing(open_writer(settings)) as writer:
        live = writer.live()
    name = "Elasticsearch" if elasticsearch else "embedded"
    print(f"\n{name}, {films:,} films, {engine.dialect.name}")
    _line("rebuild: fill", films, steps["fill"], f"{memory:,.0f} MB at the most")
    _line("rebuild: verify", films, steps["verify"], "")
    if elasticsearch:
        client = Elasticsearch(elasticsearch, request_timeout=PATIENCE)
        least, arrived = bare_bulk(settings, client)
        _line(
            f"bare _bulk, {settings.index_senders} senders",
            arrived,
            least,
            f"the fill is at {least / steps['fill']:.2f}",
        )
    else:
        least = bare_tantivy(settings, folder / "bare")
        _line("bare tantivy", films, least, f"the fill is at {least / steps['fill']:.2f}")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE movies SET year = 1950 WHERE id % {CHANGED} = 0"))
    changed, memory = command(environment, "sync")
    share = changed["sync"] / steps["fill"]
    _line(f"sync of 1 in {CHANGED}", films // CHANGED, changed["sync"], f"{share:.2f} of the fill, {memory:,.0f} MB")
    waited = delays(settings, engine, environment)
    print(f"{'commit to findable':24} {waited[len(waited) // 2]:6.2f} s at the median, {waited[-1]:.2f} s at the most")
    engine.dispose()
    if elasticsearch:
        for name in (live.name, "benchmark-bare"):
            client.indices.delete(index=name)


def _line(name: str, films: int, seconds: float, more: str) -> None:
    print(f"{name:24} {seconds:8.2f} s {films / seconds:9,.0f} films/s  {more}")


def main() -> None:
    """Read the command line, measure each size."""
    parser = argparse.ArgumentParser(description="Measure the index: build, changes, delay, memory.")
    parser.add_argument("--films", type=int, nargs="+", default=[10_000, 100_000], help="how many films (10000 100000)")
    parser.add_argument("--database", help="an empty PostgreSQL database to use instead of a SQLite file (one size)")
    parser.add_argument("--elasticsearch", help="URL of an Elasticsearch; left out: the embedded index")
    arguments = parser.parse_args()
    Path("var").mkdir(exist_ok=True)
    for films in arguments.films:
        folder = Path(tempfile.mkdtemp(prefix="benchmark-", dir="var")).absolute()
        try:
            measure(films, folder, arguments.database, arguments.elasticsearch)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
