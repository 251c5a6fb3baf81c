"""A PostgreSQL server that is killed under a sync, a --follow or a rebuild: what is run again goes on, nothing is lost.

The server is a real one of the module's own; kill -9 takes it with all its processes.
"""

import signal
from contextlib import closing

import pytest
from postgres import fresh_database, own_server
from processes import PATIENCE, start_index, wait_for
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool
from stores import bring_in_step, differing, environment, fill, make_tables, retitle, shows

from index.engine import open_writer
from index.status import figures
from normalize.capture import queue_all
from normalize.models import store as stores
from normalize.settings import Settings

FILMS = 400
BATCHES = 1
"""After so many batches the server is killed."""
AT_ONCE = {"index_read_films": FILMS, "index_pause": 0.0}
NOT_THERE = "does not answer"


@pytest.fixture(scope="module")
def server():
    """Give a server that may be killed."""
    with own_server() as running:
        yield running


@pytest.fixture
def engine(server):
    """Give a store of films on that server."""
    with fresh_database(server.url) as url:
        made = create_engine(url, poolclass=NullPool)
        make_tables(made)
        fill(made, FILMS)
        yield made


@pytest.fixture
def settings(engine, tmp_path):
    """Give the settings of that store with an embedded index, in batches that leave time to kill between them."""
    url = engine.url.render_as_string(hide_password=False)
    return Settings(
        database_url=url, index_path=tmp_path / "index", index_read_films=10, index_pause=0.3, index_poll=0.2,
        index_first_wait=0.1, index_longest_wait=0.5, _env_file=None,
    )  # fmt: skip


def batches(engine):
    """Give the number of the newest batch."""
    with engine.connect() as connection:
        return connection.execute(select(stores.c.index_version)).scalar_one()


@pytest.mark.parametrize("at_work", ["first sync", "sync", "rebuild"])
def test_a_server_that_is_killed_ends_a_command_with_3_and_nothing_is_lost(at_work, server, engine, settings, tmp_path):
    """One line names the server, searches go on; started again, the same command ends what was begun."""
    if at_work != "first sync":
        bring_in_step(settings.model_copy(update=AT_ONCE))
        with engine.begin() as connection:
            connection.execute(text("UPDATE movies SET year = 1999"))
            queue_all(connection)
        retitle(engine, "Zauberberg")
    before = batches(engine)
    command = "rebuild" if at_work == "rebuild" else "sync"
    process = start_index(tmp_path, command, **environment(settings))
    assert wait_for(lambda: batches(engine) > before + BATCHES, process)
    server.kill()
    said = process.communicate(timeout=PATIENCE)[1].strip().splitlines()
    assert (process.returncode, said[-1].startswith("error: "), NOT_THERE in said[-1]) == (3, True, True), said
    assert shows(settings, "Film 399 of the many 11") == (at_work != "first sync")
    server.start()
    with closing(open_writer(settings)) as writer:
        begun = [made.name for made in writer.others() if made.meta.filled_to is not None]
    process = start_index(tmp_path, command, **environment(settings.model_copy(update=AT_ONCE)))
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert differing(settings) == []
    now = figures(settings)
    assert (now.state, now.documents) == ("in step", FILMS)
    assert begun == ([] if at_work == "sync" else [now.index])


def test_follow_waits_for_a_server_that_was_killed(server, engine, settings, tmp_path):
    """It says that the server is gone, goes on when it is back, and ends with 0 when it is told to."""
    settings = settings.model_copy(update={"index_read_films": 50})
    with (tmp_path / "said").open("w+") as said:
        process = start_index(tmp_path, "sync", "--follow", said=said, **environment(settings))
        assert wait_for(lambda: shows(settings, "Film 7 of the many 7"), process)
        with engine.begin() as connection:
            queue_all(connection)
        before = batches(engine)
        assert wait_for(lambda: batches(engine) > before + 1, process)
        server.kill()
        assert wait_for(lambda: NOT_THERE in (tmp_path / "said").read_text(), process)
        server.start()
        retitle(engine, "Zauberberg")
        assert wait_for(lambda: shows(settings, "Zauberberg"), process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    bring_in_step(settings.model_copy(update=AT_ONCE))
    assert differing(settings) == []
