"""The document as Elasticsearch gets it: put together of ready parts, it says what the film says."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document
from index.elastic_fields import body
from index.mapping import words_in
from index.spelling import PART, sounds_of
from index.suggestions import named, openings, titled
from normalize.text import sort_key

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
NAMES = TEXTS.filter(lambda name: name.strip().lower() not in ("", "n/a", "none"))


def film(title, directors=(), actors=()):
    """Make a document; actors are (id, name)."""
    return Document(
        id="tt0000001", imdb_rating=None, genre=["War"], title=title, description=None, writers=[], year=1977,
        director=list(directors) or None, actors_names=[name for _, name in actors] or None, writers_names=None,
        actors=[{"id": source_id, "name": name} for source_id, name in actors], title_key=sort_key(title),
        title_type=None,
    )  # fmt: skip


def test_the_body_is_the_content_and_what_our_own_searches_need():
    """All of it, for a film whose director plays in it."""
    made = film("Up, Up", ["Ann Bork"], [("nm1", "Ann Bork")])
    assert orjson.loads(body(made)) == {
        **made.content,
        "genre_text": ["War"],
        "title_words": "up up",
        "people": ["nm1", "ann bork"],
        "words": ["up", "ann", "bork"],
        "sounds": [f"prk{PART}bork"],
        "starts": [
            f"t{PART}up, up{PART}tt0000001{PART}Up, Up",
            f"t{PART}up{PART}tt0000001{PART}Up, Up",
            f"p{PART}ann bork{PART}Ann Bork",
            f"p{PART}bork{PART}Ann Bork",
        ],
        "openings": [
            f"t{PART}u",
            f"t{PART}up",
            f"t{PART}up,",
            f"t{PART}up{PART}",
            f"p{PART}a",
            f"p{PART}an",
            f"p{PART}ann",
            f"p{PART}b",
            f"p{PART}bo",
            f"p{PART}bor",
        ],
        "digest": made.digest,
    }


@given(title=TEXTS, directors=st.lists(NAMES, max_size=3), actors=st.lists(st.tuples(NAMES, NAMES), max_size=3))
def test_remembered_names_say_what_new_ones_say(title, directors, actors):
    """Whatever signs are in them, met for the first time and again."""
    made = film(title, directors, actors)
    entries = [*titled(made), *(entry for name in made.names for entry in named(name))]
    words = [*words_in(made.title_key), *(word for name in made.names for word in words_in(sort_key(name)))]
    for _ in range(2):
        read = orjson.loads(body(made))
        assert {name: read[name] for name in made.content} == made.content
        assert set(read["people"]) == {*made.person_ids, *map(sort_key, made.names)}
        assert set(read["words"]) == set(words)
        assert set(read["sounds"]) == set(sounds_of(words))
        assert set(read["starts"]) == set(entries)
        assert set(read["openings"]) == set(openings(entries))
