"""docs/architecture.md follows one film of the sample from the legacy file to an answer; here it is followed again."""

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from processes import environment, start_alembic
from sqlalchemy import create_engine

from api import create_app
from index.documents import Reader, documents
from normalize.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SAID = [json.loads(block) for block in re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)]
LEGACY = "SELECT id, title, genre, director, writer, writers, imdb_rating FROM movies WHERE id = 'tt0198781'"
REPAIRS = (
    "SELECT source_column, old_value, new_value, rule, outcome FROM repairs WHERE source_key = 'tt0198781' "
    "ORDER BY number"
)
DIRECTORS = (
    "SELECT ordering, name, credit_note, source_person_id FROM movie_directors JOIN people ON id = person_id "
    "WHERE movie_id = 198781 ORDER BY ordering"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with the sample and the store that is made of it."""
    folder = tmp_path_factory.mktemp("one film")
    command = [sys.executable, ROOT / "examples" / "build.py", folder / "legacy.sqlite"]
    subprocess.run(command, env=environment({}), check=True, stdout=subprocess.DEVNULL)
    store = f"sqlite:///{folder}/store.sqlite"
    run = start_alembic(folder, "upgrade", "head", LEGACY_DATABASE="legacy.sqlite", DATABASE_URL=store)
    _, said = run.communicate()
    assert run.returncode == 0, said
    return folder


def rows(path, query):
    """Give the rows that a query finds, each as a dict."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def refuse(*why):
    """Fail: the film makes a document."""
    pytest.fail(f"refused: {why}")


def test_the_page_follows_the_film_with_its_real_values(folder):
    """The legacy row, what was repaired, the rows of the store, the document and the card are what the page shows."""
    store = f"sqlite:///{folder}/store.sqlite"
    with create_engine(store).connect() as connection:
        made = [document.model_dump() for document in documents(Reader(connection).films([198781]), refuse)]
    client = create_app(Settings(_env_file=None, database_url=store)).test_client()
    assert [
        rows(folder / "legacy.sqlite", LEGACY),
        rows(folder / "store.sqlite", REPAIRS),
        rows(folder / "store.sqlite", DIRECTORS),
        *made,
        client.get("/api/v1/video/get/tt0198781").json,
    ] == SAID


def test_the_page_names_places_that_there_are():
    """Each file of its table is in the room of its row."""
    for room, files in re.findall(r"^\| `(\w+)/` .*\| ([^|]+) \|$", PAGE, re.MULTILINE):
        for name in re.findall(r"`([\w./]+)`", files):
            assert (ROOT / room / name).exists(), f"{room}/{name}"
