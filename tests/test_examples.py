"""The sample: it is a legacy database, holds every kind of dirt, and is rebuilt with nothing unaccounted for."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "examples" / "build.py"

NOTHING = ("= 'N/A'", "= 'None'", "= ''", "IS NULL")
DIRT = (
    *(f"movies WHERE {column} {word}" for column in ("plot", "director", "genre", "imdb_rating") for word in NOTHING),
    *(f"movies WHERE writer {word}" for word in NOTHING),
    *(f"{people} WHERE name {word}" for people in ("actors", "writers") for word in NOTHING),
    *(f"movies WHERE imdb_rating = '{rating}'" for rating in ("0", "0.0", "eight", "11.5", "7,4")),
    "movies WHERE writer > '' AND writers > ''",
    "movies WHERE coalesce(writer, '') = '' AND coalesce(writers, '') = ''",
    "movies WHERE writers > '' AND NOT json_valid(writers)",
    "movies WHERE genre LIKE '%,,%'",
    "movies WHERE genre LIKE '%, %'",
    "movies WHERE genre LIKE '%_,_%' AND genre NOT LIKE '%, %'",
    "movies WHERE director LIKE '% (co-director)%'",
    "movies WHERE director LIKE '%_(co-director)%' AND director NOT LIKE '% (co-director)%'",
    "movies WHERE writer > '' AND writer NOT IN ('N/A', 'None') AND writer NOT IN (SELECT id FROM writers)",
    "movie_actors GROUP BY movie_id, actor_id HAVING count(*) > 1",
    "movie_actors WHERE actor_id NOT IN (SELECT id FROM actors)",
    "movie_actors WHERE movie_id NOT IN (SELECT id FROM movies)",
    "movie_actors JOIN actors ON actors.id = actor_id WHERE name = 'N/A'",
    "movies JOIN writers ON writers.id = writer WHERE name = 'N/A'",
    "actors JOIN writers USING (name) JOIN movies ON director = name",
    "movies AS a JOIN movies AS b ON a.title = b.title AND a.director = b.director AND a.id < b.id",
    "actors AS a JOIN actors AS b ON a.name = replace(b.name, 'ё', 'е') AND a.name <> b.name",
    "actors AS a JOIN actors AS b ON a.name = replace(b.name, '  ', ' ') AND a.name <> b.name",
    "actors AS a JOIN actors AS b ON replace(a.name, char(0x438, 0x306), 'й') = b.name AND a.name <> b.name",
    "actors JOIN writers ON actors.name = upper(writers.name) AND actors.name <> writers.name",
)
"""Each is a part of a query that finds at least one row of that dirt."""


def build(target: Path) -> subprocess.CompletedProcess[str]:
    """Run examples/build.py."""
    return subprocess.run([sys.executable, BUILD, target], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sample once."""
    target = tmp_path_factory.mktemp("sample") / "new folder" / "legacy.sqlite"
    assert build(target).returncode == 0
    return target


@pytest.mark.parametrize("dirt", DIRT)
def test_the_sample_holds_every_kind_of_dirt(sample: Path, dirt: str) -> None:
    """Each kind of dirt of a legacy file is there at least once."""
    with closing(sqlite3.connect(sample)) as connection:
        assert connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {dirt})").fetchone()[0] >= 1


def test_the_same_writer_stands_twice_in_one_list(sample: Path) -> None:
    """A list of writers may name one twice."""
    with closing(sqlite3.connect(sample)) as connection:
        lists = connection.execute("SELECT id, writers FROM movies WHERE json_valid(writers)").fetchall()
    assert [film for film, text in lists if text.count("{") > len(set(text.strip("[]").split(", ")))] == ["tt0086190"]


def test_building_again_gives_the_same_file(sample: Path) -> None:
    """A second build gives the same bytes, so a rebuilt store takes it for the file that it knows."""
    before = sample.read_bytes()
    assert build(sample).returncode == 0
    assert sample.read_bytes() == before
    assert [path.name for path in sample.parent.iterdir()] == [sample.name]


def test_a_sample_that_cannot_be_made_is_one_line_and_status_2(tmp_path: Path) -> None:
    """What cannot be written is named in one line, and nothing else is left behind."""
    (tmp_path / "file").write_text("")
    failed = build(tmp_path / "file" / "legacy.sqlite")
    assert failed.returncode == 2
    assert failed.stderr.startswith("error: cannot make ")
    assert failed.stderr.count("\n") == 1


def test_a_rebuild_of_the_sample_accounts_for_everything(sample: Path, tmp_path: Path) -> None:
    """The gate passes, and per kind source = stored + nothing + duplicates + refused, in numbers."""
    store = tmp_path / "store.sqlite"
    environment = os.environ | {
        "LEGACY_DATABASE": str(sample),
        "DATABASE_URL": f"sqlite:///{store}",
        "REPORTS_PATH": str(tmp_path / "reports"),
    }
    command = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(store)) as connection:
        counts = json.loads(connection.execute("SELECT counts FROM load_runs").fetchone()[0])
    columns = ("source", "stored", "nothing", "duplicates", "refused")
    assert {row["kind"]: tuple(row[column] for column in columns) for row in counts["reconciliation"]} == {
        "films": (68, 68, 0, 0, 0),
        "descriptions": (67, 64, 3, 0, 0),
        "ratings": (67, 60, 5, 0, 2),
        "genres": (167, 160, 6, 1, 0),
        "directors": (80, 72, 7, 1, 0),
        "writers": (139, 127, 6, 2, 4),
        "actors": (220, 210, 4, 3, 3),
        "people": (322, 275, 8, 39, 0),
    }
