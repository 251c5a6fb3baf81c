"""The collection narrowed, counted, shown in part and followed by cursor, on both engines."""

import base64
import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import create_app

URL = "/api/v1/video/collection"

FILTERED = {
    "genre=Comedy": ["tt0000001"],
    "genre=Comedy,Family": ["tt0000001"],
    "genre=Comedy,War": [],
    "genre=comedy": [],
    "title_type=movie": ["tt0000001"],
    "title_type=short,movie": ["tt0000001"],
    "year_from=2000": ["tt0000002", "tt10277930"],
    "year_to=1999": ["tt0000001", "tt0000003", "tt0000006"],
    "year_from=1999&year_to=1999": ["tt0000001", "tt0000003"],
    "year_from=2000&year_to=1999": [],
    "rating_from=7.5&rating_to=8.1": ["tt0000001", "tt0000002", "tt0000003"],
    "rating_from=8.2": ["tt0000006"],
    "rating_to=6": ["tt1028"],
    "rating_to=5.99": [],
    "rating_from=8.05&rating_to=8.15": ["tt0000003"],
    "person=anna lee": ["tt0000001"],
    "person= Анна  Ли ": ["tt0000001"],
    "person=w2": ["tt0000001"],
    "person=Anna": [],
    "genre=&title_type=&person=&year_from=&rating_to=&fields=&facets=": [
        "tt0000001",
        "tt0000002",
        "tt0000003",
        "tt0000006",
        "tt10277930",
        "tt1028",
    ],
    "search=star&year_to=2000": ["tt0000003"],
}
"""Query string → ids, by id."""

BAD = {
    "year_from=x": ("year_from", "x", "a whole number from 0 to 9999"),
    "rating_to=11": ("rating_to", "11", "a number from 0 to 10"),
    "rating_from=-1": ("rating_from", "-1", "a number from 0 to 10"),
    "genre=" + ",".join("abcdefghijk"): ("genre", "a,b,c,d,e,f,g,h,i,j,k", "at most 10 values"),
    "facets=actors": ("facets", "actors", "some of genres, decades, ratings, separated by commas"),
    "cursor=&page=2": ("cursor", "", "either cursor or page"),
    "cursor=nonsense": ("cursor", "nonsense", "a cursor of this very list"),
    "cursor=W10": ("cursor", "W10", "a cursor of this very list"),
}


@pytest.fixture(scope="module")
def films(on_engine):
    """Give a client over the made-up films, in each engine in turn."""
    return create_app(on_engine).test_client()


def ids(answer):
    """Give the ids of a list."""
    return [film["id"] for film in answer.json["items"]]


def follow(client, query):
    """Follow a list by its cursors; gives all ids and the totals that were said."""
    answer = client.get(f"{URL}?{query}&cursor=")
    found, totals = ids(answer), {answer.json["total"]}
    while answer.json["next"]:
        answer = client.get(answer.json["next"])
        found += ids(answer)
        totals.add(answer.json["total"])
    return found, totals


@pytest.mark.parametrize("query", FILTERED)
def test_filters_narrow_a_list_and_a_search(films, query):
    """Every filter gives just the films that meet it; several are all to be met, an empty one is none."""
    answer = films.get(f"{URL}?{query}&sort=id")
    assert (answer.status_code, ids(answer), answer.json["total"]) == (200, FILTERED[query], len(FILTERED[query]))


@pytest.mark.parametrize("query", BAD)
def test_a_bad_filter_is_422_and_named(films, query):
    """What cannot be is named with what is allowed."""
    name, value, allowed = BAD[query]
    answer = films.get(f"{URL}?{query}")
    assert (answer.status_code, answer.json["errors"]) == (
        422,
        [{"parameter": name, "value": value, "allowed": allowed}],
    )


def test_filters_do_not_change_the_ranking(films):
    """What is found by relevance stays in its order when it is narrowed."""
    whole = ids(films.get(f"{URL}?search=star camp"))
    narrowed = ids(films.get(f"{URL}?search=star camp&rating_from=1"))
    assert narrowed == [film for film in whole if film in narrowed]
    assert len(narrowed) > 1


def test_facets_count_all_that_is_found(films):
    """Genres by number of films, then by name; decades and whole ratings ascending; a page does not matter."""
    answer = films.get(f"{URL}?facets=genres,decades,ratings&limit=1").json
    assert answer["facets"] == {
        "genres": [{"value": name, "count": 1} for name in ("Adventure", "Comedy", "Family", "War")],
        "decades": [{"value": value, "count": count} for value, count in ((1980, 1), (1990, 2), (2000, 1), (2010, 1))],
        "ratings": [{"value": value, "count": count} for value, count in ((6, 1), (7, 2), (8, 1), (9, 1))],
    }
    assert films.get(f"{URL}?search=star&facets=ratings").json["facets"] == {
        "ratings": [{"value": 7, "count": 1}, {"value": 8, "count": 1}]
    }


def test_fields_choose_what_is_shown(films):
    """A film has just the fields that are asked for, in that order."""
    asked = films.get(f"{URL}?fields=title,directors,actors,writers,description,title_type&limit=1").json
    assert [list(film.items()) for film in asked["items"]] == [
        [
            ("title", "Ёлка в лагере"),
            ("directors", ["Anna Lee", "Bo Dahl"]),
            ("actors", ["Cid Poe", "Анна Ли"]),
            ("writers", ["Dee Fox", "Anna Lee"]),
            ("description", "Дети ставят ёлку летом."),
            ("title_type", "movie"),
        ]
    ]


@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating", "year"])
@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_list_followed_by_cursors_is_the_whole_list(films, sort, order, limit):
    """Page by page every film comes once, in order: equal and missing values too; the total stays the whole."""
    query = f"sort={sort}&sort_order={order}&limit={limit}"
    assert follow(films, query) == (ids(films.get(f"{URL}?sort={sort}&sort_order={order}")), {6})


@pytest.mark.parametrize("query", ["search=star camp", "search=star camp&year_from=1990", "search=елка&sort=title"])
def test_a_search_followed_by_cursors_is_the_whole_search(films, query):
    """By relevance and with filters a search can be followed, too."""
    assert follow(films, f"{query}&limit=1")[0] == ids(films.get(f"{URL}?{query}"))


def test_a_cursor_belongs_to_its_list(films):
    """A cursor of one list is refused by another."""
    cursor = films.get(f"{URL}?limit=1&cursor=").json["cursor"]
    assert films.get(URL, query_string={"limit": 2, "cursor": cursor}).status_code == 200
    assert films.get(URL, query_string={"sort": "title", "cursor": cursor}).status_code == 422


@pytest.mark.parametrize(
    ("sort", "value", "film"),
    [
        ("title", "a", "tt1} OR id:{a TO *"),
        ("title", "a", "ttx"),
        ("title", 1, "tt0000001"),
        ("title", None, "tt0000001"),
        ("year", "1999", "tt0000001"),
        ("year", [1999], "tt0000001"),
        ("id", None, "tt0000001"),
    ],
)
def test_a_cursor_that_somebody_made_up_is_refused(films, sort, value, film):
    """What is no film's id, or does not belong to the order, never comes as far as the index."""
    cursor = films.get(f"{URL}?sort={sort}&limit=1&cursor=").json["cursor"]
    said = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    assert films.get(URL, query_string={"sort": sort, "limit": 1, "cursor": cursor}).status_code == 200
    made_up = base64.urlsafe_b64encode(orjson.dumps([said[0], value, film, said[3]])).decode()
    assert films.get(URL, query_string={"sort": sort, "limit": 1, "cursor": made_up}).status_code == 422


def test_a_cursor_has_no_page_numbers(films):
    """With a cursor the body says where it goes on, and no numbers of pages."""
    answer = films.get(f"{URL}?limit=4&cursor=").json
    numbers = {name: answer[name] for name in ("page", "pages", "previous", "limit", "total")}
    assert numbers == {"page": None, "pages": None, "previous": None, "limit": 4, "total": 6}
    last = films.get(answer["next"]).json
    assert (len(last["items"]), last["next"], last["cursor"]) == (2, None, None)


def test_link_headers_lead_on(films):
    """`Link` names the pages beside, the first and the last; with a cursor the next one."""
    links = films.get(f"{URL}?limit=2&page=2").headers["Link"]
    assert re.findall(r'page=(\d)>; rel="(\w+)"', links) == [
        ("3", "next"),
        ("1", "prev"),
        ("1", "first"),
        ("3", "last"),
    ]
    assert films.get(f"{URL}?limit=2&cursor=").headers["Link"].endswith('>; rel="next"')


def test_without_an_index_what_only_it_can_do_is_503(indexless):
    """Filters, counts and cursors need the index; a plain list does not."""
    for query in ("genre=Comedy", "facets=genres", "search=star"):
        assert indexless.get(f"{URL}?{query}").status_code == 503
    assert indexless.get(f"{URL}?fields=id").json["items"][0] == {"id": "tt0000001"}


NAMES = st.sampled_from(["genre", "person", "year_from", "rating_to", "facets", "fields", "cursor", "title_type"])
VALUES = st.one_of(st.sampled_from(["Comedy", "1999", "7.5", "genres", "id,title", ""]), st.text(max_size=20))


@pytest.fixture(scope="module")
def asked(whole):
    """Give a function that asks with parameters and gives the status; one app for all examples."""
    client = create_app(whole).test_client()
    return lambda query: client.get(URL, query_string=query).status_code


@given(query=st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_filter_is_answered_or_refused(asked, query):
    """Whatever is asked for, the answer is 200 or 422."""
    clean = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    assert asked(clean) in (200, 422)
