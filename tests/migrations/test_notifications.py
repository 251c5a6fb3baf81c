"""At the end of a rebuild whoever is to be told is told, whatever the verdict; a failing one fails no rebuild."""

import json
import shlex
import sys

from made_up import legacy_database


def test_a_rebuild_is_told_of_with_its_verdict(alembic, tmp_path, sqlite_url):
    """Once when it passed, once when the gate said no, each with the page that says why; not when nothing was done."""
    told = tmp_path / "told"
    code = (
        "import os, sys; "
        "print(os.environ['KINOBASE_VERDICT'], os.environ['KINOBASE_REPORT'], file=open(sys.argv[1], 'a'))"
    )
    settings = {
        "DATABASE_URL": sqlite_url(tmp_path / "films.sqlite"),
        "LEGACY_DATABASE": legacy_database(tmp_path / "legacy.sqlite"),
        "NOTIFY_COMMAND": shlex.join([sys.executable, "-c", code, str(told)]),
    }
    (tmp_path / "suites").mkdir()
    never = {"type": "expect_column_values_to_be_null", "kwargs": {"column": "title"}, "severity": "critical"}
    (tmp_path / "suites" / "store.movies.json").write_text(json.dumps({"expectations": [never]}))
    assert alembic("upgrade", "head", SUITES_PATH=tmp_path / "suites", **settings).status == 1
    assert alembic("upgrade", "head", **settings).status == 0
    assert alembic("upgrade", "head", **settings).status == 0
    pages = sorted((tmp_path / "var" / "reports").glob("*/report.html"), key=lambda page: page.stat().st_mtime_ns)
    assert told.read_text().splitlines() == [f"failed {pages[0].as_uri()}", f"passed {pages[1].as_uri()}"]


def test_a_notification_that_fails_is_a_warning(alembic, tmp_path, sqlite_url):
    """The store is there, the status is 0, and the log says what went wrong."""
    ended = alembic(
        "upgrade", "head", NOTIFY_COMMAND="no-such-command-anywhere",
        DATABASE_URL=sqlite_url(tmp_path / "films.sqlite"), LEGACY_DATABASE=legacy_database(tmp_path / "legacy.sqlite"),
    )  # fmt: skip
    assert (ended.status, "NOTIFY_COMMAND failed" in ended.err) == (0, True)
