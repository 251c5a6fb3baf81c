"""An app on real parts: a store of a few made-up films in a SQLite file, and an index filled from it.

`on_engine` has the made-up films in each engine in turn, `real` the real legacy database as `alembic upgrade head`
rebuilds it.
"""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from sqlalchemy import create_engine, insert
from stores import bring_in_step, make_tables

from api import create_app
from api.backends import EXTENSION
from normalize.models import CREDITS, OWN_NUMBERS, genres, movie_genres, movies, people
from normalize.settings import Settings
from normalize.text import sort_key

ROOT = Path(__file__).parents[2]
ENGINES = ("embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch))

FILMS = (
    {
        "id": "tt0000001",
        "title": "Ёлка в лагере",
        "description": "Дети ставят ёлку летом.",
        "imdb_rating": 7.5,
        "year": 1999,
        "title_type": "movie",
        "genres": ["Comedy", "Family"],
        "directors": [("Anna Lee", "Anna Lee"), ("Bo Dahl", "Bo Dahl")],
        "actors": [("12", "Cid Poe"), ("7", "Анна Ли")],
        "writers": [("w2", "Dee Fox"), ("w1", "Anna Lee")],
    },
    {"id": "tt0000002", "title": "Star Camp", "imdb_rating": 7.5, "year": 2001, "genres": ["Adventure"]},
    {"id": "tt0000003", "title": "Star of the Camps", "imdb_rating": 8.1, "year": 1999},
    {"id": "tt10277930", "title": "Звёздная война", "imdb_rating": None, "year": 2010, "genres": ["War"]},
    {"id": "tt1028", "title": "Amélie", "imdb_rating": 6.0, "year": None},
    {"id": "tt0000006", "title": "елка", "imdb_rating": 9.0, "year": 1980},
)
"""Ties, missing values, both languages; what is left out is not known."""


def fill(url, films=FILMS):
    """Make a store at `url` and put films in."""
    engine = create_engine(url)
    make_tables(engine)
    named, known = {}, {}
    with engine.begin() as connection:
        for number, film in enumerate(films, start=1):
            _insert(connection, number, film, named, known)
    engine.dispose()


def _insert(connection, number, film, named, known):
    """Insert one film with its genres and people; `named` and `known` hold the numbers of what is there already."""
    connection.execute(
        insert(movies),
        {
            "id": number,
            "imdb_id": film["id"],
            "public_id": str(uuid5(NAMESPACE_URL, film["id"])),
            "title": film["title"],
            "title_key": sort_key(film["title"]),
            "description": film.get("description"),
            "imdb_rating": film.get("imdb_rating"),
            "year": film.get("year"),
            "title_type": film.get("title_type"),
            "updated_at": "2026-01-01T00:00:00Z",
        },
    )
    for ordering, name in enumerate(film.get("genres", ()), start=1):
        if name not in named:
            named[name] = len(named) + 1
            connection.execute(insert(genres), {"id": named[name], "name": name})
        link = {"movie_id": number, "genre_id": named[name], "ordering": ordering}
        connection.execute(insert(movie_genres), link)
    for role, table in CREDITS.items():
        for ordering, (source_id, name) in enumerate(film.get(role, ()), start=1):
            if name not in known:
                known[name] = OWN_NUMBERS + len(known) + 1
                connection.execute(insert(people), {"id": known[name], "name": name})
            credit = {"movie_id": number, "person_id": known[name], "ordering": ordering, "source_person_id": source_id}
            connection.execute(insert(table), credit)


def index_store(settings):
    """Bring the index in step with the store."""
    bring_in_step(settings)


def settings_in(folder, **more):
    """Give settings whose every file is in `folder`."""
    own = {
        "database_url": f"sqlite:///{folder / 'store.sqlite'}",
        "index_path": folder / "index",
        "reports_path": folder / "reports",
        "lock_timeout": 1.0,
    }
    return Settings(_env_file=None, **(own | more))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    """Keep the settings of whoever runs the tests out of them."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def make_store():
    """Give the function that makes a store at a URL, filled with the made-up films or with others."""
    return fill


@pytest.fixture(scope="session")
def fill_store():
    """Give the function that makes a store at a URL, for fixtures that last longer than a test."""
    return fill


@pytest.fixture(scope="session")
def settings_of():
    """Give the function that gives settings whose every file is in a folder."""
    return settings_in


@pytest.fixture
def make_index():
    """Give the function that makes the index that settings name, or brings it in step with the store."""
    return index_store


@pytest.fixture(scope="session")
def fill_index():
    """Give the same function, for fixtures that last longer than a test."""
    return index_store


@pytest.fixture
def empty(tmp_path):
    """Give settings that name a place where nothing is yet."""
    return settings_in(tmp_path)


@pytest.fixture
def stored(empty):
    """Give settings that name a store, but no index yet."""
    fill(empty.database_url)
    return empty


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """Give settings that name a store and an index of it; for tests that only read."""
    settings = settings_in(tmp_path_factory.mktemp("whole"))
    fill(settings.database_url)
    index_store(settings)
    return settings


@pytest.fixture(scope="session")
def served():
    """Give a context manager that gives a client of an app with these settings, and closes its connections."""
    return client_of


@contextmanager
def client_of(settings):
    """Give a client of an app, and close what the app opened at the end."""
    app = create_app(settings)
    yield app.test_client()
    app.extensions[EXTENSION].close()


@pytest.fixture
def client(whole):
    """Give a client of an app on a store and an index."""
    return create_app(whole).test_client()


@pytest.fixture
def indexless(stored):
    """Give a client of an app on a store that nobody has indexed yet."""
    return create_app(stored).test_client()


@pytest.fixture(scope="session", params=ENGINES)
def on_engine(request, tmp_path_factory):
    """Give settings of a store and an index of it, in each engine in turn; for tests that only read."""
    settings = settings_in(tmp_path_factory.mktemp(request.param), **engine_of(request))
    fill(settings.database_url)
    index_store(settings)
    return settings


def engine_of(request):
    """Give the settings that choose the engine that a fixture is asked for."""
    if request.param == "embedded":
        return {}
    url = request.getfixturevalue("elasticsearch_url")
    return {"elasticsearch_url": url, "index_name": f"api-{uuid4().hex}"}


@pytest.fixture(scope="session")
def real_store(legacy_file, tmp_path_factory):
    """Give a folder with the store that a rebuild makes of the real legacy database."""
    return rebuilt(legacy_file, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory):
    """Give a folder with the store that a rebuild makes of the sample, which has Russian and English films."""
    folder = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, ROOT / "examples" / "build.py", folder / "legacy.sqlite"], check=True)
    return rebuilt(folder / "legacy.sqlite", folder)


def rebuilt(legacy, folder):
    """Rebuild a legacy file into a store in a folder."""
    rebuild_into(legacy, settings_in(folder))
    return folder


def rebuild_into(legacy, settings):
    """Rebuild a legacy file into the store that settings name, as an administrator does."""
    names = {"DATABASE_URL": settings.database_url, "REPORTS_PATH": settings.reports_path, "LEGACY_DATABASE": legacy}
    command = [sys.executable, "-m", "alembic", "-c", ROOT / "alembic.ini", "upgrade", "head"]
    environment = os.environ | {name: str(value) for name, value in names.items()}
    subprocess.run(command, cwd=settings.reports_path.parent, env=environment, check=True)


@pytest.fixture(scope="session")
def rebuild():
    """Give the function that rebuilds a legacy file into the store that settings name."""
    return rebuild_into


@pytest.fixture(scope="session", params=ENGINES)
def real(request, real_store):
    """Give settings of the rebuilt real database, indexed in each engine in turn; for tests that only read."""
    settings = settings_in(real_store, **engine_of(request))
    index_store(settings)
    return settings


@pytest.fixture(scope="session", params=ENGINES)
def sample(request, sample_store):
    """Give settings of the rebuilt sample, indexed in each engine in turn; for tests that only read."""
    settings = settings_in(sample_store, **engine_of(request))
    index_store(settings)
    return settings
