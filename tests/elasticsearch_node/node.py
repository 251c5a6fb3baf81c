"""A node from Maven packages as a process: a folder for its data in, a node that answers and its URL out.

`python node.py DIR` runs one on a free port, prints its URL when it answers, and ends it with itself.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VERSION = os.environ.get("TEST_ELASTICSEARCH_VERSION", "9.5.3")
OLDEST_JDK = 21
PATIENCE = 120.0
"""Seconds that a node may take to come up."""


class CannotBeHadError(Exception):
    """This machine lacks what a node needs."""


class NotUpError(Exception):
    """A node was started and does not answer."""


def start(data, port=0, **settings):
    """Start a node in a folder, with settings of the node's; gives its process and its URL."""
    home, java = ROOT / "var" / f"elasticsearch-{VERSION}", newest_jdk()
    if shutil.which("mvn") is None or java is None:
        raise CannotBeHadError(
            f"no Elasticsearch: set TEST_ELASTICSEARCH_URL, or install mvn and a JDK of {OLDEST_JDK} or newer"
        )
    extra = " ".join(f"-Dset.{name}={value}" for name, value in settings.items())
    environment = {**os.environ, "JAVA_HOME": str(java), "ES_EXTRA": extra}
    build(home, environment)
    data.mkdir(exist_ok=True)
    (data / "logs" / "http.ports").unlink(missing_ok=True)
    with (data / "node.log").open("w") as log:
        node = subprocess.Popen([HERE / "start.sh", home, str(port), data], env=environment, stdout=log, stderr=log)
    try:
        return node, answering(node, data)
    except BaseException:  # this process is told to end, too
        node.terminate()
        node.wait()
        raise


def build(home, environment):
    """Build the node unless it is there; of several processes one does it, and the others wait for it."""
    home.parent.mkdir(exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "classes" / "EsNode.class").exists():
            subprocess.run([HERE / "build.sh", VERSION, home], env=environment, check=True, stdout=subprocess.DEVNULL)


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
        time.sleep(0.05)
    raise NotUpError(f"the Elasticsearch node did not come up: {(data / 'node.log').read_text()[-2000:]}")


def main():
    """Run a node until this process is told to end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        node, url = start(Path(sys.argv[1]))
    except (CannotBeHadError, NotUpError) as error:
        sys.exit(f"error: {error}")
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    try:
        node.wait()
    finally:
        node.terminate()
        node.wait()


if __name__ == "__main__":
    main()
