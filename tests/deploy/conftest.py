"""What the tests of the deployment share: a folder of secrets as the job `prepare` makes it."""

import subprocess
from pathlib import Path

import pytest

PREPARE = Path(__file__).parents[2] / "deploy" / "prepare.sh"
READERS = ("postgres", "elasticsearch", "kinobase")


@pytest.fixture
def prepare():
    """Give a function that runs prepare.sh on a folder, and gives what the files of each reader hold."""

    def run(folder):
        subprocess.run([PREPARE, folder], check=True)
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*")}

    return run


@pytest.fixture
def prepared(tmp_path, prepare):
    """Give a folder that prepare.sh has filled."""
    for reader in READERS:
        (tmp_path / reader).mkdir()
    prepare(tmp_path)
    return tmp_path
