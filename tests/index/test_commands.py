"""`python -m index …` as an operator sees it: what is printed, and the exit status."""

import json

import pytest
from click.testing import CliRunner

from index.__main__ import main
from index.mapping import MAPPING_VERSION
from normalize.models import movies
from normalize.settings import Settings

NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens."""


@pytest.fixture
def run(tmp_path, monkeypatch, store):
    """Give a function that runs a command on a store of two films: (exit status, output, error)."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two")

    def command(*words, **environment):
        done = CliRunner().invoke(main, words, env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stdout, done.stderr

    return command


def last(lines):
    """Give the last line."""
    return lines.strip().splitlines()[-1]


def test_sync_and_status_end_with_0_when_all_is_in_step(run, tmp_path):
    """The second sync sends nothing; status shows the same count on both sides; both speak JSON."""
    assert run("sync")[:2] == (0, "The index is in step: 2 films sent, 0 taken out, 0 unchanged, 0 refused.\n")
    status, said, _ = run("sync", "--json")
    assert (status, json.loads(said)) == (0, {"put": 0, "gone": 0, "unchanged": 2, "refused": []})
    status, said, _ = run("status", "--json")
    assert (status, json.loads(said)) == (
        0, {"engine": "embedded", "index": f"var/index/v{MAPPING_VERSION}", "documents": 2, "films": 2},
    )  # fmt: skip
    assert run("status")[0] == 0


def test_status_ends_with_1_when_the_index_is_behind(run, store):
    """No index yet, or another count: the data says no, and what to run."""
    status, _, said = run("status")
    missing = f"there is no index in var/index/v{MAPPING_VERSION} yet. Run: python -m index sync"
    assert (status, last(said)) == (1, f"error: the store has 2 films, but {missing}")
    run("sync")
    store.film("tt0000003", "Three")
    status, _, said = run("status")
    assert (status, last(said)) == (1, "error: the index is not in step with the store. Run: python -m index sync")


def test_a_refused_film_is_named_and_ends_sync_with_1(run, store):
    """The other film goes in."""
    store.run(movies.update().where(movies.c.id == 1).values(description="N/A"))
    status, said, error = run("sync", "--json")
    reason = "description: Value error, 'N/A' is a word for nothing; null says that"
    assert (status, json.loads(said)) == (
        1, {"put": 1, "gone": 0, "unchanged": 0, "refused": [{"id": "tt0000001", "reason": reason}]},
    )  # fmt: skip
    assert last(error) == "error: 1 films could not go into the index; they are named above."


@pytest.mark.parametrize("command", ["sync", "status"])
def test_without_a_store_both_end_with_2(run, tmp_path, command):
    """No file, or a database without our tables: what to run is named, and nothing is made."""
    status, _, said = run(command, DATABASE_URL="sqlite:///other.sqlite")
    assert (status, "Run: alembic upgrade head" in last(said)) == (2, True)
    (tmp_path / "empty.sqlite").touch()
    status, _, said = run(command, DATABASE_URL="sqlite:///empty.sqlite")
    assert (status, last(said)) == (2, "error: there is no store in DATABASE_URL. Run: alembic upgrade head")
    assert not (tmp_path / "other.sqlite").exists()
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("command", ["sync", "status"])
def test_an_elasticsearch_that_does_not_answer_ends_both_with_3(run, command):
    """The message says what to mend."""
    status, _, said = run(command, ELASTICSEARCH_URL=NOWHERE)
    assert status == 3
    assert last(said).startswith("error: Elasticsearch does not answer (")
    assert last(said).endswith("Start it, or mend ELASTICSEARCH_URL.")


@pytest.mark.parametrize("url", ["localhost:9200", "es", "http://localhost", "http://:9200", "ftp://a:1", "http://a:b"])
def test_a_bad_address_of_elasticsearch_is_a_bad_setting(run, url):
    """One line that names the setting, its value and what to write."""
    status, _, said = run("status", ELASTICSEARCH_URL=url)
    assert status == 2
    assert last(said).startswith(f"error: bad setting: ELASTICSEARCH_URL={url}: ")


def test_a_word_that_nobody_knows_is_wrong_use(run):
    """Exit status 2, as click has it."""
    assert run("sink")[0] == 2
    assert run("sync", "--fast")[0] == 2


def test_help_is_about_what_is_there(run):
    """Each command has its own."""
    for words in ([], ["sync"], ["status"]):
        status, said, _ = run(*words, "--help")
        assert (status, said.startswith("Usage: ")) == (0, True)
