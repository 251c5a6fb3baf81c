"""Films, all together: legacy frames in; the store's frames, the repairs and what must add up out.

Here the kinds are called in their order and put together; what is done to a column stands in `films`, `roles` and
`people`, and what a step does in `cleaning`.
"""

import uuid
from collections.abc import Collection, Mapping

import pandas as pd

from normalize import decisions, roles
from normalize import films as film_kinds
from normalize.encodings import decoded
from normalize.people import Names, People, called, names_of, unite
from normalize.plan import Normalized
from normalize.reconciliation import Kind, reconcile
from normalize.repairs import gather
from normalize.suspects import suspects
from normalize.words import LEGACY_TABLES, NOTHING_WORDS, UNUSED_COLUMN


def normalize(
    raw: Mapping[str, pd.DataFrame],
    *,
    same_name_is_one: bool,
    at: str,
    decided: pd.DataFrame | None = None,
    more_words: Collection[str] = (),
    encoding: str | None = None,
) -> Normalized:
    """Turn the legacy frames into the store's.

    Args:
        raw: the frames movies, actors, writers, movie_actors: columns as in the file, rows in its order, values of
            any type that SQLite has.
        same_name_is_one: people with the same name are one person.
        at: what goes into `updated_at`, ISO 8601.
        decided: what somebody decided of suspects, as `decisions.read` gives it.
        more_words: for nothing, beside NOTHING_WORDS.
        encoding: what text that is not UTF-8 is read as; None to refuse it.

    Raises:
        InputError: two decisions contradict one another, or there is text that is not UTF-8, and nothing says what it
            is.
    """
    decided = decisions.read(None) if decided is None else decided
    of_films = decided["kind"] == "films"
    words = NOTHING_WORDS | frozenset(more_words)
    raw, decodings = decoded(raw, LEGACY_TABLES, encoding)
    good = film_kinds.films(raw["movies"], words)
    films = film_kinds.one_of_each(good, decided[of_films])
    actors = names_of(raw["actors"], "actors", words)
    writers = names_of(raw["writers"], "writers", words)
    tokens, token_repairs = roles.director_tokens(films)
    director_names = roles.director_names(tokens)
    named = [actors.named, writers.named, director_names]
    people = unite(named, decided[~of_films], same_name_is_one=same_name_is_one)
    kinds = [
        Kind("films", len(films.raw), films.kept, films.repairs),
        film_kinds.descriptions(films),
        film_kinds.ratings(films),
        film_kinds.genres(films),
        roles.directors(films, tokens, token_repairs, people),
        roles.writers(films, writers, people),
        roles.actors(raw["movie_actors"], films, actors, people),
        _people_kind(actors, writers, director_names, people),
    ]
    tables = _store_frames({kind.name: kind.frame for kind in kinds}, people, at)
    return Normalized(
        tables=tables,
        repairs=gather([decodings, *(kind.repairs for kind in kinds), film_kinds.unused(films, UNUSED_COLUMN)]),
        reconciliation=reconcile(kinds),
        merges=people.merges,
        suspects=decisions.unanswered(suspects(tables, people.merges), decided),
        decisions=decisions.told(decided, _obeyed(decided, of_films, film_kinds.called(good), called(named))),
    )


def _obeyed(decided: pd.DataFrame, of_films: pd.Series, films: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """Say which decisions speak of films and people that the source has."""
    found: pd.Series = pd.concat(
        [decisions.found(decided[of_films], films), decisions.found(decided[~of_films], people)]
    )
    return found


def _people_kind(actors: Names, writers: Names, director_names: pd.DataFrame, people: People) -> Kind:
    """Count the source's rows of people: those of both tables, and each director's name once."""
    rows = actors.rows + writers.rows + len(director_names)
    return Kind("people", rows, people.people, gather([actors.repairs, writers.repairs, people.repairs]))


def _store_frames(kinds: Mapping[str, pd.DataFrame], people: People, at: str) -> dict[str, pd.DataFrame]:
    """Put the kinds into the store's tables, in the order in which foreign keys let them be inserted."""
    genre_numbers, genre_names = pd.factorize(kinds["genres"]["value"])
    films = kinds["films"]
    return {
        "movies": _movies(films, kinds["descriptions"], kinds["ratings"], at),
        "genres": pd.DataFrame({"id": range(1, len(genre_names) + 1), "name": genre_names}),
        "people": people.people,
        "person_sources": people.sources,
        "movie_genres": pd.DataFrame(
            {
                "movie_id": kinds["genres"]["row"].map(films["number"]).astype("int64"),
                "genre_id": genre_numbers + 1,
                "ordering": kinds["genres"]["ordering"],
            }
        ),
        "movie_directors": kinds["directors"],
        "movie_writers": kinds["writers"],
        "movie_actors": kinds["actors"].assign(characters=None),
    }


def _movies(films: pd.DataFrame, descriptions: pd.DataFrame, ratings: pd.DataFrame, at: str) -> pd.DataFrame:
    """Make the table of films, ascending by id; columns that the legacy file does not know are left out (NULL)."""
    public_ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, imdb_id)) for imdb_id in films["imdb_id"]]
    movies = pd.DataFrame(
        {
            "id": films["number"],
            "imdb_id": films["imdb_id"],
            "public_id": pd.Series(public_ids, index=films.index, dtype=object),
            "title": films["title"],
            "title_key": films["title_key"],
            "description": descriptions.set_index("row")["value"],
            "imdb_rating": ratings.set_index("row")["value"].astype("float64"),
            "updated_at": at,
        },
        index=films.index,
    )
    return movies.sort_values("id", ignore_index=True)
