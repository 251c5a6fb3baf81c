"""Two upgrades at once: both end with 0, one does the work; and what PostgreSQL is told of a run."""

import sqlite3
from contextlib import closing

import pytest
from made_up import film, legacy_database, rows
from processes import PATIENCE, start_alembic, wait_for
from sqlalchemy import create_engine, text

from normalize.target import ADVISORY_LOCK

FILMS = 20
NOTHING_TO_DO = "Nothing to do: the store is there and filled.\n"


@pytest.fixture
def legacy(tmp_path):
    """Make a legacy database."""
    return legacy_database(tmp_path / "legacy.sqlite", films=[film(n) for n in range(1, FILMS + 1)])


def ends(processes):
    """Wait for the processes; give (exit status, whether it found nothing to do) of each, sorted."""
    said = [process.communicate(timeout=PATIENCE) for process in processes]
    return sorted((process.returncode, out == NOTHING_TO_DO) for process, (out, _) in zip(processes, said, strict=True))


def test_two_upgrades_of_a_postgresql_wait_for_each_other(tmp_path, legacy, postgres_url):
    """Both stand in line for one advisory lock, named as ours; then one fills, the other finds it done.

    The server's default is the isolation in which the other would not see what the first has done.
    """
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    waiting = text(
        "SELECT application_name, l.mode FROM pg_locks l JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND NOT granted"
    )
    settings = {"DATABASE_URL": postgres_url, "LEGACY_DATABASE": legacy, "LOCK_TIMEOUT": PATIENCE}
    with engine.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'"))
        connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
        both = [start_alembic(tmp_path, "upgrade", "head", **settings) for _ in range(2)]
        ours = [("kinobase", "ExclusiveLock")] * 2
        assert wait_for(lambda: [tuple(row) for row in connection.execute(waiting)] == ours, *both)
        connection.execute(text(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})"))
        assert ends(both) == [(0, False), (0, True)]
        assert connection.execute(text("SELECT count(*) FROM movies")).scalar_one() == FILMS
        assert connection.execute(text("SELECT count(*) FROM load_runs")).scalar_one() == 1
    engine.dispose()


@pytest.mark.parametrize("copied", [True, False], ids=["into a new file", "in place"])
def test_two_upgrades_of_a_sqlite_file_wait_for_each_other(tmp_path, legacy, copied):
    """Both are ready to begin while somebody else writes; then one fills, the other finds it done."""
    store = tmp_path / "new.sqlite" if copied else legacy
    settings = {"DATABASE_URL": f"sqlite:///{store}", "LOCK_TIMEOUT": PATIENCE}
    if copied:
        settings["LEGACY_DATABASE"] = legacy
    logs = [tmp_path / "one.log", tmp_path / "other.log"]
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        both = []
        for log in logs:
            with log.open("w") as said:
                both.append(start_alembic(tmp_path, "upgrade", "head", said=said, **settings))
        # 'import' is the last step before the lock.
        assert wait_for(lambda: all("step=import" in log.read_text() for log in logs), *both)
        other.execute("ROLLBACK")
    assert ends(both) == [(0, False), (0, True)], [log.read_text() for log in logs]
    assert rows(store, "SELECT count(*) FROM movies") == [(FILMS,)]
    assert rows(store, "SELECT count(*) FROM load_runs") == [(1,)]
