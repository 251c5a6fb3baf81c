"""How the embedded index saves work in a search, without anybody seeing it: near words, and films of one score."""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from index.embedded import EmbeddedIndex
from index.embedded_window import SPARE
from index.embedded_words import Dictionary
from index.mapping import edits_allowed
from index.search import SearchQuery
from normalize.models import movies
from normalize.settings import Settings

NEAR = st.text("abcd", min_size=3, max_size=7)
WORDS = NEAR | st.text(st.sampled_from("abcdéёя'\U0001f3ac") | st.characters(), max_size=9)
FILMS = SPARE + 50


@given(st.lists(WORDS, min_size=10, unique=True), NEAR)
def test_no_word_that_is_near_is_passed_over(words, term):
    """What letters and lengths rule out is never near: the words found are those that comparing each one gives."""
    edits = edits_allowed(term)
    expected = {word: OSA.distance(word, term) for word in words if word and edits}
    near = {word: distance for word, distance in expected.items() if distance <= edits}
    assert dict(Dictionary(words).near(term)) == near


@pytest.fixture
def settings(store, tmp_path):
    """Give the settings of an embedded index."""
    return Settings(database_url=store.url, index_path=tmp_path / "index", _env_file=None)


def test_films_of_one_score_come_by_their_ids_however_many_there_are(store, in_step, settings):
    """Also where more have it than are looked at first; by page number and by cursor."""
    ids = [f"tt{number:07}" for number in range(1, FILMS + 1)]
    for film in ids:
        store.film(film, "Same")
    in_step()
    store.run(movies.update().where(movies.c.id == 1).values(year=1999))
    in_step()  # the film that comes first is the last one in the index now
    with closing(EmbeddedIndex(settings.index_path)) as engine:
        pages = [
            engine.search(SearchQuery(text="same", sort="relevance", offset=at, limit=10)) for at in range(0, FILMS, 10)
        ]
        after, followed = None, []
        while (page := engine.search(SearchQuery(text="same", sort="relevance", limit=10, after=after))).hits:
            followed += page.hits
            after = page.last
    assert [hit.id for page in pages for hit in page.hits] == ids
    assert {page.total for page in pages} == {FILMS}
    assert [hit.id for hit in followed] == ids
