"""Newman, which runs Postman collections: what its lock file names, put in by npm when first asked for."""

import shutil
import subprocess
from pathlib import Path

from nodes import cannot_be_had

ROOT = Path(__file__).parents[2]
PINNED = ROOT / "tests" / "newman"
FILES = ("package.json", "package-lock.json")


def newman():
    """Give the command that runs newman; skip (in CI fail) where it cannot be had."""
    home = ROOT / "var" / "newman"
    program = home / "node_modules" / ".bin" / "newman"
    if shutil.which("node") is None or shutil.which("npm") is None:
        cannot_be_had("no newman: install node and npm")
    if not (program.exists() and all((home / name).read_bytes() == (PINNED / name).read_bytes() for name in FILES)):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(PINNED, home)
        command = ["npm", "ci", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            cannot_be_had(f"no newman: npm ci says {done.stderr.strip()[-300:]}")
    return str(program)
