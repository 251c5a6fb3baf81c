"""What figures depend on: nothing in; the machine and the versions of what is measured out, as texts by name."""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import psutil
import servers
from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (
    "alembic", "SQLAlchemy", "psycopg", "pandas", "pyarrow", "great-expectations", "tantivy", "elasticsearch", "flask",
    "flask-restx", "granian",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Describe the machine; it is not named."""
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
    }


def _processor() -> str:
    """Give the processor's name: Linux has it in a file, others tell it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def versions() -> dict[str, str]:
    """Give the version of each program and package that the figures are of."""
    return {
        "Kinobase": _kinobase(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **_servers(),
        **{name: version(name) for name in PACKAGES},
    }


def _kinobase() -> str:
    """Give our own version, and the commit where Git knows it."""
    ours = version("kinobase")
    if shutil.which("git") is None:
        return ours
    words = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return f"{ours}, commit {said}" if said else ours


def _servers() -> dict[str, str]:
    """Ask the servers; one that cannot be had has no version."""
    found = {}
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, servers.postgresql(Path(folder)) as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            found["PostgreSQL"] = str(connection.scalar(text("SHOW server_version"))).split()[0]
        engine.dispose()
    try:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder, servers.elasticsearch(Path(folder)) as url:
            found["Elasticsearch"] = json.load(urlopen(url))["version"]["number"]
    except (SystemExit, OSError):
        found["Elasticsearch"] = "none"
    return found
