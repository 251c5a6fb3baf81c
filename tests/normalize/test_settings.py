"""Where settings come from: the environment, then `.env`, then files of secrets."""

import pytest

from normalize.errors import InputError
from normalize.settings import Settings


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """Give the folder of secrets of a process whose environment and `.env` say nothing."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def test_a_file_of_secrets_is_a_setting(secrets):
    """Each file is the setting of its name, without the line's end; other files there mean nothing."""
    (secrets / "database_url").write_text("postgresql+psycopg://kinobase:secret@postgres/kinobase\n")
    (secrets / "api_tokens").write_text("one,two\n")
    (secrets / "ca.crt").write_bytes(b"\xff")
    read = Settings.read()
    assert read.database_url == "postgresql+psycopg://kinobase:secret@postgres/kinobase"
    assert [token.get_secret_value() for token in read.api_tokens] == ["one", "two"]


def test_the_environment_stands_over_env_and_that_over_secrets(secrets, tmp_path, monkeypatch):
    """What is said in several places is what the nearest one says."""
    for name in ("index_name", "log_level", "host"):
        (secrets / name).write_text({"index_name": "secret", "log_level": "ERROR", "host": "192.0.2.1"}[name])
    (tmp_path / ".env").write_text("LOG_LEVEL=WARNING\nHOST=192.0.2.2\n")
    monkeypatch.setenv("HOST", "192.0.2.3")
    read = Settings.read()
    assert (read.index_name, read.log_level, read.host) == ("secret", "WARNING", "192.0.2.3")


def test_no_folder_of_secrets_is_fine(secrets, monkeypatch):
    """Where there are no secrets, the defaults hold, without a warning."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(secrets / "nowhere"))
    assert Settings.read() == Settings(_env_file=None)


def test_a_secret_that_is_no_text_is_one_line(secrets):
    """The line names the folder and what is wrong."""
    (secrets / "api_tokens").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=f"cannot read the secrets in {secrets}: .*invalid start byte"):
        Settings.read()
