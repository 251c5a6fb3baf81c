"""POST /movies: who may, what is a film, what is answered, and what a repeated request does."""

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from api import create_app
from normalize import statements
from normalize.models import OWN_NUMBERS
from normalize.precedence import OWN
from normalize.record import saying
from normalize.store import open_store

URL = "/movies"
TOKENS = ("let-me-in", "and-me")
FILM = {
    "title": "  Новая   ёлка ",
    "genres": [{"name": "Comedy"}, {"name": "Зимнее"}],
    "year": 2020,
    "rating": 8,
    "runtime": 95,
    "imdb_link": "https://www.imdb.com/title/tt7654321/",
}
BAD_FIELDS = {
    "title: Field required": {},
    "title: is empty": {"title": "  "},
    "title: 'N/A' is a word for nothing": {"title": "N/A"},
    "title: holds a control character": {"title": "a\0b"},
    "title: Input should be a valid string": {"title": 5},
    "title: String should have at most 500 characters": {"title": "a" * 501},
    "colour: Extra inputs are not permitted": {"title": "A", "colour": "red"},
    "id: Extra inputs are not permitted": {"title": "A", "id": "x"},
    "year: Input should be a valid integer": {"title": "A", "year": "2000"},
    "year: Input should be greater than or equal to 1850": {"title": "A", "year": 1849},
    "rating: Input should be less than or equal to 10": {"title": "A", "rating": 10.1},
    "rating: Input should be greater than or equal to 0": {"title": "A", "rating": -1},
    "rating: has more than one decimal": {"title": "A", "rating": 7.55},
    "rating: Input should be a valid number": {"title": "A", "rating": True},
    "runtime: Input should be greater than or equal to 1": {"title": "A", "runtime": 0},
    "imdb_link: is no link of the form https://www.imdb.com/title/tt0112270/": {
        "title": "A",
        "imdb_link": "http://www.imdb.com/title/tt0112270/",
    },
    "genres: Input should be a valid list": {"title": "A", "genres": "Comedy"},
    "genres.0: Input should be a valid dictionary or instance of NewGenre": {"title": "A", "genres": ["Comedy"]},
    "genres.0.name: Field required": {"title": "A", "genres": [{}]},
    "genres: names a genre twice": {"title": "A", "genres": [{"name": "B"}, {"name": " B "}]},
    "body: Input should be a valid dictionary or instance of NewFilm": [],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def writable(request, empty, make_store):
    """Give settings of a store that two tokens may write, on each database in turn."""
    url = empty.database_url if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    make_store(url)
    return with_tokens(empty.model_copy(update={"database_url": url}))


def with_tokens(settings):
    """Give the settings with tokens, as the environment gives them."""
    return type(settings)(_env_file=None, **(settings.model_dump() | {"api_tokens": ",".join(TOKENS)}))


@pytest.fixture
def client(writable, served):
    """Give a client of the app."""
    with served(writable) as client:
        yield client


@pytest.fixture
def strict(stored):
    """Give a client of an app on SQLite, for what never reaches the store."""
    return create_app(with_tokens(stored)).test_client()


def post(client, film=FILM, token=TOKENS[0], key=None, **more):
    """Post a film."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return client.post(URL, **({"json": film, "headers": headers} | more))


def test_a_film_that_was_posted_can_be_read_at_once(client):
    """201 gives the film as it was stored and where it is; it is in the list, by its UUID and by its IMDb id."""
    answer = post(client)
    film = {**FILM, "id": str(uuid5(NAMESPACE_URL, "tt7654321")), "title": "Новая ёлка", "rating": 8.0}
    assert (answer.status_code, answer.json) == (201, film)
    assert answer.headers["Location"] == f"{URL}/{film['id']}"
    assert client.get(answer.headers["Location"]).json == film
    assert client.get(f"{URL}/tt7654321").json == film
    assert client.get(f"{URL}?genre=Зимнее").json == [film]
    assert len(client.get(URL).json) == 7


def test_a_title_is_enough(client):
    """A film without an IMDb id has a random UUID; what was not said is null or empty, and every contract has it."""
    answer = post(client, {"title": "Своё кино"})
    public_id = answer.json["id"]
    assert UUID(public_id).version == 4
    assert answer.json == {
        "id": public_id,
        "title": "Своё кино",
        "genres": [],
        "year": None,
        "rating": None,
        "runtime": None,
        "imdb_link": None,
    }
    assert client.get(f"{URL}/{public_id}").json == answer.json
    assert client.get(f"/api/movies/{public_id}").json["title"] == "Своё кино"
    assert client.get(f"/api/v1/video/get/{public_id}").json["title"] == "Своё кино"
    assert post(client, {"title": "Своё кино", "year": None}).status_code == 201  # another film of the same title


def test_numbers_of_own_films_are_of_our_own_range(client, writable):
    """Films without an IMDb id are numbered one after the other, far above IMDb's."""
    post(client, {"title": "One"})
    post(client, {"title": "Two"})
    store = open_store(writable.database_url)
    with store.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id, title FROM movies WHERE imdb_id IS NULL ORDER BY id").all()
    store.dispose()
    assert [tuple(row) for row in rows] == [(OWN_NUMBERS + 1, "One"), (OWN_NUMBERS + 2, "Two")]


def test_what_was_posted_is_kept_as_our_own_word(client, writable):
    """A load tells it from another source's, so that it stands over what files say of the film."""
    post(client)
    store = open_store(writable.database_url)
    with store.connect() as connection:
        kept = statements.read(connection)
    store.dispose()
    said = saying(title="Новая ёлка", genres=(("Comedy",), ("Зимнее",)), year=2020, imdb_rating=8.0, runtime_minutes=95)
    assert kept == {7654321: {OWN: said}}


def test_a_new_film_is_found_after_the_next_sync(writable, client, make_index):
    """A search finds the film by its title once the index is in step."""
    public_id = post(client, {"title": "Пингвинология", "genres": [{"name": "Comedy"}]}).json["id"]
    make_index(writable)
    found = client.get("/api/v1/video/collection", query_string={"search": "пингвинологией"}).json["items"]
    assert [film["id"] for film in found] == [public_id]


def test_a_film_with_a_known_imdb_id_is_409(client):
    """A film that is there already is not made a second time, whoever brought it."""
    taken = {"title": "Other", "imdb_link": "https://www.imdb.com/title/tt0000001/"}
    answer = post(client, taken)
    there = uuid5(NAMESPACE_URL, "tt0000001")
    assert (answer.status_code, answer.json) == (
        409,
        {"message": f"There is a film with the IMDb id tt0000001: {there}."},
    )
    assert client.get(f"{URL}/tt0000001").json["title"] == "Ёлка в лагере"


def test_a_repeated_request_with_a_key_makes_one_film(client):
    """The same request with the same Idempotency-Key gets the same answer; each holder of a token has own keys."""
    first, again = post(client, key="k1"), post(client, key="k1")
    assert (again.status_code, again.data, again.headers["Location"]) == (201, first.data, first.headers["Location"])
    other = post(client, {"title": "Other"}, key="k1")
    assert (other.status_code, other.json) == (
        422,
        {"message": "Idempotency-Key k1 was sent with another film. Send a new key."},
    )
    assert post(client, {"title": "Other"}, token=TOKENS[1], key="k1").status_code == 201
    assert len(client.get(URL).json) == 8


def test_requests_at_the_same_moment_make_one_film_each(client):
    """Eight posts at once with one key make one film, eight with keys of their own eight, all with one new genre."""

    def one(number):
        film = {"title": f"Same {number or ''}", "genres": [{"name": "Brand new"}]}
        return post(client.application.test_client(), film, key=f"key-{number}").json["id"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, [0] * 8))) == 1
        assert len(set(pool.map(one, range(8)))) == 8
    assert len(client.get(f"{URL}?genre=Brand+new").json) == 8


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "no token"),
        ("Bearer", "no token"),
        ("Bearer wrong", "unknown token"),
        ("Basic let-me-in", "unknown token"),
        ("Bearer Ё", "unknown token"),
        ("Bearer let-me-in2", "unknown token"),
    ],
)
def test_without_a_known_token_it_is_401(strict, header, said):
    """No token, another scheme and an unknown token are 401, before anything of the body is looked at."""
    answer = strict.post(URL, data=b"{", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json) == (401, {"message": f"Send 'Authorization: Bearer <token>': {said}."})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_where_no_tokens_are_named_writing_is_off(indexless):
    """Without API_TOKENS nobody may write, whatever token is sent."""
    answer = post(indexless)
    assert (answer.status_code, answer.json) == (
        403,
        {"message": "Writing is off. Whoever runs the server names tokens in API_TOKENS."},
    )


@pytest.mark.parametrize("said", BAD_FIELDS)
def test_a_bad_field_is_400_and_named(strict, said):
    """What is no film is 400, with the field and what is wrong with it."""
    answer = post(strict, BAD_FIELDS[said])
    assert (answer.status_code, answer.json) == (400, {"message": f"Bad film: {said}."})
    assert len(strict.get(URL).json) == 6


def test_several_bad_fields_are_all_named(strict):
    """Every fault is in the message."""
    said = post(strict, {"colour": "red", "year": "x"}).json["message"]
    assert re.findall(r"(\w+): ", said.removeprefix("Bad film: ")) == ["title", "year", "colour"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"title": "\\ud800"}', b"[" * 2000])
def test_a_body_that_is_no_json_is_400(strict, body):
    """Whatever is no JSON is 400."""
    answer = post(strict, json=None, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["message"].startswith("The body is no JSON: ")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_415(strict, kind):
    """What is not said to be JSON is 415."""
    answer = post(strict, json=None, data=b'{"title": "A"}', content_type=kind)
    assert (answer.status_code, list(answer.json)) == (415, ["message"])


def test_a_body_above_64_kib_is_413(strict):
    """64 KiB are taken, a byte more is 413."""
    film = b'{"title": "A"}'
    assert post(strict, json=None, data=film.ljust(65536), content_type="application/json").status_code == 201
    answer = post(strict, json=None, data=film.ljust(65537), content_type="application/json")
    assert (answer.status_code, list(answer.json)) == (413, ["message"])


@pytest.mark.parametrize("key", ["a" * 256, "a b", "ключ"])
def test_a_bad_key_is_400(strict, key):
    """A key is 1 to 255 printable ASCII characters."""
    answer = post(strict, key=key.encode().decode("latin-1"))
    assert (answer.status_code, answer.json) == (
        400,
        {"message": "Idempotency-Key: 1 to 255 printable ASCII characters are allowed."},
    )


def test_a_locked_store_is_503(stored):
    """A store that another process writes to for too long is 503 with Retry-After, and reading goes on."""
    settings = with_tokens(stored.model_copy(update={"lock_timeout": 0.0}))
    client = create_app(settings).test_client()
    with open_store(settings.database_url, write=True).begin():
        answer = post(client)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert client.get(URL).status_code == 200
