"""Whatever ends a run, the next opener finds the old state or the new one, and the same command then succeeds."""

import resource
import signal
from pathlib import Path

import pytest
from made_up import dump, film, legacy_database, rows
from processes import PATIENCE, start_alembic, wait_for

FILMS = 6000


@pytest.fixture
def large(tmp_path):
    """Make a legacy database large enough that its rebuild spills SQLite's cache to the disk."""
    return legacy_database(
        tmp_path / "films.sqlite",
        films=[film(n, plot=f"Long {n}. " * 60) for n in range(1, FILMS + 1)],
        links=[(f"tt{n:07d}", "1") for n in range(1, FILMS + 1)],
    )


def start(path):
    """Start `alembic upgrade head` in place, as a process of its own."""
    return start_alembic(path.parent, "upgrade", "head", DATABASE_URL=f"sqlite:///{path}")


@pytest.mark.parametrize("share", [0.05, 0.5], ids=["early in the fill", "half way through the fill"])
def test_killed_in_the_middle_of_the_fill_the_content_is_as_before(large, share):
    """Kill -9 while pages of the store are in the file: the next open rolls back, and the same command succeeds."""
    before, size = dump(large), large.stat().st_size
    process = start(large)
    grown = wait_for(lambda: large.stat().st_size > size * (1 + share), process)
    process.kill()
    process.communicate()
    assert grown, "the run ended before it could be killed"
    assert Path(f"{large}-journal").exists()
    assert dump(large) == before
    again = start(large)
    _, err = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, err
    assert rows(large, "SELECT count(*) FROM movies") == [(FILMS,)]


def test_interrupted_by_the_keyboard_it_rolls_back_and_says_so(large):
    """Ctrl-C in the middle of the fill: one line, exit status 130, the content as before."""
    before, size = dump(large), large.stat().st_size
    process = start(large)
    assert wait_for(lambda: large.stat().st_size > size * 1.1, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err.splitlines()[-1]) == (130, "interrupted: rolled back, nothing was changed")
    assert dump(large) == before


def test_a_full_disk_changes_nothing_and_says_so(large):
    """No room for the store's pages: exit status 2, one line; the next open finds the content as before."""
    before, size = dump(large), large.stat().st_size
    limit = size + size // 4
    process = start(large)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
    _, err = process.communicate(timeout=PATIENCE)
    said = [line for line in err.splitlines() if line.startswith("error: ")]
    assert process.returncode == 2, err
    assert len(said) == 1, err
    assert "could not be read or written (disk I/O error)" in said[0] or "disk is full" in said[0]
    assert dump(large) == before
