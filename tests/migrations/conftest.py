"""Alembic as an administrator runs it, in a folder of its own, with settings given by the test alone."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.config import main

from normalize.settings import Settings

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit status and what it printed."""

    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that a failed command says, log lines apart."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture
def alembic(tmp_path, monkeypatch, capsys):
    """Give a function that runs Alembic in a fresh folder, with only the settings given, and tells how it ended."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def run(*argv, ini=ROOT / "alembic.ini", **settings):
        with monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(name, str(value))
            capsys.readouterr()
            try:
                main(argv=["-c", str(ini), *argv])
                status = 0
            except SystemExit as end:
                status = 0 if end.code is None else int(end.code)
        return Ended(status, *capsys.readouterr())

    return run


@pytest.fixture
def sqlite_url():
    """Give a path's database URL."""
    return lambda path: f"sqlite:///{path}"


@pytest.fixture
def fingerprint():
    """Give a file's sha256."""
    return lambda path: sha256(Path(path).read_bytes()).hexdigest()
