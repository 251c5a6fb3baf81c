"""The contract of the index: what every engine promises, on a real tantivy index and a real Elasticsearch."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.documents import Document
from index.engine import open_engine
from index.search import (
    MAX_WINDOW,
    Filters,
    IndexState,
    IndexUnavailableError,
    Position,
    SearchHit,
    SearchPage,
    SearchQuery,
)
from index.sync import Synced
from normalize.models import movies, people
from normalize.settings import Settings
from normalize.text import sort_key

OWN = "0b1e7f0c-5d3a-4c1e-9f57-6a3f6a2d9c11"
"""The id of a film that is in no source."""


def ids(page):
    """Give the ids of a page, in its order."""
    return [hit.id for hit in page.hits]


def found(engine, text, **more):
    """Search by relevance; give the ids, best first."""
    return ids(engine.search(SearchQuery(text=text, sort="relevance", **more)))


def test_a_page_shows_what_a_list_needs(store, engine, in_step):
    """A hit has id, title, rating, year and genres; None and () where there is nothing."""
    store.film("tt0000002", "Ёлки", rating=7.4, year=2010, genre=["Comedy", "Family"])
    store.film("tt0000001", "Nothing known")
    in_step()
    assert engine.search(SearchQuery()) == SearchPage(
        2,
        (
            SearchHit("tt0000001", "Nothing known", None, None, ()),
            SearchHit("tt0000002", "Ёлки", 7.4, 2010, ("Comedy", "Family")),
        ),
        Position("tt0000002", "tt0000002"),
    )
    assert engine.state().documents == 2


def digests(writer):
    """Give the digests of the live index."""
    return list(writer.digests(writer.live().name))


def test_sync_sends_exactly_what_changed(store, engine, writer, in_step):
    """First all, then nothing, then the changed, the renamed person's film and the deleted one."""
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two", actors=[("7", "Ann Lee")])
    store.film("tt0000003", "Three")
    assert in_step() == Synced(put=3)
    assert in_step() == Synced()
    store.run(movies.update().where(movies.c.id == 1).values(title="Uno", title_key="uno"))
    store.run(people.update().values(name="Anna Lee"))
    store.run(movies.delete().where(movies.c.id == 3))
    assert in_step() == Synced(put=2, gone=1)
    assert in_step() == Synced()
    assert found(engine, "uno") == ["tt0000001"]
    assert found(engine, "anna") == ["tt0000002"]
    assert found(engine, "three") == []
    assert [film for film, _ in digests(writer)] == ["tt0000001", "tt0000002"]


def test_a_film_with_another_id_is_found_under_the_new_one_alone(store, writer, in_step):
    """The id of before is taken out, unless another film has it now."""
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two")
    in_step()
    store.run(movies.update().where(movies.c.id == 1).values(imdb_id="tt0000009"))
    store.run(movies.update().where(movies.c.id == 2).values(imdb_id="tt0000001"))
    assert in_step() == Synced(put=2, gone=1)
    assert [film for film, _ in digests(writer)] == ["tt0000001", "tt0000009"]


def test_a_sync_of_an_empty_store_makes_an_empty_index(engine, in_step):
    """The index is there, and says that nothing is found."""
    assert in_step() == Synced()
    assert engine.search(SearchQuery(text="film", sort="relevance")) == SearchPage(0, ())
    assert engine.search(SearchQuery()) == SearchPage(0, ())


def test_a_film_that_makes_no_document_is_named_and_the_others_go_on(store, engine, in_step):
    """'N/A' that somebody wrote into the store: film and field are told, the rest is indexed."""
    store.film("tt0000001", "One", plot="N/A")
    store.film("tt0000002", "Two")
    done = in_step()
    assert (done.put, [refusal.id for refusal in done.refused]) == (1, ["tt0000001"])
    assert done.refused[0].reason.startswith("description: Value error, 'N/A' is a word for nothing")
    assert ids(engine.search(SearchQuery())) == ["tt0000002"]


def test_an_id_that_cannot_be_put_in_order_is_refused(store, engine, in_step):
    """The store takes every 'tt…', the index needs digits after it or a UUID: the film is named, the rest goes on."""
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two films")
    store.film("tt0000003", "Our film")
    store.run(movies.update().where(movies.c.id == 1).values(imdb_id="ttx"))
    store.run(movies.update().where(movies.c.id == 3).values(imdb_id=None, public_id=OWN))
    done = in_step()
    assert (done.put, [refusal.id for refusal in done.refused]) == (2, ["ttx"])
    assert ids(engine.search(SearchQuery())) == [OWN, "tt0000002"]
    assert found(engine, "film") == [OWN, "tt0000002"]


def test_without_an_index_the_message_names_the_command(engine, writer):
    """Nothing was indexed yet: every question says what to run, and there are no digests."""
    for ask in (lambda: engine.search(SearchQuery()), engine.state):
        with pytest.raises(IndexUnavailableError, match="Run: python -m index sync"):
            ask()
    assert writer.live() is None


ORDERED = [
    ("tt10277930", "bb", 7.0, 2001), ("tt1027790", "Бета", None, 1999), ("tt1027800", "Ёж", 7.0, None),
    ("tt0000009", "Élan", 10.0, 2001), ("tt0000010", "elan", None, 1999), ("tt0000011", "Жук", 0.5, None),
    ("tt0000012", "b", 7.0, 2001), ("tt0000013", "Еж", 10.0, 1850),
]  # fmt: skip


def by_rule(sort, *, descending):
    """Order the films by the rule, in plain Python: missing last both ways, ties by id ascending."""
    column = ["id", "title", "imdb_rating", "year"].index(sort)
    films = {film[0]: sort_key(film[1]) if sort == "title" else film[column] for film in sorted(ORDERED)}
    there = sorted({value for value in films.values() if value is not None}, reverse=descending)
    return [film for value in [*there, None] for film in films if films[film] == value]


@pytest.mark.parametrize("descending", [False, True], ids=["ascending", "descending"])
@pytest.mark.parametrize("sort", ["id", "title", "imdb_rating", "year"])
def test_orders_are_one_rule(store, engine, in_step, sort, descending):
    """Ids as text by code points, titles by their key, missing last both ways, ties by id ascending; in any window."""
    for imdb_id, title, rating, year in ORDERED:
        store.film(imdb_id, title, rating=rating, year=year)
    in_step()
    expected = by_rule(sort, descending=descending)
    asked = SearchQuery(sort=sort, descending=descending)
    assert ids(engine.search(asked)) == expected
    for at in (0, 3, 6):
        window = SearchQuery(sort=sort, descending=descending, offset=at, limit=3)
        assert ids(engine.search(window)) == expected[at : at + 3]


@pytest.fixture
def library(store, in_step):
    """Fill the index with films for the tests of matching."""
    store.film("tt0000001", "Звёздные войны", plot="Юноша спасает принцессу.", genre=["Sci-Fi"],
               directors=[("d", "Джордж Лукас")], actors=[("1", "Марк Хэмилл")])  # fmt: skip
    store.film("tt0000002", "Война и мир", plot="Москва, 1812 год.", genre=["Drama", "War"])
    store.film("tt0000003", "Camp", plot="Actors spend a summer in the woods.")
    store.film("tt0000004", "The Bridge", plot="Prisoners of two camps build it.", writers=[("w", "Ann O'Neal")])
    store.film("tt0000005", "Stork", plot="A bird.")
    store.film("tt0000006", "Storm", plot="Wind.")
    in_step()


@pytest.mark.parametrize("text", ["звёздные войны", "звездные войны", "звездная война", "ЗВЁЗДНОЙ ВОЙНЫ"])
def test_russian_forms_find_the_same_films(library, engine, text):
    """Other endings, ё or е, other case: the same films in the same order."""
    assert found(engine, text) == ["tt0000001", "tt0000002"]


def test_letters_may_be_typed_in_two_parts(library, engine):
    """'й' and 'ё' as a letter and a mark, as some keyboards and file systems write them, are the same letters."""
    for text in ("звёздной", "Хэмилл", "юношей"):
        typed = SearchQuery(text=unicodedata.normalize("NFD", text), sort="relevance")
        assert engine.search(typed) == engine.search(SearchQuery(text=text, sort="relevance"))


@pytest.mark.parametrize(
    ("text", "title"),
    [("10,000", "10,000 BC"), ("vol", "Bill: Vol.2"), ("3:10", "3:10 to Yuma"), ("映", "映画"), ("d·a·c", "D·A·C")],
)
def test_words_are_cut_alike(store, engine, in_step, text, title):
    """A comma in a number, a point before one, a colon between numbers, signs that are words of their own."""
    store.film("tt0000001", title)
    store.film("tt0000002", "Other")
    in_step()
    assert found(engine, text) == ["tt0000001"]


@pytest.mark.parametrize("text", ["camp", "camps", "Camp's"])
def test_english_forms_find_the_same_films(library, engine, text):
    """'camps' finds 'camp' and the other way round; the title weighs more than the plot."""
    assert found(engine, text)[:2] == ["tt0000003", "tt0000004"]


@pytest.mark.parametrize(
    ("text", "best"),
    [("лукас войны", "tt0000001"), ("хэмилл принцесса", "tt0000001"), ("drama москва", "tt0000002"),
     ("o'neal bridge", "tt0000004")],
)  # fmt: skip
def test_words_from_several_fields_add_up(library, engine, text, best):
    """A name and a word of the title, a genre and a word of the plot: the film that has both is on top."""
    assert found(engine, text)[0] == best


@pytest.mark.parametrize(
    ("text", "best"), [("звёздныы", "tt0000001"), ("brigde", "tt0000004"), ("prisonres", "tt0000004")]
)
def test_one_typo_is_forgiven(library, engine, text, best):
    """A wrong letter, two letters exchanged: the film is found."""
    assert found(engine, text)[0] == best


def test_fuzzy_matches_are_part_of_the_result_below_exact_ones(library, engine):
    """'storm' finds Storm first, then Stork, whatever their scores."""
    assert found(engine, "storm") == ["tt0000006", "tt0000005"]
    assert found(engine, "stork") == ["tt0000005", "tt0000006"]


def test_nothing_else_widens_a_search(library, engine):
    """No prefixes, no synonyms, no stop words, no match of two letters by one edit."""
    for text in ("pris", "spe", "the", "и", "???", "wi"):
        assert engine.search(SearchQuery(text=text, sort="relevance")) == SearchPage(0, ())


def test_a_search_can_be_ordered_like_a_list(library, engine):
    """The films that match, in the order of their titles."""
    assert ids(engine.search(SearchQuery(text="война", sort="title"))) == ["tt0000002", "tt0000001"]
    page = engine.search(SearchQuery(text="война", sort="title", descending=True, limit=1, offset=1))
    assert (page.total, ids(page)) == (2, ["tt0000002"])


def test_weights_decide_where_a_word_counts(store, engine, in_step):
    """Title before plot before genre and actors before writers before directors, other things being equal."""
    store.film("tt0000006", "Aaa", directors=[("d", "Zorro")])
    store.film("tt0000005", "Aaa", writers=[("w", "Zorro")])
    store.film("tt0000004", "Aaa", actors=[("1", "Zorro")])
    store.film("tt0000002", "Aaa", plot="Zorro")
    store.film("tt0000001", "Zorro")
    in_step()
    assert found(engine, "zorro") == ["tt0000001", "tt0000002", "tt0000004", "tt0000005", "tt0000006"]


def test_equal_scores_are_ordered_by_id(store, engine, in_step):
    """Whatever the order of insertion and of the index's segments."""
    for number in (10277930, 1027790, 3, 2):
        store.film(f"tt{number:07d}", "Same")
        in_step()
    assert found(engine, "same") == ["tt0000002", "tt0000003", "tt1027790", "tt10277930"]
    assert found(engine, "same", offset=1, limit=2) == ["tt0000003", "tt1027790"]


def test_a_window_beyond_the_limit_is_the_callers_mistake(store, engine, in_step):
    """Offset and limit together go as far as 10,000 on both engines."""
    in_step()
    with pytest.raises(ValueError, match="must not be above 10000"):
        engine.search(SearchQuery(offset=MAX_WINDOW - 10, limit=11))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_may_be_searched(library, engine, text):
    """Whatever somebody types, there is an answer and never an error."""
    query = SearchQuery(text=text, sort="relevance")
    page = engine.search(query)
    assert len(page.hits) == page.total
    assert engine.finds(query) == (page.total > 0)


@pytest.mark.parametrize(
    ("text", "genres", "finds"),
    [
        ("camp", (), True),
        ("stomr", (), True),  # nearly only
        ("Camp Вйона", ("War",), True),  # exactly one, which is not of the genre, and nearly one that is
        ("camp", ("War",), False),
        ("the", (), False),
        ("", ("War",), True),
    ],
)
def test_whether_anything_is_found_can_be_asked_alone(library, engine, text, genres, finds):
    """The same films count as for a page."""
    query = SearchQuery(text=text, filters=Filters(genres=genres))
    assert (engine.finds(query), engine.search(query).total > 0) == (finds, finds)


def test_another_process_sees_a_commit_at_once(settings, engine, store, in_step):
    """A reader that was open before the sync answers with what it brought."""
    in_step()
    reader = open_engine(settings)
    assert reader.state().documents == 0
    store.film("tt0000001", "One")
    in_step()
    assert ids(reader.search(SearchQuery())) == ["tt0000001"]
    reader.close()


def test_an_elasticsearch_that_is_not_there_is_named(tmp_path):
    """The message says what to mend."""
    engine = open_engine(Settings(elasticsearch_url="http://127.0.0.1:9", _env_file=None))
    with pytest.raises(IndexUnavailableError, match="Elasticsearch does not answer"):
        engine.state()
    engine.close()


def test_a_document_says_null_where_there_is_nothing():
    """Never 'N/A', '' or [] but for actors and writers: explicit nulls, so that clients find every field."""
    empty = {"id": "tt0000001", "title": "One", "title_key": "one", "actors": [], "writers": []}
    nulls = dict.fromkeys(
        ["imdb_rating", "genre", "description", "director", "actors_names", "writers_names", "year", "title_type"]
    )
    assert Document(**empty, **nulls).model_dump() == {**empty, **nulls}
    for field, value in (("description", ""), ("genre", []), ("director", ["N/A"]), ("imdb_rating", 11)):
        with pytest.raises(ValueError, match=field):
            Document(**empty, **{**nulls, field: value})
    with pytest.raises(ValueError, match="actors_names"):
        Document(**empty, **{name: value for name, value in nulls.items() if name != "actors_names"})


def test_the_state_names_engine_and_index(settings, engine, writer, in_step):
    """What status shows."""
    in_step()
    if settings.elasticsearch_url:
        assert engine.state() == IndexState("elasticsearch", settings.index_name, 0)
    else:
        assert engine.state() == IndexState("embedded", str(settings.index_path / writer.live().name), 0)
