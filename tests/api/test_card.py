"""GET /api/v1/video/get/<id>: a film's whole card, from the store."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from sqlalchemy import create_engine, text

from api import create_app

URL = "/api/v1/video/get/"

CARD = {
    "id": "tt0000001",
    "title": "Ёлка в лагере",
    "description": "Дети ставят ёлку летом.",
    "imdb_rating": 7.5,
    "year": 1999,
    "genres": ["Comedy", "Family"],
    "directors": [{"id": "1000000000001", "name": "Anna Lee"}, {"id": "1000000000002", "name": "Bo Dahl"}],
    "actors": [{"id": "12", "name": "Cid Poe"}, {"id": "7", "name": "Анна Ли"}],
    "writers": [{"id": "w2", "name": "Dee Fox"}, {"id": "w1", "name": "Anna Lee"}],
}


def test_a_card_is_whole_and_in_the_sources_order(client):
    """A card has everything; people keep their source's ids, directors, whom it gives none, have the store's."""
    answer = client.get(f"{URL}tt0000001")
    assert (answer.status_code, answer.json) == (200, CARD)


def test_a_card_can_be_asked_for_by_its_uuid(client):
    """A film's public id gives the same card."""
    assert client.get(f"{URL}{uuid5(NAMESPACE_URL, 'tt0000001')}").json == CARD


def test_what_is_not_known_is_null_or_an_empty_list(client):
    """A film of which little is known has every field all the same."""
    assert client.get(f"{URL}tt10277930").json == {
        "id": "tt10277930",
        "title": "Звёздная война",
        "description": None,
        "imdb_rating": None,
        "year": 2010,
        "genres": ["War"],
        "directors": [],
        "actors": [],
        "writers": [],
    }


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("tt9999999", "tt9999999"), ("TT0000001", "TT0000001"), ("%D1%91", "ё"), ("a%00b", "a\0b"), ("%ff", "\ufffd")],
)
def test_a_film_that_is_not_there_is_404(client, asked, shown):
    """An id of no film is 404 and says the id, whatever characters it has."""
    answer = client.get(f"{URL}{asked}")
    assert (answer.status_code, answer.json) == (404, {"message": f"There is no film with the id {shown}."})


def test_a_card_that_has_not_changed_is_not_sent_again(client):
    """The ETag of a card, given back, is answered with 304, no body and the same headers for caches."""
    first = client.get(f"{URL}tt0000001")
    again = client.get(f"{URL}tt0000001", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "max-age=60"
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_card_that_has_changed_has_another_etag(stored):
    """The card is what the store says now, whatever the index says."""
    client = create_app(stored).test_client()
    old = client.get(f"{URL}tt0000001").headers["ETag"]
    engine = create_engine(stored.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE movies SET title = 'Ель' WHERE id = 1"))
    engine.dispose()
    answer = client.get(f"{URL}tt0000001", headers={"If-None-Match": old})
    assert (answer.status_code, answer.json) == (200, CARD | {"title": "Ель"})
