"""IMDb's files fetched and loaded, every day at a time: what is done when, who is told, and how it ends."""

import fcntl
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from datetime import time as time_of_day

import pytest
from click.testing import CliRunner
from file_server import FileServer
from imdb_made import small, title, write
from processes import PATIENCE, ROOT, environment, wait_for

from normalize.__main__ import main
from normalize.errors import InputError, UnavailableError
from normalize.imdb.daily import follow, next_time, parse

EMPTY = {"title_akas": []}
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
"""Clocks go forward at 2:00 on 29 March 2026, and back at 3:00 on 25 October."""


@pytest.fixture
def berlin(monkeypatch):
    """Put the machine into Berlin."""
    monkeypatch.setenv("TZ", BERLIN)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def utc(*when):
    """Give a moment in UTC, in seconds since the epoch."""
    return datetime(*when, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ((2026, 1, 10, 0, 0), (2026, 1, 10, 1, 30)),
        ((2026, 1, 10, 1, 30), (2026, 1, 11, 1, 30)),  # the same moment is not after itself
        ((2026, 3, 28, 12, 0), (2026, 3, 29, 1, 30)),  # there is no 2:30: an hour later
        ((2026, 3, 29, 12, 0), (2026, 3, 30, 0, 30)),
        ((2026, 10, 24, 12, 0), (2026, 10, 25, 0, 30)),  # 2:30 comes twice: the first
        ((2026, 10, 25, 0, 31), (2026, 10, 26, 1, 30)),
        ((2026, 10, 25, 1, 31), (2026, 10, 26, 1, 30)),
        ((2026, 12, 31, 12, 0), (2027, 1, 1, 1, 30)),
    ],
)
def test_the_time_is_that_of_the_clock_on_the_wall(berlin, after, due):
    """Half past two, once a day, whatever clocks do."""
    assert next_time(time_of_day(2, 30), utc(*after)) == utc(*due)


@pytest.mark.parametrize("text", ["2", "24:00", "02:60", "2am", "", "02:00:00"])
def test_what_is_no_time_of_day_is_refused(text):
    """One line says what would be one."""
    with pytest.raises(InputError, match=r"is no time of day; write one such as 02:00"):
        parse(text)


class Clock:
    """Tells a time that passes only when somebody waits, or works."""

    def __init__(self, now):
        self.now, self.naps = now, 0

    def tell(self):
        """Tell the time."""
        return self.now

    def wait(self, _stop, seconds):
        """Let it pass."""
        self.now += seconds
        self.naps += 1


def worked(clock, *lasting):
    """Follow 2:30 with work that takes so many seconds, or fails; gives when each began."""
    began, todo = [], list(lasting)

    def work():
        began.append(clock.now)
        if not todo:
            raise KeyboardInterrupt
        each = todo.pop(0)
        if isinstance(each, Exception):
            raise each
        clock.now += each

    with pytest.raises(KeyboardInterrupt):
        follow(time_of_day(2, 30), work, clock.tell, clock.wait)
    return began


def test_work_is_done_at_once_and_then_every_day(berlin):
    """Nobody knows what was missed while it did not run; the day after, clocks are put forward."""
    clock = Clock(utc(2026, 3, 27, 12, 0))
    assert worked(clock, 60, 60, 60) == [
        utc(2026, 3, 27, 12, 0), utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30),
    ]  # fmt: skip


def test_work_that_failed_is_done_again_the_next_day(berlin):
    """What went wrong is logged; the process stays."""
    clock = Clock(utc(2026, 1, 10, 1, 29))
    began = worked(clock, UnavailableError("gone"), 60)
    assert began == [utc(2026, 1, 10, 1, 29), utc(2026, 1, 10, 1, 30), utc(2026, 1, 11, 1, 30)]


def test_a_time_that_passed_while_work_was_done_is_made_up_for_once(berlin):
    """Two and a half days of work, or of sleep of the machine: then at once, then at its time."""
    clock = Clock(utc(2026, 1, 10, 1, 0))
    assert worked(clock, 2.5 * 86400, 60) == [
        utc(2026, 1, 10, 1, 0), utc(2026, 1, 12, 13, 0), utc(2026, 1, 13, 1, 30),
    ]  # fmt: skip


def test_a_machine_that_slept_through_the_time_does_it_when_it_wakes(berlin):
    """The clock is looked at again and again, as a machine that is asleep does not count seconds."""
    clock = Clock(utc(2026, 1, 10, 12, 0))
    worked(clock, 60)
    assert clock.naps > 13.5 * 3600 / 60


@pytest.fixture
def place(tmp_path):
    """Serve the small whole as IMDb's place does; `publish` serves other lines."""
    server = FileServer()

    def publish(**lines):
        folder = write(tmp_path / "published", **(EMPTY | small() | lines))
        # Without the time of day, so that what is the same has the same bytes.
        server.files = {f"{path.name}.gz": gzip.compress(path.read_bytes(), mtime=0) for path in folder.iterdir()}

    server.publish = publish
    publish()
    yield server
    server.close()


@pytest.fixture
def settings(sqlite_store, place, tmp_path):
    """Give the settings of the command; an alert is written to the file `alert`."""
    (tmp_path / "tell").write_text(f'#!/bin/sh\ncat > "{tmp_path}/alert"\n')
    (tmp_path / "tell").chmod(0o755)
    return {
        "DATABASE_URL": sqlite_store.url,
        "IMDB_BASE_URL": place.url,
        "IMDB_PATH": tmp_path / "fetched",
        "IMDB_ATTEMPTS": 1,
        "IMDB_ALERT": tmp_path / "tell",
    }


def start(folder, settings, *argv):
    """Start `python -m normalize imdb …`."""
    return subprocess.Popen(
        [sys.executable, "-m", "normalize", "imdb", "--processes=1", *argv],
        cwd=folder, env=environment(settings) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(settings, *argv):
    """Run it in this process; gives its status, what it printed as JSON, and its last line of errors."""
    told = {name: str(value) for name, value in settings.items()}
    ended = CliRunner().invoke(main, ["imdb", "--processes=1", "--json", *argv], env=told)
    return ended.exit_code, json.loads(ended.stdout or "null"), ended.stderr.splitlines()[-1:]


def test_without_a_folder_the_files_are_fetched_and_loaded(sqlite_store, settings, place, tmp_path):
    """And when they come again, only what is new comes and only the difference is loaded."""
    status, done, _ = run(settings)
    assert (status, done["films"]) == (0, {"added": 2, "changed": 0, "gone": 0})
    assert done["fetched"] == {name.removesuffix(".tsv.gz"): len(data) for name, data in place.files.items()}
    assert run(settings)[:2] == (0, {"fetched": dict.fromkeys(done["fetched"], 0), "done": False})
    lines = small()["title_basics"]
    place.publish(title_basics=[lines[0], title(2, "Another", genres="Comedy"), *lines[2:]])
    status, done, _ = run(settings)
    assert {name for name, arrived in done["fetched"].items() if arrived} == {"title.basics"}
    assert sqlite_store.ask("SELECT title FROM movies ORDER BY id") == [("First",), ("Another",)]


def test_files_can_be_fetched_alone(sqlite_store, settings, place, tmp_path):
    """Nothing is loaded; a folder and --fetch-only contradict each other."""
    status, done, _ = run(settings, "--fetch-only")
    assert (status, done["done"], sqlite_store.ask("SELECT id FROM movies")) == (0, False, [])
    assert {path.name for path in (tmp_path / "fetched").glob("*.gz")} == set(place.files)
    assert run(settings, ".", "--fetch-only")[0] == 2


def test_whoever_is_to_know_is_told_what_failed_and_that_the_store_is_as_it_was(settings, place, tmp_path):
    """The file that is not there, by its URL; the status is that of a wrong input."""
    place.files.pop("title.crew.tsv.gz")
    status, _, errors = run(settings)
    assert status == 2
    assert f"{place.url}/title.crew.tsv.gz: the server said 404" in errors[0]
    told = json.loads((tmp_path / "alert").read_text())
    assert told["event"] == "failed"
    assert told["text"] == errors[0].removeprefix("error: ") + " The store is as it was."


def test_one_program_at_a_time_fetches(settings, tmp_path):
    """A second one ends with 3 and says why."""
    (tmp_path / "fetched").mkdir()
    with (tmp_path / "fetched" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, errors = run(settings)
    assert (status, "another program fetches into" in errors[0]) == (3, True)


def test_one_that_stays_loads_at_once_and_ends_at_sigterm(sqlite_store, settings, tmp_path):
    """It waits for its time, and a signal ends it with status 0."""
    process = start(tmp_path, settings, "--follow-schedule=02:00")
    assert any("next" in said for said in process.stderr)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert sqlite_store.ask("SELECT count(*) FROM movies") == [(2,)]


def test_a_signal_ends_it_in_the_midst_of_the_work(sqlite_store, settings, place, tmp_path):
    """The status says that it was interrupted; nothing is in the store."""
    begun = tmp_path / "begun"
    held = os.pipe()

    def hang(_handler, _data):
        begun.touch()
        os.read(held[0], 1)
        return True

    place.faults = [hang]
    process = start(tmp_path, settings, "--follow-schedule=02:00")
    wait_for(begun.exists, process)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE)
    os.write(held[1], b".")
    assert (process.returncode, errors.splitlines()[-1]) == (130, "interrupted")
    assert sqlite_store.ask("SELECT id FROM movies") == []
