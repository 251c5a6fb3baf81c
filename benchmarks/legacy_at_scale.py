"""Make a legacy database of any size: a number of films in, a SQLite file out, with the real one's shape and dirt.

The proportions are those counted in the real file of 999 films and stand below as data. The same seed gives the same
file. Rows are streamed, so memory does not grow with the number of films.
"""

import argparse
import json
import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE actors(id integer primary key autoincrement, name text);
CREATE TABLE rating_agency(id text(27), name text);
CREATE TABLE movies (id text primary key, genre text, director text, writer text, title text, plot text,
ratings text, imdb_rating text, writers text);
CREATE TABLE writers(id text(27) primary key, name text);
CREATE TABLE movie_actors(movie_id text, actor_id text);
"""

REAL_FILMS, REAL_ACTORS, REAL_WRITERS = 999, 2683, 1192
NO_DIRECTOR, SEVERAL_DIRECTORS, CO_DIRECTORS = 304, 88, 5
WRITER_DIRECTS, ACTOR_DIRECTS, ACTOR_WRITES = 228, 73, 95
NO_PLOT, NO_RATING = 249, 1
SINGLE_WRITER, NOBODY_WRITES = 596, 320
LISTS_WITH_REPEATS = 79
CASTS_LISTED_TWICE = 14
CAST_SIZES = {1: 137, 2: 40, 3: 34, 4: 788}
"""Different actors of a film → number of films."""
LIST_SIZES = {1: 8, 2: 191, 3: 101, 4: 44, 5: 27, 6: 11, 7: 4, 8: 3, 9: 4, 10: 4, 12: 1, 13: 2, 14: 2, 21: 1}
"""Different writers in a list → number of lists."""
GENRES_OF_A_FILM = {1: 337, 2: 278, 3: 272, 4: 65, 5: 29, 6: 12, 7: 4, 8: 1, 9: 1}
GENRES = {
    "Sci-Fi": 311, "Action": 244, "Adventure": 213, "Comedy": 206, "Drama": 190, "Short": 172, "Documentary": 157,
    "Animation": 141, "Family": 95, "Fantasy": 88, "Romance": 77, "Music": 69, "Reality-TV": 38, "Biography": 32,
    "Thriller": 27, "Musical": 24, "Sport": 23, "History": 20, "Western": 18, "Game-Show": 17, "Horror": 16,
    "Mystery": 14, "Crime": 14, "War": 12, "Talk-Show": 8, "News": 5,
}  # fmt: skip
FIRST_NAMES = """
Ada Amos Ann Ben Björn Carl Clara Dan Dora Ed Ella Emil Eva Fay Finn Frank Gus Hal Ida Ike Ivy Jack Jane José
Kai Kate Lea Leo Liv Lou Mae Max Mia Ned Nell Nora Otto Pia Quin Ray Rob Rosa Sam Sue Ted Tom Una Val Vera Zoë
""".split()  # noqa: SIM905 - words are easier to read as a text than as a list
CONSONANTS, VOWELS, SYLLABLES = "bdfghklmnprstvz", "aeiou", 4
WORDS = """
a and at away brother by captain city daughter door far film finds first for from galaxy goes has he her his home
house in into is island its last leaves life light long looks lost man moon mother must near never night of old on
one over river road sea secret sees she ship sister small son song star stone storm story summer the their they
time to tower train turns two under until voice war water when who winter with without woman world year young
""".split()  # noqa: SIM905 - words are easier to read as a text than as a list
TITLE_WORDS, PLOT_WORDS = (2, 6), (20, 115)
NOTHING = "N/A"


@dataclass(frozen=True)
class Scale:
    """How many of each there are, in the real file's proportions."""

    films: int

    @property
    def actors(self) -> int:
        """The last actor is the one called 'N/A'."""
        return max(len(CAST_SIZES), round(self.films * REAL_ACTORS / REAL_FILMS))

    @property
    def writers(self) -> int:
        """The last writer is the one called 'N/A'."""
        return max(max(LIST_SIZES) + 1, round(self.films * REAL_WRITERS / REAL_FILMS))


def person(number: int) -> str:
    """Give the name of a person: another one for each number, as every part has its fixed length."""
    number, first = divmod(number, len(FIRST_NAMES))
    last = ""
    for _ in range(SYLLABLES):
        number, consonant = divmod(number, len(CONSONANTS))
        number, vowel = divmod(number, len(VOWELS))
        last += CONSONANTS[consonant] + VOWELS[vowel]
    return f"{FIRST_NAMES[first]} {last.capitalize()}"


def film_id(number: int) -> str:
    """Give the id of the film with this number, from 0 on."""
    return f"tt{number + 1:07d}"


def writer_id(number: int) -> str:
    """Give a writer's id: 40 hexadecimal digits, as long as the real ones."""
    return f"0b60f2f3{number:032x}"


def writer_name(number: int, scale: Scale) -> str:
    """Give a writer's name; some bear an actor's."""
    is_actor = number % REAL_WRITERS < ACTOR_WRITES
    return person(number if is_actor else scale.actors + number)


def actors(scale: Scale) -> Iterator[tuple[int, str]]:
    """Give the rows of `actors`, one of them 'N/A'."""
    for number in range(1, scale.actors + 1):
        yield number, NOTHING if number == scale.actors else person(number)


def writers(scale: Scale) -> Iterator[tuple[str, str]]:
    """Give the rows of `writers`, one of them 'N/A'."""
    for number in range(scale.writers):
        yield writer_id(number), NOTHING if number == scale.writers - 1 else writer_name(number, scale)


def films(scale: Scale, rng: random.Random) -> Iterator[tuple[str | None, ...]]:
    """Give the rows of `movies`, in the order of its columns."""
    for number in range(scale.films):
        writer, listed = _writers(scale, rng)
        yield (
            film_id(number),
            ", ".join(dict.fromkeys(rng.choices(list(GENRES), list(GENRES.values()), k=_drawn(rng, GENRES_OF_A_FILM)))),
            _directors(number, scale, rng),
            writer,
            "Star " + " ".join(rng.choices(WORDS, k=rng.randint(*TITLE_WORDS))).title(),
            NOTHING if _in(rng, NO_PLOT) else _sentence(rng),
            None,
            NOTHING if _in(rng, NO_RATING) else f"{rng.randint(10, 98) / 10:.1f}",
            listed,
        )


def movie_actors(scale: Scale, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Give the rows of `movie_actors`; some casts are there twice."""
    for number in range(scale.films):
        cast = [str(each) for each in rng.sample(range(1, scale.actors + 1), _drawn(rng, CAST_SIZES))]
        for actor in cast * (2 if _in(rng, CASTS_LISTED_TWICE) else 1):
            yield film_id(number), actor


def _in(rng: random.Random, count: int, of: int = REAL_FILMS) -> bool:
    """Be true for `count` of `of` calls, on the average."""
    return rng.random() * of < count


def _drawn(rng: random.Random, sizes: dict[int, int]) -> int:
    return rng.choices(list(sizes), list(sizes.values()))[0]


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(*PLOT_WORDS))).capitalize() + "."


def _directors(number: int, scale: Scale, rng: random.Random) -> str:
    if _in(rng, NO_DIRECTOR):
        return NOTHING
    names = [_director(number, scale, rng)]
    if _in(rng, SEVERAL_DIRECTORS, REAL_FILMS - NO_DIRECTOR):
        names.append(_director(number + scale.films, scale, rng))
        if _in(rng, CO_DIRECTORS, SEVERAL_DIRECTORS):
            names[1] += "(co-director)"
    return ", ".join(names)


def _director(number: int, scale: Scale, rng: random.Random) -> str:
    if _in(rng, WRITER_DIRECTS, REAL_FILMS - NO_DIRECTOR):
        return writer_name(rng.randrange(scale.writers - 1), scale)
    if _in(rng, ACTOR_DIRECTS, REAL_FILMS - NO_DIRECTOR):
        return person(rng.randrange(1, scale.actors))
    return person(scale.actors + scale.writers + number)


def _writers(scale: Scale, rng: random.Random) -> tuple[str, str]:
    """Give `writer` and `writers`, one of them empty; some lists name a writer twice."""
    if _in(rng, SINGLE_WRITER):
        nobody = _in(rng, NOBODY_WRITES, SINGLE_WRITER)
        return writer_id(scale.writers - 1 if nobody else rng.randrange(scale.writers - 1)), ""
    numbers = rng.sample(range(scale.writers - 1), _drawn(rng, LIST_SIZES))
    if _in(rng, LISTS_WITH_REPEATS, REAL_FILMS - SINGLE_WRITER):
        numbers += numbers[: rng.randint(1, 2)]
    return "", json.dumps([{"id": writer_id(number)} for number in numbers])


def make(target: Path, films_wanted: int, seed: int) -> None:
    """Write the file, beside its place first, so that nobody finds half of it."""
    scale = Scale(films_wanted)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + SCHEMA)
        _insert(connection, "actors", 2, actors(scale))
        _insert(connection, "writers", 2, writers(scale))
        _insert(connection, "movies", 9, films(scale, random.Random(f"{seed} films")))
        _insert(connection, "movie_actors", 2, movie_actors(scale, random.Random(f"{seed} casts")))
        connection.commit()
    draft.replace(target)


def _insert(connection: sqlite3.Connection, table: str, columns: int, rows: Iterable[tuple[object, ...]]) -> None:
    slots = ", ".join("?" * columns)
    connection.executemany(f"INSERT INTO {table} VALUES ({slots})", rows)


def main() -> None:
    """Read the command line and make the file."""
    parser = argparse.ArgumentParser(description="Make a legacy database of any size.")
    parser.add_argument("--films", type=int, default=300 * REAL_FILMS, help="how many films (299,700)")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/legacy.sqlite"), help="the file to make")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another file (1)")
    arguments = parser.parse_args()
    if arguments.films < 1:
        parser.error("--films must be at least 1")
    began = time.perf_counter()
    make(arguments.out, arguments.films, arguments.seed)
    size = arguments.out.stat().st_size / 1e6
    print(f"{arguments.out}: {arguments.films:,} films, {size:,.0f} MB, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
