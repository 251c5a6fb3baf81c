"""What a search says of words: which were found (`highlight`), and what may have been meant (`did_you_mean`)."""

import pytest

from api import create_app

URL = "/api/v1/video/collection"

MEANT = {
    "skywolkar": "skywalker",
    "стар варс": "star wars",
    "шатнэр нимой": "shatner nimoy",
    "щатнер": "shatner",
    "qqqqzzzz": None,
    "the": None,
    "???": None,
    "xq": None,
}
RUSSIAN = {
    "pdtplyst djqys": "звездные войны",
    "tarkovsky": "тарковский",
    "потьомкен": "потемкин",
    "иванвасильевич": "иван васильевич",
    "фывапролдж": None,
}
"""What is typed, and finds nothing → what it may have been meant to be."""


@pytest.fixture(scope="module")
def films(on_engine):
    """Give a client over the made-up films, in each engine in turn."""
    return create_app(on_engine).test_client()


def meant(client, typed, **more):
    """Search for something that is not there, and give what the answer asks back; what it names is found."""
    answer = client.get(URL, query_string={"search": typed, **more}).json
    assert answer["total"] == 0, typed
    if answer["did_you_mean"]:
        assert client.get(URL, query_string={"search": answer["did_you_mean"], **more}).json["total"] > 0
    return answer["did_you_mean"]


def test_what_finds_nothing_is_put_right(real):
    """Words farther away than a slip of the finger: by their sound, in the other alphabet too; else null."""
    client = create_app(real).test_client()
    assert {typed: meant(client, typed) for typed in MEANT} == MEANT


def test_what_finds_nothing_is_put_right_in_russian(sample):
    """The other layout of the keyboard, Latin letters, a blank left out."""
    client = create_app(sample).test_client()
    assert {typed: meant(client, typed) for typed in RUSSIAN} == RUSSIAN


def test_nobody_is_asked_back_who_finds_something(films):
    """A search that finds something, and a list that is empty for its filters, have no `did_you_mean`."""
    for query in ("search=star", "search=stra", "year_from=2020", "search=star&page=9"):
        assert "did_you_mean" not in films.get(f"{URL}?{query}").json


def test_what_is_proposed_is_found_under_the_same_filters(films):
    """A text that finds nothing among the films of a year is not proposed."""
    assert meant(films, "кэмп") == "camp"
    assert meant(films, "кэмп", year_from=2000) == "camp"
    assert meant(films, "кэмп", year_from=2005) is None


def test_the_longest_text_costs_little(films):
    """However many words it has that nobody knows, there is an answer."""
    for text in ("q" * 200, "qzx " * 50, "q" * 39 + " " + "zx " * 50):
        assert meant(films, text) is None


def test_highlights_say_why_a_film_was_found(films):
    """Pieces of HTML per field; only where it is asked for, whatever `fields` shows; nothing without a search."""
    answer = films.get(URL, query_string={"search": "елки лагерь анна", "highlight": "true", "fields": "id"}).json
    assert answer["items"][0] == {
        "id": "tt0000001",
        "highlight": {
            "title": ["<em>Ёлка</em> в <em>лагере</em>"],
            "description": ["Дети ставят <em>ёлку</em> летом."],
            "actors": ["<em>Анна</em> Ли"],
        },
    }
    assert films.get(f"{URL}?fields=id&highlight=true&limit=1").json["items"] == [{"id": "tt0000001", "highlight": {}}]
    for no in ("", "&highlight=", "&highlight=false"):
        assert films.get(f"{URL}?search=star+camp&fields=id&limit=1{no}").json["items"] == [{"id": "tt0000002"}]
    answer = films.get(f"{URL}?highlight=yes")
    assert (answer.status_code, answer.json["errors"][0]["allowed"]) == (422, "true, false")


def test_every_film_that_is_found_says_why(real):
    """On the real database both engines find no film for which nothing is marked."""
    client = create_app(real).test_client()
    for text in ("george lucas empire", "jedis", "spokc"):
        asked = {"search": text, "highlight": "true", "limit": 250, "fields": "id"}
        films = client.get(URL, query_string=asked).json["items"]
        assert [film["id"] for film in films if not film["highlight"]] == []
