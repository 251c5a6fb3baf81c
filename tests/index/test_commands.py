"""`python -m index …` as an operator sees it: what is printed, and the exit status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from index.__main__ import main
from index.mapping import MAPPING_VERSION
from normalize.capture import uncaptured
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


def test_sync_and_status_end_with_0_when_all_is_in_step(run):
    """The second sync sends nothing; status shows both sides; all speak JSON."""
    assert run("sync")[:2] == (0, "2 films sent, 0 taken out, 0 parked.\n")
    assert json.loads(run("sync", "--json")[1]) == {"put": 0, "gone": 0, "parked": []}
    status, said, _ = run("status", "--json")
    told = json.loads(said)
    assert (status, told.pop("bytes") > 0, Path("var/index", told.pop("index")).is_dir()) == (0, True, True)
    assert told == {
        "state": "in step", "why": "", "engine": "embedded", "alias": "var/index", "documents": 2, "films": 2,
        "mapping_version": MAPPING_VERSION, "behind": 0, "queued": 0, "lag_seconds": 0.0, "parked": [],
        "verified_at": None, "differing": None,
    }  # fmt: skip
    assert run("status")[0] == 0


def test_status_ends_with_1_when_the_index_is_behind(run, store):
    """No index yet, or films queued: the data says no, how far, and what to run."""
    status, _, said = run("status")
    assert (status, last(said)) == (
        1, "error: the index is not in step with the store (no index). Run: python -m index sync",
    )  # fmt: skip
    run("sync")
    store.film("tt0000003", "Three", genre=["War"])
    status, out, said = run("status", "--json")
    told = json.loads(out)
    assert (status, told["state"], told["behind"], told["queued"]) == (1, "behind", 1, 2)
    assert 0 <= told["lag_seconds"] < 600
    assert last(said) == "error: the index is not in step with the store (behind). Run: python -m index sync"


def test_a_refused_film_is_parked_shown_and_goes_again(run, store):
    """The other film goes in; status says why, how often and when again; when the film changes it goes in."""
    store.run(movies.update().where(movies.c.id == 1).values(description="N/A"))
    status, said, error = run("sync", "--json", INDEX_ALERT="tee told")
    told = json.loads(Path("told").read_text())
    assert (told["event"], told["text"][:50]) == ("parked", "1 films could not go into the index. Mend them, or")
    reason = "description: Value error, 'N/A' is a word for nothing; null says that"
    assert (status, json.loads(said)) == (
        1, {"put": 1, "gone": 0, "parked": [{"id": "tt0000001", "reason": reason}]},
    )  # fmt: skip
    assert last(error).startswith("error: 1 films could not go into the index.")
    assert run("sync", "--retry-parked")[0] == 1
    told = json.loads(run("status", "--json")[1])
    (parked,) = told["parked"]
    assert (told["state"], parked["id"], parked["reason"], parked["attempts"]) == ("parked", "tt0000001", reason, 2)
    assert "tt0000001" in run("status")[1]
    store.run(movies.update().where(movies.c.id == 1).values(description="Something."))
    assert json.loads(run("sync", "--json")[1]) == {"put": 1, "gone": 0, "parked": []}
    assert run("status")[0] == 0


def test_strict_stops_at_the_first_film_and_keeps_the_queue(run, store):
    """It names film and field; once mended, all go in."""
    run("sync")
    store.run(movies.update().where(movies.c.id == 1).values(description="N/A"))
    store.run(movies.update().where(movies.c.id == 2).values(year=1999))
    status, _, said = run("sync", "--strict")
    assert (status, last(said)[:60]) == (1, "error: film tt0000001: description: Value error, 'N/A' is a ")
    store.run(movies.update().where(movies.c.id == 1).values(description=None))
    assert json.loads(run("sync", "--json", "--strict")[1]) == {"put": 2, "gone": 0, "parked": []}


def test_verify_names_what_differs_and_repair_queues_it(run, store):
    """What somebody did behind everybody's back: missing, stale and extra films are told apart and mended."""
    store.film("tt0000003", "Three")
    run("sync")
    assert run("verify")[:2] == (0, "0 missing, 0 stale, 0 extra.\n")
    with store.engine.begin() as connection, uncaptured(connection):
        connection.execute(movies.delete().where(movies.c.id == 1))
        connection.execute(movies.update().where(movies.c.id == 2).values(year=1999))
        connection.execute(movies.update().where(movies.c.id == 3).values(imdb_id="tt0000009"))
    alert = {"INDEX_ALERT": "tee told"}
    status, said, error = run("verify", "--json", **alert)
    assert json.loads(Path("told").read_text())["text"].startswith("the index differs from the store in 4 films.")
    films = [("tt0000001", "extra"), ("tt0000002", "stale"), ("tt0000003", "extra"), ("tt0000009", "missing")]
    assert (status, json.loads(said)) == (
        1, {"missing": 1, "stale": 1, "extra": 2, "films": [{"id": film, "kind": kind} for film, kind in films]},
    )  # fmt: skip
    assert last(error) == "error: the index differs from the store in 4 films. Run: python -m index verify --repair"
    assert run("verify", "--repair")[0] == 1
    assert json.loads(run("status", "--json")[1])["differing"] == 4
    assert json.loads(run("sync", "--json")[1]) == {"put": 2, "gone": 2, "parked": []}
    assert run("verify")[0] == 0


def test_rebuild_and_rollback_say_what_is_searched(run, store):
    """A rebuild keeps the one before; going back queues what that lacks, and sync sends it."""
    assert run("rebuild")[:2][0] == 0
    assert run("rollback")[0] == 2
    store.film("tt0000003", "Three")
    status, said, _ = run("rebuild")
    assert (status, said.endswith(" now: 3 documents.\n")) == (0, True)
    store.film("tt0000004", "Four")
    run("sync")
    status, said, _ = run("rollback")
    assert (status, said.endswith(" now; 1 films are queued for it. Run: python -m index sync\n")) == (0, True)
    assert json.loads(run("sync", "--json")[1]) == {"put": 1, "gone": 0, "parked": []}
    assert run("verify")[0] == 0


@pytest.mark.parametrize("command", ["sync", "status"])
def test_without_a_store_both_end_with_2(run, tmp_path, command):
    """No file, or a database without our tables: what to run is named, and nothing is made."""
    status, _, said = run(command, DATABASE_URL="sqlite:///other.sqlite")
    assert (status, "Run: alembic upgrade head" in last(said)) == (2, True)
    (tmp_path / "empty.sqlite").touch()
    status, _, said = run(command, DATABASE_URL="sqlite:///empty.sqlite")
    assert (status, last(said)) == (
        2, "error: there is no store in DATABASE_URL, or an older one. Run: alembic upgrade head",
    )  # fmt: skip
    assert not (tmp_path / "other.sqlite").exists()
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("command", ["sync", "status"])
def test_an_elasticsearch_that_does_not_answer_ends_both_with_3(run, command):
    """The message says what to mend."""
    status, _, said = run(command, ELASTICSEARCH_URL=NOWHERE, INDEX_ATTEMPTS="2", INDEX_FIRST_WAIT="0.01")
    assert status == 3
    assert last(said).startswith("error: Elasticsearch does not answer (")
    assert last(said).endswith("Start it, or mend ELASTICSEARCH_URL.")


@pytest.mark.parametrize("url", ["localhost:9200", "es", "http://localhost", "http://:9200", "ftp://a:1", "http://a:b"])
def test_a_bad_address_of_elasticsearch_is_a_bad_setting(run, url):
    """One line that names the setting, its value and what to write."""
    status, _, said = run("status", ELASTICSEARCH_URL=url)
    assert status == 2
    assert last(said).startswith(f"error: bad setting: ELASTICSEARCH_URL={url}: ")


def test_certificates_for_an_address_without_tls_are_wrong_use(run, tmp_path):
    """One line that names both settings; no traceback."""
    (tmp_path / "ca.crt").write_text("")
    status, _, said = run("status", ELASTICSEARCH_URL=NOWHERE, ELASTICSEARCH_CA_CERTS=str(tmp_path / "ca.crt"))
    assert status == 2
    assert last(said).startswith(f"error: ELASTICSEARCH_URL={NOWHERE} and ELASTICSEARCH_CA_CERTS=")


def test_a_word_that_nobody_knows_is_wrong_use(run):
    """Exit status 2, as click has it."""
    assert run("sink")[0] == 2
    assert run("sync", "--fast")[0] == 2


def test_help_is_about_what_is_there(run):
    """Each command has its own."""
    for words in ([], ["sync"], ["status"], ["verify"], ["rebuild"], ["rollback"]):
        status, said, _ = run(*words, "--help")
        assert (status, said.startswith("Usage: ")) == (0, True)
