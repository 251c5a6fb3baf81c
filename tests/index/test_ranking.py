"""What comes first of what is found, beyond the rule of matching: on both engines, in the same order."""

import pytest

from index.highlight import highlights
from index.search import SearchQuery

LUCAS = ("l", "George Lucas")


def found(engine, text):
    """Search by relevance; give the ids, best first."""
    return [hit.id for hit in engine.search(SearchQuery(text=text, sort="relevance")).hits]


@pytest.fixture
def films(store, in_step):
    """Fill the index with films that are easily taken for one another."""
    store.film("tt0000001", "Star Wars", plot="A farm boy leaves.", writers=[LUCAS], directors=[LUCAS])
    store.film("tt0000002", "Saving Star Wars", plot="Two fans bring a letter to George Lucas.")
    store.film("tt0000003", "Star Garden", plot="Stars, starlets and stardom: a star among stars.")
    store.film("tt0000004", "The Star", plot="A donkey.")
    store.film("tt0000005", "Empire of Clay", plot="Potters at war.", actors=[("1", "Lucas Wars")])
    store.film("tt0000006", "Garden of the Star", plot="Roses.", actors=[("2", "Lucas George Hall")])
    store.film("tt0000007", "All Star Wry", plot="A game.")
    store.film("tt0000008", "Wars of the Star", plot="Roses against roses.")
    in_step()


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("the star", ["tt0000004"]),  # a whole title, stop words too
        ("star wars", ["tt0000001"]),
        ("star wrs", ["tt0000001"]),  # what was likely meant: 'wars' is in more films than 'wry'
        ("strra wasr", ["tt0000001"]),
        ("george lucas", ["tt0000001"]),  # in two roles, rather than in a plot
        ("goerge lucas", ["tt0000001"]),
        ("lucas wars", ["tt0000001"]),  # a name, and a word of the title
        ("lucas star", ["tt0000001", "tt0000006"]),
        ("garden star", ["tt0000003", "tt0000006"]),
    ],
)
def test_what_was_meant_comes_first(films, engine, text, best):
    """Whole titles, names, and a name with a word of the title come before the same words elsewhere."""
    assert found(engine, text)[: len(best)] == best


def test_every_word_counts_more_than_one_word_well_matched(films, engine):
    """A film with both words somewhere comes before one that has a single word many times."""
    assert found(engine, "star potters letter")[0] == "tt0000002"
    assert found(engine, "donkey star")[0] == "tt0000004"


def test_what_was_meant_widens_nothing(films, engine):
    """A word that stems keep out of reach is put right for the order alone: no film is found by it."""
    assert "tt0000001" not in found(engine, "wrs")
    assert sorted(found(engine, "star wrs")) == sorted(found(engine, "star"))


def test_what_a_search_took_a_word_for_is_marked(films, engine):
    """A page says what misspelt words were taken for, and highlights show it, where it does not look near to them."""
    text = "star wrs"
    page = engine.search(SearchQuery(text=text, sort="relevance"))
    assert page.meant == {"wrs": "wars"}
    assert highlights(page.hits[0], text, page.meant)["title"] == ("<em>Star</em> <em>Wars</em>",)
    assert engine.search(SearchQuery(text="star wars", sort="relevance")).meant == {}
