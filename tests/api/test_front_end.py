"""The front end's contract, /api/movies: bodies, orders and errors to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import create_app

URL = "/api/movies"

BY_ID = [
    {"id": "tt0000001", "title": "Ёлка в лагере", "imdb_rating": 7.5},
    {"id": "tt0000002", "title": "Star Camp", "imdb_rating": 7.5},
    {"id": "tt0000003", "title": "Star of the Camps", "imdb_rating": 8.1},
    {"id": "tt0000006", "title": "елка", "imdb_rating": 9.0},
    {"id": "tt10277930", "title": "Звёздная война", "imdb_rating": None},
    {"id": "tt1028", "title": "Amélie", "imdb_rating": 6.0},
]
ORDERS = {
    ("id", "desc"): ["tt1028", "tt10277930", "tt0000006", "tt0000003", "tt0000002", "tt0000001"],
    ("title", "asc"): ["tt1028", "tt0000002", "tt0000003", "tt0000006", "tt0000001", "tt10277930"],
    ("title", "desc"): ["tt10277930", "tt0000001", "tt0000006", "tt0000003", "tt0000002", "tt1028"],
    ("imdb_rating", "asc"): ["tt1028", "tt0000001", "tt0000002", "tt0000003", "tt0000006", "tt10277930"],
    ("imdb_rating", "desc"): ["tt0000006", "tt0000003", "tt0000001", "tt0000002", "tt1028", "tt10277930"],
}
"""(sort, sort_order) → ids: ties by id ascending, films without the value last both ways."""

INTEGER = ("value is not a valid integer", "type_error.integer")
TOO_SMALL = ("ensure this value is greater than or equal to 1", "value_error.number.not_ge")
BAD = {
    "limit=x": ("limit", *INTEGER),
    "limit=": ("limit", *INTEGER),
    "limit=1.5": ("limit", *INTEGER),
    "limit=1_0": ("limit", *INTEGER),
    "limit=%D9%A5": ("limit", *INTEGER),
    f"limit={'9' * 5000}": ("limit", *INTEGER),
    "limit=0": ("limit", *TOO_SMALL),
    "limit=-1": ("limit", *TOO_SMALL),
    "limit=10001": ("limit", "ensure this value is less than or equal to 10000", "value_error.number.not_le"),
    "page=x": ("page", *INTEGER),
    "page=0": ("page", *TOO_SMALL),
    "sort=rating": (
        "sort",
        "value is not a valid enumeration member; permitted: 'id', 'title', 'imdb_rating'",
        "type_error.enum",
    ),
    "sort=": (
        "sort",
        "value is not a valid enumeration member; permitted: 'id', 'title', 'imdb_rating'",
        "type_error.enum",
    ),
    "sort_order=down": (
        "sort_order",
        "value is not a valid enumeration member; permitted: 'asc', 'desc'",
        "type_error.enum",
    ),
    "search=" + "a" * 201: ("search", "ensure this value has at most 200 characters", "value_error.any_str.max_length"),
}
"""Query string → its one fault: parameter, message, type."""


def ids(answer):
    """Give the ids of a list."""
    return [film["id"] for film in answer.json]


def test_the_list_is_an_array_of_films_by_id(client):
    """Without parameters the answer is the films by id, each with id, title and rating."""
    answer = client.get(URL)
    assert (answer.status_code, answer.content_type, answer.json) == (200, "application/json", BY_ID)


@pytest.mark.parametrize("query", ["limit=50&page=1&sort=id&sort_order=asc&search=", "colour=red", "search=%20"])
def test_defaults_empty_search_and_unknown_parameters_change_nothing(client, query):
    """The defaults are as documented, an empty search is all, and unknown parameters are ignored."""
    assert client.get(f"{URL}?{query}").json == BY_ID


@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_orders_and_pages(client, sort, order):
    """Each order is that of the rules, and its pages put together are the whole."""
    asked = f"{URL}?sort={sort}&sort_order={order}"
    assert ids(client.get(asked)) == ORDERS[sort, order]
    pages = [ids(client.get(f"{asked}&limit=4&page={page}")) for page in (1, 2, 3)]
    assert pages == [ORDERS[sort, order][:4], ORDERS[sort, order][4:], []]


@pytest.mark.parametrize("page", ["1000000", "9" * 40])
def test_without_a_search_any_page_can_be_asked_for(client, page):
    """A page beyond the last is an empty list, however far beyond."""
    answer = client.get(f"{URL}?page={page}")
    assert (answer.status_code, answer.json) == (200, [])


def test_the_last_value_of_a_repeated_parameter_counts(client):
    """`limit=1&limit=2` gives two films, as the framework of old did."""
    assert client.get(f"{URL}?limit=1&limit=2").json == BY_ID[:2]


def test_a_search_looks_everywhere_and_keeps_the_order_that_is_asked_for(on_engine):
    """A search looks at title, description, genre, actors, writers and director; the order stays that of `sort`."""
    client = create_app(on_engine).test_client()
    for words in ("лагерь", "летом", "family", "Cid Poe", "Dee Fox", "Bo Dahl"):
        assert ids(client.get(URL, query_string={"search": words}))[0] == "tt0000001"
    found = client.get(URL, query_string={"search": "star", "sort": "imdb_rating", "sort_order": "desc"})
    assert found.json == [BY_ID[2], BY_ID[1]]


@pytest.mark.parametrize("query", ["limit=100&page=101", "limit=10000&page=2", "page=9999999999999999999999"])
def test_a_search_beyond_ten_thousand_is_an_empty_list(client, query):
    """Pages of a search that begin beyond the first 10,000 are empty; one that straddles them is no error."""
    assert client.get(f"{URL}?search=star&{query}").json == []
    assert client.get(f"{URL}?search=star&limit=9999&page=2").json == []


@pytest.mark.parametrize("query", BAD)
def test_a_bad_parameter_is_422_in_the_frameworks_words(client, query):
    """Each fault is an entry with loc, msg and type, word for word."""
    name, message, kind = BAD[query]
    answer = client.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json) == (
        422,
        {"detail": [{"loc": ["query", name], "msg": message, "type": kind}]},
    )


def test_several_faults_are_several_entries(client):
    """Every bad parameter has its entry."""
    answer = client.get(f"{URL}?sort=x&limit=x&page=0&sort_order=x")
    assert answer.status_code == 422
    assert [(fault["loc"][1], fault["type"]) for fault in answer.json["detail"]] == [
        ("limit", "type_error.integer"),
        ("page", "value_error.number.not_ge"),
        ("sort", "type_error.enum"),
        ("sort_order", "type_error.enum"),
    ]


def test_a_query_string_that_is_not_utf_8_is_422(client):
    """Raw bytes that are not UTF-8 are 422 in this contract's shape."""
    answer = client.get(URL, environ_overrides={"QUERY_STRING": "search=\xff"})
    assert (answer.status_code, answer.json) == (
        422,
        {"detail": [{"loc": ["query"], "msg": "The query string is not UTF-8.", "type": "value_error"}]},
    )


def test_a_film_is_whole(client):
    """A film has its people with the ids of their roles, actors' ids integers, in the source's order."""
    assert client.get(f"{URL}/tt0000001").json == {
        "id": "tt0000001",
        "title": "Ёлка в лагере",
        "description": "Дети ставят ёлку летом.",
        "imdb_rating": 7.5,
        "writers": [{"id": "w2", "name": "Dee Fox"}, {"id": "w1", "name": "Anna Lee"}],
        "actors": [{"id": 12, "name": "Cid Poe"}, {"id": 7, "name": "Анна Ли"}],
        "genre": ["Comedy", "Family"],
        "director": ["Anna Lee", "Bo Dahl"],
    }


def test_what_a_film_has_not_is_null_or_empty(client):
    """Where there is nothing, writers, actors and genre are [], the others null."""
    assert client.get(f"{URL}/tt0000003").json == {
        "id": "tt0000003",
        "title": "Star of the Camps",
        "description": None,
        "imdb_rating": 8.1,
        "writers": [],
        "actors": [],
        "genre": [],
        "director": None,
    }


def test_an_actor_without_a_legacy_number_has_that_of_the_nconst(empty, make_store):
    """An actor of IMDb's has the number of the nconst; one with neither has the store's own."""
    actors = [("nm0000434", "Mark Hamill"), ("Somebody", "Somebody")]
    make_store(empty.database_url, [{"id": "tt0000001", "title": "Star", "actors": actors}])
    film = create_app(empty).test_client().get(f"{URL}/tt0000001").json
    assert film["actors"] == [{"id": 434, "name": "Mark Hamill"}, {"id": 1000000000002, "name": "Somebody"}]


def test_a_trailing_slash_is_the_same_resource(client):
    """The list and a film are there with a slash at the end, too, without a detour."""
    assert client.get(f"{URL}/?limit=2").json == BY_ID[:2]
    slashed = client.get(f"{URL}/tt0000001/")
    assert (slashed.status_code, slashed.json) == (200, client.get(f"{URL}/tt0000001").json)


@pytest.mark.parametrize("path", ["/tt9999999", "/%00", "/a/b", "/tt0000001/x", "/%ff"])
def test_what_is_not_there_is_404(client, path):
    """No such film and no such address are both 404 with the same body."""
    answer = client.get(f"{URL}{path}")
    assert (answer.status_code, answer.json) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["", "/", "/tt0000001"])
def test_other_methods_are_405_with_allow(client, method, path):
    """What is not GET is 405 and says what is allowed."""
    answer = getattr(client, method)(f"{URL}{path}")
    assert (answer.status_code, answer.json) == (405, {"detail": "Method Not Allowed"})
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_without_an_index_lists_go_on_and_a_search_is_503(indexless):
    """Lists and films come from the store; a search says when to come again."""
    assert indexless.get(URL).json == BY_ID
    answer = indexless.get(f"{URL}?search=star")
    assert (answer.status_code, list(answer.json), answer.headers["Retry-After"]) == (503, ["detail"], "30")


def test_postgresql_answers_the_same(postgres_url, empty, make_store, served, client):
    """Every order and every film is the same on PostgreSQL."""
    make_store(postgres_url)
    with served(empty.model_copy(update={"database_url": postgres_url})) as there:
        for sort, order in [("id", "asc"), *ORDERS]:
            query = f"{URL}?sort={sort}&sort_order={order}"
            assert there.get(query).json == client.get(query).json
        for film in BY_ID:
            assert there.get(f"{URL}/{film['id']}").json == client.get(f"{URL}/{film['id']}").json


def test_the_real_database_in_the_front_ends_words(real):
    """Star Wars of the legacy database: legacy ids, in the legacy order; a director that is 'N/A' there is null."""
    client = create_app(real).test_client()
    assert len(client.get(f"{URL}?limit=1000").json) == 999
    film = client.get(f"{URL}/tt0076759").json
    assert film.pop("description").startswith("The Imperial Forces, under orders from cruel Darth Vader")
    assert film == {
        "id": "tt0076759",
        "title": "Star Wars: Episode IV - A New Hope",
        "imdb_rating": 8.6,
        "writers": [{"id": "0b60f2f348adc2f668a9a090165e24f3d3a7cf5a", "name": "George Lucas"}],
        "actors": [
            {"id": 1, "name": "Mark Hamill"},
            {"id": 2, "name": "Harrison Ford"},
            {"id": 3, "name": "Carrie Fisher"},
            {"id": 4, "name": "Peter Cushing"},
        ],
        "genre": ["Action", "Adventure", "Fantasy", "Sci-Fi"],
        "director": ["George Lucas"],
    }
    assert client.get(f"{URL}/tt0092455").json["director"] is None


@pytest.fixture(scope="module")
def asked(whole):
    """Give a function that asks with a raw query string and gives the status."""
    client = create_app(whole).test_client()
    return lambda query: client.get(URL, environ_overrides={"QUERY_STRING": query}).status_code


@given(query=st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_any_query_string_is_answered_or_refused(asked, query):
    """Whatever the query string, the answer is 200 or 422."""
    assert asked(query) in (200, 422)
