"""Fill an empty store with made-up films: a number of them in, rows in its tables out; SQLite and PostgreSQL.

Two films in three are English, the others Russian. Words, people and genres come as often as in nature: a few very
often, most of them seldom; the commonest words are real, the rare ones made of syllables. Some films lack a
description, a rating, a year, a director; a few are our own and have no IMDb id. The same seed gives the same films
whatever the database. Films are made and written some at a time, so memory does not grow with their number; triggers
and the tables' indexes are off meanwhile.
"""

import argparse
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
from sqlalchemy import Connection, text

from normalize.capture import uncaptured
from normalize.load import write_rows
from normalize.models import CREDITS, OWN_NUMBERS
from normalize.settings import Settings
from normalize.store import open_store
from normalize.text import sort_key

FILMS_AT_ONCE = 10_000
SEED = 1
PEOPLE_PER_FILM = 0.8
WORDS_OF_A_LANGUAGE = 40_000
NAMES_OF_A_LANGUAGE = 4_000
WORDS_EVEN, NAMES_EVEN, PEOPLE_EVEN = 2.0, 50.0, 1000.0
"""How far the commonest are from standing out: of a million films the busiest actor is in about two thousand."""
OUR_OWN, NO_DESCRIPTION, NO_RATING, NO_YEAR = 0.02, 0.25, 0.1, 0.03
TITLE_WORDS, DESCRIPTION_WORDS = (1, 6), (12, 60)
CREDITED = {"actors": (0, 8), "writers": (0, 3), "directors": (0, 2)}
"""The fewest and the most people of a film in each role."""
GENRES = (
    "Drama", "Comedy", "Documentary", "Short", "Romance", "Action", "Crime", "Thriller", "Animation", "Adventure",
    "Horror", "Family", "Music", "Fantasy", "Mystery", "Sci-Fi", "History", "Biography", "War", "Sport", "Musical",
    "Reality-TV", "Western", "News",
)  # fmt: skip
TITLE_TYPES = ("movie", "short", "tvEpisode", "tvSeries", "tvMovie", "video", None)
YEARS = (1895, 2026)
ENGLISH = """
the of and a to in is on for with at from by his her as an who he she it they after when into man life woman love
young world night day girl house story war new one two family last city time old boy star death secret back home
way black first king little blood lost dead big heart dark live people friend school money father mother son murder
daughter wife husband road summer island game dream light red white blue river sea moon sun fire water ghost devil
angel train ship doctor teacher police soldier detective village town forest mountain winter spring autumn song dance
wars return rise fall journey escape mission shadow silence memory promise wedding stranger brother sister
""".split()  # noqa: SIM905 - words are easier to read as a text than as a list
RUSSIAN_WORDS = """
и в на не с по из к за от о для его её он она они как под над после перед когда человек жизнь любовь война дом ночь
день город мир девушка парень женщина мужчина время история семья последний новый старый первый тайна дорога море
река лес зима лето весна осень снег ветер огонь вода звезда луна солнце сердце душа смерть кровь друг враг брат
сестра отец мать сын дочь муж жена ребёнок школа учитель врач солдат офицер следователь деревня остров поезд корабль
письмо песня танец свадьба праздник мечта память тень свет тишина побег возвращение встреча прощание ёлка ирония
""".split()  # noqa: SIM905 - the same
ENGLISH_NAMES = """
John Mary James Anna William Emma George Alice Charles Grace Henry Rose Robert Helen Thomas Clara Peter Jane David
Laura Zoë José Chloé Björn
""".split()  # noqa: SIM905 - the same
RUSSIAN_NAMES = """
Иван Анна Пётр Мария Алексей Елена Сергей Ольга Андрей Наталья Дмитрий Татьяна Николай Ирина Михаил Юлия Фёдор Вера
""".split()  # noqa: SIM905 - the same
ENGLISH_SYLLABLES = """
al an ar ber bor chen dar del den dor el er fer gar gan har in ka la lan len lo mar men mer min mo na nor on or pen
ra ri ro ser son sta ston ta ten ter ton tor ver vin wil
""".split()  # noqa: SIM905 - the same
RUSSIAN_SYLLABLES = """
ан бе бо бра ва ве ви во га го гра да де ди до дра же за зе зи ка ки ко кра ла ле ли ло лю ма ме ми мо на не ни но
па пе пи по пра ра ре ри ро са се
""".split()  # noqa: SIM905 - the same


class Ranked:
    """Things that are drawn by their rank: the n-th has a chance of 1 / (n + even), after Zipf and Mandelbrot."""

    def __init__(self, things: Sequence[str] | range, even: float) -> None:
        self.things = things
        self._reach = np.cumsum(1 / (np.arange(1, len(things) + 1) + even))

    def draw(self, chance: np.random.Generator, count: int) -> list[str] | list[int]:
        """Draw so many."""
        places = np.searchsorted(self._reach, chance.random(count) * self._reach[-1])
        return [self.things[place] for place in places.tolist()]


def made_up(syllables: Sequence[str], count: int) -> list[str]:
    """Make so many different words of two or three syllables."""
    words = ["".join(parts) for length in (2, 3) for parts in product(syllables, repeat=length)]
    return list(dict.fromkeys(words))[:count]


class Language:
    """The words and the names of people of one language."""

    def __init__(self, words: Sequence[str], names: Sequence[str], syllables: Sequence[str], ending: str) -> None:
        rare = made_up(syllables, WORDS_OF_A_LANGUAGE)
        self.words = Ranked(list(dict.fromkeys([*words, *rare]))[:WORDS_OF_A_LANGUAGE], WORDS_EVEN)
        self.names = Ranked(names, WORDS_EVEN)
        self.surnames = Ranked([f"{word}{ending}".title() for word in rare[:NAMES_OF_A_LANGUAGE]], NAMES_EVEN)

    def texts(self, chance: np.random.Generator, count: int, lengths: tuple[int, int]) -> list[str]:
        """Make texts of so many words, with a capital at the beginning of each."""
        ends = np.cumsum(chance.integers(lengths[0], lengths[1] + 1, count)).tolist()
        words = self.words.draw(chance, ends[-1])
        texts = (" ".join(words[start:end]) for start, end in zip([0, *ends], ends, strict=False))
        return [words[0].upper() + words[1:] for words in texts]

    def people(self, chance: np.random.Generator, count: int) -> list[str]:
        """Make names of people; some of them have the same."""
        firsts, lasts = self.names.draw(chance, count), self.surnames.draw(chance, count)
        return [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]


class Films:
    """Made-up films, people and credits as rows of the store's tables."""

    def __init__(self, films: int, seed: int) -> None:
        self.films, self.known = films, int(films * PEOPLE_PER_FILM) + 10
        self._chance = np.random.default_rng(seed)
        english = Language(ENGLISH, ENGLISH_NAMES, ENGLISH_SYLLABLES, "")
        russian = Language(RUSSIAN_WORDS, RUSSIAN_NAMES, RUSSIAN_SYLLABLES, "нов")
        self._languages = (english, english, russian)
        self._people, self._genres = (
            Ranked(range(1, self.known + 1), PEOPLE_EVEN),
            Ranked(range(1, len(GENRES) + 1), WORDS_EVEN),
        )
        self._title_types = Ranked(TITLE_TYPES, WORDS_EVEN)

    def tables(self) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
        """Give (table, columns, rows), some rows at a time, those that others refer to first."""
        yield "genres", ["id", "name"], list(enumerate(GENRES, 1))
        for numbers in _parts(self.known):
            yield from self._named(numbers)
        for numbers in _parts(self.films):
            places = np.array([n if n % round(1 / OUR_OWN) else OWN_NUMBERS + n for n in numbers]).tolist()
            yield "movies", COLUMNS, list(zip(places, *self._columns(numbers, places), strict=True))
            links = self._links(places, self._genres, (1, 3))
            yield "movie_genres", ["movie_id", "genre_id", "ordering"], links
            for role, sizes in CREDITED.items():
                rows = [(*link, _person_id(link[1])) for link in self._links(places, self._people, sizes)]
                yield CREDITS[role].name, ["movie_id", "person_id", "ordering", "source_person_id"], rows

    def _named(self, numbers: range) -> Iterator[tuple[str, list[str], list[tuple[object, ...]]]]:
        languages = [self._languages[number % len(self._languages)] for number in numbers]
        names = {language: iter(language.people(self._chance, len(numbers))) for language in dict.fromkeys(languages)}
        yield "people", ["id", "name"], [(n, next(names[each])) for n, each in zip(numbers, languages, strict=True)]
        sources = [("imdb", _person_id(number), number) for number in numbers]
        yield "person_sources", ["source", "source_id", "person_id"], sources

    def _columns(self, numbers: range, places: list[int]) -> Iterator[list[object]]:
        chance, count = self._chance, len(numbers)
        titles, descriptions = self._texts(numbers, TITLE_WORDS), self._texts(numbers, DESCRIPTION_WORDS)
        ids = [None if place >= OWN_NUMBERS else f"tt{place:07d}" for place in places]
        yield ids
        yield [str(uuid.uuid5(uuid.NAMESPACE_URL, film or f"own {n}")) for film, n in zip(ids, places, strict=True)]
        yield titles
        yield [sort_key(title) for title in titles]
        yield self._title_types.draw(chance, count)
        yield self._some(NO_DESCRIPTION, descriptions)
        yield self._some(NO_YEAR, chance.integers(*YEARS, count).tolist())
        yield self._some(NO_RATING, (chance.binomial(90, 0.6, count) / 10 + 1).round(1).tolist())
        yield [(BEGINNING + timedelta(seconds=n)).strftime("%Y-%m-%dT%H:%M:%SZ") for n in numbers]

    def _texts(self, numbers: range, lengths: tuple[int, int]) -> list[str]:
        """Make a text for each film in its language."""
        languages = [self._languages[number % len(self._languages)] for number in numbers]
        made = {
            each: iter(each.texts(self._chance, languages.count(each), lengths)) for each in dict.fromkeys(languages)
        }
        return [next(made[each]) for each in languages]

    def _some(self, missing: float, values: Sequence[object]) -> list[object]:
        there = (self._chance.random(len(values)) >= missing).tolist()
        return [value if kept else None for value, kept in zip(values, there, strict=True)]

    def _links(self, films: list[int], ranked: Ranked, sizes: tuple[int, int]) -> list[tuple[int, int, int]]:
        """Link each film with some of others, each once, in the order in which they were drawn."""
        counts = self._chance.integers(sizes[0], sizes[1] + 1, len(films)).tolist()
        drawn = iter(ranked.draw(self._chance, sum(counts)))
        linked = (
            (film, dict.fromkeys(next(drawn) for _ in range(count))) for film, count in zip(films, counts, strict=True)
        )
        return [(film, other, place) for film, others in linked for place, other in enumerate(others, 1)]


COLUMNS = [
    "id", "imdb_id", "public_id", "title", "title_key", "title_type", "description", "year", "imdb_rating",
    "updated_at",
]  # fmt: skip
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def _parts(count: int) -> Iterator[range]:
    """Cut the numbers from 1 to a count."""
    return (range(n, min(n + FILMS_AT_ONCE, count + 1)) for n in range(1, count + 1, FILMS_AT_ONCE))


def _person_id(number: int) -> str:
    return f"nm{number:07d}"


@contextmanager
def _bare(connection: Connection) -> Iterator[None]:
    """Take the indexes away that no constraint needs, and let nobody look at foreign keys; afterwards make them."""
    found = connection.execute(text(INDEXES[connection.dialect.name])).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield
    for _, statement in found:
        connection.exec_driver_sql(statement)


INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
    "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
}


def fill(url: str, films: int, seed: int = SEED) -> None:
    """Fill an empty store, in one transaction.

    Args:
        url: of the store, at the newest revision; on PostgreSQL of a role that may set session_replication_role.
        films: how many.
        seed: another seed, other films.
    """
    engine = open_store(url, write=True)
    with engine.begin() as connection, uncaptured(connection), _bare(connection):
        for table, columns, rows in Films(films, seed).tables():
            if rows:
                write_rows(connection, table, columns, rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def main() -> None:
    """Read the command line and fill DATABASE_URL."""
    parser = argparse.ArgumentParser(description="Fill the empty store in DATABASE_URL with made-up films.")
    parser.add_argument("--films", type=int, default=1_000_000, help="how many films (1000000)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other films (1)")
    arguments = parser.parse_args()
    if arguments.films < 1:
        parser.error("--films must be at least 1")
    url, began = Settings.read().database_url, time.perf_counter()
    fill(url, arguments.films, arguments.seed)
    print(f"{arguments.films:,} films, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
