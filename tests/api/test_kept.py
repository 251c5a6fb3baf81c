"""Answers that are kept: the same as new ones, and never older than the store, whoever writes to it."""

import json
from threading import Barrier, Thread

import pytest
from sqlalchemy import create_engine, text

from api import create_app
from api.backends import EXTENSION
from api.kept import Keeper

CARD = "/api/v1/video/get/tt0000001"
PATHS = (
    CARD,
    "/movies",
    "/movies?sort=rating&genre=Comedy",
    "/movies/tt0000001",
    "/api/movies?sort=title",
    "/api/movies/tt0000001",
)
TOKEN = {"Authorization": "Bearer secret"}
CHANGES = (
    "UPDATE movies SET title = 'Other' WHERE id = 1",
    "UPDATE genres SET name = 'Funny' WHERE name = 'Comedy'",
    "UPDATE people SET name = 'Zed' WHERE name = 'Anna Lee'",
    "DELETE FROM movie_genres WHERE movie_id = 1",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request, empty, make_store):
    """Give settings of a store on each database in turn, and an app on it whose Flask writes down what it is asked."""
    more = {"api_tokens": ("secret",), "cors_origins": ("https://one.example", "https://two.example")}
    if request.param == "postgresql":
        more["database_url"] = request.getfixturevalue("postgres_url")
    given = type(empty).model_validate(empty.model_dump() | more)
    make_store(given.database_url)
    app = watched(given)
    yield app
    app.extensions[EXTENSION].close()


def watched(settings):
    """Give an app that has a list of the paths that came as far as Flask."""
    app = create_app(settings)
    app.seen = []
    app.before_request(lambda: app.seen.append(1))
    app.test_client().get("/movies/tt0000002")  # PostgreSQL is connected to when somebody reads first
    app.seen.clear()
    return app


def shown(answer):
    """Give all of an answer but its own id."""
    headers = {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}
    return answer.status_code, headers, answer.data


def write(app, statement):
    """Change the store as somebody with a database client does."""
    engine = create_engine(app.extensions[EXTENSION].settings.database_url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}, {"Origin": "https://one.example"}])
def test_a_kept_answer_is_the_answer(kept, headers):
    """Status, headers and body are those of the first time, 304 too, each with an id of its own; Flask did nothing."""
    client = kept.test_client()
    for path in PATHS:
        first = client.get(path, headers=headers)
        again = client.get(path, headers=headers)
        assert shown(again) == shown(first)
        assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
        known = headers | {"If-None-Match": first.headers["ETag"]}
        assert [client.get(path, headers=known).status_code for _ in range(2)] == [304, 304]
    assert len(kept.seen) == 2 * len(PATHS)


def test_each_origin_and_each_encoding_has_its_own_answer(kept):
    """What is kept for one client is not given to another that asked otherwise."""
    client = kept.test_client()
    for origin in ("https://one.example", "https://two.example"):
        assert client.get(CARD, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin
    other = client.get(CARD, headers={"Origin": "https://three.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    encodings = [client.get("/movies", headers={"Accept-Encoding": name}).content_encoding for name in ("br", "gzip")]
    assert encodings == ["br", "gzip"]


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_request_sees_what_anybody_changed(kept, change):
    """After an edit in SQL every answer is the one that an app without memory gives, and is made only once."""
    client = kept.test_client()
    before = {path: client.get(path).data for path in PATHS}
    write(kept, change)
    settings = kept.extensions[EXTENSION].settings
    fresh = create_app(settings.model_copy(update={"answers_kept_bytes": 0}))
    expected = {path: fresh.test_client().get(path).data for path in PATHS}
    fresh.extensions[EXTENSION].close()
    assert {path: client.get(path).data for path in PATHS} == expected != before
    kept.seen.clear()
    assert {path: client.get(path).data for path in PATHS} == expected
    assert kept.seen == []


def test_a_film_that_was_posted_can_be_read_at_once(kept):
    """Lists and the film itself, which was not there before."""
    client = kept.test_client()
    assert client.get("/movies").json == client.get("/movies").json
    made = client.post("/movies", json={"title": "AAA"}, headers=TOKEN)
    assert made.status_code == 201
    assert client.get("/movies").json[0] == made.json == client.get(made.headers["Location"]).json


def test_a_change_counts_from_its_commit_on(postgres_url, make_store, empty):
    """What is not committed is not seen, what is rolled back never; of two transactions each shows when it ends."""
    make_store(postgres_url)
    app = watched(empty.model_copy(update={"database_url": postgres_url}))
    client, engine = app.test_client(), create_engine(postgres_url)

    def titles():
        return [client.get(f"/movies/tt000000{number}").json["title"] for number in (1, 2)]

    said = "UPDATE movies SET title = '{}' WHERE id = {}"
    with engine.connect() as one, engine.connect() as other:
        one.execute(text(said.format("one", 1)))
        other.execute(text(said.format("other", 2)))
        before = titles()
        assert titles() == before == ["Ёлка в лагере", "Star Camp"]
        other.commit()
        assert titles() == titles() == ["Ёлка в лагере", "other"]
        one.commit()
        assert titles() == titles() == ["one", "other"]
        one.execute(text(said.format("never", 1)))
        assert titles() == ["one", "other"]
        one.rollback()
        assert titles() == ["one", "other"]
    engine.dispose()
    app.extensions[EXTENSION].close()


def test_many_at_once_see_every_commit(kept):
    """Whoever asks after a commit has it, in whichever thread, while others ask at the same time."""
    rounds, people = 25, 4
    start, written, seen = Barrier(people + 1), Barrier(people + 1), []

    def ask():
        client = kept.test_client()
        for _ in range(rounds):
            start.wait()
            client.get(CARD)  # beside the writer
            written.wait()
            seen.append(client.get(CARD).json["year"])

    threads = [Thread(target=ask) for _ in range(people)]
    for thread in threads:
        thread.start()
    for number in range(rounds):
        start.wait()
        write(kept, f"UPDATE movies SET year = {1900 + number} WHERE id = 1")
        written.wait()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(1900 + number for number in range(rounds) for _ in range(people))


def test_a_search_is_asked_anew(on_engine, served):
    """What the index answers is not kept: it changes without the store."""
    with served(on_engine) as client:
        app = client.application
        seen = []
        app.before_request(lambda: seen.append(1))
        for path in ("/api/movies?search=star", "/api/movies?%73earch=star", "/api/v1/video/collection"):
            first, again = client.get(path), client.get(path)
            assert first.json == again.json
        assert len(seen) == 6


def test_a_file_that_took_the_place_of_another_is_read(empty, make_store, tmp_path):
    """A store that was replaced or taken away as a whole is noticed, too."""
    make_store(empty.database_url)
    app = watched(empty)
    client = app.test_client()
    assert client.get(CARD).json["title"] == client.get(CARD).json["title"] == "Ёлка в лагере"
    make_store(f"sqlite:///{tmp_path / 'other.sqlite'}", ({"id": "tt0000001", "title": "Other"},))
    (tmp_path / "other.sqlite").replace(tmp_path / "store.sqlite")
    assert client.get(CARD).json["title"] == "Other"
    (tmp_path / "store.sqlite").unlink()
    assert client.get(CARD).status_code == 503
    app.extensions[EXTENSION].close()


def test_a_store_that_nobody_may_read_just_now_has_no_version(stored):
    """While a writer of SQLite holds the whole file, nothing is kept and nobody waits twice."""
    app = watched(stored)
    version = app.extensions[EXTENSION].version
    assert version() == version()
    engine = create_engine(stored.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA locking_mode=EXCLUSIVE")
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        assert version() is None
    engine.dispose()
    assert version() is not None
    app.extensions[EXTENSION].close()


def test_a_restarted_server_is_another_one(postgres_url, make_store, empty):
    """Connections that PostgreSQL ended are noticed: nothing is known until somebody has read again."""
    make_store(postgres_url)
    app = watched(empty.model_copy(update={"database_url": postgres_url}))
    store = app.extensions[EXTENSION]
    assert store.version() is not None
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    write(app, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    assert store.version() is None
    assert app.test_client().get(CARD).status_code == 200
    assert store.version() is not None
    store.close()


def test_counts_and_log_have_every_request(whole, capsys):
    """A kept answer is counted under its route and has its line in the log."""
    app = create_app(whole.model_copy(update={"log_format": "json"}))
    client = app.test_client()
    capsys.readouterr()
    for _ in range(3):
        client.get(CARD)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["path"], line["status"]) for line in lines] == [(CARD, 200)] * 3
    series = 'kinobase_requests_total{method="GET",route="/api/v1/video/get/<string:film_id>",status="200"} 3.0'
    assert series in client.get("/metrics").text


def test_where_clients_are_limited_every_request_counts(stored):
    """With a rate limit nothing is kept: an answer from memory would not be counted."""
    client = create_app(stored.model_copy(update={"rate_limit": "2/minute"})).test_client()
    assert [client.get(CARD).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(("room", "kept_again"), [(0, False), (1_000_000, True), (20_000, False)])
def test_the_room_is_bounded(stored, room, kept_again):
    """Nothing is kept where there is no room, nor an answer that would take most of it."""
    app = watched(stored.model_copy(update={"answers_kept_bytes": room}))
    client = app.test_client()
    first = client.get("/movies")
    app.seen.clear()
    assert client.get("/movies").data == first.data
    assert (app.seen == []) is kept_again
    app.extensions[EXTENSION].close()


def test_what_was_kept_of_an_older_store_takes_no_room(kept):
    """Where somebody writes all the time, memory does not fill with what is never asked for again."""
    client = kept.test_client()
    (keeper,) = (layer for layer in layers(kept.wsgi_app) if isinstance(layer, Keeper))
    sizes = []
    for year in (1998, 1999):
        write(kept, f"UPDATE movies SET year = {year} WHERE id = 2")
        client.get(CARD)
        sizes.append(keeper._answers.currsize)
        for path in PATHS:
            client.get(path)
    assert sizes[0] == sizes[1] < keeper._answers.currsize


def test_those_that_nobody_asked_for_longest_give_way(stored):
    """However many different things are asked, what is kept takes no more than its room."""
    room = 100_000
    app = watched(stored.model_copy(update={"answers_kept_bytes": room}))
    (keeper,) = (layer for layer in layers(app.wsgi_app) if isinstance(layer, Keeper))
    client = app.test_client()
    for number in range(300):
        client.get(CARD)
        client.get(f"/movies/tt0000001?x={number}")
    assert 0 < keeper._answers.currsize <= room
    app.seen.clear()
    client.get(CARD)
    client.get("/movies/tt0000001?x=0")
    assert len(app.seen) == 1
    app.extensions[EXTENSION].close()


def layers(application):
    """Give the WSGI applications around the app, the outermost first."""
    while hasattr(application, "_application"):
        yield application
        application = application._application
