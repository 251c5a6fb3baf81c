"""The plan: each kind of dirt in the legacy tables ends where its rule says, and everything adds up."""

import sqlite3
import unicodedata
from contextlib import closing

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import film, legacy_database

from normalize.models import OWN_NUMBERS
from normalize.plan import Normalized
from normalize.tables import normalize
from normalize.words import LEGACY_TABLES

AT = "2026-01-02T03:04:05Z"
FIRST = OWN_NUMBERS + 1


def normalized(tmp_path, *, same_name_is_one=True, **tables) -> Normalized:
    """Normalize a made-up legacy database."""
    path = legacy_database(tmp_path / "legacy.sqlite", **tables)
    with closing(sqlite3.connect(path)) as connection:
        raw = {}
        for table in LEGACY_TABLES:
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY rowid")
            raw[table] = pd.DataFrame(cursor.fetchall(), columns=[d[0] for d in cursor.description], dtype=object)
    return normalize(raw, same_name_is_one=same_name_is_one, at=AT)


def table(result, name, *columns):
    """Give columns of a table as tuples, None for nothing."""
    frame = result.tables[name][list(columns)].astype(object)
    return [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]


def told(result, *, but=("same_person",)):
    """Give the repairs as (table, key, column, old, new, rule, outcome), those of some rules left out."""
    rows = result.repairs.astype(object)
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in rows[~rows["rule"].isin(but)].itertuples(index=False)
    ]


def adds_up(result):
    """Give the kinds that do not add up."""
    return result.reconciliation.loc[result.reconciliation["unaccounted"] != 0, "kind"].tolist()


def test_a_clean_film_goes_in_whole(tmp_path):
    """Every column of a film without a fault lands in its table; nothing is repaired."""
    result = normalized(tmp_path)
    assert table(result, "movies", "id", "imdb_id", "public_id", "title", "title_key", "description", "imdb_rating",
                 "updated_at") == [
        (1, "tt0000001", "776d5bad-99ef-51b9-a08d-e4b438693e04", "Film 1", "film 1", "Something happens.", 7.5, AT)
    ]  # fmt: skip
    assert table(result, "genres", "id", "name") == [(1, "Drama")]
    assert table(result, "movie_genres", "movie_id", "genre_id", "ordering") == [(1, 1, 1)]
    assert table(result, "people", "id", "name") == [(FIRST, "Bob Ray"), (FIRST + 1, "Cid Poe"), (FIRST + 2, "Ann Lee")]
    assert table(result, "person_sources", "source", "source_id", "person_id") == [
        ("legacy_actors", "1", FIRST),
        ("legacy_writers", "w1", FIRST + 1),
        ("legacy_directors", "Ann Lee", FIRST + 2),
    ]
    credit = ("movie_id", "person_id", "ordering", "source_person_id", "credit_note")
    assert table(result, "movie_actors", *credit) == [(1, FIRST, 1, "1", None)]
    assert table(result, "movie_writers", *credit) == [(1, FIRST + 1, 1, "w1", None)]
    assert table(result, "movie_directors", *credit) == [(1, FIRST + 2, 1, "Ann Lee", None)]
    assert told(result, but=()) == []
    assert adds_up(result) == []


def test_writer_and_writers_may_both_be_filled(tmp_path):
    """The single id comes first, then the list in its order; the same writer twice is once."""
    result = normalized(
        tmp_path,
        films=[
            film(1, writer="w2", writers='[{"id": "w1"}, {"id": "w2"}, {"id": "w1"}]'),
            film(2, writer="", writers=""),
        ],
        writers=[("w1", "Cid Poe"), ("w2", "Dee Fox")],
    )
    assert table(result, "movie_writers", "movie_id", "ordering", "source_person_id") == [(1, 1, "w2"), (1, 2, "w1")]
    assert told(result) == [
        ("movies", "tt0000001", "writers", "w2", None, "repeated", "duplicate"),
        ("movies", "tt0000001", "writers", "w1", None, "repeated", "duplicate"),
    ]
    assert adds_up(result) == []


def test_a_link_to_no_writer_is_refused_with_the_films_id_and_the_film_stays(tmp_path):
    """Unknown ids and broken JSON cost only themselves."""
    result = normalized(
        tmp_path,
        films=[film(1, writer="w9"), film(2, writer="", writers='[{"id": "w1"}, {"id": "w8"}]'), film(3, writers="[{")],
    )
    assert table(result, "movies", "id") == [(1,), (2,), (3,)]
    assert table(result, "movie_writers", "movie_id", "source_person_id") == [(2, "w1"), (3, "w1")]
    assert told(result) == [
        ("movies", "tt0000003", "writers", "[{", None, "broken_json", "refused"),
        ("movies", "tt0000001", "writer", "w9", None, "unknown_writer", "refused"),
        ("movies", "tt0000002", "writers", "w8", None, "unknown_writer", "refused"),
    ]
    assert adds_up(result) == []


def test_a_person_called_nothing_is_nobody(tmp_path):
    """People named 'N/A', 'None', '' or NULL are not people, and whatever links to them leads nowhere."""
    result = normalized(
        tmp_path,
        films=[film(1, writer="w2", director="N/A")],
        actors=[(1, "N/A"), (2, None), (3, ""), (4, "Eve Day")],
        writers=[("w2", "None")],
        links=[("tt0000001", "1"), ("tt0000001", "2"), ("tt0000001", "3"), ("tt0000001", "4")],
    )
    assert table(result, "people", "name") == [("Eve Day",)]
    assert table(result, "movie_actors", "source_person_id", "ordering") == [("4", 1)]
    assert table(result, "movie_writers", "movie_id") == []
    assert told(result) == [
        ("movies", "tt0000001", "director", "N/A", None, "sentinel", "nothing"),
        ("movies", "tt0000001", "writer", "w2", None, "nobody", "nothing"),
        ("movie_actors", "tt0000001", "actor_id", "1", None, "nobody", "nothing"),
        ("movie_actors", "tt0000001", "actor_id", "2", None, "nobody", "nothing"),
        ("movie_actors", "tt0000001", "actor_id", "3", None, "nobody", "nothing"),
        ("actors", "2", "name", None, None, "nobody", "nothing"),
        ("actors", "1", "name", "N/A", None, "sentinel", "nothing"),
        ("actors", "3", "name", "", None, "sentinel", "nothing"),
        ("writers", "w2", "name", "None", None, "sentinel", "nothing"),
    ]
    assert adds_up(result) == []


def test_words_for_nothing_become_null_in_every_column(tmp_path):
    """'N/A', 'None', '' and NULL are nothing in plot, rating, genre and director; '0' and '0.0' in a rating only."""
    words = ["N/A", "None", "", None]
    films = [film(n + 1, plot=w, imdb_rating=w, genre=w, director=w) for n, w in enumerate(words)]
    films += [film(5, imdb_rating="0", plot="0"), film(6, imdb_rating="0.0", genre="0")]
    result = normalized(tmp_path, films=films)
    assert table(result, "movies", "id", "description", "imdb_rating") == [
        (1, None, None), (2, None, None), (3, None, None), (4, None, None),
        (5, "0", None), (6, "Something happens.", None),
    ]  # fmt: skip
    assert table(result, "genres", "name") == [("Drama",), ("0",)]
    assert result.repairs.groupby(["source_column", "rule", "outcome"]).size().to_dict() == {
        ("director", "sentinel", "nothing"): 3,
        ("genre", "sentinel", "nothing"): 3,
        ("imdb_rating", "sentinel", "nothing"): 5,
        ("plot", "sentinel", "nothing"): 3,
    }
    assert adds_up(result) == []


def test_genres_and_directors_become_rows_in_their_order(tmp_path):
    """Split with and without blanks, the same twice is once, annotations become the credit's note."""
    result = normalized(
        tmp_path, films=[film(1, genre="War,Drama , War", director="Bo Diaz(co-director),Al Cole, N/A, Bo Diaz")]
    )
    assert table(result, "genres", "id", "name") == [(1, "War"), (2, "Drama")]
    assert table(result, "movie_genres", "genre_id", "ordering") == [(1, 1), (2, 2)]
    assert table(result, "movie_directors", "source_person_id", "ordering", "credit_note") == [
        ("Bo Diaz", 1, "co-director"),
        ("Al Cole", 2, None),
    ]
    assert told(result) == [
        ("movies", "tt0000001", "genre", "War", None, "repeated", "duplicate"),
        ("movies", "tt0000001", "director", "N/A", None, "sentinel", "nothing"),
        ("movies", "tt0000001", "director", "Bo Diaz(co-director)", "Bo Diaz", "credit_note", "repaired"),
        ("movies", "tt0000001", "director", "Bo Diaz", None, "repeated", "duplicate"),
    ]
    assert adds_up(result) == []


def test_links_of_actors_get_a_key_and_links_to_no_one_are_refused(tmp_path):
    """Duplicate rows are one, order is kept; links to no actor, to no film, or without an id are refused."""
    result = normalized(
        tmp_path,
        actors=[(1, "Bob Ray"), (2, "Eve Day")],
        links=[
            ("tt0000001", "2"), ("tt0000001", "1"), ("tt0000001", "2"),
            ("tt0000001", "9"), ("tt0000009", "1"), (None, "1"), ("tt0000001", None),
        ],
    )  # fmt: skip
    assert table(result, "movie_actors", "source_person_id", "ordering") == [("2", 1), ("1", 2)]
    assert told(result) == [
        ("movie_actors", "tt0000009", "actor_id", "1", None, "unknown_film", "refused"),
        ("movie_actors", "", "actor_id", "1", None, "unknown_film", "refused"),
        ("movie_actors", "tt0000001", "actor_id", "9", None, "unknown_actor", "refused"),
        ("movie_actors", "tt0000001", "actor_id", None, None, "unknown_actor", "refused"),
        ("movie_actors", "tt0000001", "actor_id", "2", None, "repeated", "duplicate"),
    ]
    assert adds_up(result) == []


def test_the_same_name_is_one_person_across_roles_and_rows_and_every_merge_is_listed(tmp_path):
    """One person, three sources; each credit keeps its source's id."""
    decomposed = unicodedata.normalize("NFD", "Zoë  Fry")
    result = normalized(
        tmp_path,
        films=[film(1, director="Zoë Fry")],
        actors=[(1, "Zoë Fry"), (7, f" {decomposed}")],
        writers=[("w1", "Zoë Fry")],
        links=[("tt0000001", "7")],
    )
    assert table(result, "people", "id", "name") == [(FIRST, "Zoë Fry")]
    assert [tuple(row) for row in result.merges.itertuples(index=False)] == [
        (FIRST, "Zoë Fry", "legacy_actors", "1"),
        (FIRST, "Zoë Fry", "legacy_actors", "7"),
        (FIRST, "Zoë Fry", "legacy_writers", "w1"),
        (FIRST, "Zoë Fry", "legacy_directors", "Zoë Fry"),
    ]
    assert table(result, "movie_actors", "person_id", "source_person_id") == [(FIRST, "7")]
    assert told(result, but=()) == [
        ("actors", "7", "name", f" {decomposed}", " Zoë  Fry", "unicode", "repaired"),
        ("actors", "7", "name", " Zoë  Fry", "Zoë Fry", "trimmed", "repaired"),
        ("actors", "7", "name", "Zoë Fry", str(FIRST), "same_person", "duplicate"),
        ("writers", "w1", "name", "Zoë Fry", str(FIRST), "same_person", "duplicate"),
        ("movies", "tt0000001", "director", "Zoë Fry", str(FIRST), "same_person", "duplicate"),
    ]
    assert adds_up(result) == []


def test_people_of_one_name_can_be_kept_apart(tmp_path):
    """With the setting off each source row is a person of its own."""
    result = normalized(tmp_path, same_name_is_one=False, actors=[(1, "Ann Lee"), (2, "Ann Lee")])
    assert table(result, "people", "name") == [("Ann Lee",), ("Ann Lee",), ("Cid Poe",), ("Ann Lee",)]
    assert result.merges.empty
    assert adds_up(result) == []


def test_names_that_look_alike_are_suspects_and_stay_apart(tmp_path):
    """Case, accents and ё are for a person to judge."""
    result = normalized(tmp_path, actors=[(1, "Пётр Ким"), (2, "Петр Ким"), (3, "ПЕТР КИМ")])
    assert table(result, "people", "name")[:3] == [("Пётр Ким",), ("Петр Ким",), ("ПЕТР КИМ",)]
    assert [tuple(row) for row in result.suspects.itertuples(index=False)] == [
        ("people", "legacy_actors:1", "Пётр Ким", "legacy_actors:2", "Петр Ким", "the names look alike"),
        ("people", "legacy_actors:1", "Пётр Ким", "legacy_actors:3", "ПЕТР КИМ", "the names look alike"),
    ]


def test_films_that_look_like_one_film_twice_are_suspects_and_stay(tmp_path):
    """Same title and somebody in common: reported, not merged; the same title alone is nothing."""
    result = normalized(
        tmp_path,
        films=[film(1, title="The Ferry", writer=""), film(2, title="the ferry", writer=""),
               film(3, title="The Ferry", director="Other Hand", writer="")],
    )  # fmt: skip
    assert table(result, "movies", "id") == [(1,), (2,), (3,)]
    assert [tuple(row) for row in result.suspects.itertuples(index=False)] == [
        ("films", "tt0000001", "The Ferry", "tt0000002", "the ferry", "same title, and both by Ann Lee")
    ]


def test_a_film_that_cannot_go_in_is_refused_with_all_that_hangs_on_it(tmp_path):
    """A bad id, the same number twice, no title: the film is refused and each of its values is recorded."""
    films = [
        film(1),
        film(1, id="tt00000001"),
        film(3, title=" "),
        film(4, id="4"),
        film(5, id=None),
        film(6, title=b"\xff"),
    ]
    result = normalized(tmp_path, films=films, links=[("tt0000001", "1"), ("tt0000003", "1")])
    assert table(result, "movies", "imdb_id") == [("tt0000001",)]
    refused_films = result.repairs[result.repairs["rule"].isin(["bad_film_id", "film_twice", "no_title", "not_text"])]
    assert [tuple(row) for row in refused_films[["source_key", "source_column", "rule"]].itertuples(index=False)] == [
        ("4", "id", "bad_film_id"),
        ("", "id", "bad_film_id"),
        ("tt00000001", "id", "film_twice"),
        ("tt0000006", "title", "not_text"),
        ("tt0000003", "title", "no_title"),
    ]
    hanging = result.repairs[result.repairs["rule"] == "film_refused"]
    assert hanging.groupby("source_column").size().to_dict() == {
        "plot": 5, "imdb_rating": 5, "genre": 5, "director": 5, "writer": 5, "actor_id": 1,
    }  # fmt: skip
    assert adds_up(result) == []


def test_an_id_twice_and_a_person_without_one_are_refused(tmp_path):
    """Of two rows with one id the first counts; a row without an id cannot be linked to."""
    result = normalized(
        tmp_path,
        more="CREATE TABLE w(id, name); INSERT INTO w SELECT * FROM writers; DROP TABLE writers;"
        "ALTER TABLE w RENAME TO writers; INSERT INTO writers VALUES ('w1', 'Twin'), (NULL, 'Ghost')",
    )
    assert table(result, "people", "name") == [("Bob Ray",), ("Cid Poe",), ("Ann Lee",)]
    assert told(result) == [
        ("writers", "", "id", None, None, "no_id", "refused"),
        ("writers", "w1", "id", "w1", None, "id_twice", "refused"),
    ]
    assert adds_up(result) == []


def test_a_column_without_a_place_is_recorded(tmp_path):
    """What stands in `ratings` has no place in the store; it does not vanish unrecorded."""
    result = normalized(tmp_path, films=[film(1, ratings="good"), film(2, ratings="N/A")])
    assert told(result) == [("movies", "tt0000001", "ratings", "good", None, "no_place", "refused")]


DIRT = st.sampled_from(
    ["N/A", "None", "", None, " ", "A", "B", "A, B", "A,A", "a\u0308", "ä", "A(x)", "(x)", ",", 5, 7.0, b"\0", "A\0"]
)
ID = st.sampled_from(["w1", "w2", "w9", "", None, " w1", "N/A"])
LIST = st.one_of(
    DIRT, st.lists(st.fixed_dictionaries({"id": ID}), max_size=3).map(lambda ids: str(ids).replace("'", '"'))
)
FILM = st.builds(
    film,
    st.integers(0, 4), title=DIRT, genre=DIRT, director=DIRT, plot=DIRT, imdb_rating=st.one_of(DIRT, st.just("7,1")),
    writer=st.one_of(ID, DIRT), writers=LIST, ratings=DIRT,
)  # fmt: skip
PERSON = st.tuples(st.sampled_from([1, 2, "w1", "w2", None, b"x"]), DIRT)
LINK = st.tuples(
    st.sampled_from(["tt0000001", "tt0000002", "tt9", None, 7]), st.sampled_from(["1", 1, "2", "9", None, b"x"])
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(FILM, max_size=5),
    st.lists(PERSON, max_size=4),
    st.lists(PERSON, max_size=4),
    st.lists(LINK, max_size=6),
    st.booleans(),
)
def test_whatever_stands_in_the_legacy_tables_adds_up_and_keeps_the_stores_rules(films, actors, writers, links, one):
    """Any dirt in any column: no crash, it adds up, keys are unique, links lead somewhere, no word for nothing."""
    raw = {
        "movies": pd.DataFrame(films, columns=list(film(1)), dtype=object),
        "actors": pd.DataFrame(actors, columns=["id", "name"], dtype=object),
        "writers": pd.DataFrame(writers, columns=["id", "name"], dtype=object),
        "movie_actors": pd.DataFrame(links, columns=["movie_id", "actor_id"], dtype=object),
    }
    result = normalize(raw, same_name_is_one=one, at=AT)
    assert adds_up(result) == []
    tables = result.tables
    assert tables["movies"]["id"].is_unique
    for role in ("movie_directors", "movie_writers", "movie_actors"):
        assert not tables[role].duplicated(["movie_id", "person_id"]).any()
        assert set(tables[role]["movie_id"]) <= set(tables["movies"]["id"])
        assert set(tables[role]["person_id"]) <= set(tables["people"]["id"])
    words = pd.concat([tables["people"]["name"], tables["genres"]["name"], tables["movies"]["description"].dropna()])
    assert not words.isin(["N/A", "None", ""]).any()
