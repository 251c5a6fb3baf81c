"""GET /movies: the catalogue's lists, page by page, and its films."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert

from api import create_app
from normalize.models import genres, metadata, movie_genres, movies
from normalize.text import sort_key

URL = "/movies"


def public(imdb_id):
    """Give the UUID of a film with an IMDb id."""
    return str(uuid5(NAMESPACE_URL, imdb_id))


ELKA = {
    "id": public("tt0000001"),
    "title": "Ёлка в лагере",
    "genres": [{"name": "Comedy"}, {"name": "Family"}],
    "year": 1999,
    "rating": 7.5,
    "runtime": None,
    "imdb_link": "https://www.imdb.com/title/tt0000001/",
}
ORDERS = {
    ("title", "0"): ["tt1028", "tt0000002", "tt0000003", "tt0000006", "tt0000001", "tt10277930"],
    ("title", "1"): ["tt10277930", "tt0000001", "tt0000006", "tt0000003", "tt0000002", "tt1028"],
    ("rating", "0"): ["tt1028", "tt0000001", "tt0000002", "tt0000003", "tt0000006", "tt10277930"],
    ("rating", "1"): ["tt0000006", "tt0000003", "tt0000001", "tt0000002", "tt1028", "tt10277930"],
    ("year", "0"): ["tt0000006", "tt0000001", "tt0000003", "tt0000002", "tt10277930", "tt1028"],
    ("year", "1"): ["tt10277930", "tt0000002", "tt0000001", "tt0000003", "tt0000006", "tt1028"],
}
BAD = {
    "sort=id": "sort is 'id', allowed: title, year, rating",
    "sort=": "sort is '', allowed: title, year, rating",
    "desc=yes": "desc is 'yes', allowed: 0, 1",
    "rating_gt=x": "rating_gt is 'x', allowed: a number from 0 to 10",
    "rating_gt=11": "rating_gt is '11', allowed: a number from 0 to 10",
    "rating_gt=nan": "rating_gt is 'nan', allowed: a number from 0 to 10",
    "page_size=0": "page_size is '0', allowed: a whole number from 1 to 250",
    "page_size=251": "page_size is '251', allowed: a whole number from 1 to 250",
    "page_size=x": "page_size is 'x', allowed: a whole number from 1 to 250",
    "after_id=nobody": "after_id is 'nobody', allowed: the id of a film",
    "after_id=%00": "after_id is '\\x00', allowed: the id of a film",
    "desc=1&desc=1": "desc is '1, 1', allowed: given once",
    "page=2": "page is '2', allowed: one of the parameters sort, desc, genre, rating_gt, page_size, after_id",
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def catalogue(request, tmp_path_factory):
    """Give a client over the made-up films, on each database in turn."""
    whole = request.getfixturevalue("whole")
    if request.param == "postgresql":
        url = request.getfixturevalue("module_postgres")
        request.getfixturevalue("fill_store")(url)
        whole = whole.model_copy(update={"database_url": url})
    with request.getfixturevalue("served")(whole) as client:
        yield client


def ids(answer):
    """Give the ids of a list."""
    return [film["id"] for film in answer.json]


def walk(client, query, size):
    """Follow a list page by page to its end."""
    found, after = [], ""
    while page := client.get(f"{URL}?{query}&page_size={size}{after}").json:
        found += [film["id"] for film in page]
        after = f"&after_id={page[-1]['id']}"
    return found


def test_the_list_is_an_array_of_films_by_title(catalogue):
    """Without parameters the answer is ten films at most, by title, each with every field."""
    answer = catalogue.get(URL)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert ids(answer) == [public(film) for film in ORDERS["title", "0"]]
    assert answer.json[4] == ELKA


@pytest.mark.parametrize(("sort", "desc"), ORDERS)
@pytest.mark.parametrize("size", [1, 2, 4, 10])
def test_pages_put_together_are_the_whole_order(catalogue, sort, desc, size):
    """Each order, followed page by page of any size, has every film once: equal values and missing ones too."""
    assert walk(catalogue, f"sort={sort}&desc={desc}", size) == [public(film) for film in ORDERS[sort, desc]]


def test_films_of_a_genre_and_above_a_rating(catalogue):
    """`genre` and `rating_gt` choose films; a genre that is not there has none, and 7.5 is not above 7.5."""
    assert catalogue.get(f"{URL}?genre=Comedy").json == [ELKA]
    assert catalogue.get(f"{URL}?genre=comedy").json == []
    assert catalogue.get(f"{URL}?genre=%00").json == []
    assert ids(catalogue.get(f"{URL}?rating_gt=7.5&sort=rating&desc=1")) == [public("tt0000006"), public("tt0000003")]
    assert catalogue.get(f"{URL}?genre=Comedy&rating_gt=7.5").json == []
    assert walk(catalogue, "rating_gt=7.4&sort=year", 1) == [
        public(film) for film in ("tt0000006", "tt0000001", "tt0000003", "tt0000002")
    ]


def test_the_film_before_may_be_named_by_its_imdb_id(catalogue):
    """`after_id` understands an IMDb id, and a UUID in capitals."""
    asked = f"{URL}?page_size=1&after_id="
    assert ids(catalogue.get(f"{asked}tt1028")) == [public("tt0000002")]
    assert ids(catalogue.get(asked + public("tt1028").upper())) == [public("tt0000002")]


@pytest.mark.parametrize("query", BAD)
def test_a_bad_parameter_is_400_and_named(catalogue, query):
    """Each bad parameter is named in the message, with what is allowed."""
    answer = catalogue.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json) == (400, {"message": BAD[query]})


def test_a_film_by_its_uuid_or_its_imdb_id(catalogue):
    """A film can be asked for by its UUID, and by its IMDb id; a slash at the end is the same."""
    for film in (public("tt0000001"), public("tt0000001").upper(), "tt0000001", "tt0000001/"):
        answer = catalogue.get(f"{URL}/{film}")
        assert (answer.status_code, answer.json) == (200, ELKA)


@pytest.mark.parametrize("film", ["tt9999999", public("tt9999999"), "a\0b"])
def test_a_film_that_is_not_there_is_404(catalogue, film):
    """An id of no film is 404 with a message."""
    answer = catalogue.get(f"{URL}/{film}")
    assert (answer.status_code, answer.json) == (404, {"message": f"There is no film with the id {film}."})


FILMS = st.lists(
    st.tuples(
        st.sampled_from(["A", "a", "Б", "Ёж"]), st.sampled_from([None, 1999, 2000]), st.sampled_from([None, 7.1, 8.0])
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(films=FILMS, size=st.integers(1, 5), own=st.booleans())
def test_paging_is_the_sorted_whole_whatever_the_films(tmp_path_factory, settings_of, films, size, own):
    """With many equal and missing values every order equals sorting in Python, films of our own among them."""
    given_settings = settings_of(tmp_path_factory.mktemp("any"))
    engine = create_engine(given_settings.database_url)
    metadata.create_all(engine)
    rows = []
    for number, (title, year, rating) in enumerate(films, 1):
        imdb_id = None if own and number % 2 else f"tt{number:07d}"
        rows.append(
            {"id": number, "imdb_id": imdb_id, "public_id": public(f"x{number}"), "title": title,
             "title_key": sort_key(title), "year": year, "imdb_rating": rating, "updated_at": ""}
        )  # fmt: skip
    with engine.begin() as connection:
        if rows:
            connection.execute(insert(movies), rows)
    engine.dispose()
    client = create_app(given_settings).test_client()
    for sort, column in (("title", "title_key"), ("year", "year"), ("rating", "imdb_rating")):
        for desc in (0, 1):
            assert walk(client, f"sort={sort}&desc={desc}", size) == in_order(rows, column, desc)


def in_order(rows, column, desc):
    """Sort as the rule says: ties by id (a sort that is turned round keeps equals in their order), nothing last."""
    by_id = sorted(rows, key=lambda row: row["imdb_id"] or row["public_id"])
    valued = sorted((row for row in by_id if row[column] is not None), key=lambda row: row[column], reverse=bool(desc))
    return [row["public_id"] for row in (*valued, *(row for row in by_id if row[column] is None))]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory, settings_of):
    """Give a client over 3,000 films of which 2,500 are of one genre and 300 of another: a common and a rare one."""
    given_settings = settings_of(tmp_path_factory.mktemp("crowd"))
    engine = create_engine(given_settings.database_url)
    metadata.create_all(engine)
    films = [
        {"id": n, "imdb_id": f"tt{n:07d}", "public_id": public(f"tt{n:07d}"), "title": f"F{n % 7}",
         "title_key": f"f{n % 7}", "imdb_rating": None if n % 11 == 0 else n % 90 / 10, "updated_at": ""}
        for n in range(1, 3001)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(movies), films)
        connection.execute(insert(genres), [{"id": 1, "name": "Common"}, {"id": 2, "name": "Rare"}])
        links = [{"movie_id": n, "genre_id": 1 if n <= 2500 else 2, "ordering": 1} for n in range(1, 2801)]
        connection.execute(insert(movie_genres), links)
    engine.dispose()
    return create_app(given_settings).test_client()


@pytest.mark.parametrize(("genre", "numbers"), [("Common", range(1, 2501)), ("Rare", range(2501, 2801))])
def test_a_common_and_a_rare_genre_are_listed_alike(crowd, genre, numbers):
    """However many films a genre has, its order is the same rule."""

    def place(n):
        missing = n % 11 == 0
        return (missing, 0 if missing else -(n % 90), f"tt{n:07d}")

    expected = [public(f"tt{n:07d}") for n in sorted(numbers, key=place)]
    assert walk(crowd, f"genre={genre}&sort=rating&desc=1", 250) == expected
