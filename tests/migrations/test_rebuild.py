"""`alembic upgrade head` and the way back: in place and into a new file, to the letter."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from made_up import dump, film, legacy_database, rows

ROLES = ("movie_directors", "movie_writers", "movie_actors")
STORE = ("movies", "genres", "people", "person_sources", "movie_genres", *ROLES)


def store(path, *, times=False):
    """Give all rows of the store, table by table; `updated_at` only if asked for."""
    given = {}
    for table in STORE:
        columns = [row[1] for row in rows(path, f"PRAGMA table_info({table})") if times or row[1] != "updated_at"]
        given[table] = rows(path, f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2")
    return given


def test_a_legacy_file_becomes_the_store_in_place(alembic, tmp_path, sqlite_url):
    """The legacy file is DATABASE_URL: its tables become the archive, the store stands beside it, filled."""
    path = legacy_database(tmp_path / "films.sqlite")
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
    assert ended.status == 0, ended.err
    assert rows(path, "SELECT id, imdb_id, title, description, imdb_rating FROM movies") == [
        (1, "tt0000001", "Film 1", "Something happens.", 7.5)
    ]
    tables = {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {
        *STORE, "load_runs", "repairs", "store", "index_changes", "index_parked", "idempotency_keys", "movie_titles",
        "movie_episodes", "imdb_fingerprints",
        "movie_sources", "alembic_version",
        "sqlite_sequence", "rating_agency", "legacy_movies",
        "legacy_actors", "legacy_writers", "legacy_movie_actors", "legacy_source", "legacy_objects",
    }  # fmt: skip
    assert rows(path, "SELECT title FROM legacy_movies") == [("Film 1",)]


def test_both_ways_give_the_same_store(alembic, tmp_path, sqlite_url):
    """In place or copied into a new file: the same rows, and the legacy file is not written to."""
    legacy = legacy_database(
        tmp_path / "legacy.sqlite",
        films=[film(1), film(2, director="Ann Lee(co-director), Bo")],
        actors=[(1, "Ann Lee")],
    )
    before = legacy.read_bytes()
    in_place = tmp_path / "in_place.sqlite"
    shutil.copy(legacy, in_place)
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(in_place)).status == 0
    copied = tmp_path / "deep" / "new.sqlite"
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(copied), LEGACY_DATABASE=legacy).status == 0
    assert store(copied) == store(in_place)
    assert rows(copied, "SELECT rowid, * FROM legacy_movie_actors") == [(1, 1, "tt0000001", "1")]
    assert legacy.read_bytes() == before


def test_a_run_ends_with_what_was_done(alembic, tmp_path, sqlite_url):
    """Counts per kind, and where the report is; load_runs keeps the same."""
    path = legacy_database(tmp_path / "films.sqlite", films=[film(1, plot="N/A")])
    ended = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
    line = next(line for line in ended.out.splitlines() if "descriptions" in line)
    assert [word for word in line.split() if word.isdigit()] == ["1", "0", "1", "0", "0", "0"]
    steps = [line.split() for line in ended.out.rsplit("┃ step", 1)[1].splitlines() if line.startswith("│")]
    names = ["import", "adopt", "revisions", "read", "normalize", "gate", "insert", "report"]
    assert [words[1] for words in steps] == names
    assert [words[5] for words in steps] == ["│", "│", "│", "4", "4", "16", "13", "│"]
    report = tmp_path / ended.out.rsplit("report: ", 1)[1].strip()
    assert report.is_file()
    assert {file.name for file in report.parent.iterdir()} >= {"report.html", "result.json", "repairs.csv"}
    ((file, verdict, counts),) = rows(path, "SELECT file, verdict, counts FROM load_runs")
    assert (file, verdict) == (str(path), "passed")
    assert json.loads(counts)["reconciliation"][1] == {
        "kind": "descriptions", "source": 1, "stored": 0, "nothing": 1, "duplicates": 0, "refused": 0, "repaired": 0,
        "unaccounted": 0, "refused_share": 0.0,
    }  # fmt: skip
    assert rows(
        path, "SELECT number, source_table, source_key, source_column, old_value, rule, outcome FROM repairs"
    ) == [(1, "movies", "tt0000001", "plot", "N/A", "sentinel", "nothing")]


def test_a_second_run_is_no_work(alembic, tmp_path, sqlite_url, fingerprint):
    """At head already, the same file again changes nothing, not one byte."""
    legacy = legacy_database(tmp_path / "legacy.sqlite")
    settings = {"DATABASE_URL": sqlite_url(tmp_path / "new.sqlite"), "LEGACY_DATABASE": legacy}
    assert alembic("upgrade", "head", **settings).status == 0
    before = fingerprint(tmp_path / "new.sqlite")
    ended = alembic("upgrade", "head", **settings)
    assert (ended.status, ended.out) == (0, "Nothing to do: the store is there and filled.\n")
    assert fingerprint(tmp_path / "new.sqlite") == before


def test_another_legacy_file_is_not_taken_for_the_first(alembic, tmp_path, sqlite_url, fingerprint):
    """At head already, another LEGACY_DATABASE is refused with what to do."""
    first, second = legacy_database(tmp_path / "a.sqlite"), legacy_database(tmp_path / "b.sqlite", films=[film(2)])
    url = sqlite_url(tmp_path / "new.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=first).status == 0
    before = fingerprint(tmp_path / "new.sqlite")
    ended = alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=second)
    assert ended.status == 2
    assert "b.sqlite is another file" in ended.error
    assert fingerprint(tmp_path / "new.sqlite") == before


SURROUNDINGS = """
CREATE INDEX movies_by_title ON movies (title);
CREATE VIEW titles AS SELECT title FROM movies;
CREATE VIEW broken AS SELECT a FROM nowhere;
CREATE TABLE log (what text);
CREATE TABLE notes (movie_id text REFERENCES movies(id), note text);
CREATE TRIGGER logged AFTER UPDATE ON movies BEGIN INSERT INTO log VALUES (new.title); END;
INSERT INTO notes VALUES ('tt0000001', 'mine');
DELETE FROM actors WHERE id = 2;
"""


@pytest.mark.parametrize("more", ["", SURROUNDINGS], ids=["plain", "with views, triggers, indexes and foreign keys"])
def test_the_way_back_gives_the_legacy_database_to_the_letter(alembic, tmp_path, sqlite_url, more):
    """After `downgrade base` the dump is what it was: rows, rowids, every object's own SQL; and up again works."""
    path = legacy_database(tmp_path / "films.sqlite", actors=[(1, "Bob Ray"), (2, "Gone")], more=more)
    before, rowids = dump(path), rows(path, "SELECT rowid, * FROM movie_actors")
    schema = rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid")
    for _ in range(2):
        up = alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
        assert up.status == 0, up.err
        down = alembic("downgrade", "base", DATABASE_URL=sqlite_url(path))
        assert down.status == 0, down.err
        assert dump(path) == before
        assert rows(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid") == schema
        assert rows(path, "SELECT rowid, * FROM movie_actors") == rowids
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_view_on_a_legacy_table_goes_on_working(alembic, tmp_path, sqlite_url):
    """Readers of a view are not cut off: it follows the renamed table."""
    path = legacy_database(tmp_path / "films.sqlite", more="CREATE VIEW titles AS SELECT title FROM movies")
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    assert rows(path, "SELECT title FROM titles") == [("Film 1",)]


def test_the_way_back_empties_a_target_that_was_empty(alembic, tmp_path, sqlite_url):
    """What was copied in is taken away: the target is as empty as before."""
    url, legacy = sqlite_url(tmp_path / "new.sqlite"), legacy_database(tmp_path / "legacy.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=url, LEGACY_DATABASE=legacy).status == 0
    assert alembic("downgrade", "base", DATABASE_URL=url).status == 0
    assert dump(tmp_path / "new.sqlite") == ["BEGIN TRANSACTION;", "COMMIT;"]


def test_the_models_and_the_revisions_agree(alembic, tmp_path, sqlite_url):
    """`alembic check` finds nothing to do, with the archive and other people's tables beside the store."""
    path = legacy_database(tmp_path / "films.sqlite", more="CREATE TABLE mine (a int)")
    alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
    assert alembic("check", DATABASE_URL=sqlite_url(path)).status == 0


def test_a_rehearsal_does_all_and_changes_nothing(alembic, tmp_path, sqlite_url, fingerprint):
    """`-x dry-run=yes`: counts and report are there, the file is byte for byte as it was, no new file stays."""
    path = legacy_database(tmp_path / "films.sqlite")
    before = fingerprint(path)
    ended = alembic("-x", "dry-run=yes", "upgrade", "head", DATABASE_URL=sqlite_url(path))
    assert ended.status == 0
    assert ended.out.endswith("This was a rehearsal: everything was rolled back.\n")
    assert fingerprint(path) == before
    ended = alembic(
        "-x", "dry-run=yes", "upgrade", "head", DATABASE_URL=sqlite_url(tmp_path / "new"), LEGACY_DATABASE=path
    )
    assert ended.status == 0
    assert not (tmp_path / "new").exists()
    reports = list((tmp_path / "var" / "reports").glob("*/report.html"))
    assert ["This was a rehearsal" in report.read_text() for report in reports] == [True, True]


def test_the_way_back_says_what_it_has_done_and_can_be_rehearsed(alembic, tmp_path, sqlite_url, fingerprint):
    """What has become of the store, and the seconds of each step; with `-x dry-run=yes` the file is as it was."""
    path = legacy_database(tmp_path / "films.sqlite")
    assert alembic("upgrade", "head", DATABASE_URL=sqlite_url(path)).status == 0
    before = fingerprint(path)
    rehearsed = alembic("-x", "dry-run=yes", "downgrade", "base", DATABASE_URL=sqlite_url(path))
    assert rehearsed.status == 0
    assert rehearsed.out.startswith("The store is gone. The legacy tables are back.\n")
    assert rehearsed.out.endswith("This was a rehearsal: everything was rolled back.\n")
    assert fingerprint(path) == before
    done = alembic("downgrade", "base", DATABASE_URL=sqlite_url(path))
    steps = [line.split()[1:-1] for line in done.out.splitlines() if line.startswith("│")]
    assert [" ".join(words).split(" │")[0] for words in steps] == ["compare", "revisions", "give back"]
    again = alembic("downgrade", "base", DATABASE_URL=sqlite_url(path))
    assert (again.status, again.out) == (0, "Nothing to do: there is no store.\n")


def test_a_rehearsal_of_writing_back_leaves_no_file(alembic, tmp_path, sqlite_url):
    """What would go into a new legacy file is made, told and taken away again; the store is as it was."""
    path, back = tmp_path / "new.sqlite", tmp_path / "back.sqlite"
    settings = {"DATABASE_URL": sqlite_url(path), "LEGACY_DATABASE": legacy_database(tmp_path / "legacy.sqlite")}
    assert alembic("upgrade", "head", **settings).status == 0
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE movies SET title = 'Renamed', title_key = 'renamed'")
        connection.commit()
    before = dump(path)
    options = ("-x", "dry-run=yes", "-x", "changes=write-back", "-x", f"legacy-file={back}")
    ended = alembic(*options, "downgrade", "base", **settings)
    assert ended.status == 0, ended.err
    assert f"What was changed in it is in {back}." in ended.out
    assert not back.exists()
    assert dump(path) == before


def test_an_empty_store_is_made_when_asked_for(alembic, tmp_path, sqlite_url):
    """`-x new=yes` makes a new SQLite file with an empty store, and says so."""
    ended = alembic("-x", "new=yes", "upgrade", "head", DATABASE_URL=sqlite_url(tmp_path / "new.sqlite"))
    assert ended.status == 0
    assert ended.out.startswith("An empty store was made: there was no legacy database to take in.\n")
    assert store(tmp_path / "new.sqlite") == {table: [] for table in STORE}


LATER = '''
"""A tagline for each film: what a release after this one might add."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("movies", sa.Column("tagline", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("movies") as table:
        table.drop_column("tagline")
'''


def test_a_later_revision_takes_an_untouched_legacy_file_along(alembic, tmp_path, sqlite_url, request):
    """Revisions outlive the code around them: one that adds a column upgrades a legacy file in one run, and back."""
    root = request.config.rootpath
    shutil.copytree(root / "migrations", tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "alembic.ini", tmp_path)
    head = max(path.name[:4] for path in (root / "migrations" / "versions").glob("0*.py"))
    (tmp_path / "migrations" / "versions" / "9999_tagline.py").write_text(LATER.format(head=head))
    path = legacy_database(tmp_path / "films.sqlite")
    before = dump(path)
    settings = {"ini": tmp_path / "alembic.ini", "DATABASE_URL": sqlite_url(path)}
    ended = alembic("upgrade", "head", **settings)
    assert ended.status == 0, ended.err
    assert rows(path, "SELECT title, tagline FROM movies") == [("Film 1", None)]
    assert alembic("downgrade", "base", **settings).status == 0
    assert dump(path) == before


def test_a_store_that_was_written_by_a_newer_program_is_refused(alembic, tmp_path, sqlite_url, fingerprint):
    """A revision that this program does not know: it says so and leaves the store alone."""
    path = legacy_database(tmp_path / "films.sqlite")
    alembic("upgrade", "head", DATABASE_URL=sqlite_url(path))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = fingerprint(path)
    for command in (["upgrade", "head"], ["downgrade", "base"], ["current"]):
        ended = alembic(*command, DATABASE_URL=sqlite_url(path))
        assert (ended.status, "revision 9999" in ended.error) == (2, True)
    assert fingerprint(path) == before
