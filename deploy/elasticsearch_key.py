"""An API key for Kinobase: Elasticsearch's own user and password in, the file of a key with few rights out.

It is made once, or again when Elasticsearch no longer knows it (its data was lost). Elasticsearch must be up.
"""

import os
import sys
from pathlib import Path

from elastic_transport import TransportError
from elasticsearch import ApiError, AuthenticationException, Elasticsearch

PRIVILEGES = ("manage", "read", "write")


def main(url: str, ca: Path, password: Path, key: Path, index: str) -> int:
    """Make sure that the file `key` holds a key that Elasticsearch knows.

    Args:
        url: Elasticsearch's.
        ca: the certificate that signed its own.
        password: the file of the password of its user `elastic`.
        key: the file to write; its user is that of its folder.
        index: the alias that the key is for.

    Returns:
        an exit status: 0 done, 3 Elasticsearch is not there or refuses.
    """
    try:
        if key.exists() and _known(url, ca, key.read_text().strip()):
            return 0
        user = ("elastic", password.read_text().strip())
        with Elasticsearch(url, ca_certs=str(ca), basic_auth=user) as client:
            rights = {"index": [{"names": [index, f"{index}-*"], "privileges": list(PRIVILEGES)}]}
            made = client.security.create_api_key(name="kinobase", role_descriptors={"kinobase": rights})
    except (ApiError, TransportError) as error:
        print(f"error: no API key from {url}: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201 - the one line that a failed command ends with
        return 3
    _write(key, str(made["encoded"]))
    return 0


def _known(url: str, ca: Path, key: str) -> bool:
    try:
        with Elasticsearch(url, ca_certs=str(ca), api_key=key) as client:
            client.security.authenticate()
    except AuthenticationException:
        return False
    return True


def _write(key: Path, text: str) -> None:
    """Write the file wholly or not at all, readable for the owner of its folder only."""
    new = key.with_name(f"{key.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
        file.write(text)
    folder = key.parent.stat()
    os.chown(new, folder.st_uid, folder.st_gid)
    new.replace(key)


if __name__ == "__main__":
    url, ca, password, key, index = sys.argv[1:]
    sys.exit(main(url, Path(ca), Path(password), Path(key), index))
