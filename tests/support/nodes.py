"""Elasticsearch nodes for tests, built from Maven packages, each a process of its own."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "elasticsearch_node"
VERSION = os.environ.get("TEST_ELASTICSEARCH_VERSION", "9.5.3")
OLDEST_JDK = 21
PATIENCE = 120.0
"""Seconds that a node may take to come up."""


def cannot_be_had(reason):
    """Skip for a reason; in CI fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def start_node(data, port=0, **settings):
    """Start a node in a folder, with settings of the node's; gives its process and its URL."""
    home, java = ROOT / "var" / f"elasticsearch-{VERSION}", newest_jdk()
    if shutil.which("mvn") is None or java is None:
        cannot_be_had("no Elasticsearch: set TEST_ELASTICSEARCH_URL, or install mvn and a JDK of 21 or newer")
    extra = " ".join(f"-Dset.{name}={value}" for name, value in settings.items())
    environment = {**os.environ, "JAVA_HOME": str(java), "ES_EXTRA": extra}
    build(home, environment)
    data.mkdir(exist_ok=True)
    (data / "logs" / "http.ports").unlink(missing_ok=True)
    with (data / "node.log").open("w") as log:
        node = subprocess.Popen([NODE / "start.sh", home, str(port), data], env=environment, stdout=log, stderr=log)
    return node, answering(node, data)


def build(home, environment):
    """Build the node unless it is there; of several test processes one does it, and the others wait for it."""
    home.parent.mkdir(exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "classes" / "EsNode.class").exists():
            subprocess.run([NODE / "build.sh", VERSION, home], env=environment, check=True, stdout=subprocess.DEVNULL)


def newest_jdk():
    """Give the home of the newest JDK that can run the node, or None."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += Path("/usr/lib/jvm").glob("*")
    found = []
    for home in homes:
        release = home / "release"
        if (home / "bin" / "javac").exists() and release.exists():
            version = dict(line.split("=", 1) for line in release.read_text().splitlines() if "=" in line)
            found.append((int(version["JAVA_VERSION"].strip('"').split(".")[0]), str(home)))
    oldest = 17 if VERSION.startswith("8.") else OLDEST_JDK
    return next((Path(home) for major, home in sorted(found, reverse=True) if major >= oldest), None)


def answering(node, data):
    """Wait until the node answers, and give its URL."""
    deadline, ports = time.monotonic() + PATIENCE, data / "logs" / "http.ports"
    while time.monotonic() < deadline and node.poll() is None:
        with contextlib.suppress(OSError):  # not yet
            url = "http://" + ports.read_text().split()[0]
            with urlopen(url):
                return url
    pytest.fail(f"the Elasticsearch node did not come up: {(data / 'node.log').read_text()[-2000:]}")
