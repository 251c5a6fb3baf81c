"""IMDb's files, fetched: a place in the web and a folder in; the folder with the files of today out.

One program at a time fetches into a folder. Files that are there and unchanged stay; each new one takes the place of
the one before when it is whole, so that a load never meets half a file.
"""

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import requests

from normalize.errors import InputError, UnavailableError
from normalize.imdb.download import Policy, download
from normalize.imdb.files import DataSet
from normalize.progress import Steps

PLAIN, COMPRESSED = ".tsv", ".tsv.gz"
LOCK = ".lock"
"""The name of the file in the folder on which a program that fetches holds a lock."""


@dataclass(frozen=True)
class Fetched:
    """A file that is there now; `arrived`: the bytes that came over the wire, 0 if it was unchanged."""

    data_set: DataSet
    path: Path
    arrived: int


def fetch(base_url: str, folder: Path, data_sets: Sequence[DataSet], policy: Policy, steps: Steps) -> list[Fetched]:
    """Fetch the files of some data sets where they are others than those in the folder.

    Args:
        base_url: where they are, each as name.tsv.gz.
        folder: where to; made if it is not there.
        data_sets: which.
        policy: how patient to be with the server.
        steps: shows how far it is.

    Returns:
        each file, in the order asked for.

    Raises:
        UnavailableError: the server does not answer, or another program fetches into this folder.
        DataError: the server sent no whole gzip file.
        InputError: the server has no such file, or the folder cannot be written or holds what would hide a file.
    """
    with _locked(folder), requests.Session() as session:
        session.headers["User-Agent"] = f"kinobase/{version('kinobase')}"
        return [_fetch(base_url, folder, each, policy, session, steps) for each in data_sets]


def _fetch(
    base_url: str, folder: Path, data_set: DataSet, policy: Policy, session: requests.Session, steps: Steps
) -> Fetched:
    target = folder / (data_set.name + COMPRESSED)
    hiding = folder / (data_set.name + PLAIN)
    if hiding.exists():
        raise InputError(
            f"{hiding} would be read instead of the file that is fetched; move it away, or name its folder."
        )
    url = f"{base_url.rstrip('/')}/{target.name}"
    return Fetched(data_set, target, download(url, target, policy, session, steps))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which dies with the process."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror}); name another IMDB_PATH.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UnavailableError(
                f"another program fetches into {folder}. Let it finish, or name another IMDB_PATH."
            ) from error
        yield
