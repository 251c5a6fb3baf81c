"""Which version of a file lies in a folder: what the server called it, kept beside the file.

Beside `title.basics.tsv.gz` lies `title.basics.tsv.gz.source.json`; while a new version is on its way, `….part` and
`….part.source.json` are there, too.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import requests

SOURCE = ".source.json"
"""What the name of what is known of a file ends with."""


def beside(file: Path) -> Path:
    """Give where it is kept what is known of a file."""
    return file.with_name(file.name + SOURCE)


@dataclass(frozen=True)
class Version:
    """What a server called a version of a file; kept beside it.

    size: of the whole file; None if the server did not say.
    """

    url: str
    etag: str | None
    last_modified: str | None
    size: int | None

    @classmethod
    def of(cls, url: str, answer: requests.Response, size: int | None) -> Self:
        """Take it from an answer."""
        return cls(url, answer.headers.get("ETag"), answer.headers.get("Last-Modified"), size)

    @classmethod
    def read(cls, file: Path, url: str) -> Self | None:
        """Read what is known of a file; None if nothing is, or the file is from another place or missing."""
        try:
            known = cls(**json.loads(beside(file).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return known if known.url == url and file.is_file() else None

    def write(self, file: Path) -> None:
        """Keep it beside a file."""
        new = beside(file).with_name(beside(file).name + ".new")
        new.write_text(json.dumps(asdict(self)), "utf-8")
        new.replace(beside(file))

    @property
    def unchanged(self) -> dict[str, str]:
        """The headers of a request that is answered with 304 if the file is still this version."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}

    def rest(self, start: int) -> dict[str, str]:
        """Give the headers that ask for what begins at `start`, if the file is still this version; {}: impossible."""
        # A weak ETag does not promise the same bytes, so it must not be used to put two parts together.
        mark = self.last_modified if self.etag is None or self.etag.startswith("W/") else self.etag
        return {"Range": f"bytes={start}-", "If-Range": mark} if mark and start else {}
