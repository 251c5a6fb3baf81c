"""A new film into the store: a posted film in, its rows and the answer out, once however often it is repeated.

A film with an IMDb id has the number and the UUID that a load would give it; one without has a number from our own
range and a random UUID. The answer to an `Idempotency-Key` is kept in the same transaction as the film.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import Conflict, UnprocessableEntity

from api.cards import FilmRow
from api.new_films import IDEMPOTENCY_KEY, IMDB_LINK, NewFilm, Posted
from normalize import statements
from normalize.models import OWN_NUMBERS, genres, idempotency_keys, movie_genres, movies
from normalize.precedence import OWN
from normalize.record import saying
from normalize.text import sort_key

KEPT_DAYS = 7
"""How long the answer to an Idempotency-Key is kept."""
ATTEMPTS = 3
"""How often an insert is tried when somebody else than we takes its number or its genre first."""
ADVISORY_LOCK = 0x706F7374
"""The key of PostgreSQL's advisory lock for posted films ('post')."""
TIME = "%Y-%m-%dT%H:%M:%SZ"

Answer = Callable[[FilmRow], str]


@dataclass(frozen=True, slots=True)
class Added:
    """A film that was added, now or by the same request before, and the answer to it."""

    public_id: str
    answer: str


def add_film(store: Engine, posted: Posted, holder: str, answer: Answer) -> Added:
    """Add a film and keep its answer in one transaction; a repeated request gets the answer of the first.

    Args:
        store: its transactions are for writing.
        posted: the request.
        holder: whose keys are looked at.
        answer: makes the answer's body of the new film.

    Raises:
        Conflict: there is a film with this IMDb id.
        UnprocessableEntity: the key belongs to another request.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with store.begin() as connection:
                return _add(connection, posted, holder, answer)
        except IntegrityError:  # another request was first: look again at what there is now
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _add(connection: Connection, posted: Posted, holder: str, answer: Answer) -> Added:
    if connection.dialect.name == "postgresql":  # numbers are given one after the other; SQLite has one writer anyway
        connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    if posted.key is not None:
        before = _answered_before(connection, posted, holder)
        if before is not None:
            return before
    film = _insert(connection, posted.film)
    added = Added(film.public_id, answer(film))
    if posted.key is not None:
        _remember(connection, posted, holder, film.number, added)
    return added


def _answered_before(connection: Connection, posted: Posted, holder: str) -> Added | None:
    table = idempotency_keys.c
    row = connection.execute(
        select(table.request, movies.c.public_id, table.answer)
        .join(movies, movies.c.id == table.movie_id)
        .where(table.holder == holder, table.key == posted.key)
    ).one_or_none()
    if row is None:
        return None
    if row.request != posted.fingerprint:
        raise UnprocessableEntity(f"{IDEMPOTENCY_KEY} {posted.key} was sent with another film. Send a new key.")
    return Added(row.public_id, row.answer)


def _remember(connection: Connection, posted: Posted, holder: str, number: int, added: Added) -> None:
    """Keep the answer for whoever repeats the request, and forget those that are old."""
    now = datetime.now(UTC)
    oldest = (now - timedelta(days=KEPT_DAYS)).strftime(TIME)
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.created_at < oldest))
    kept = {"holder": holder, "key": posted.key, "request": posted.fingerprint, "movie_id": number}
    connection.execute(insert(idempotency_keys), kept | {"answer": added.answer, "created_at": now.strftime(TIME)})


def _insert(connection: Connection, film: NewFilm) -> FilmRow:
    """Insert a film and its genres."""
    number, imdb_id = _number(connection, film)
    public_id = str(uuid.uuid5(uuid.NAMESPACE_URL, imdb_id) if imdb_id else uuid.uuid4())
    row = {
        "id": number,
        "imdb_id": imdb_id,
        "public_id": public_id,
        "title": film.title,
        "title_key": sort_key(film.title),
        "year": film.year,
        "imdb_rating": film.rating,
        "runtime_minutes": film.runtime,
        "updated_at": datetime.now(UTC).strftime(TIME),
    }
    connection.execute(insert(movies), row)
    names = [genre.name for genre in film.genres]
    if names:
        numbers = _genres(connection, names)
        links = [{"movie_id": number, "genre_id": numbers[name], "ordering": n} for n, name in enumerate(names, 1)]
        connection.execute(insert(movie_genres), links)
    said = saying(
        title=film.title,
        year=film.year,
        imdb_rating=film.rating,
        runtime_minutes=film.runtime,
        genres=tuple((name,) for name in names),
    )
    statements.write(connection, {number: {OWN: said}})  # so that no load takes it for another source's film
    return FilmRow(number, imdb_id, public_id, film.title, None, film.rating, film.year, film.runtime, names)


def _number(connection: Connection, film: NewFilm) -> tuple[int, str | None]:
    """Give the number and the IMDb id that a film will have.

    Raises:
        Conflict: there is a film with this IMDb id.
    """
    link = IMDB_LINK.fullmatch(film.imdb_link or "")
    if link is None:
        highest = connection.scalar(select(func.max(movies.c.id))) or 0
        return max(highest, OWN_NUMBERS) + 1, None
    imdb_id, number = link[1], int(link[2])
    there = connection.scalar(select(movies.c.public_id).where(movies.c.id == number))
    if there is not None:
        raise Conflict(f"There is a film with the IMDb id {imdb_id}: {there}.")
    return number, imdb_id


def _genres(connection: Connection, names: list[str]) -> dict[str, int]:
    """Give the numbers of genres by their names; those that are not there yet are made."""
    rows = connection.execute(select(genres.c.name, genres.c.id).where(genres.c.name.in_(names)))
    numbers = {row.name: row.id for row in rows}
    new = [name for name in names if name not in numbers]
    if new:
        highest = connection.scalar(select(func.max(genres.c.id))) or 0
        numbers |= {name: highest + place for place, name in enumerate(new, 1)}
        connection.execute(insert(genres), [{"id": numbers[name], "name": name} for name in new])
    return numbers
