"""All files of a load, in the order in which they need each other: whole files in, staged rows and what was found out.

Ratings before titles; titles and names before credits, which may only speak of both; principals before the crew, whose
credits have their notes; names once more at the end, when it is known who is credited.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from normalize.errors import DataError
from normalize.imdb import alternatives, fingerprints, people, titles
from normalize.imdb.batches import Counts
from normalize.imdb.columns import Numbers, distinct
from normalize.imdb.credits import ACTORS, DIRECTORS, WRITERS, Known, Notes, crew, principals
from normalize.imdb.credits import TABLES as CREDITED
from normalize.imdb.defects import Defect, refused
from normalize.imdb.files import AKAS, BASICS, CREW, EPISODES, NAMES, PERSON, PRINCIPALS, RATINGS, TITLE, DataSet
from normalize.imdb.fingerprints import NONE, PEOPLE_PART, TITLES_PART, Fingerprints
from normalize.imdb.members import Members
from normalize.imdb.preflight import SourceFile
from normalize.imdb.sieve import Only
from normalize.imdb.staging import TABLES, Staging
from normalize.imdb.work import NOBODY, Done, Step, Way, Workers
from normalize.progress import Steps
from normalize.repairs import REFUSED

ACTORS_PART, CREDITS_PART, CREW_PART, AKAS_PART, EPISODES_PART = "actors", "credits", "crew", "akas", "episodes"
"""The other parts that have fingerprints. What the principals say is another part where there is no crew file: then
directors and writers come from them too."""
ALL_PEOPLE, ALL_TITLES, ALL_EPISODES = "people", "titles", "episodes"
"""What a load may be asked for beside films with ratings, genres, people and credits."""
LEAST_REFUSED = 20
"""So many lines of a file may be refused, however short it is, unless none may."""


@dataclass(frozen=True)
class Wanted:
    """What is to be loaded.

    types: of titles. more: everybody whom the names list, alternative titles, episodes. at: the time of the load.
    max_refused: the share of a file's lines that may be refused.
    """

    types: Collection[str]
    more: Collection[str]
    at: str
    max_refused: float


@dataclass
class Found:
    """What a load found.

    parts: the new fingerprints. changed: part → the films of which it says something new, or nothing any more. counts:
    what must add up. genres: name → number.
    """

    parts: dict[str, Fingerprints] = field(default_factory=dict)
    changed: dict[str, Numbers] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)
    genres: dict[str, int] = field(default_factory=dict)

    @property
    def films(self) -> Numbers:
        """The numbers of all films, ascending."""
        return self.parts[TITLES_PART].numbers


class Loading:
    """One load on its way."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a load needs meets here
        self,
        files: Mapping[DataSet, SourceFile],
        wanted: Wanted,
        last: Mapping[str, Fingerprints],
        staging: Staging,
        workers: Workers,
        steps: Steps,
        genres: Mapping[str, int],
    ) -> None:
        self._files, self._wanted, self._last = files, wanted, last
        self._staging, self._workers, self._steps = staging, workers, steps
        self.found = Found(genres=dict(genres))

    def run(self) -> Found:
        """Read and stage all files.

        Raises:
            DataError: too many lines of a file are refused.
        """
        self._titles(self._ratings())
        listed = self._names()
        known = Known(self.found.films, Members(listed))
        used = self._credits(known)
        self._people(listed if ALL_PEOPLE in self._wanted.more else used)
        if ALL_TITLES in self._wanted.more:
            step = partial(alternatives.alternatives, films=known.films)
            self._part(AKAS, AKAS_PART, step, Only(TITLE, known.films))
        if ALL_EPISODES in self._wanted.more:
            self._part(EPISODES, EPISODES_PART, partial(alternatives.episodes, films=known.films))
        for part in set(self._last) - set(self.found.parts):
            self._keep(part, [])  # said last time, and not any more
        return self.found

    def _ratings(self) -> titles.Ratings:
        tables = [each.tables["ratings"] for each in self._read(RATINGS, Way(RATINGS, titles.ratings))]
        if not tables:
            return titles.NO_RATINGS
        table = pa.concat_tables(tables).sort_by("id")
        votes = table.column("votes").fill_null(-1).to_numpy()
        return titles.Ratings(table.column("id").to_numpy(), table.column("points").to_numpy(), votes)

    def _titles(self, rated: titles.Ratings) -> None:
        step = partial(titles.titles, types=frozenset(self._wanted.types), rated=rated, at=self._wanted.at)
        prints, untitled = [], []
        for each in self._read(BASICS, self._way(BASICS, TITLES_PART, step)):
            prints.append(each.prints)
            self._stage(each)
            if each.beside["untitled"].num_rows:
                untitled.append(each)
        if untitled:
            prints.append(self._titled(untitled))
        self._staging.complete("movies", "movie_genres")
        self._keep(TITLES_PART, prints)

    def _titled(self, untitled: list[Done]) -> Fingerprints:
        """Give titles from title.akas to the films that have none; those that it does not know do not go in."""
        films = pa.concat_tables([each.beside["untitled"] for each in untitled])
        genres = pa.concat_tables([each.beside["untitled_genres"] for each in untitled])
        numbers = np.sort(films.column("id").to_numpy())
        best: dict[int, alternatives.Alternative] = {}
        way = Way(AKAS, partial(alternatives.alternatives, films=numbers), only=Only(TITLE, numbers))
        for each in self._read(AKAS, way, tell=False):
            alternatives.best(best, each.tables["movie_titles"])
        batch = titles.with_titles(films, genres, {film: each.title for film, each in best.items()})
        self.found.defects += batch.defects
        self.found.counts += batch.counts
        prints = fingerprints.of_batch(batch)
        changed = batch.only(self._last.get(TITLES_PART, NONE).changed(prints))
        self._stage(Done(prints, NOBODY, changed.whole, [], Counter(), 0))
        return prints

    def _names(self) -> Numbers:
        """Give the numbers of all people that the names list, ascending."""
        numbers = [each.prints.numbers for each in self._read(NAMES, Way(NAMES, people.listed))]
        return np.sort(np.concatenate(numbers)) if numbers else NOBODY

    def _credits(self, known: Known) -> Numbers:
        """Read principals and crew; gives the numbers of the people that they credit, ascending."""
        notes: dict[str, list[pa.Table]] = {role: [] for role in (DIRECTORS, WRITERS)}
        used: list[Numbers] = []

        def noted(each: Done) -> None:
            """Keep whom a block credits, and what the principals say beside the credits of the crew."""
            used.append(each.people)
            for role, table in each.beside.items():
                notes[role].append(table)

        step = partial(principals, known=known, has_crew=CREW in self._files)
        only = Only(TITLE, known.films)
        self._part(PRINCIPALS, CREDITS_PART if CREW not in self._files else ACTORS_PART, step, only, noted)
        self._staging.complete(CREDITED[ACTORS])
        gathered = {role: Notes.of(tables) for role, tables in notes.items()}
        self._part(CREW, CREW_PART, partial(crew, known=known, notes=gathered), only, noted)
        self._staging.complete(CREDITED[DIRECTORS], CREDITED[WRITERS])
        return distinct(np.concatenate(used)) if used else NOBODY

    def _people(self, wanted: Numbers) -> None:
        prints = []
        way = self._way(NAMES, PEOPLE_PART, partial(people.people, wanted=wanted), Only(PERSON, wanted))
        for each in self._read(NAMES, way, tell=False, name="people"):
            prints.append(each.prints)
            self._stage(each)
        self._staging.complete("people", "person_sources")
        self._keep(PEOPLE_PART, prints)

    def _part(
        self,
        data_set: DataSet,
        part: str,
        step: Step,
        only: Only | None = None,
        also: Callable[[Done], None] | None = None,
    ) -> None:
        """Read and stage a file that says one thing of each film."""
        prints = []
        for each in self._read(data_set, self._way(data_set, part, step, only)):
            prints.append(each.prints)
            self._stage(each)
            if also is not None:
                also(each)
        self._keep(part, prints)

    def _way(self, data_set: DataSet, part: str, step: Step, only: Only | None = None) -> Way:
        return Way(data_set, step, self._last.get(part, NONE), self._staging.csv, only)

    def _keep(self, part: str, prints: list[Fingerprints]) -> None:
        """Keep the fingerprints of a part, and what is new of it."""
        numbers = np.concatenate([NOBODY, *(each.numbers for each in prints)])
        values = np.concatenate([NONE.prints, *(each.prints for each in prints)])
        order = np.argsort(numbers, kind="stable")
        new, last = Fingerprints(numbers[order], values[order]), self._last.get(part, NONE)
        self.found.parts[part] = new
        self.found.changed[part] = distinct(np.concatenate([last.changed(new), last.gone(new.numbers)]))

    def _read(self, data_set: DataSet, way: Way, *, tell: bool = True, name: str | None = None) -> Iterator[Done]:
        """Take a file its way, if it is there; `tell`: for the first time, so that what is found is counted."""
        file = self._files.get(data_set)
        if file is None:
            return
        bad, allowed = 0, allowed_to_refuse(file.lines, self._wanted.max_refused)
        with self._steps.step(name or data_set.name, file.lines) as advance:
            for each in self._workers.run(file, way):
                if tell:
                    self.found.defects += each.defects
                    self.found.counts += each.counts
                    bad += refused(each.defects)
                if bad > allowed:
                    raise DataError(_too_many(file, bad, allowed, each.defects))
                yield each
                advance(each.lines)

    def _stage(self, each: Done) -> None:
        """Write the rows of a block."""
        for name, rows in each.tables.items():
            if name == "genres":
                self._staging.write("movie_genres", self._numbered(rows))
            elif name in TABLES:
                self._staging.write(name, rows)

    def _numbered(self, rows: pa.Table) -> pa.Table:
        """Give genres their numbers; a new one gets the next."""
        told = rows.column("name").combine_chunks().dictionary_encode()
        genres = self.found.genres
        for name in told.dictionary.to_pylist():
            genres.setdefault(name, max(genres.values(), default=0) + 1)
        numbers = np.array([genres[name] for name in told.dictionary.to_pylist()], dtype=np.int64)
        places = told.indices.to_numpy()
        return rows.set_column(1, "genre_id", pa.array(numbers[places] if len(places) else NOBODY))


def allowed_to_refuse(lines: int, share: float) -> int:
    """Give how many of a file's lines may be refused."""
    return max(int(lines * share), LEAST_REFUSED) if share else 0


def _too_many(file: SourceFile, bad: int, allowed: int, defects: list[Defect]) -> str:
    table, place, column, old, _, rule, _ = next(each for each in reversed(defects) if each[-1] == REFUSED)
    return (
        f"{file.path}: {bad:,} of its {file.lines:,} lines or more would be refused, and {allowed:,} may be; the "
        f"last one: {table}, {place}: {column} {old!r} ({rule}). Nothing was changed. Look at the file, or raise "
        "--max-refused."
    )
