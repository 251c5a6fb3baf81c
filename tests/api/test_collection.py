"""GET /api/v1/video/collection: lists, searches, pages, and what a bad parameter is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import create_app

URL = "/api/v1/video/collection"

ORDERS = {
    ("id", "asc"): ["tt0000001", "tt0000002", "tt0000003", "tt0000006", "tt10277930", "tt1028"],
    ("id", "desc"): ["tt1028", "tt10277930", "tt0000006", "tt0000003", "tt0000002", "tt0000001"],
    ("title", "asc"): ["tt1028", "tt0000002", "tt0000003", "tt0000006", "tt0000001", "tt10277930"],
    ("title", "desc"): ["tt10277930", "tt0000001", "tt0000006", "tt0000003", "tt0000002", "tt1028"],
    ("imdb_rating", "asc"): ["tt1028", "tt0000001", "tt0000002", "tt0000003", "tt0000006", "tt10277930"],
    ("imdb_rating", "desc"): ["tt0000006", "tt0000003", "tt0000001", "tt0000002", "tt1028", "tt10277930"],
    ("year", "asc"): ["tt0000006", "tt0000001", "tt0000003", "tt0000002", "tt10277930", "tt1028"],
    ("year", "desc"): ["tt10277930", "tt0000002", "tt0000001", "tt0000003", "tt0000006", "tt1028"],
}
"""(sort, sort_order) → ids: titles by their key, ties by id ascending, films without the value last both ways."""

BAD = {
    "limit=0": ("limit", "0", "a whole number from 1 to 250"),
    "limit=251": ("limit", "251", "a whole number from 1 to 250"),
    "limit=": ("limit", "", "a whole number from 1 to 250"),
    "limit=1.0": ("limit", "1.0", "a whole number from 1 to 250"),
    "limit=1_0": ("limit", "1_0", "a whole number from 1 to 250"),
    "limit=%2B5": ("limit", "+5", "a whole number from 1 to 250"),
    "limit=%D9%A5": ("limit", "٥", "a whole number from 1 to 250"),
    "page=0": ("page", "0", "a whole number from 1 on"),
    "page=-1": ("page", "-1", "a whole number from 1 on"),
    "page=" + "9" * 300: (
        "page",
        "9" * 199 + "…",
        ("a page within the first 10000 films, so from 1 to 200 where limit is 50; further on with cursor"),
    ),
    "page=201": (
        "page",
        "201",
        ("a page within the first 10000 films, so from 1 to 200 where limit is 50; further on with cursor"),
    ),
    "limit=30&page=334": (
        "page",
        "334",
        ("a page within the first 10000 films, so from 1 to 333 where limit is 30; further on with cursor"),
    ),
    "sort=rating": ("sort", "rating", "relevance, id, title, imdb_rating, year"),
    "sort=ID": ("sort", "ID", "relevance, id, title, imdb_rating, year"),
    "sort=relevance": ("sort", "relevance", "id, title, imdb_rating, year; relevance with a search only"),
    "sort=relevance&search=+": ("sort", "relevance", "id, title, imdb_rating, year; relevance with a search only"),
    "sort_order=down": ("sort_order", "down", "asc, desc"),
    "search=" + "a" * 201: ("search", "a" * 199 + "…", "at most 200 characters"),
    "offset=5": (
        "offset",
        "5",
        (
            "one of the parameters limit, page, search, sort, sort_order, genre, title_type, person, year_from, "
            "year_to, rating_from, rating_to, fields, facets, highlight, cursor"
        ),
    ),
    "page=1&page=2": ("page", "1, 2", "given once"),
}
"""Query string → the one fault that it has: parameter, value, what is allowed."""


def film(number, title, rating, year, *genres):
    """Give a film as a list shows it."""
    return {"id": number, "title": title, "imdb_rating": rating, "year": year, "genres": list(genres)}


def ids(answer):
    """Give the ids of a list."""
    return [item["id"] for item in answer.json["items"]]


def test_the_first_page_of_everything(client):
    """Without parameters the answer is the first fifty films by id, with the numbers of the whole."""
    answer = client.get(URL)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == {
        "items": [
            film("tt0000001", "Ёлка в лагере", 7.5, 1999, "Comedy", "Family"),
            film("tt0000002", "Star Camp", 7.5, 2001, "Adventure"),
            film("tt0000003", "Star of the Camps", 8.1, 1999),
            film("tt0000006", "елка", 9.0, 1980),
            film("tt10277930", "Звёздная война", None, 2010, "War"),
            film("tt1028", "Amélie", 6.0, None),
        ],
        "total": 6,
        "page": 1,
        "pages": 1,
        "limit": 50,
        "next": None,
        "previous": None,
    }


def test_json_is_utf_8_unescaped(client):
    """Russian text is readable in the bytes."""
    assert "Звёздная война".encode() in client.get(URL).data


def test_empty_search_sort_and_order_are_as_good_as_none(client):
    """The address with all parameters, the last three empty, is the plain list."""
    assert client.get(f"{URL}?limit=50&page=1&search=&sort=&sort_order=").json == client.get(URL).json


@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_orders(client, sort, order):
    """Each order is the one of the rules, in both directions."""
    assert ids(client.get(f"{URL}?sort={sort}&sort_order={order}")) == ORDERS[sort, order]


@pytest.mark.parametrize(("sort", "order"), ORDERS)
def test_without_an_index_plain_lists_are_the_same(client, indexless, sort, order):
    """A plain list from the store equals the one from the index, on every page."""
    for page in range(1, 5):
        query = f"{URL}?sort={sort}&sort_order={order}&limit=2&page={page}"
        assert indexless.get(query).json == client.get(query).json


def test_pages_lead_to_each_other_and_keep_every_parameter(client):
    """`next` and `previous` are addresses of the pages beside, all other parameters kept as they were given."""
    first = client.get(f"{URL}?sort=title&limit=2&search=").json
    assert (first["next"], first["previous"]) == (f"{URL}?sort=title&limit=2&search=&page=2", None)
    second = client.get(first["next"]).json
    assert (second["next"], second["previous"]) == (
        f"{URL}?sort=title&limit=2&search=&page=3",
        f"{URL}?sort=title&limit=2&search=&page=1",
    )
    third = client.get(second["next"]).json
    assert (third["next"], third["previous"]) == (None, f"{URL}?sort=title&limit=2&search=&page=2")
    assert [item["id"] for page in (first, second, third) for item in page["items"]] == ORDERS["title", "asc"]


def test_addresses_of_pages_hold_what_was_searched(client):
    """Russian words and signs come back from an address as they went in."""
    answer = client.get(URL, query_string={"search": "ёлка & лагерь + 100%", "limit": "1"}).json
    assert answer["next"] is not None
    assert client.get(answer["next"]).status_code == 200
    assert client.get(answer["next"]).json["previous"] == answer["next"].replace("page=2", "page=1")


def test_a_server_under_a_prefix_gives_addresses_under_it(client):
    """The addresses of pages begin with the prefix that the server is mounted under."""
    answer = client.get(f"{URL}?limit=2", environ_overrides={"SCRIPT_NAME": "/cinema"})
    assert answer.json["next"] == f"/cinema{URL}?limit=2&page=2"


def test_a_page_beyond_the_last_is_empty_with_correct_numbers(client):
    """A page that is not there is no error: nothing on it, the true totals, and a way back to the last page."""
    assert client.get(f"{URL}?limit=4&page=9").json == {
        "items": [],
        "total": 6,
        "page": 9,
        "pages": 2,
        "limit": 4,
        "next": None,
        "previous": f"{URL}?limit=4&page=2",
    }


def test_a_search_that_finds_nothing_has_no_pages(client):
    """Nothing found is 200 with no pages and no neighbours, whichever page is asked for."""
    assert client.get(f"{URL}?search=qqqqzzzz&page=3").json == {
        "items": [],
        "total": 0,
        "page": 3,
        "pages": 0,
        "limit": 50,
        "next": None,
        "previous": None,
        "did_you_mean": None,
    }


@pytest.mark.parametrize("words", ["звёздные войны", "звездные войны", "ЗВЕЗДНАЯ ВОЙНА"])
def test_a_search_finds_other_forms_of_russian_words(client, words):
    """Other forms of a word, with е for ё, find the same film."""
    assert ids(client.get(URL, query_string={"search": words}))[0] == "tt10277930"


def test_a_search_is_by_relevance_unless_another_order_is_asked_for(client):
    """With words the default is relevance, best first whatever `sort_order` says; another order can be asked for."""
    best = client.get(f"{URL}?search=star+camp").json
    assert client.get(f"{URL}?search=star+camp&sort=relevance").json["items"] == best["items"]
    assert client.get(f"{URL}?search=star+camp&sort=relevance&sort_order=desc").json["items"] == best["items"]
    assert [item["id"] for item in best["items"]][:2] == ["tt0000002", "tt0000003"]
    by_rating = client.get(f"{URL}?search=star+camp&sort=imdb_rating&sort_order=desc")
    assert ids(by_rating)[:2] == ["tt0000003", "tt0000002"]
    assert by_rating.json["total"] == best["total"]


@pytest.mark.parametrize("query", BAD)
def test_a_bad_parameter_is_named_with_what_is_allowed(client, query):
    """Each bad, unknown or repeated parameter is 422 and says its name, its value and what is allowed."""
    name, value, allowed = BAD[query]
    answer = client.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json) == (
        422,
        {
            "message": f"Bad parameters: {name}.",
            "errors": [{"parameter": name, "value": value, "allowed": allowed}],
        },
    )


def test_several_faults_are_several_entries(client):
    """Every fault is named, in the order of the query string."""
    answer = client.get(f"{URL}?sort=best&colour=red&limit=0&limit=1&page=x&search=camp")
    assert answer.status_code == 422
    assert answer.json["message"] == "Bad parameters: sort, colour, limit, page."
    assert [fault["parameter"] for fault in answer.json["errors"]] == ["sort", "colour", "limit", "page"]


def test_a_query_string_that_is_not_utf_8_is_said_to_be(client):
    """Raw bytes that are not UTF-8 are 422."""
    answer = client.get(URL, environ_overrides={"QUERY_STRING": "search=\xff"})
    assert (answer.status_code, answer.json) == (422, {"message": "The query string is not UTF-8.", "errors": []})


@pytest.mark.parametrize(
    "search", ["%00", "%ff%fe", "%ED%A0%80", "%", "%zz", "a%00b", "%F0%9F%8E%AC", '"', "*", "AND", "a:b"]
)
def test_odd_characters_are_just_words(client, search):
    """NUL, lone surrogates, broken percent-encodings and signs of query languages crash nothing."""
    assert client.get(f"{URL}?search={search}").status_code == 200


@pytest.fixture(scope="module")
def asked(whole):
    """Give a function that asks with a raw query string and gives the status; one app for all examples."""
    client = create_app(whole).test_client()
    return lambda query: client.get(URL, environ_overrides={"QUERY_STRING": query}).status_code


NAMES = st.sampled_from(["limit", "page", "search", "sort", "sort_order", "", "x"])
VALUES = st.one_of(
    st.integers(-2, 300).map(str), st.sampled_from(["id", "title", "relevance", "asc", "desc"]), st.text()
)
QUERIES = st.one_of(
    st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")),
    st.lists(st.tuples(NAMES, VALUES), max_size=6).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs).encode("utf-8", "replace").decode("latin-1")
    ),
)


@given(query=QUERIES)
def test_any_query_string_is_answered_or_refused(asked, query):
    """Whatever the query string, the answer is 200 or 422."""
    assert asked(query) in (200, 422)
