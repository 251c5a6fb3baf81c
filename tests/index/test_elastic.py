"""What Elasticsearch alone has: the contract's mapping to the letter, and answers that existing clients rely on."""

import uuid

import pytest
from contract_alone import ASKED, answer, make_alone
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.feed import Feed
from index.mapping import CONTRACT_FIELDS, MAPPING_VERSION, words_of
from index.writer import GENERATION
from normalize.errors import InputError
from normalize.settings import Settings

pytestmark = pytest.mark.elasticsearch

TEXT = {"type": "text", "analyzer": "ru_en"}


@pytest.fixture
def client(elasticsearch_url):
    """Give a plain client."""
    with Elasticsearch(elasticsearch_url) as client:
        yield client


@pytest.fixture
def settings(elasticsearch_url, store):
    """Give the settings of an index of the test's own."""
    name = f"test-{uuid.uuid4().hex}"
    return Settings(database_url=store.url, elasticsearch_url=elasticsearch_url, index_name=name, _env_file=None)


@pytest.fixture
def index(settings, store, in_step):
    """Index two films and give the alias."""
    store.film("tt0000001", "Star Wars", rating=8.6, year=1977, plot="Far away.", genre=["Action", "Sci-Fi"],
               directors=[("g", "George Lucas")], actors=[("1", "Mark Hamill"), ("2", "Carrie Fisher")],
               writers=[("w1", "George Lucas")])  # fmt: skip
    store.film("tt0000002", "Nothing Known")
    in_step()
    return settings.index_name


def test_the_mapping_is_the_contracts(client, index, settings):
    """Names, types, analyzer, strictness; further fields come after them."""
    ((name, made),) = client.indices.get(index=index).items()
    assert GENERATION.fullmatch(name.removeprefix(f"{index}-"))
    with Feed(settings, lock=False) as feed:
        store, version = feed.identity()
    named = {"type": "nested", "dynamic": "strict", "properties": {"id": {"type": "keyword"}, "name": TEXT}}
    assert made["mappings"] == {
        "dynamic": "strict",
        "_meta": {"mapping_version": MAPPING_VERSION, "store": store, "version": version, "filled_to": None},
        "properties": {
            "id": {"type": "keyword"}, "imdb_rating": {"type": "float"}, "genre": {"type": "keyword"},
            "title": {**TEXT, "fields": {"raw": {"type": "keyword"}}}, "description": TEXT, "director": TEXT,
            "actors_names": TEXT, "writers_names": TEXT, "actors": named, "writers": named,
            "genre_text": TEXT, "year": {"type": "integer"}, "title_key": {"type": "keyword"},
            "title_type": {"type": "keyword"}, "people": {"type": "keyword"}, "starts": {"type": "keyword"},
                "title_words": {"type": "keyword", "doc_values": False}, "sounds": {"type": "keyword"},
                "words": {"type": "keyword", "doc_values": False},
                "openings": {"type": "keyword", "doc_values": False},
            "digest": {"type": "keyword", "index": False},
        },
    }  # fmt: skip
    index_settings = made["settings"]["index"]
    assert (index_settings["number_of_shards"], index_settings["query_string"]["lenient"]) == ("1", "true")
    assert index_settings["query"]["default_field"] == list(CONTRACT_FIELDS)
    assert index_settings["analysis"]["analyzer"]["ru_en"] == {
        "tokenizer": "standard",
        "filter": ["lowercase", "english_stop", "english_stemmer", "english_possessive_stemmer", "russian_stop",
                   "russian_stemmer"],
    }  # fmt: skip


def test_every_contract_field_is_in_every_document(client, index):
    """Explicit nulls where there is nothing, [] for actors and writers; ids are those of the source."""
    sources = {hit["_id"]: hit["_source"] for hit in client.search(index=index)["hits"]["hits"]}
    for source in sources.values():
        for ours in set(source) - {name.partition(".")[0] for name in CONTRACT_FIELDS}:
            del source[ours]
    assert sources == {
        "tt0000001": {
            "id": "tt0000001", "imdb_rating": 8.6, "genre": ["Action", "Sci-Fi"], "title": "Star Wars",
            "description": "Far away.", "director": ["George Lucas"], "actors_names": ["Mark Hamill", "Carrie Fisher"],
            "writers_names": ["George Lucas"], "writers": [{"id": "w1", "name": "George Lucas"}],
            "actors": [{"id": "1", "name": "Mark Hamill"}, {"id": "2", "name": "Carrie Fisher"}],
        },
        "tt0000002": {
            "id": "tt0000002", "imdb_rating": None, "genre": None, "title": "Nothing Known", "description": None,
            "director": None, "actors_names": None, "writers_names": None, "actors": [], "writers": [],
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {"match": {"title": "wars"}},
        {"multi_match": {"query": "lucas", "fields": ["title^5", "director"]}},
        {"query_string": {"query": "hamill"}},
        {"nested": {"path": "actors", "query": {"match": {"actors.name": "fisher"}}}},
        {"term": {"genre": "Sci-Fi"}},
    ],
    ids=lambda query: next(iter(query)),
)
def test_existing_clients_queries_find_the_film(client, index, query):
    """Clients that ask Elasticsearch themselves, by the contract's names."""
    assert [hit["_id"] for hit in client.search(index=index, query=query)["hits"]["hits"]] == ["tt0000001"]


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("映画テスト2カtest")
@given(st.text("aZё中ひ09 .,:;'’·_-/&³Ⅳ", max_size=25) | st.text("aZёЯж ", max_size=25))
def test_words_are_those_of_the_standard_tokenizer(client, text):
    """So both engines cut alike, whatever stands between letters and digits."""
    answer = client.indices.analyze(tokenizer="standard", text=text)
    cut = [token["token"].lower().replace("ё", "е") for token in answer["tokens"]]
    assert words_of(text) == list(dict.fromkeys(cut))


def test_a_name_that_an_index_has_is_refused_before_anything_is_sent(client, settings, in_step):
    """INDEX_NAME is an alias: an index of that name is somebody else's."""
    client.indices.create(index=settings.index_name)
    with pytest.raises(InputError, match=f"INDEX_NAME={settings.index_name}: Elasticsearch has an index of this name"):
        in_step()
    assert list(client.indices.get(index=f"{settings.index_name}*")) == [settings.index_name]


def test_a_lenient_query_string_does_not_end_in_an_error(client, index):
    """'N//A' meets the float field imdb_rating, which is no reason to refuse it."""
    assert client.search(index=index, query={"query_string": {"query": "N//A"}})["hits"]["total"]["value"] == 0


def test_a_first_fill_leaves_no_deleted_documents(client, index):
    """Every film is sent once: deleted documents would count in the scores."""
    documents = client.indices.stats(index=index)["_all"]["primaries"]["docs"]
    assert (documents["count"], documents["deleted"]) == (5, 0)  # two films, and three people nested in them


def test_our_own_fields_change_no_hit_and_no_score(client, settings, store, in_step):
    """An index with the contract's fields alone, made beside ours, answers alike; and ours has no deleted ones."""
    for number in range(1, 41):
        store.film(
            f"tt{number:07d}", f"Star Film {number}", rating=number % 10, year=1960 + number, plot=f"War {number % 7}.",
            genre=["Drama", "Action"][: number % 3], directors=[("d", "George Lucas")][: number % 2],
            actors=[("a", "Mark Hamill"), ("b", "Ann Lee")][: number % 3], writers=[("w", "Ann Lee")][: number % 2],
        )  # fmt: skip
    in_step()
    alone = make_alone(client, settings.index_name)
    stats = client.indices.stats(index=settings.index_name)["_all"]["primaries"]["docs"]
    assert stats["deleted"] == 0
    for query in ASKED:
        ours = answer(client, settings.index_name, query)
        assert ours == answer(client, alone, query), query
        assert ours[0] or "princess" in str(query), query
