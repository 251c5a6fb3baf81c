"""Lists straight from the store: every window of every order, with equal and missing values, on both databases."""

import re

import pytest
from sqlalchemy import create_engine, text

from api.lists import SHORT, _window

SCORES = (None, 7.5, 8.0, None, 7.5, None, 9.1, 8.0, 7.5, None, 1.0)
YEARS = (2001, None, 1999, None, 2001, 1999, 2001, None, 1980, 1999, None)
FILMS = tuple(
    {"id": f"tt{number:07d}", "title": "AБя"[number % 3], "imdb_rating": score, "year": year, "genres": ["War"]}
    for number, (score, year) in enumerate(zip(SCORES, YEARS, strict=True), 1)
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lists(request, tmp_path_factory):
    """Give a client over films without an index, on each database in turn."""
    settings = request.getfixturevalue("settings_of")(tmp_path_factory.mktemp("lists"))
    if request.param == "postgresql":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("module_postgres")})
    request.getfixturevalue("fill_store")(settings.database_url, FILMS)
    with request.getfixturevalue("served")(settings) as client:
        yield client


def in_order(column, *, descending):
    """Sort as the rule says: ties by id ascending (they come so), nothing last, both ways."""
    known = [film for film in FILMS if film[column] is not None]
    ordered = sorted(known, key=lambda film: film[column], reverse=descending)
    return [film["id"] for film in (*ordered, *(film for film in FILMS if film[column] is None))]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating"])
def test_pages_of_the_front_end_put_together_are_the_whole_order(lists, sort, order, limit):
    """Whatever the size of a page, and wherever it goes over from films with a value to those without."""
    pages = range(1, len(FILMS) // limit + 3)
    url = f"/api/movies?sort={sort}&sort_order={order}&limit={limit}&page="
    found = [film["id"] for page in pages for film in lists.get(f"{url}{page}").json]
    assert found == in_order(sort, descending=order == "desc")


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [2, 20])
@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating", "year"])
def test_pages_of_the_cinema_without_an_index_are_the_whole_order(lists, sort, order, limit):
    """The same order while there is no index; each film has its genres, and the total is that of all."""
    pages = range(1, len(FILMS) // limit + 2)
    url = f"/api/v1/video/collection?sort={sort}&sort_order={order}&limit={limit}&page="
    bodies = [lists.get(f"{url}{page}").json for page in pages]
    items = [item for body in bodies for item in body["items"]]
    assert [item["id"] for item in items] == in_order(sort, descending=order == "desc")
    assert {tuple(item["genres"]) for item in items} == {("War",)}
    assert {body["total"] for body in bodies} == {len(FILMS)}


@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating"])
@pytest.mark.parametrize("descending", [False, True])
def test_films_before_a_page_are_skipped_in_an_index_alone(postgres_url, make_store, sort, descending):
    """However deep a page is, PostgreSQL looks at no film that comes before it, and sorts nothing to find it."""
    make_store(postgres_url, FILMS)
    engine = create_engine(postgres_url)
    part = "known" if sort == "imdb_rating" else "all"
    page = _window(sort, part, SHORT, descending=descending, later=True)
    asked = page.compile(engine)
    with engine.connect() as connection:
        for way in (
            "seqscan",
            "bitmapscan",
            "hashjoin",
            "mergejoin",
            "sort",
            "incremental_sort",
        ):  # what is quickest for eleven films
            connection.execute(text(f"SET enable_{way} = off"))
        said = connection.exec_driver_sql(f"EXPLAIN {asked}", {**asked.params, "skipped": 4, "size": 3})
        plan = "\n".join(said.scalars())
    engine.dispose()
    window = plan[plan.index("Limit") :]
    assert re.search("Index Only Scan( Backward)? using ix_movies_", window)
    assert "Sort" not in window
