"""The contracts on the real legacy database, on SQLite and PostgreSQL, against what the legacy tables themselves say.

The legacy file is read here by other means than ours: a few lines that know what the dirt of this one file means.
"""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

import pytest

from normalize.text import sort_key

NOTHING = ("N/A", "None", "", None)
TOKEN = "let-me-in"
SAMPLE = 23
"""On PostgreSQL each so many-th film is asked for; on SQLite every one."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def catalogue(request, legacy_file, settings_of, rebuild, fill_index, served, tmp_path_factory):
    """Give a client over the rebuilt real database and its index, on each database in turn; new films may be posted."""
    folder = tmp_path_factory.mktemp(f"real-{request.param}")
    more = {"database_url": request.getfixturevalue("module_postgres")} if request.param == "postgresql" else {}
    settings = settings_of(folder, api_tokens=TOKEN, **more)
    if more:
        rebuild(legacy_file, settings)
    else:  # films are posted, so it is a copy
        shutil.copy(request.getfixturevalue("real_store") / "store.sqlite", folder)
    fill_index(settings)
    with served(settings) as client:
        client.step = SAMPLE if more else 1
        yield client


@pytest.fixture(scope="module")
def legacy(legacy_file):
    """Give each film of the legacy file as the front end's contract shows it, by id."""
    with closing(sqlite3.connect(f"file:{legacy_file}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        actors = dict(connection.execute("SELECT CAST(id AS TEXT), name FROM actors").fetchall())
        writers = dict(connection.execute("SELECT id, name FROM writers").fetchall())
        played = {}
        for film, actor in connection.execute("SELECT movie_id, actor_id FROM movie_actors ORDER BY rowid"):
            played.setdefault(film, []).append(actor)
        films = connection.execute("SELECT * FROM movies ORDER BY id").fetchall()
    return {film["id"]: as_shown(film, played.get(film["id"], ()), actors, writers) for film in films}


def as_shown(film, played, actors, writers):
    """Give a legacy film in the front end's words."""
    wrote = [writer["id"] for writer in json.loads(film["writers"])] if film["writers"] else [film["writer"]]
    directors = [] if film["director"] in NOTHING else film["director"].split(",")
    names = [re.sub(r"\(.*\)", "", name).strip() for name in directors]
    return {
        "id": film["id"],
        "title": film["title"],
        "description": None if film["plot"] in NOTHING else film["plot"],
        "imdb_rating": None if film["imdb_rating"] in NOTHING else float(film["imdb_rating"]),
        "writers": people(wrote, writers, str),
        "actors": people(played, actors, int),
        "genre": [] if film["genre"] in NOTHING else [name.strip() for name in film["genre"].split(",")],
        "director": list(dict.fromkeys(names)) or None,
    }


def people(ids, names, kind):
    """Give people by their ids, in their order: each name once, and nobody who is not there or is called 'N/A'."""
    once = {}
    for key in ids:
        if names.get(key) not in NOTHING:
            once.setdefault(names[key], key)
    return [{"id": kind(key), "name": name} for name, key in once.items()]


def by(films, key, descending):
    """Sort films as the contracts do: ties by id ascending, films without the value last."""
    known = sorted((film for film in films if key(film) is not None), key=lambda film: film["id"])
    return [*sorted(known, key=key, reverse=descending), *(film for film in films if key(film) is None)]


def public(film):
    """Give the UUID of a film."""
    return str(uuid5(NAMESPACE_URL, film["id"]))


def as_catalogued(film):
    """Give a film in the catalogue's words."""
    return {
        "id": public(film),
        "title": film["title"],
        "genres": [{"name": name} for name in film["genre"]],
        "year": None,
        "rating": film["imdb_rating"],
        "runtime": None,
        "imdb_link": f"https://www.imdb.com/title/{film['id']}/",
    }


def test_every_film_of_the_front_end_is_that_of_the_legacy_database(catalogue, legacy):
    """Title, description, rating, genres, directors, and people with legacy ids in the legacy order, film by film."""
    films = list(legacy.values())[:: catalogue.step]
    assert len(legacy) == 999
    assert [catalogue.get(f"/api/movies/{film['id']}").json for film in films] == films


def test_every_film_of_the_catalogue_is_that_of_the_legacy_database(catalogue, legacy):
    """By UUID and by IMDb id, film by film."""
    for film in list(legacy.values())[:: max(catalogue.step, 5)]:
        for name in (public(film), film["id"]):
            assert catalogue.get(f"/movies/{name}").json == as_catalogued(film)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating"])
def test_the_front_ends_pages_put_together_are_the_whole_list(catalogue, legacy, sort, order):
    """Each order, page by page: every film once, equals by id, films without the value last; then empty pages."""
    key = {"title": lambda film: sort_key(film["title"])}.get(sort, lambda film: film[sort])
    expected = [
        {name: film[name] for name in ("id", "title", "imdb_rating")}
        for film in by(legacy.values(), key, order == "desc")
    ]
    pages = [
        catalogue.get(f"/api/movies?sort={sort}&sort_order={order}&limit=300&page={page}").json for page in range(1, 6)
    ]
    assert [film for page in pages for film in page] == expected
    assert [len(page) for page in pages] == [300, 300, 300, 99, 0]


@pytest.mark.parametrize("desc", [0, 1])
@pytest.mark.parametrize("sort", ["title", "rating", "year"])
def test_the_catalogues_pages_put_together_are_the_whole_list(catalogue, legacy, sort, desc):
    """Each order, followed by `after_id`; of years the legacy file knows none, so all are equal there."""
    keys = {"title": lambda film: sort_key(film["title"]), "rating": lambda film: film["imdb_rating"]}
    expected = by(legacy.values(), keys.get(sort, lambda _: None), bool(desc))
    assert walk(catalogue, sort=sort, desc=desc, page_size=250) == [as_catalogued(film) for film in expected]


def test_the_catalogue_chooses_by_genre_and_rating(catalogue, legacy):
    """The contract's own example: action films rated above 8.5, the best first; 8.5 itself is not above."""
    chosen = [film for film in legacy.values() if "Action" in film["genre"] and (film["imdb_rating"] or 0) > 8.5]
    expected = by(chosen, lambda film: film["imdb_rating"], descending=True)
    assert expected
    assert walk(catalogue, sort="rating", desc=1, genre="Action", rating_gt="8.5", page_size=3) == [
        as_catalogued(film) for film in expected
    ]


def walk(client, **asked):
    """Follow the catalogue's list to its end."""
    found = []
    while page := client.get(f"/movies?{urlencode(asked)}").json:
        found += page
        asked["after_id"] = page[-1]["id"]
    return found


def test_a_search_of_the_front_end_looks_at_each_field(catalogue, legacy):
    """Words of title, description, genre, actor, writer and director find the film; without words it is all."""
    words = ("new hope", "Luke Skywalker rescue princess", "Sci-Fi", "Carrie Fisher", "George Lucas", "Mark Hamill")
    for search in words:
        found = catalogue.get("/api/movies", query_string={"search": search, "limit": 1000}).json
        assert "tt0076759" in [film["id"] for film in found], search
        assert [film["id"] for film in found] == sorted(film["id"] for film in found)
        assert all(film == {name: legacy[film["id"]][name] for name in film} for film in found)
    assert catalogue.get("/api/movies?search=").json == catalogue.get("/api/movies").json
    assert len(catalogue.get("/api/movies").json) == 50


def test_a_posted_film_is_in_every_contract_at_once(catalogue):
    """201 with Location and the film; it can be read there and by the other contracts; last, so that lists stay."""
    film = {"title": "Проба пера", "genres": [{"name": "Comedy"}, {"name": "Новый жанр"}], "rating": 9.9, "year": 2021}
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "real"}
    answer = catalogue.post("/movies", json=film, headers=headers)
    where = answer.headers["Location"]
    public_id = where.rpartition("/")[2]
    stored = {**film, "id": public_id, "runtime": None, "imdb_link": None}
    assert (answer.status_code, answer.json) == (201, stored)
    assert catalogue.get(where).json == stored
    assert catalogue.get(f"/api/movies/{public_id}").json["genre"] == ["Comedy", "Новый жанр"]
    assert catalogue.get(f"/api/v1/video/get/{public_id}").json["year"] == 2021
    assert catalogue.get("/movies?sort=rating&desc=1&page_size=1").json == [stored]
    taken = {"title": "Again", "imdb_link": "https://www.imdb.com/title/tt0076759/"}
    assert catalogue.post("/movies", json=taken, headers=headers | {"Idempotency-Key": "other"}).status_code == 409
