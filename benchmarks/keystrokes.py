"""How soon an index answers somebody who types: a store and its index in, milliseconds per keystroke and search out.

Titles and names are taken from the store and typed letter by letter, each beginning a request of `/suggest`; then they
are searched as they are, with a slip of the finger, with filters, with facets, in other orders and far down by cursor,
and put right as if they had not been found. The settings name
the index (ELASTICSEARCH_URL or INDEX_PATH); the engine is asked directly. It ends with 1 where a keystroke takes longer
than it takes a person, at the 99th percentile.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from statistics import quantiles
from typing import Any

from measures import Measure, table, write
from sqlalchemy import text

from index.engine import open_engine
from index.search import MAX_WINDOW, Facet, Filters, Position, SearchEngine, SearchQuery
from index.spelling import did_you_mean
from normalize.settings import Settings
from normalize.store import open_store

LONGEST_PREFIX = 12
PAGE = 20
PLACES = 50
NARROW = Filters(genres=("Drama",), year_from=1950, rating_from=5.0)
COUNTED: tuple[Facet, ...] = ("genres", "decades", "ratings")
KEYSTROKE = 100.0
"""Milliseconds between two letters of a fast typist."""


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=100, help="how many titles and names are typed (100)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    settings, arguments = Settings.read(), parser.parse_args()
    chance = random.Random(1)
    typed = list(_sampled(settings, arguments.texts))
    with closing(open_engine(settings)) as engine:
        state, films = engine.state().engine, engine.state().documents
        prefixes = [one[:length] for one in typed for length in range(1, min(len(one), LONGEST_PREFIX) + 1)]
        asked = (
            ("keystroke", lambda prefix: engine.suggest(prefix, 8), prefixes, KEYSTROKE),
            ("search", lambda one: _search(engine, one), typed, None),
            ("search, misspelt", lambda one: _search(engine, one), [_misspelt(one, chance) for one in typed], None),
            ("search, filtered", lambda one: _search(engine, one, filters=NARROW), typed, None),
            ("search, facets", lambda one: _search(engine, one, facets=COUNTED), typed, None),
            ("search by title", lambda one: _search(engine, one, sort="title"), typed, None),
            ("search by rating", lambda one: _search(engine, one, sort="imdb_rating", descending=True), typed, None),
            ("list, far down", lambda place: _search(engine, "", sort="title", after=place), _places(engine), None),
            ("did you mean", lambda one: did_you_mean(engine, _query(one)), [_garbled(one) for one in typed], None),
        )
        measured = [each for name, *rest in asked for each in _timed(name, films, *rest)]
    print(f"{state}\n\n{table(measured)}")
    if arguments.json:
        write(arguments.json, f"typing, {state}", measured)
    sys.exit(measured[0].reached is False)


def _sampled(settings: Settings, few: int) -> Iterable[str]:
    """Give titles and names from all over the store."""
    engine = open_store(settings.database_url)
    with engine.connect() as connection:
        for table, column in (("movies", "title"), ("people", "name")):
            last = connection.execute(text(f"SELECT max(id) FROM {table}")).scalar_one()
            least = connection.execute(text(f"SELECT min(id) FROM {table}")).scalar_one()
            for step in range(few // 2):
                place = {"place": least + (last - least) * step // (few // 2)}
                found = text(f"SELECT {column} FROM {table} WHERE id >= :place ORDER BY id LIMIT 1")
                yield connection.execute(found, place).scalar_one()
    engine.dispose()


def _query(words: str, **more: Any) -> SearchQuery:  # noqa: ANN401 - any of its fields
    return SearchQuery(**{"text": words, "sort": "relevance", "limit": PAGE, **more})


def _search(engine: SearchEngine, words: str, **more: Any) -> object:  # noqa: ANN401 - the same
    return engine.search(_query(words, **more))


def _places(engine: SearchEngine) -> list[Position | None]:
    """Give places in the order of titles, as far down as pages go by number, and each a page farther."""
    window = _query("", sort="title", offset=min(engine.state().documents, MAX_WINDOW) - PAGE)
    places = [engine.search(window).last]
    for _ in range(PLACES):
        places.append(engine.search(_query("", sort="title", after=places[-1])).last or places[0])
    return places


def _misspelt(words: str, chance: random.Random) -> str:
    """Exchange two letters."""
    place = chance.randrange(max(len(words) - 1, 1))
    return words[:place] + words[place + 1 : place + 2] + words[place : place + 1] + words[place + 2 :]


def _garbled(words: str) -> str:
    """Change the vowels, as somebody does who writes by ear."""
    return words.translate(str.maketrans("aeiouаеиоу", "ouaeiоуаеи"))


def _timed(
    name: str, films: int, ask: Callable[[Any], object], asked: list[Any], goal: float | None
) -> tuple[Measure, Measure]:
    """Ask one by one; gives the 99th percentile in milliseconds, for which a goal is, and the median."""
    ask(asked[0])  # opens the index
    took = []
    for one in asked:
        began = time.perf_counter()
        ask(one)
        took.append((time.perf_counter() - began) * 1000)
    cuts = quantiles(took, n=100)
    note = f"{len(took)} times"
    return (
        Measure(name, cuts[98], "ms (p99)", films, goal, goal and "most", note=note),
        Measure(name, cuts[49], "ms (p50)", films, note=note),
    )


if __name__ == "__main__":
    main()
