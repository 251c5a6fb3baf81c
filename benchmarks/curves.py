"""How everything grows: numbers of films in; seconds, memory, room and milliseconds at each of them out.

The rebuild of a legacy file (SQLite), a load of IMDb's files (PostgreSQL), a full build of each index, and what
somebody who types waits for, who alone has a goal. What is new with each size is made up; only our own part is timed.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import films_at_scale
import imdb
import in_step
import legacy_at_scale
import rebuild
import servers
from imdb_at_scale import make as make_imdb
from measures import Measure, measures_of, table, write
from sqlalchemy import create_engine, text

from index.status import figures
from normalize.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 100_000)
ENGINES = ("embedded", "Elasticsearch")
PARTS = ("rebuild", "load", *ENGINES)
TEXTS = 40
"""Titles and names that are typed at each size."""
MEGABYTE = 1e6


def rebuilt(films: int, folder: Path) -> Iterator[Measure]:
    """Rebuild a legacy file into a new SQLite file."""
    legacy = folder / "legacy.sqlite"
    legacy_at_scale.make(legacy, films, rebuild.SEED)
    ran = rebuild.rebuild("rebuild", f"sqlite:///{folder / 'store.sqlite'}", legacy, folder / "reports", "")
    yield Measure("rebuild", ran.seconds, "s", films)
    yield Measure("rebuild", ran.megabytes or 0.0, "MB", films)


def loaded(films: int, folder: Path) -> Iterator[Measure]:
    """Load IMDb's files into an empty PostgreSQL store, and look how large that is then."""
    make_imdb(folder / "files", films, day=0, films_only=True)
    os.environ["REPORTS_PATH"] = str(folder / "reports")
    with servers.postgresql(folder / "postgresql") as url:
        ran = imdb.load(imdb.new_store(url), folder / "files")
        engine = create_engine(url)
        with engine.connect() as connection:
            size = connection.scalar(text("SELECT pg_database_size(current_database())"))
        engine.dispose()
    yield Measure("load of IMDb's files", ran.seconds, "s", films)
    yield Measure("load of IMDb's files", ran.memory * 2**20 / MEGABYTE, "MB", films)
    yield Measure("store, PostgreSQL", size / MEGABYTE, "MB on disk", films)


def filled(films: int, folder: Path) -> str:
    """Give the URL of a SQLite store full of made-up films, made unless it is there."""
    file = folder / "store.sqlite"
    url = f"sqlite:///{file}"
    if file.exists():
        return url
    given = {"DATABASE_URL": url, "REPORTS_PATH": str(folder / "reports")}
    made = [sys.executable, "-m", "alembic", "-x", "new=yes", "upgrade", "head"]
    subprocess.run(made, cwd=ROOT, env=os.environ | given, check=True, capture_output=True)
    films_at_scale.fill(url, films)
    return url


def indexed(films: int, folder: Path, store: str, engine: str, elasticsearch: str | None) -> Iterator[Measure]:
    """Build an index of a store, and type."""
    given = {"DATABASE_URL": store, "INDEX_PATH": str(folder / "index")}
    if engine == "Elasticsearch":
        given |= {"ELASTICSEARCH_URL": elasticsearch, "INDEX_NAME": f"curves-{films}"}
    environment = os.environ | given | {"LOG_FORMAT": "json"}
    ran = in_step.command(environment, "rebuild")
    size = figures(Settings(**{name.lower(): value for name, value in given.items()}, _env_file=None)).bytes or 0
    yield Measure(f"index, {engine}", sum(ran.steps.values()), "s", films)
    yield Measure(f"index, {engine}", ran.megabytes, "MB", films)
    yield Measure(f"index, {engine}", size / MEGABYTE, "MB on disk", films)
    told = folder / "typed.json"
    typed = [sys.executable, Path(__file__).with_name("keystrokes.py"), f"--texts={TEXTS}", f"--json={told}"]
    subprocess.run(typed, env=environment, check=False, stdout=subprocess.DEVNULL)  # 1: a goal is missed
    for each in measures_of(json.loads(told.read_text(encoding="utf-8"))):
        yield replace(each, name=f"{each.name}, {engine}")


def measured(films: int, part: str, kept: Path, elasticsearch: str | None) -> Iterator[Measure]:
    """Measure a part at one size, in a folder that is taken away; what other parts need too is in the folder `kept`."""
    with _folder() as name:
        folder = Path(name)
        if part in ENGINES:
            yield from indexed(films, folder, filled(films, kept), part, elasticsearch)
        else:
            yield from {"rebuild": rebuilt, "load": loaded}[part](films, folder)


def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="benchmark-", dir=ROOT / "var", ignore_cleanup_errors=True)


def main() -> None:
    """Read the command line, measure each size, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, nargs="+", default=SIZES, help="the sizes (1000 10000 100000)")
    parser.add_argument("--parts", choices=PARTS, nargs="+", default=list(PARTS), help="what is measured (all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    (ROOT / "var").mkdir(exist_ok=True)
    with ExitStack() as until_done:
        url = None
        if "Elasticsearch" in arguments.parts:
            data = until_done.enter_context(_folder())
            url = until_done.enter_context(servers.elasticsearch(Path(data)))
        print(table([]))
        told, failed = list[Measure](), False
        for films in arguments.films:
            kept = Path(until_done.enter_context(_folder()))
            for part in arguments.parts:
                try:
                    for each in measured(films, part, kept, url):
                        told.append(each)
                        print(table([each]).splitlines()[-1], flush=True)
                except SystemExit as error:  # what took half an hour to measure is not lost with it
                    print(f"FAILED: {part} of {films:,} films: {error}", file=sys.stderr)
                    failed = True
                if arguments.json:
                    write(arguments.json, "how it grows", told)
    sys.exit(failed)


if __name__ == "__main__":
    main()
