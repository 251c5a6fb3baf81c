"""Plain lists straight from the store, for when there is no index: a query without words in, a page of films out.

The orders are those of the index: ids in code-point order, titles by `title_key`, ties by id ascending, films
without the value last both ways.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from index.documents import outside_id
from index.search import SearchHit, SearchPage, SearchQuery, Sort
from normalize.models import genres, movie_genres, movies


def list_films(connection: Connection, query: SearchQuery) -> SearchPage:
    """Give a window of all films in the order that is asked for.

    Args:
        connection: to the store.
        query: its `text` is not looked at, and its `sort` is not 'relevance'.
    """
    rows = read_window(connection, query)
    total = connection.scalar(select(func.count()).select_from(movies)) or 0
    names = genres_of(connection, [row.id for row in rows])
    hits = (SearchHit(row.outside_id, row.title, row.imdb_rating, row.year, tuple(names[row.id])) for row in rows)
    return SearchPage(total, tuple(hits))


def read_window(connection: Connection, query: SearchQuery) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """Give the rows (id, outside_id, title, imdb_rating, year) of a window; as `list_films`."""
    by_id = outside_id(connection)
    keys: dict[Sort, ColumnElement[Any]] = {
        "id": by_id,
        "title": movies.c.title_key,
        "imdb_rating": movies.c.imdb_rating,
        "year": movies.c.year,
    }
    key = keys[query.sort]
    order = key.desc() if query.descending else key.asc()
    return connection.execute(
        select(movies.c.id, by_id, movies.c.title, movies.c.imdb_rating, movies.c.year)
        .order_by(order.nulls_last(), by_id)
        .offset(query.offset)
        .limit(query.limit)
    ).all()


def genres_of(connection: Connection, films: Sequence[int]) -> dict[int, list[str]]:
    """Give the genres of each film, in the source's order."""
    names: dict[int, list[str]] = {film: [] for film in films}
    rows = connection.execute(
        select(movie_genres.c.movie_id, genres.c.name)
        .join(genres)
        .where(movie_genres.c.movie_id.in_(films))
        .order_by(movie_genres.c.movie_id, movie_genres.c.ordering)
    )
    for row in rows:
        names[row.movie_id].append(row.name)
    return names
