"""The lines of made-up IMDb files: a stretch of titles or people and a day in, the text of each file's lines out.

Everything is drawn from numbers that the seed, the stretch and the day decide, in whole arrays, so that a stretch
costs a fraction of a second and the same one is the same again. `imdb_shares` says how many there are of what.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import imdb_shares as shares
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from imdb_columns import (
    Ints,
    Mask,
    Texts,
    drawn,
    ids,
    joined,
    lines,
    maybe,
    put,
    put_all,
    ragged,
    taken,
    text,
    weighted,
    weighted_values,
)

from normalize.imdb import files


@dataclass(frozen=True)
class World:
    """All titles and people there ever are, and who is there today.

    titles, people: their numbers, in the order of their ids as text. seed: of everything. day: 0, or 1 for the day
    after. films_only: every title is a film. odd, odd_people: what is odd → the places of those with it.
    """

    titles: Ints
    people: Ints
    seed: int
    day: int
    films_only: bool
    odd: Mapping[str, Ints]
    odd_people: Mapping[str, Ints]


def stretch_of_people(world: World, start: int, stop: int) -> dict[str, pa.Buffer]:
    """Give the lines of name.basics for the people at the places from `start` to `stop`."""
    rng = np.random.default_rng([world.seed, 1, start])
    numbers, count = world.people[start:stop], stop - start
    odd = {name: _here(places, start, stop) for name, places in world.odd_people.items()}
    names = rng.integers(0, len(shares.FIRST) * len(shares.SYLLABLES) ** 3, count)
    born = np.where(rng.random(count) < shares.BORN, rng.integers(1870, 2015, count), 0)
    died = np.where((born > 0) & (rng.random(count) < shares.DIED / shares.BORN), born + 9, 0)
    works, known = drawn(rng, shares.PROFESSIONS, count), world.titles[rng.integers(0, len(world.titles), count)]
    names += _changed(world, start, count, 2) * 7  # renamed
    name = put(_people(names), odd["no name"], files.NOTHING)
    name = put(name, odd["odd name"], 'Will "Quote')
    columns = [ids("nm", numbers), name, maybe(born), maybe(died), works, ids("tt", known)]
    return {files.NAMES.name: lines(columns, rng, _there(world, numbers), twice=odd["person twice"])}


def stretch_of_titles(world: World, start: int, stop: int) -> dict[str, pa.Buffer]:
    """Give the lines of all files of titles for those at the places from `start` to `stop`."""
    rng = np.random.default_rng([world.seed, 0, start])
    numbers = world.titles[start:stop]
    made = _Titles(world, start, numbers, {n: _here(places, start, stop) for n, places in world.odd.items()}, rng)
    return {
        files.BASICS.name: made.basics(),
        files.RATINGS.name: made.ratings(),
        files.AKAS.name: made.akas(),
        **made.credits(),
        files.EPISODES.name: made.episodes(),
    }


class _Titles:
    """A stretch of titles, of which each method makes a file's lines."""

    def __init__(
        self, world: World, start: int, numbers: Ints, odd: Mapping[str, Ints], rng: np.random.Generator
    ) -> None:
        self._world, self._start, self._odd, self._rng = world, start, odd, rng
        self._numbers, self._count = numbers, len(numbers)
        self._ids = ids("tt", numbers)
        self._there = _there(world, numbers)
        types = {"movie": 1} if world.films_only else shares.TYPES
        self._types = weighted(rng, types, self._count)
        self._names = list(types)
        self._words = rng.integers(0, len(shares.WORDS), (4, self._count))
        self._lengths = rng.integers(2, 5, self._count)

    def basics(self) -> pa.Buffer:
        """Give the lines of title.basics."""
        rng, count, odd = self._rng, self._count, self._odd
        original = np.where(rng.random(count) < shares.ANOTHER_ORIGINAL, 1, 0)
        year = np.where(rng.random(count) < shares.NO_YEAR, 0, rng.integers(1895, 2026, count))
        runtime = np.where(rng.random(count) < shares.NO_RUNTIME, 0, rng.integers(1, 200, count))
        genres = taken(_genre_lists(self._world.seed), rng.integers(0, shares.POOL, count))
        adult = taken(("0", "1"), (rng.random(count) < shares.ADULT).astype(np.int64))
        changed = _changed(self._world, self._start, count, 3)
        title = self._title(changed * 11)
        odd_titles = taken(shares.ODD_TITLES, np.arange(len(odd["odd title"])) % len(shares.ODD_TITLES))
        title = put_all(title, odd["odd title"], odd_titles)
        title = put(title, odd["no title"], files.NOTHING)
        years = put(put(maybe(year), odd["year 3021"], "3021"), odd["year is no number"], "c1950")
        runtimes = put(maybe(runtime + changed * (runtime > 0)), odd["runtime is no number"], "Reality-TV")
        kinds = taken(self._names, self._types)
        second = pc.if_else(pa.array(original == 1), self._title(original), title)
        adult = put(adult, odd["adult is \\N"], files.NOTHING)
        title = put(title, odd["tab in the title"], "Before\tAfter")
        columns = [self._ids, kinds, title, second, adult, years, files.NOTHING, runtimes, genres]
        return lines(columns, rng, self._there, twice=odd["title twice"], short=odd["too few fields"])

    def ratings(self) -> pa.Buffer:
        """Give the lines of title.ratings."""
        rng, count = self._rng, self._count
        tenths = np.clip(rng.normal(69, 13, count), 10, 100).astype(np.int64)
        votes = 5 + (rng.pareto(0.9, count) * 10).clip(0, 3e6).astype(np.int64)
        votes += _changed(self._world, self._start, count, 4)
        rated = self._there & (rng.random(count) < shares.RATED * (3 if self._world.films_only else 1))
        rated[self._odd["rating of 11"]] = True
        rating = pc.binary_join_element_wise(text(tenths // 10), text(tenths % 10), ".")
        rating = put(rating, self._odd["rating of 11"], "11.0")
        return lines([self._ids, rating, text(votes)], rng, rated)

    def akas(self) -> pa.Buffer:
        """Give the lines of title.akas: the first of each title is its original one."""
        rng = self._rng
        more = weighted_values(rng, shares.OTHER_NAMES, self._count)
        of, ordering = ragged(more + 1)
        first = ordering == 1
        title = self._title(np.where(first, 0, ordering + _changed(self._world, self._start, self._count, 5)[of]), of)
        region = pc.if_else(pa.array(first), files.NOTHING, drawn(rng, shares.REGIONS, len(of)))
        types = pc.if_else(pa.array(first), "original", drawn(rng, shares.AKA_TYPES, len(of)))
        # Real files say \N where they do not know whether it is the original title.
        is_original = taken(("0", "1", files.NOTHING), np.where(rng.random(len(of)) < 0.001, 2, first))
        columns = [
            self._ids.take(pa.array(of)),
            text(ordering),
            title,
            region,
            drawn(rng, shares.LANGUAGES, len(of)),
            types,
        ]
        return lines([*columns, files.NOTHING, is_original], rng, self._there[of])

    def credits(self) -> dict[str, pa.Buffer]:
        """Give the lines of title.crew and of title.principals, which repeats a part of it."""
        rng, count = self._rng, self._count
        directors, writers = (weighted_values(rng, sizes, count) for sizes in (shares.DIRECTORS, shares.WRITERS))
        writers[self._odd["crew of 511"]] = shares.LONG_CREW
        changed = _changed(self._world, self._start, count, 6)
        people = {"director": self._people_of(directors, changed), "writer": self._people_of(writers, changed)}
        lists = [
            joined(ids("nm", people[role]), sizes) for role, sizes in (("director", directors), ("writer", writers))
        ]
        crew = lines([self._ids, *lists], rng, self._there)
        return {files.CREW.name: crew, files.PRINCIPALS.name: self._principals(people, directors, writers)}

    def _principals(self, people: dict[str, Ints], directors: Ints, writers: Ints) -> pa.Buffer:
        rng, count = self._rng, self._count
        cast, others = (weighted_values(rng, sizes, count) for sizes in (shares.ACTORS, shares.OTHERS))
        sizes = np.stack([cast, np.minimum(directors, shares.CREDITED), np.minimum(writers, shares.CREDITED), others])
        ends = np.cumsum(sizes, axis=0)
        of, ordering = ragged(ends[-1])
        place = ordering - 1
        part = (place >= ends[0][of]).astype(np.int64) + (place >= ends[1][of]) + (place >= ends[2][of])
        who = self._someone(len(of))
        for number, (role, had) in enumerate({"director": directors, "writer": writers}.items(), start=1):
            rows = part == number
            offsets = np.cumsum(had) - had
            who[rows] = people[role][offsets[of[rows]] + place[rows] - ends[number - 1][of[rows]]]
        again = np.flatnonzero((rng.random(len(of)) < shares.SAME_PERSON_AGAIN) & (place > 0))
        who[again] = who[again - 1]
        changed = _changed(self._world, self._start, count, 7)[of]
        who[(changed == 1) & (part == 0) & (place == 0)] = self._world.people[0]
        names = ["director", "writer", *shares.CATEGORIES]
        in_cast = weighted(rng, dict(list(shares.CATEGORIES.items())[: shares.CAST_CATEGORIES]), len(of))
        behind = (
            weighted(rng, dict(list(shares.CATEGORIES.items())[shares.CAST_CATEGORIES :]), len(of))
            + shares.CAST_CATEGORIES
        )
        category = np.select([part == 0, part == 1, part == 2], [in_cast + 2, 0, 1], behind + 2)
        jobs = np.where(
            (part > 1) & (rng.random(len(of)) < 0.5), rng.integers(0, len(shares.JOBS), len(of)), len(shares.JOBS)
        )
        played = np.where(part == 0, rng.integers(0, shares.POOL, len(of)) ^ changed, shares.POOL)
        played[(part == 0) & (rng.random(len(of)) < 0.2)] = shares.POOL
        columns = [
            self._ids.take(pa.array(of)),
            text(ordering),
            ids("nm", who),
            taken(names, category),
            taken((*shares.JOBS, files.NOTHING), jobs),
            taken((*_parts(self._world.seed), files.NOTHING), played),
        ]
        return lines(columns, rng, self._there[of])

    def episodes(self) -> pa.Buffer:
        """Give the lines of title.episode."""
        rng, count = self._rng, self._count
        parents = self._world.titles[rng.integers(0, len(self._world.titles), count)]
        seasons = np.where(rng.random(count) < 0.2, 0, rng.integers(1, 30, count))
        episodes = np.where(seasons == 0, 0, rng.integers(1, 200, count))
        is_one = np.array([name == "tvEpisode" for name in self._names])[self._types]
        return lines([self._ids, ids("tt", parents), maybe(seasons), maybe(episodes)], rng, self._there & is_one)

    def _title(self, salt: Ints, of: Ints | None = None) -> Texts:
        """Give titles of two to four words: another salt gives other ones; `of`: whose they are."""
        words, lengths = (self._words, self._lengths) if of is None else (self._words[:, of], self._lengths[of])
        last = np.where(salt > 0, (words[0] + salt) % len(shares.WORDS), words[0])
        parts = [taken((*shares.WORDS, ""), np.where(at < lengths, words[at], len(shares.WORDS))) for at in range(1, 4)]
        return pc.utf8_rtrim(pc.binary_join_element_wise(taken(shares.WORDS, last), *parts, " "), " ")

    def _someone(self, count: int) -> Ints:
        """Draw people; some are in many films, most in few."""
        places = (self._rng.random(count) ** 2 * len(self._world.people)).astype(np.int64)
        return self._world.people[places]

    def _people_of(self, sizes: Ints, changed: Ints) -> Ints:
        """Draw the people of lists of these sizes; the first of a list that changed is somebody else."""
        people = self._someone(int(sizes.sum()))
        offsets = np.cumsum(sizes) - sizes
        people[offsets[(changed == 1) & (sizes > 0)]] = self._world.people[-1]
        unknown = [place for place in self._odd["unknown person"] if sizes[place]]
        people[offsets[unknown]] = self._world.people.max() + 1
        return people


def _here(places: Ints, start: int, stop: int) -> Ints:
    return places[(places >= start) & (places < stop)] - start


def _there(world: World, numbers: Ints) -> Mask:
    """Say who is there today: one of 2,000 comes tomorrow, another one of 2,000 is gone then."""
    return np.asarray((numbers * 2654435761 + world.seed) % 2000 != 1 - world.day)


def _changed(world: World, start: int, count: int, what: int) -> Ints:
    """Give 1 for what has changed since day 0, else 0."""
    if not world.day:
        return np.zeros(count, np.int64)
    return (np.random.default_rng([world.seed, what, start]).random(count) < shares.CHANGED).astype(np.int64)


def _genre_lists(seed: int) -> list[str]:
    rng = np.random.default_rng([seed, 8])
    weights = np.array(list(shares.GENRES.values())) / sum(shares.GENRES.values())
    sizes = weighted_values(rng, shares.GENRES_OF_A_TITLE, shares.POOL)
    lists = (sorted(rng.choice(list(shares.GENRES), size, replace=False, p=weights)) for size in sizes)
    return [",".join(each) or files.NOTHING for each in lists]


def _parts(seed: int) -> list[str]:
    """Give the names of parts as the files have them: a list as JSON."""
    rng = np.random.default_rng([seed, 9])
    names = [" ".join(rng.choice(shares.WORDS, rng.integers(1, 3))) for _ in range(shares.POOL)]
    names[0], names[1] = 'The "Boss"', "Self"
    return [json.dumps(names[at : at + (2 if at % 20 == 0 else 1)], ensure_ascii=False) for at in range(shares.POOL)]


def _people(names: Ints) -> Texts:
    """Give people's names: a first name and one of three syllables."""
    names, first = np.divmod(names, len(shares.FIRST))
    names, one = np.divmod(names, len(shares.SYLLABLES))
    three, two = np.divmod(names, len(shares.SYLLABLES))
    starts = [syllable.capitalize() for syllable in shares.SYLLABLES]
    last = pc.binary_join_element_wise(
        taken(starts, one), *(taken(shares.SYLLABLES, n % len(shares.SYLLABLES)) for n in (two, three)), ""
    )
    return pc.binary_join_element_wise(taken(shares.FIRST, first), last, " ")
