"""A first load: what the files say is in the store, wholly or not at all, and what was wrong is told line by line."""

import csv
import gzip
import json
import time
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from contents import contents
from imdb_made import HEADERS, alternative, crew, line, name, principal, rating, small, title, write
from processes import PATIENCE, fork_normalize
from sqlalchemy import text

from normalize.store import open_store

PUBLIC = [str(uuid.uuid5(uuid.NAMESPACE_URL, film)) for film in ("tt0000001", "tt0000002")]
REPAIRS = "SELECT source_table, source_key, source_column, old_value, new_value, rule FROM repairs ORDER BY number"


def read_tsv(path):
    """Read a file of the excerpts by the csv module: rows as dicts, nothing as None."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{key: None if value == r"\N" else value for key, value in row.items()} for row in rows]


def test_the_excerpts_are_stored_as_they_stand(store, excerpts):
    """Films, ratings, genres and credits are just those that another reader finds in the real files."""
    types = {"movie", "short", "tvEpisode"}
    done = store.load(excerpts, "--types", ",".join(types))
    films = {row["tconst"]: row for row in read_tsv(excerpts / "title.basics.tsv") if row["titleType"] in types}
    ratings = {row["tconst"]: row for row in read_tsv(excerpts / "title.ratings.tsv")}
    names = {row["nconst"]: row["primaryName"] for row in read_tsv(excerpts / "name.basics.tsv")}
    assert done["films"] == {"added": len(films), "changed": 0, "gone": 0}
    stored = store.ask(
        "SELECT imdb_id, title, original_title, title_type, year, runtime_minutes, imdb_rating, imdb_votes FROM movies"
    )
    assert sorted(tuple(None if value is None else str(value) for value in row) for row in stored) == sorted(
        (
            film,
            row["primaryTitle"],
            row["originalTitle"],
            row["titleType"],
            row["startYear"],
            row["runtimeMinutes"],
            ratings.get(film, {}).get("averageRating"),
            ratings.get(film, {}).get("numVotes"),
        )
        for film, row in films.items()
    )
    listed = store.ask(
        "SELECT m.imdb_id, g.name FROM movie_genres l JOIN movies m ON m.id = l.movie_id JOIN genres g "
        "ON g.id = l.genre_id ORDER BY m.id, l.ordering"
    )
    for film, row in films.items():
        assert [genre for its, genre in listed if its == film] == (row["genres"] or "").split(",") * bool(row["genres"])
    for role in ("directors", "writers"):
        credited = store.ask(
            f"SELECT m.imdb_id, l.source_person_id, p.name FROM movie_{role} l JOIN movies m ON m.id = l.movie_id "
            "JOIN people p ON p.id = l.person_id ORDER BY m.id, l.ordering"
        )
        for row in read_tsv(excerpts / "title.crew.tsv"):
            known = [each for each in (row[role] or "").split(",") if each in names]
            wanted = [(each, names[each]) for each in known] if row["tconst"] in films else []
            assert [each[1:] for each in credited if each[0] == row["tconst"]] == wanted
    acted = [
        (row["tconst"], row["nconst"])
        for row in read_tsv(excerpts / "title.principals.tsv")
        if row["category"] in ("actor", "actress") and row["tconst"] in films and row["nconst"] in names
    ]
    assert sorted(acted) == sorted(
        store.ask("SELECT m.imdb_id, a.source_person_id FROM movie_actors a JOIN movies m ON m.id = a.movie_id")
    )


def plain(rows):
    """Give rows with PostgreSQL's decimals as SQLite has them."""
    return [tuple(float(value) if isinstance(value, Decimal) else value for value in row) for row in rows]


def test_both_databases_hold_the_same(make_store, excerpts, postgres_url, tmp_path):
    """A load of the same files makes SQLite and PostgreSQL equal row for row, repairs among it."""
    stores = [make_store(f"sqlite:///{tmp_path}/store.sqlite"), make_store(postgres_url)]
    for each in stores:
        assert each.load(excerpts, "--types", "movie,short,tvEpisode,tvSeries", "--with", "people,titles,episodes")[
            "done"
        ]
    one, other = ({name: rows for name, rows in contents(each.url).items() if name != "schema"} for each in stores)
    assert one.keys() == other.keys()
    for table in one.keys() - {"load_runs"}:
        assert one[table] == plain(other[table]), table
    assert len(one["movies"]) > 60
    assert len(one["movie_titles"]) > 200
    assert len(one["movie_episodes"]) > 0


def test_a_small_whole_is_stored(store, tmp_path):
    """Each column, list and order is as the files say; a note is the credit's, several characters are one text."""
    folder = write(tmp_path / "files", **small())
    done = store.load(folder)
    assert (done["films"], done["missing"], done["repairs"]) == (
        {"added": 2, "changed": 0, "gone": 0},
        ["title.akas"],
        0,
    )
    assert store.ask(
        "SELECT id, imdb_id, public_id, title, title_key, original_title, title_type, description, year, "
        "runtime_minutes, CAST(imdb_rating AS FLOAT), imdb_votes, is_adult FROM movies ORDER BY id"
    ) == [
        (1, "tt0000001", PUBLIC[0], "First", "first", "First", "movie", None, 1999, 90,
         7.4, 100, False),
        (2, "tt0000002", PUBLIC[1], "Second", "second", "Second", "movie", None, 1999, 90,
         5.0, 7, False),
    ]  # fmt: skip
    assert store.ask(
        "SELECT movie_id, name, ordering FROM movie_genres JOIN genres ON id = genre_id ORDER BY 1, 3"
    ) == [
        (1, "Drama", 1),
        (1, "War", 2),
        (2, "Comedy", 1),
    ]
    assert store.ask("SELECT * FROM people ORDER BY id") == [
        (1, "Ann Lee"),
        (2, "Bo Day"),
        (3, "Cid Poe"),
        (4, "Dee Fox"),
    ]
    assert store.ask("SELECT * FROM person_sources ORDER BY person_id") == [
        ("imdb", f"nm000000{number}", number) for number in (1, 2, 3, 4)
    ]
    columns = "movie_id, person_id, ordering, source_person_id, credit_note"
    assert store.ask(f"SELECT {columns}, characters FROM movie_actors ORDER BY 1, 3") == [
        (1, 1, 1, "nm0000001", None, "Eve"),
        (1, 2, 2, "nm0000002", None, "Ida; Ode"),
        (2, 2, 1, "nm0000002", None, None),
    ]
    assert store.ask(f"SELECT {columns} FROM movie_writers ORDER BY 1, 3") == [
        (1, 3, 1, "nm0000003", "novel"),
        (1, 4, 2, "nm0000004", None),
    ]
    assert store.ask(f"SELECT {columns} FROM movie_directors ORDER BY 1, 3") == [
        (1, 4, 1, "nm0000004", None),
        (2, 3, 1, "nm0000003", None),
    ]


def test_without_a_crew_file_the_principals_name_directors_and_writers(sqlite_store, tmp_path):
    """Only title.basics is needed; what is missing is said."""
    files = small(title_principals=[principal(1, 2, 1, "director", "co-director"), principal(1, 1, 2, "director")])
    del files["title_crew"], files["title_ratings"]
    done = sqlite_store.load(write(tmp_path / "files", **files))
    assert done["missing"] == ["title.ratings", "title.crew", "title.akas"]
    assert sqlite_store.ask("SELECT person_id, ordering, credit_note FROM movie_directors ORDER BY ordering") == [
        (2, 1, None),
        (1, 2, "co-director"),
    ]


DEFECTS = {
    "title_basics": [
        title(1, "NA", original=None),
        title(2, "None"),
        title(3, "nan"),
        title(4, '"Unclosed'),
        title(5, "Half\tTab"),
        title(6, "Late", year=3021),
        title(7, "Odd", minutes="ninety", adult="x"),
        title(1, "Again"),
        title(8, None, original="Оригинал"),
        title(9, None, original=None),
        title(10, None, original=None),
        title(11, "  Two   blanks "),
        title(12, "Li\rne"),
        title(13, "Kind", kind=None),
        "tt0000014\tmovie\tShort",
        title(15, "Genres", genres="Drama,,War,Drama"),
        b"tt0000016\tmovie\t\xff\t\xff\t0\t1999\t\\N\t90\tDrama",
        line("film16", "movie", "No id", "No id", 0, 1999, None, 90, None),
    ],
    "title_akas": [alternative(9, 2, "Second"), alternative(9, 1, "First"), alternative(9, 3, "Own", original=1)],
    "title_ratings": [rating(1, "eleven"), rating(2, None), rating(3, "8.1", r"\N"), rating(3, "9.0")],
    "name_basics": [name(1), name(2, None), name(3, "Bo Day"), name(1, "Somebody else")],
    "title_principals": [
        principal(1, 1, 1, characters='["A \\"B\\"","C"]'),
        principal(1, 2, 1, characters="broken"),
        principal(1, 3, 2),
        principal(1, 4, 9),
        principal(1, None, 3),
        line("tt0000001", 6, None, "actor", None, None),
        principal(2, 1, 3, characters="[broken"),
        principal(1, 7, 3, characters='["Scattered"]'),
    ],
    "title_crew": [crew(1, [1, 9, 1, 3])],
}
TOLD = [
    ("title.ratings", "line 3, tt0000002", "averageRating", None, None, "required"),
    ("title.ratings", "line 2, tt0000001", "averageRating", "eleven", None, "unreadable_number"),
    ("title.ratings", "line 5, tt0000003", "tconst", "tt0000003", None, "film_twice"),
    ("title.basics", "line 14, tt0000012", "line", "tt0000012\tmovie\tLi\\rne\tLi\\rne\t0\t1999\t\\N\t90\tDrama",
     "tt0000012\tmovie\tLi ne\tLi ne\t0\t1999\t\\N\t90\tDrama", "control_character"),
    ("title.basics", "line 18, tt0000016", "line", "tt0000016\tmovie\t�\t�\t0\t1999\t\\N\t90\tDrama", None, "not_utf8"),
    ("title.basics", "line 6, tt0000005", "line",
     "tt0000005\tmovie\tHalf\tTab\tHalf\tTab\t0\t1999\t\\N\t90\tDrama", None, "wrong_fields"),
    ("title.basics", "line 16, tt0000014", "line", "tt0000014\tmovie\tShort", None, "wrong_fields"),
    ("title.basics", "line 15, tt0000013", "titleType", None, None, "required"),
    ("title.basics", "line 19, film16", "tconst", "film16", None, "bad_film_id"),
    ("title.basics", "line 9, tt0000001", "tconst", "tt0000001", None, "film_twice"),
    ("title.basics", "line 13, tt0000011", "primaryTitle", "  Two   blanks ", "Two blanks", "trimmed"),
    ("title.basics", "line 13, tt0000011", "originalTitle", "  Two   blanks ", "Two blanks", "trimmed"),
    ("title.basics", "line 10, tt0000008", "primaryTitle", None, "Оригинал", "title_from_original"),
    ("title.basics", "line 8, tt0000007", "isAdult", "x", None, "unreadable_number"),
    ("title.basics", "line 7, tt0000006", "startYear", "3021", None, "out_of_range"),
    ("title.basics", "line 8, tt0000007", "runtimeMinutes", "ninety", None, "unreadable_number"),
    ("title.basics", "line 17, tt0000015", "genres", "Drama,,War,Drama", None, "blank_entry"),
    ("title.basics", "line 17, tt0000015", "genres", "Drama,,War,Drama", None, "repeated"),
    ("title.basics", "tt0000009", "primaryTitle", None, "Own", "title_from_akas"),
    ("title.basics", "tt0000010", "primaryTitle", None, None, "no_title"),
    ("name.basics", "line 5, nm0000001", "nconst", "nm0000001", None, "id_twice"),
    ("name.basics", "line 3, nm0000002", "primaryName", None, None, "nameless"),
    ("title.principals", "line 7, tt0000001", "nconst", None, None, "required"),
    ("title.principals", "line 4, tt0000001", "nconst", "nm0000002", None, "unknown_person"),
    ("title.principals", "line 5, tt0000001", "nconst", "nm0000009", None, "unknown_person"),
    ("title.principals", "line 6, tt0000001", "ordering", None, None, "required"),
    ("title.principals", "line 3, tt0000001", "nconst", "nm0000001", None, "repeated"),
    ("title.principals", "line 3, tt0000001", "characters", "broken", None, "broken_json"),
    ("title.principals", "line 8, tt0000002", "characters", "[broken", None, "broken_json"),
    ("title.crew", "line 2, tt0000001", "directors", "nm0000009", None, "unknown_person"),
    ("title.crew", "line 2, tt0000001", "directors", "nm0000001", None, "repeated"),
]  # fmt: skip


def test_each_defect_is_told_by_its_line_and_takes_nothing_else_with_it(store, tmp_path):
    """Every pitfall of the real files: what can be mended is mended, what cannot is refused, one by one."""
    done = store.load(write(tmp_path / "files", **DEFECTS))
    assert sorted(store.ask(REPAIRS), key=repr) == sorted(TOLD, key=repr)
    assert done["repairs"] == len(TOLD)
    assert store.ask(
        "SELECT id, title, original_title, year, runtime_minutes, CAST(imdb_rating AS FLOAT), imdb_votes FROM movies "
        "ORDER BY id"
    ) == [
        (1, "NA", None, 1999, 90, None, None),
        (2, "None", "None", 1999, 90, None, None),
        (3, "nan", "nan", 1999, 90, 8.1, None),
        (4, '"Unclosed', '"Unclosed', 1999, 90, None, None),
        (6, "Late", "Late", None, 90, None, None),
        (7, "Odd", "Odd", 1999, None, None, None),
        (8, "Оригинал", "Оригинал", 1999, 90, None, None),
        (9, "Own", None, 1999, 90, None, None),
        (11, "Two blanks", "Two blanks", 1999, 90, None, None),
        (12, "Li ne", "Li ne", 1999, 90, None, None),
        (15, "Genres", "Genres", 1999, 90, None, None),
    ]
    assert store.ask("SELECT movie_id, person_id, ordering, characters FROM movie_actors ORDER BY 1, 3") == [
        (1, 1, 1, 'A "B"; C'),
        (1, 3, 2, "Scattered"),
        (2, 3, 1, None),
    ]
    assert store.ask("SELECT person_id, ordering FROM movie_directors ORDER BY 2") == [(1, 1), (3, 2)]
    assert store.ask(
        "SELECT name FROM genres JOIN movie_genres ON id = genre_id WHERE movie_id = 15 ORDER BY ordering"
    ) == [
        ("Drama",),
        ("War",),
    ]
    [counts] = store.ask("SELECT counts FROM load_runs WHERE source = 'imdb' AND verdict = 'passed'")
    assert all(kind["unaccounted"] == 0 for kind in json.loads(counts[0])["reconciliation"])


def refusals():
    """Give what is wrong with a folder, what to make of the files, and what is said."""
    header = "\t".join(HEADERS["title.ratings"])
    return {
        "no titles": (lambda folder: (folder / "title.basics.tsv").unlink(), 2, "holds no title.basics.tsv"),
        "header": (
            lambda folder: (folder / "title.ratings.tsv").write_text(header.replace("num", "n") + "\n"),
            2,
            (
                "title.ratings.tsv:1: the columns are tconst, averageRating, nVotes, and should be tconst, "
                "averageRating, numVotes, with tabs between"
            ),
        ),
        "empty": (
            lambda folder: (folder / "title.ratings.tsv").write_bytes(b""),
            2,
            "title.ratings.tsv:1: the columns are",
        ),
        "other fields": (
            lambda folder: (folder / "title.ratings.tsv").write_text(f"{header}\na,b\nc,d\n"),
            2,
            "title.ratings.tsv:2: has 1 fields, where the header has 3",
        ),
        "cut off": (
            lambda folder: _compressed(folder, gzip.compress((header + "\n").encode() * 999)[:-9]),
            2,
            "title.ratings.tsv.gz is no whole gzip file",
        ),
        "not gzip": (lambda folder: _compressed(folder, b"tconst"), 2, "title.ratings.tsv.gz is no whole gzip file"),
        "many bad lines": (
            lambda folder: write(folder, title_ratings=[rating(number, "x") for number in range(1, 30)]),
            1,
            (
                "title.ratings.tsv: 29 of its 29 lines or more would be refused, and 20 may be; the last one: "
                "title.ratings, line 30, tt0000029: averageRating 'x' (unreadable_number). Nothing was changed."
            ),
        ),
    }


def _compressed(folder, data):
    (folder / "title.ratings.tsv").unlink()
    (folder / "title.ratings.tsv.gz").write_bytes(data)


@pytest.mark.parametrize("fault", refusals())
def test_a_bad_file_is_refused_and_nothing_is_changed(sqlite_store, tmp_path, fault):
    """One line says which file, where in it, what and what to do; the store stays as it was."""
    spoil, status, said = refusals()[fault]
    folder = write(tmp_path / "files", **small())
    spoil(folder)
    before = contents(sqlite_store.url)
    failed = sqlite_store.fail(folder)
    assert failed.status == status
    assert said in failed.error
    assert contents(sqlite_store.url) == before


def test_no_line_may_be_refused_if_that_is_said(sqlite_store, tmp_path):
    """--max-refused 0 is strict."""
    folder = write(tmp_path / "files", **small(title_ratings=[rating(1, "x")]))
    failed = sqlite_store.fail(folder, "--max-refused", "0")
    assert (failed.status, "1 of its 1 lines or more would be refused, and 0 may be" in failed.error) == (1, True)


def test_a_dry_run_changes_nothing_and_writes_a_report(store, tmp_path):
    """All of it is done, and rolled back."""
    before = contents(store.url)
    done = store.load(write(tmp_path / "files", **small()), "--dry-run")
    assert (done["rehearsal"], done["films"]["added"], Path(done["report"]).is_file()) == (True, 2, True)
    assert contents(store.url) == before


def test_compressed_files_are_read_by_several_processes(store, tmp_path, monkeypatch):
    """However a file is read, the store is the same; lines of one film that do not stand together are refused."""
    monkeypatch.setattr("normalize.imdb.work.SMALL", 0)
    monkeypatch.setattr("normalize.imdb.run.BLOCK", 64)
    files = small(title_principals=[*small()["title_principals"], principal(1, 9, 4)])
    done = store.load(write(tmp_path / "files", compressed=True, end="\r\n", **files), "--processes", "2")
    assert done["films"]["added"] == 2
    assert store.ask(REPAIRS) == [("title.principals", "line 6, tt0000001", "tconst", "tt0000001", None, "scattered")]
    assert store.ask("SELECT movie_id, person_id, ordering FROM movie_actors ORDER BY 1, 3") == [
        (1, 1, 1),
        (1, 2, 2),
        (2, 2, 1),
    ]


def test_the_gate_keeps_a_store_out_that_is_none(store, tmp_path):
    """A critical expectation of SUITES_PATH/imdb that fails keeps everything out, and the report names the rows."""
    suites = tmp_path / "suites" / "imdb"
    suites.mkdir(parents=True)
    rule = {"type": "expect_column_values_to_be_between", "kwargs": {"column": "year", "max_value": 1990}}
    suite = {"name": "store.movies", "expectations": [{**rule, "severity": "critical", "meta": {"en": "Old films"}}]}
    (suites / "store.movies.json").write_text(json.dumps(suite))
    folder = write(tmp_path / "files", **small())
    before = contents(store.url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUITES_PATH", str(suites.parent))
        failed = store.fail(folder)
    assert failed.status == 1
    assert "the gate says no: movies Old films (2 of 2 rows). Nothing was changed." in failed.error
    report = Path(failed.error.rpartition(": ")[2])
    rows = (report.parent / "failures.csv").read_text().splitlines()
    assert [film in row for film, row in zip(("tt0000001", "tt0000002"), rows[1:], strict=True)] == [True, True]
    assert contents(store.url) == before


def test_somebody_elses_lock_is_waited_for_and_then_told(store, tmp_path, monkeypatch):
    """Two loads at once: the second ends with status 3 and changes nothing."""
    monkeypatch.setenv("LOCK_TIMEOUT", "0.1")
    folder = write(tmp_path / "files", **small())
    engine = open_store(store.url, write=True)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({0x6B696E6F})")
        failed = store.fail(folder)
        assert (failed.status, "lock" in failed.error) == (3 if engine.dialect.name == "postgresql" else 2, True)
    engine.dispose()
    assert store.load(folder)["films"]["added"] == 2


def test_a_store_must_be_there(tmp_path, monkeypatch, sqlite_store):
    """An empty file is no store: what to run is said."""
    (tmp_path / "other.sqlite").touch()
    failed = type(sqlite_store)(f"sqlite:///{tmp_path}/other.sqlite").fail(write(tmp_path / "files", **small()))
    assert (failed.status, "Run: alembic upgrade head" in failed.error) == (2, True)


def test_films_of_others_are_never_written_over(store, tmp_path):
    """A film of our own stays as it is; one that somebody gave an IMDb id stands over what IMDb says of it."""
    own = (
        "INSERT INTO movies (id, public_id, title, title_key, updated_at) VALUES (1000000000001, 'x', 'Own', 'own', '')"
    )
    store.change(own)
    assert store.load(write(tmp_path / "files", **small()))["films"]["added"] == 2
    assert store.ask("SELECT id, title FROM movies ORDER BY id") == [
        (1, "First"),
        (2, "Second"),
        (1000000000001, "Own"),
    ]
    store.change(
        "INSERT INTO movies (id, imdb_id, public_id, title, title_key, updated_at) "
        "VALUES (9, 'tt0000009', 'y', 'Mine', 'mine', '')"
    )
    store.queued()
    more = small(title_ratings=[rating(1, "9.9"), rating(2, "5.0", 7)])
    store.load(write(tmp_path / "newer", **more))
    assert (store.ask("SELECT title, year FROM movies WHERE id = 9"), store.queued()) == (
        [("Mine", None)],
        [(1, None, 0)],
    )
    store.load(write(tmp_path / "newest", **more | {"title_basics": [*more["title_basics"], title(9, "Theirs")]}))
    assert store.ask("SELECT title, year FROM movies WHERE id = 9") == [("Mine", 1999)]
    assert store.ask("SELECT movie_id, source FROM movie_sources ORDER BY 2") == [(9, "imdb"), (9, "own")]
    assert store.queued() == [(9, None, 0)]


def test_what_is_written_while_a_first_load_begins_stays(make_store, postgres_url, tmp_path):
    """The load took the store for an empty one: it looks again when nobody else can write any more, and ends."""
    store = make_store(postgres_url)
    folder = write(tmp_path / "files", **small())
    engine = open_store(store.url, write=True)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO movies (id, public_id, title, title_key, updated_at) VALUES (7, 'x', 'Own', 'own', '')")
        )
        process = fork_normalize(tmp_path, "imdb", str(folder), DATABASE_URL=store.url, LOCK_TIMEOUT=int(PATIENCE))
        deadline = time.monotonic() + PATIENCE
        while not store.ask("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'movies'::regclass"):
            assert process.is_alive(), (tmp_path / "said").read_text()
            assert time.monotonic() < deadline
            process.join(0.05)
    engine.dispose()
    process.join(PATIENCE)
    assert (process.exitcode, "somebody else filled the store" in (tmp_path / "said").read_text()) == (3, True)
    assert store.ask("SELECT id, title FROM movies") == [(7, "Own")]
