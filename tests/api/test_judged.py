"""The quality of the search: queries and the films that people expect on top, on both engines."""

import json
from pathlib import Path

from api import create_app

JUDGED = json.loads((Path(__file__).parents[1] / "data" / "judged.json").read_text(encoding="utf-8"))
"""Each says in which data, what is typed, and which films (in any order) must be within the first so many."""


def found(client, judged):
    """Give the ids of the first films."""
    asked = {"search": judged["query"], "limit": judged["within"]}
    return {film["id"] for film in client.get("/api/v1/video/collection", query_string=asked).json["items"]}


def missing(settings, data):
    """Give query → the expected films that are not on top, of all queries on some data."""
    client = create_app(settings).test_client()
    lacking = {each["query"]: set(each["top"]) - found(client, each) for each in JUDGED if each["data"] == data}
    return {query: films for query, films in lacking.items() if films}


def test_english_queries_on_the_real_database(real):
    """Titles, names, transposed words and slips of the finger bring the films on top that are meant."""
    assert missing(real, "real") == {}


def test_russian_queries_on_the_sample(sample):
    """The same in Russian: other forms of words, ё and е, a name with a word of the title."""
    assert missing(sample, "sample") == {}
