"""The app starts in every state of the store and the index, says which one it is, and goes on when that changes."""

import shutil

import pytest

from api import create_app
from normalize.settings import Settings
from normalize.store import sqlite_file

LIST = "/api/v1/video/collection"
SEARCH = f"{LIST}?search=camp"
CARD = "/api/v1/video/get/tt0000001"
READY = "/health/ready"

NO_STORE = "There is no store yet, or an older one. Run: alembic upgrade head"
BROKEN_STORE = "The store does not answer. See that the database is there and whole: alembic current"
NO_INDEX = "There is no search just now: the index is not there or does not answer. Run: python -m index sync"


def statuses(client):
    """Ask for a list, a search, a card and the readiness."""
    return tuple(client.get(path).status_code for path in (LIST, SEARCH, CARD, READY))


def is_503(answer, message):
    """Say whether an answer is 503 with this message, in JSON, and says when to come again."""
    return (answer.status_code, answer.json, answer.headers["Retry-After"]) == (503, {"message": message}, "30")


def test_everything_is_there(client):
    """With a store and an index all is answered, and /health/ready says so."""
    assert statuses(client) == (200, 200, 200, 200)
    assert client.get(READY).json == {"status": "ready", "store": "ready", "index": "ready"}
    assert client.get("/health/live").json == {"status": "live"}


def test_nothing_is_there(empty):
    """Without a store and an index the app starts, makes no files, and names both commands."""
    client = create_app(empty).test_client()
    assert statuses(client) == (503, 503, 503, 503)
    assert client.get("/health/live").status_code == 200
    assert is_503(client.get(CARD), NO_STORE)
    assert is_503(client.get(LIST), NO_STORE)
    assert is_503(client.get(SEARCH), NO_INDEX)
    ready = client.get(READY)
    assert ready.json == {"status": "not ready", "store": NO_STORE, "index": NO_INDEX}
    assert ready.headers["Retry-After"] == "30"
    assert not sqlite_file(empty.database_url).exists()
    assert not empty.index_path.exists()


def test_a_file_without_tables_is_no_store(empty):
    """An empty database file is as good as none: the same command."""
    sqlite_file(empty.database_url).touch()
    client = create_app(empty).test_client()
    assert is_503(client.get(CARD), NO_STORE)
    assert client.get(READY).json["store"] == NO_STORE


def test_an_empty_store_is_a_store(empty, make_store, make_index):
    """A store of no films lists none, finds no card, and is ready once it has an index."""
    make_store(empty.database_url, ())
    client = create_app(empty).test_client()
    assert client.get(LIST).json["total"] == 0
    assert (client.get(CARD).status_code, client.get(READY).status_code) == (404, 503)
    make_index(empty)
    assert client.get(SEARCH).json["items"] == []
    assert client.get(READY).status_code == 200


def test_a_store_without_an_index(indexless):
    """Lists and cards go on; a search is 503 and names the command."""
    assert statuses(indexless) == (200, 503, 200, 503)
    assert is_503(indexless.get(SEARCH), NO_INDEX)
    assert indexless.get(READY).json == {"status": "not ready", "store": "ready", "index": NO_INDEX}


def test_an_index_that_comes_and_goes_needs_no_restart(stored, make_index):
    """An index made while the app runs is used at once; taken away, it is missed; made again, it is used again."""
    client = create_app(stored).test_client()
    assert statuses(client) == (200, 503, 200, 503)
    make_index(stored)
    assert statuses(client) == (200, 200, 200, 200)
    shutil.rmtree(stored.index_path)
    assert statuses(client) == (200, 503, 200, 503)
    make_index(stored)
    assert statuses(client) == (200, 200, 200, 200)


def test_a_damaged_index_is_no_index(stored, make_index):
    """An index whose files are torn is 503 for a search, never a crash; lists and cards go on."""
    make_index(stored)
    for file in stored.index_path.rglob("*"):
        if file.is_file():
            file.write_bytes(b"torn")
    client = create_app(stored).test_client()
    assert statuses(client) == (200, 503, 200, 503)
    assert is_503(client.get(SEARCH), NO_INDEX)


def test_a_store_that_goes_and_comes_back_needs_no_restart(stored, make_store, make_index):
    """A database taken away while the app runs is missed at once, and read as soon as one is there again."""
    make_index(stored)
    client = create_app(stored).test_client()
    assert statuses(client) == (200, 200, 200, 200)
    file = sqlite_file(stored.database_url)
    file.rename(file.with_suffix(".away"))
    assert statuses(client) == (200, 200, 503, 503)
    assert is_503(client.get(CARD), NO_STORE)
    make_store(stored.database_url, ({"id": "tt0000001", "title": "Another"},))
    assert client.get(CARD).json["title"] == "Another"
    assert statuses(client) == (200, 200, 200, 200)


def test_a_damaged_store_is_no_store(stored, make_index):
    """A file that is no database is 503 for cards, and the message says what to look at."""
    make_index(stored)
    client = create_app(stored).test_client()
    sqlite_file(stored.database_url).write_bytes(b"not a database" * 100)
    assert statuses(client) == (200, 200, 503, 503)
    assert is_503(client.get(CARD), BROKEN_STORE)


def test_a_database_server_that_is_not_there_is_503(empty):
    """PostgreSQL that does not answer is 503, and the message holds neither its address nor a password."""
    url = "postgresql+psycopg://kino:hush@127.0.0.1:1/kino"
    client = create_app(empty.model_copy(update={"database_url": url})).test_client()
    assert is_503(client.get(CARD), BROKEN_STORE)


def test_an_elasticsearch_that_is_not_there_is_503(stored):
    """Elasticsearch that does not answer is 503 for a search; lists and cards go on from the store."""
    settings = stored.model_copy(update={"elasticsearch_url": "http://127.0.0.1:1", "elasticsearch_timeout": 1.0})
    client = create_app(settings).test_client()
    assert statuses(client) == (200, 503, 200, 503)


@pytest.mark.parametrize("name", ["DATABASE_URL", "PORT"])
def test_settings_come_from_the_environment(monkeypatch, name):
    """Without settings the app reads the environment, and a bad one is one clear line."""
    monkeypatch.setenv(name, "nonsense")
    with pytest.raises(Exception, match=f"bad setting: {name}=nonsense"):
        create_app()
    monkeypatch.delenv(name)
    assert Settings.read()
