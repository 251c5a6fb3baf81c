"""GET /api/v1/video/suggest: what the first letters may mean, on both engines."""

import pytest

from api import create_app

URL = "/api/v1/video/suggest"
CAMP = {"id": "tt0000002", "title": "Star Camp"}
CAMPS = {"id": "tt0000003", "title": "Star of the Camps"}
ELKA = {"id": "tt0000001", "title": "Ёлка в лагере"}
SMALL_ELKA = {"id": "tt0000006", "title": "елка"}

MEANT = {
    "st": ([CAMP, CAMPS], []),
    "STAR C": ([CAMP], []),
    "camp": ([CAMP, CAMPS], []),
    "ёл": ([SMALL_ELKA, ELKA], []),
    "ЕЛКА В": ([ELKA], []),
    "лаг": ([ELKA], []),
    "amé": ([{"id": "tt1028", "title": "Amélie"}], []),
    "an": ([], ["Anna Lee"]),
    "le": ([], ["Anna Lee"]),
    "a": ([{"id": "tt1028", "title": "Amélie"}], ["Anna Lee"]),
    "dahl": ([], ["Bo Dahl"]),
    "tar": ([], []),
    ".*": ([], []),
    "\x1f": ([], []),
    "": ([], []),
}
"""What is typed → titles and people: by words in any place, whatever case, accents and ё."""


@pytest.fixture(scope="module")
def films(on_engine):
    """Give a client over the made-up films, in each engine in turn."""
    return create_app(on_engine).test_client()


@pytest.mark.parametrize("typed", MEANT)
def test_the_first_letters_of_any_word_lead_to_titles_and_people(films, typed):
    """Titles and people of which a word begins as typed, in order."""
    titles, people = MEANT[typed]
    answer = films.get(URL, query_string={"prefix": typed})
    assert (answer.status_code, answer.json) == (200, {"titles": titles, "people": people})


def test_there_are_no_more_than_asked_for(films):
    """`limit` holds for titles and for people."""
    assert films.get(f"{URL}?prefix=st&limit=1").json == {"titles": [CAMP], "people": []}
    assert films.get(f"{URL}?prefix=st&limit=21").status_code == 422


def test_without_an_index_it_is_503(indexless):
    """Suggestions need the index."""
    assert indexless.get(f"{URL}?prefix=st").status_code == 503
