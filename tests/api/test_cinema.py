"""The cinema's contract on the real legacy database, on both engines: what is answered is what the store has."""

import re
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text

from api import create_app

URL = "/api/v1/video/collection"
GENRES = """
    SELECT imdb_id FROM movies WHERE 2 = (SELECT count(*) FROM movie_genres JOIN genres ON genres.id = genre_id
    WHERE movie_id = movies.id AND name IN ('Comedy', 'Short')) ORDER BY imdb_id
"""
RATED = "SELECT imdb_id FROM movies WHERE imdb_rating BETWEEN 8.5 AND 9 ORDER BY imdb_id"
LUCAS = """
    SELECT imdb_id FROM movies WHERE id IN (
        SELECT movie_id FROM movie_actors JOIN people ON people.id = person_id WHERE name = 'George Lucas'
        UNION SELECT movie_id FROM movie_writers JOIN people ON people.id = person_id WHERE name = 'George Lucas'
        UNION SELECT movie_id FROM movie_directors JOIN people ON people.id = person_id WHERE name = 'George Lucas'
    ) ORDER BY imdb_id
"""
TYPED = "SELECT imdb_id FROM movies WHERE title_type = 'movie' ORDER BY imdb_id"
NARROWED = {
    "genre=Comedy,Short": GENRES,
    "rating_from=8.5&rating_to=9": RATED,
    "person=george lucas": LUCAS,
    "title_type=movie": TYPED,
    "year_from=1900&year_to=2100": "SELECT imdb_id FROM movies WHERE year BETWEEN 1900 AND 2100 ORDER BY imdb_id",
}
"""Filters → what they leave, asked of the store."""
RATINGS = """
    SELECT CAST(imdb_rating AS INTEGER), count(*) FROM movies WHERE imdb_rating IS NOT NULL GROUP BY 1 ORDER BY 1
"""
COUNTED = """
    SELECT name, count(*) FROM movie_genres JOIN genres ON genres.id = genre_id GROUP BY name ORDER BY 2 DESC, 1
"""


@pytest.fixture(scope="module")
def films(real):
    """Give a client over the real films, in each engine in turn."""
    return create_app(real).test_client()


@pytest.fixture(scope="module")
def stored(real):
    """Give a function that asks the store."""
    engine = create_engine(real.database_url)
    with closing(engine.connect()) as connection:
        yield lambda query: [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()


def ids(answer):
    """Give the ids of a page."""
    return [film["id"] for film in answer.json["items"]]


def follow(films, query):
    """Follow a list by its cursors; gives all ids."""
    answer = films.get(f"{URL}?{query}&cursor=")
    found = ids(answer)
    while answer.json["next"]:
        answer = films.get(answer.json["next"])
        found += ids(answer)
    return found


@pytest.mark.parametrize("query", NARROWED)
def test_filters_leave_what_the_store_has(films, stored, query):
    """Several genres, ratings and years within bounds, a person in any role, a type."""
    expected = [film for (film,) in stored(NARROWED[query])]
    answer = films.get(f"{URL}?{query}&limit=250&sort=id")
    assert (answer.json["total"], ids(answer)) == (len(expected), expected)


def test_facets_count_what_the_store_has(films, stored):
    """Each genre with its films, the most first; whole ratings."""
    facets = films.get(f"{URL}?facets=genres,ratings&limit=1").json["facets"]
    assert [(each["value"], each["count"]) for each in facets["genres"]] == stored(COUNTED)
    rated = (
        "SELECT CAST(imdb_rating AS INTEGER), count(*) FROM movies WHERE imdb_rating IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    assert [(each["value"], each["count"]) for each in facets["ratings"]] == stored(rated)


@pytest.mark.parametrize("query", ["sort=title&limit=97", "sort=imdb_rating&sort_order=desc&limit=250", "search=star"])
def test_a_cursor_leads_through_every_film_once(films, query):
    """No film twice, none missed; in the order of the pages."""
    found = follow(films, query)
    pages = films.get(f"{URL}?{query}").json["pages"]
    assert found == [film for page in range(1, pages + 1) for film in ids(films.get(f"{URL}?{query}&page={page}"))]
    assert len(found) == len(set(found)) == films.get(f"{URL}?{query}").json["total"]


def test_pages_beyond_10000_films_are_422_and_name_the_cursor(films):
    """So nobody is led astray: `page` ends there, `cursor` goes on."""
    assert films.get(f"{URL}?limit=250&page=40").status_code == 200
    answer = films.get(f"{URL}?limit=250&page=41")
    assert answer.status_code == 422
    assert "cursor" in answer.json["errors"][0]["allowed"]


def test_links_head_and_options(films):
    """`Link` names the pages beside; HEAD is GET without a body; OPTIONS says what may be asked."""
    links = films.get(f"{URL}?limit=100&page=2").headers["Link"]
    named = re.findall(r'page=(\d+)>; rel="(\w+)"', links)
    assert named == [("3", "next"), ("1", "prev"), ("1", "first"), ("10", "last")]
    for url in (f"{URL}?search=star", "/api/v1/video/get/tt0076759", "/api/v1/video/suggest?prefix=st"):
        got, head = films.get(url), films.head(url)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
        assert {"GET", "HEAD", "OPTIONS"} <= set(films.options(url).headers["Allow"].split(", "))


def test_fields_choose_what_is_shown(films):
    """Just these, in this order."""
    answer = films.get(f"{URL}?search=wrath+of+khan&limit=1&fields=title,directors,imdb_rating").json
    assert [list(film.items()) for film in answer["items"]] == [
        [("title", "Star Trek II: The Wrath of Khan"), ("directors", ["Nicholas Meyer"]), ("imdb_rating", 7.7)]
    ]


def test_the_first_letters_lead_to_titles_and_people(films):
    """Of any word, whatever case and accents."""
    answer = films.get("/api/v1/video/suggest?prefix=PHANTOM M").json
    assert {"id": "tt0120915", "title": "Star Wars: Episode I - The Phantom Menace"} in answer["titles"]
    assert films.get("/api/v1/video/suggest?prefix=hamill").json["people"] == ["Mark Hamill"]
    first = films.get("/api/v1/video/suggest?prefix=den&limit=3").json["people"]
    assert first == ["Judi Dench", "Denica Fairman", "Drew DeNicola"]


def test_a_card_has_what_the_legacy_file_says(films):
    """People with the ids of their role, in order; null and [] where nothing is known."""
    card = films.get("/api/v1/video/get/tt0076759").json
    assert [person["name"] for person in card["actors"]] == [
        "Mark Hamill",
        "Harrison Ford",
        "Carrie Fisher",
        "Peter Cushing",
    ]
    assert (card["title"], card["imdb_rating"]) == ("Star Wars: Episode IV - A New Hope", 8.6)
    assert films.get("/api/v1/video/get/tt9999999").status_code == 404
