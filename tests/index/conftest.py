"""Stores of made-up films, and both engines, for the tests of the index."""

import uuid
from contextlib import closing

import pytest
from stores import bring_in_step, make_tables

from index.engine import open_engine, open_writer
from index.feed import Feed
from index.rebuild import rebuild
from index.sync import Sender
from normalize.models import (
    genres,
    movie_actors,
    movie_directors,
    movie_genres,
    movie_writers,
    movies,
    people,
)
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import open_store
from normalize.text import sort_key

ROLES = {"directors": movie_directors, "writers": movie_writers, "actors": movie_actors}


class Store:
    """A real SQLite store that a test fills film by film."""

    def __init__(self, path):
        path.touch()
        self.url = f"sqlite:///{path}"
        self.engine = open_store(self.url, write=True)
        self._people, self._genres = {}, {}
        make_tables(self.engine)

    def film(self, imdb_id, title, *, rating=None, year=None, plot=None, genre=(), **roles):
        """Insert a film; roles are lists of (source id, name)."""
        number = int(imdb_id[2:])
        with self.engine.begin() as connection:
            connection.execute(
                movies.insert(),
                {"id": number, "imdb_id": imdb_id, "public_id": str(uuid.uuid4()), "title": title,
                 "title_key": sort_key(title), "imdb_rating": rating, "year": year, "description": plot,
                 "updated_at": "2026-01-01T00:00:00Z"},
            )  # fmt: skip
            for place, name in enumerate(genre, 1):
                key = self._known(connection, genres, self._genres, name)
                connection.execute(movie_genres.insert(), {"movie_id": number, "genre_id": key, "ordering": place})
            for role, credited in roles.items():
                for place, (source_id, name) in enumerate(credited, 1):
                    key = self._known(connection, people, self._people, name)
                    connection.execute(
                        ROLES[role].insert(),
                        {"movie_id": number, "person_id": key, "ordering": place, "source_person_id": source_id},
                    )

    @staticmethod
    def _known(connection, table, known, name):
        if name not in known:
            known[name] = len(known) + 1
            connection.execute(table.insert(), {"id": known[name], "name": name})
        return known[name]

    def run(self, statement):
        """Change the store."""
        with self.engine.begin() as connection:
            connection.execute(statement)


@pytest.fixture
def store(tmp_path):
    """Give an empty store."""
    made = Store(tmp_path / "store.sqlite")
    yield made
    made.engine.dispose()


@pytest.fixture(
    params=[
        pytest.param("embedded", id="embedded"),
        pytest.param("elastic", id="elasticsearch", marks=pytest.mark.elasticsearch),
    ]
)
def settings(request, tmp_path, store):
    """Give the settings of each engine in turn, with an index of the test's own."""
    own = {"database_url": store.url, "index_path": tmp_path / "index", "index_read_films": 3}
    if request.param == "elastic":
        own |= {"elasticsearch_url": request.getfixturevalue("elasticsearch_url"), "index_read_films": 100}
    return Settings(index_name=f"test-{uuid.uuid4().hex}", _env_file=None, **own)


@pytest.fixture
def engine(settings):
    """Give the engine of these settings."""
    made = open_engine(settings)
    yield made
    made.close()


@pytest.fixture
def writer(settings):
    """Give the writing half of the engine of these settings."""
    made = open_writer(settings)
    yield made
    made.close()


@pytest.fixture
def rebuilt(settings):
    """Give a function that rebuilds the index as the command does, and gives its name."""

    def run(*, strict=False):
        with Feed(settings) as feed, closing(open_writer(settings)) as writer:
            return rebuild(feed, writer, Sender(feed, writer, strict=strict), Steps("test"))

    return run


@pytest.fixture
def in_step(settings):
    """Give a function that brings the index in step with the store and tells what was done."""
    return lambda **more: bring_in_step(settings, **more)
