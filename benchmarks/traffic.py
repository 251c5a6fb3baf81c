"""Mixed traffic on a server while its films are edited: a store in; each answer's milliseconds and the wrong ones out.

Readers draw requests of all contracts by weight and compare each answer with what the store can have said meanwhile: a
card is never older than the last edit that was committed before it was asked for, and never newer than the last begun.
"""

import http.client
import json
import random
import threading
import time
import uuid
from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import quote

from films_at_scale import ENGLISH, GENRES, RUSSIAN_WORDS
from sqlalchemy import select, text

from normalize.models import OUTSIDE_ID, movies
from normalize.store import open_store
from normalize.text import sort_key

EDITED = 100
"""Films that are edited, over and over."""
RENAMED_EVERY = 20
"""After so many edits of a film a person is renamed, which reaches many films."""
COMMON = {*ENGLISH, *RUSSIAN_WORDS}
"""Words that are not searched for: some of them are stop words, which find nothing."""
TOKEN = "a-token"
PATIENCE = 60.0
PAGE = 20


@dataclass(frozen=True)
class Film:
    """A film: its number, the ids that the contracts call it by, and the title that it began with."""

    number: int
    outside_id: str
    public_id: str
    title: str


@dataclass(frozen=True)
class Ask:
    """A request, and what says of the answer's JSON what is wrong with it; '' if nothing is."""

    kind: str
    path: str
    wrong: Callable[[object], str]
    sent: str | None = None


@dataclass
class Tally:
    """What a reader met. took: milliseconds by kind. wrong: what was wrong with answers, in words."""

    took: dict[str, array] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    wrong: list[str] = field(default_factory=list)


class Titles:
    """What each film may be called: the title that it began with, or one of a range of edits."""

    def __init__(self, films: Sequence[Film]) -> None:
        self._first = {name: film.title for film in films for name in (film.outside_id, film.public_id)}
        self._begun: dict[str, int] = defaultdict(int)
        self._committed: dict[str, int] = defaultdict(int)

    def begin(self, film: Film) -> str:
        """Give the title of a film's next edit, which is begun with it."""
        for name in (film.outside_id, film.public_id):
            self._begun[name] += 1
        return f"Edition {self._begun[film.outside_id]} of {film.title}"

    def commit(self, film: Film) -> None:
        """Note that the edit that was begun is committed."""
        for name in (film.outside_id, film.public_id):
            self._committed[name] = self._begun[name]

    def committed(self, name: str) -> int:
        """Give the number of the last edit that is committed."""
        return self._committed[name]

    def wrong(self, name: str, title: str, oldest: int) -> str:
        """Say what is wrong with a film's title: it is of no edit from the oldest to the last begun."""
        first = self._first.get(name)
        if first is None:
            return ""  # a new film
        allowed = range(oldest, self._begun[name] + 1)
        said = 0 if title == first else next((n for n in allowed if title == f"Edition {n} of {first}"), None)
        return "" if said in allowed else f"{name} is called {title!r}, of edits {allowed} of {first!r}"


class Mix:
    """What is asked, drawn by weight."""

    def __init__(self, films: Sequence[Film], titles: Titles) -> None:
        self._films, self._titles = films, titles
        self._steady = [film for film in films[EDITED:] if _word(film.title)]
        self._kinds: dict[Callable[[random.Random], Ask], int] = {
            self._search: 20, self._list: 8, self._card: 20, self._suggest: 15, self._catalogue: 8,
            self._catalogue_film: 10, self._front_end: 8, self._front_end_card: 10, self._new: 1, self._state: 1,
        }  # fmt: skip

    def draw(self, chance: random.Random) -> Ask:
        """Draw a request."""
        (make,) = chance.choices(list(self._kinds), list(self._kinds.values()))
        return make(chance)

    def _film(self, chance: random.Random) -> Film:
        """Give a film; one in two is among those that are edited."""
        return chance.choice(self._films[:EDITED] if chance.random() < 1 / 2 else self._films)

    def _listed(self, items: object, holds: Callable[[dict], bool] = bool, *, some: bool = True) -> str:
        """Say what is wrong with a list of films."""
        if not isinstance(items, list) or len(items) > PAGE or (some and not items):
            return f"a list of 1 to {PAGE} films was to come"
        bad = [film for film in items if not holds(film)]
        return (f"not to be listed: {bad[0]}" if bad else "") or next(
            filter(None, (self._titles.wrong(film["id"], film["title"], 0) for film in items)), ""
        )

    def _search(self, chance: random.Random) -> Ask:
        word = quote(_word(chance.choice(self._steady).title))
        path = f"/api/v1/video/collection?search={word}&limit={PAGE}"
        return Ask("search", path, lambda said: self._listed(said["items"]))

    def _list(self, chance: random.Random) -> Ask:
        genre = chance.choice(GENRES[:5])
        path = f"/api/v1/video/collection?genre={genre}&sort=imdb_rating&sort_order=desc&facets=genres&limit={PAGE}"

        def wrong(said: dict) -> str:
            ratings = [film["imdb_rating"] or -1 for film in said["items"]]
            disorder = "" if ratings == sorted(ratings, reverse=True) else f"not by rating: {ratings}"
            return self._listed(said["items"], lambda film: genre in film["genres"]) or disorder

        return Ask("list", path, wrong)

    def _suggest(self, chance: random.Random) -> Ask:
        prefix = chance.choice(self._steady).title[: chance.randint(1, 6)].rstrip()

        def wrong(said: dict) -> str:
            return "" if said["titles"] or said["people"] else f"nothing begins with {prefix!r}"

        return Ask("suggest", f"/api/v1/video/suggest?prefix={quote(prefix)}", wrong)

    def _catalogue(self, chance: random.Random) -> Ask:
        genre = chance.choice(GENRES[:5])
        path = f"/movies?genre={genre}&sort=rating&desc=1&page_size={PAGE}"
        return Ask("catalogue", path, lambda said: self._listed(said, lambda film: {"name": genre} in film["genres"]))

    def _front_end(self, chance: random.Random) -> Ask:
        word = quote(_word(chance.choice(self._steady).title))
        return Ask("front end", f"/api/movies?search={word}&limit={PAGE}", self._listed)

    def _card(self, chance: random.Random) -> Ask:
        return self._one("card", "/api/v1/video/get/", self._film(chance).outside_id)

    def _front_end_card(self, chance: random.Random) -> Ask:
        return self._one("card, front end", "/api/movies/", self._film(chance).outside_id)

    def _catalogue_film(self, chance: random.Random) -> Ask:
        return self._one("film, catalogue", "/movies/", self._film(chance).public_id)

    def _one(self, kind: str, path: str, name: str) -> Ask:
        oldest = self._titles.committed(name)

        def wrong(said: dict) -> str:
            other = "" if said["id"] == name else f"{said['id']} came for {name}"
            return other or self._titles.wrong(name, said["title"], oldest)

        return Ask(kind, path + name, wrong)

    def _new(self, chance: random.Random) -> Ask:
        film = {"title": f"New {uuid.UUID(int=chance.getrandbits(128))}", "year": 2020, "genres": [{"name": "Drama"}]}

        def wrong(said: dict) -> str:
            return "" if film == {key: said[key] for key in film} else f"{said} came of {film}"

        return Ask("new film", "/movies", wrong, json.dumps(film))

    def _state(self, _chance: random.Random) -> Ask:
        return Ask("state", "/health/ready", lambda said: "" if said["status"] == "ready" else f"{said}")


def _word(title: str) -> str:
    """Give the longest word of a title that is not common; '' if all are."""
    return max((word for word in title.lower().split() if word not in COMMON), key=len, default="")


def films_of(url: str) -> list[Film]:
    """Read all films of a store; those that can be edited come first."""
    engine = open_store(url)
    asked = select(movies.c.id, OUTSIDE_ID, movies.c.public_id, movies.c.title)
    with engine.connect() as connection:
        films = [Film(*row) for row in connection.execute(asked.order_by(movies.c.id))]
    engine.dispose()
    return films


def read(port: int, mix: Mix, seed: int, pause: float, stop: threading.Event) -> Tally:
    """Ask one request after the other on one connection, with pauses of so many seconds, until told to stop."""
    tally, chance = Tally(), random.Random(seed)
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    while not stop.wait(pause):
        ask = mix.draw(chance)
        began = time.perf_counter()
        try:
            wrong = answered(connection, ask)
        except (OSError, http.client.HTTPException) as error:
            wrong = repr(error)
            connection.close()
        tally.took[ask.kind].append((time.perf_counter() - began) * 1000)
        if wrong:
            tally.wrong.append(f"{time.strftime('%H:%M:%S')} {ask.path}: {wrong}")
    connection.close()
    return tally


def answered(connection: HTTPConnection, ask: Ask) -> str:
    """Ask for something; gives what is wrong with the answer, '' if nothing is."""
    if ask.sent is None:
        connection.request("GET", ask.path)
    else:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        connection.request("POST", ask.path, ask.sent.encode(), headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != (200 if ask.sent is None else 201):
        return f"{answer.status}: {body[:500].decode('utf-8', 'replace')}"
    try:
        return ask.wrong(json.loads(body))
    except (ValueError, KeyError, TypeError) as error:
        return f"{error!r} in {body[:500]!r}"


def edit(url: str, films: Sequence[Film], titles: Titles, pause: float, stop: threading.Event) -> int:
    """Edit films in turn until told to stop, and rename people now and then; gives how many edits there were."""
    engine, edits = open_store(url, write=True), 0
    while not stop.wait(pause):
        film = films[edits % EDITED]
        title = titles.begin(film)
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE movies SET title = :title, title_key = :key WHERE id = :id"),
                {"title": title, "key": sort_key(title), "id": film.number},
            )
        titles.commit(film)
        edits += 1
        if not edits % RENAMED_EVERY:
            with engine.begin() as connection:
                connection.execute(text("UPDATE people SET name = :name WHERE id = 1"), {"name": f"Person {edits}"})
    engine.dispose()
    return edits
