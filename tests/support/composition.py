"""compose.yaml as Docker Compose reads it, and its services run without containers.

No engine runs here, so what a container gives (users, mounts, networks) is read in the files, not tried. The commands
are tried as the files have them, each with a folder in the place of its container's root.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from processes import environment

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
OURS = "kinobase"
ROOTS = ("deploy", "elasticsearch", "legacy", "metrics", "run", "secrets", "srv", "tmp")
"""The first folders of the paths that compose.yaml names, and that are elsewhere here."""
PATHS = re.compile(rf"(?<![\w/.:-])/(?=(?:{'|'.join(ROOTS)})\b)")


def composed(*files, **variables):
    """Give what Docker Compose makes of its files; without any, of compose.yaml."""
    chosen = [part for file in files or ("compose.yaml",) for part in ("--file", file)]
    command = [BIN / "docker-compose", "--env-file", os.devnull, *chosen, "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, env=environment(variables), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def our_services():
    """Give the services that run our image."""
    return {name: service for name, service in composed()["services"].items() if service["image"] == OURS}


class Machine:
    """Runs services without containers: a folder for each one's root, and other addresses for the servers."""

    def __init__(self, folder, addresses):
        self.folder, self.addresses = folder, addresses
        (folder / "volumes").mkdir(parents=True)

    def root(self, name, service):
        """Make what a container of this service would see; volumes are shared by their names."""
        root = self.folder / name
        (root / "srv" / "kinobase").mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "deploy" / "alembic.ini", root / "srv" / "kinobase")
        for volume in service.get("volumes", ()):
            source = Path(volume["source"])
            place = source if volume["type"] == "bind" else self.folder / "volumes" / source
            if volume["type"] == "volume":
                place.mkdir(exist_ok=True)
            target = root / volume["target"].lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(place)
        for target in service.get("tmpfs", ()):
            (root / target.lstrip("/")).mkdir(exist_ok=True)
        return root

    def here(self, text, root):
        """Give what a container's path or address is on this machine."""
        for there, address in self.addresses.items():
            text = text.replace(there, address)
        return PATHS.sub(f"{root}/", text)

    def start(self, name, service, command=None, **how):
        """Start a service's command, or another one in its place."""
        root = self.folder / name
        if not root.exists():
            self.root(name, service)
        told = {key: self.here(value, root) for key, value in (service.get("environment") or {}).items()}
        told.pop("ELASTICSEARCH_CA_CERTS", None)  # the tests' Elasticsearch speaks no TLS
        settings = told | {"CREDENTIALS_DIRECTORY": root / "run/secrets", "PYTHONPATH": ROOT}
        settings |= {"PATH": f"{BIN}:{os.environ['PATH']}"}
        parts = [self.here(part, root) for part in command or service["command"]]
        return subprocess.Popen(parts, cwd=root / "srv" / "kinobase", env=environment(settings), text=True, **how)

    def healthy(self, name, service):
        """Run a service's health check once."""
        test = service["healthcheck"]["test"]
        assert test[0] == "CMD"
        return self.start(name, service, test[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait() == 0
