"""The API on PostgreSQL: the same answers as on SQLite."""

import pytest
from sqlalchemy import create_engine, text

LIST = "/api/v1/video/collection"


@pytest.fixture
def on_postgresql(postgres_url, empty, make_store, served):
    """Give a client of an app on a PostgreSQL store that nobody has indexed yet."""
    make_store(postgres_url)
    with served(empty.model_copy(update={"database_url": postgres_url})) as client:
        yield client


def test_cards_and_lists_are_those_of_sqlite(on_postgresql, indexless):
    """Every card, and every list in every order, is the same on both databases."""
    for film in indexless.get(LIST).json["items"]:
        card = f"/api/v1/video/get/{film['id']}"
        assert on_postgresql.get(card).json == indexless.get(card).json
    for sort in ("id", "title", "imdb_rating", "year"):
        for order in ("asc", "desc"):
            query = f"{LIST}?sort={sort}&sort_order={order}"
            assert on_postgresql.get(query).json == indexless.get(query).json


def test_odd_ids_are_404_there_too(on_postgresql):
    """NUL, which PostgreSQL refuses in any text, is just an id of no film."""
    assert on_postgresql.get("/api/v1/video/get/a%00b").status_code == 404


def test_a_replica_that_only_reads_serves_cards_and_lists(postgres_url, empty, make_store, served, indexless):
    """A store that takes no writes answers readers as ever, and its health check too."""
    make_store(postgres_url)
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    engine.dispose()
    with served(empty.model_copy(update={"database_url": postgres_url})) as client:
        (film, *_) = indexless.get(LIST).json["items"]
        for asked in (LIST, f"/api/v1/video/get/{film['id']}", "/movies", "/api/movies"):
            assert client.get(asked).json == indexless.get(asked).json
        assert client.get("/health/ready").json["store"] == "ready"
