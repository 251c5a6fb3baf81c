"""Make a SQLite file of a sample legacy database: `examples/legacy.sql`, or other SQL text, in; one file out.

The file is written beside its place and renamed into it, so nobody ever finds half a database there. Only the
standard library is used: this runs before anything is installed.
"""

import argparse
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

SAMPLE = Path(__file__).with_name("legacy.sql")


def build(target: Path, source: Path = SAMPLE) -> None:
    """Make the SQLite file `target` from the SQL text `source`, replacing what was there.

    Raises:
        OSError: the folder cannot be written to.
        sqlite3.Error: the text is no SQL, or the disk is full; `target` is as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        draft = Path(folder, target.name)
        with closing(sqlite3.connect(draft)) as connection:
            connection.executescript(source.read_text(encoding="utf-8"))
        draft.replace(target)


def main() -> None:
    """Read the command line and build; exit status 2 with one line where that cannot be done."""
    parser = argparse.ArgumentParser(description="Make a SQLite file of a sample legacy database.")
    parser.add_argument("target", type=Path, help="the file to make, such as var/legacy.sqlite")
    parser.add_argument("source", type=Path, nargs="?", default=SAMPLE, help="the SQL text; the films if not given")
    given = parser.parse_args()
    target, source = given.target, given.source
    try:
        build(target, source)
    except (OSError, sqlite3.Error) as error:
        sys.exit(_failed(f"cannot make {target} of {source}: {error}; is there a right to write and room on the disk?"))


def _failed(message: str) -> int:
    """Say what went wrong and give the exit status of wrong input."""
    print(f"error: {message}", file=sys.stderr)  # noqa: T201 - the output of a command
    return 2


if __name__ == "__main__":
    main()
