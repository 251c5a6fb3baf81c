"""What `alembic -x NAME=VALUE` may say: the arguments in; the options of a run, or one clear refusal, out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from normalize.errors import InputError

OPTIONS = {
    "new": ("yes", "no"),
    "dry-run": ("yes", "no"),
    "changes": ("refuse", "discard", "write-back"),
    "archive": ("needed", "retired"),
    "legacy-file": (),
}
"""The -x arguments and their values; none: a path."""


@dataclass(frozen=True)
class Options:
    """What `alembic -x NAME=VALUE` may say.

    new: a SQLite file that is not there is made, with an empty store. dry_run: all is done, then rolled back.
    discard: changes that were made in the store may be lost on the way back. write_back: they are put into the legacy
    shape. legacy_file: where to, if the legacy tables are in a file of their own. retired: the films themselves may be
    lost, where the archive was retired.
    """

    new: bool = False
    dry_run: bool = False
    discard: bool = False
    write_back: bool = False
    legacy_file: Path | None = None
    retired: bool = False

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Read the -x arguments.

        Raises:
            InputError: an unknown name or value.
        """
        for name, value in given.items():
            if name not in OPTIONS or (OPTIONS[name] and value not in OPTIONS[name]) or not value:
                known = ", ".join(f"{name}={'|'.join(values) or 'FILE'}" for name, values in OPTIONS.items())
                raise InputError(f"-x {name}={value}: known are {known}.")
        return cls(
            new=given.get("new") == "yes",
            dry_run=given.get("dry-run") == "yes",
            discard=given.get("changes") == "discard",
            write_back=given.get("changes") == "write-back",
            legacy_file=Path(given["legacy-file"]) if "legacy-file" in given else None,
            retired=given.get("archive") == "retired",
        )
