"""Legacy files: what one is, told before anything is touched.

A path comes in; a read-only connection, a fingerprint, or one clear refusal comes out. `check_schema` is also what
an in-place target goes through.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from normalize import verbatim
from normalize.errors import InputError, PassingError

if TYPE_CHECKING:  # it brings pandas, which whoever only opens the store does not need
    from normalize.plan import Plan

SHA256 = "import hashlib, sys; print(hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256').hexdigest())"
FAULTS_SHOWN = 3
WRITE_AHEAD = slice(18, 20)
"""Where a SQLite file says that it is in write-ahead mode (two bytes, each 2)."""
PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
"""Codes of what passes once somebody lets go, or makes room."""
DAMAGED = "is damaged; restore it from a backup, or save what it holds (sqlite3 FILE .recover)"


@dataclass(frozen=True)
class Fingerprint:
    """Which file it was: its name, size in bytes and sha256."""

    file: str
    size: int
    sha256: str


def fingerprint(path: Path) -> Fingerprint:
    """Read a file once and give its fingerprint.

    A process of its own reads it: POSIX drops all locks that a process has on a file when it closes *any* descriptor
    of it, so reading the file here would let a second writer in while SQLite believes it is locked.
    """
    command = [sys.executable, "-IS", "-c", SHA256, str(path.absolute())]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own words
    return Fingerprint(str(path), path.stat().st_size, said.strip())


def check_file(path: Path, name: str) -> None:
    """Refuse a path that is no readable file; `name` is the setting that it comes from.

    Raises:
        InputError: there is no such file, it is a directory, or it may not be read.
    """
    try:
        if path.is_dir():
            raise InputError(f"{name}: {path} is a directory; name the SQLite file itself.")
        with path.open("rb"):
            pass
    except FileNotFoundError:
        raise InputError(f"{name}: there is no file {path}; check the path.") from None
    except OSError as error:
        raise InputError(f"{name}: {path} cannot be read ({error.strerror}); check its permissions.") from None


@contextmanager
def open_legacy(path: Path, plan: "Plan", lock_timeout: float) -> Iterator[sqlite3.Connection]:
    """Open a legacy file read-only, in one read transaction, and check that it is one.

    Raises:
        InputError: it is not a legacy database, is damaged, or has unfinished business beside it.
    """
    check_file(path, "LEGACY_DATABASE")
    _refuse_unfinished(path)
    with refusing(path, lock_timeout), _connect(path, lock_timeout) as connection:
        connection.execute("BEGIN")
        check_pages(connection, path)
        check_schema(connection, path, plan)
        yield connection


@contextmanager
def _connect(path: Path, lock_timeout: float) -> Iterator[sqlite3.Connection]:
    """Connect read-only, and leave nothing beside the file.

    SQLite makes a log and an index of it beside a file in write-ahead mode, even for a reader, which a folder may
    refuse. Without a log nobody has the file open, so it is read as it lies there, and looked at again at the end.
    """
    alone = _write_ahead(path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if alone else ''}"
    before = path.stat()
    with closing(sqlite3.connect(uri, uri=True, timeout=lock_timeout, isolation_level=None)) as connection:
        yield connection
    after = path.stat()
    if alone:
        _refuse_unfinished(path)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise InputError(f"LEGACY_DATABASE: somebody wrote to {path} while it was read; run again.")


def _write_ahead(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(WRITE_AHEAD.stop)[WRITE_AHEAD] == b"\2\2"


def _refuse_unfinished(path: Path) -> None:
    """Refuse a file beside which a journal or a write-ahead log has content: the file alone is not the database."""
    journal, log = Path(f"{path}-journal"), Path(f"{path}-wal")
    if journal.exists() and journal.stat().st_size:
        raise InputError(
            f"LEGACY_DATABASE: beside {path} lies {journal.name}: a writer was interrupted, or is at work. When no one "
            f"writes any more, let SQLite roll it back (sqlite3 {path} 'PRAGMA quick_check') and run again."
        )
    if log.exists() and log.stat().st_size:
        raise InputError(
            f"LEGACY_DATABASE: {log.name} beside {path} holds changes that are not in the file yet. Bring them in "
            f"(sqlite3 {path} 'PRAGMA wal_checkpoint(TRUNCATE)') and run again."
        )


@contextmanager
def refusing(path: Path, lock_timeout: float) -> Iterator[None]:
    """Turn what SQLite says of a file into one clear line.

    Raises:
        InputError: the file is no database, damaged, locked, read-only or the disk is full.
    """
    try:
        yield
    except UnicodeDecodeError as error:  # sqlite3 quoting bytes of a schema that is none
        raise InputError(f"{path} {DAMAGED}.") from error
    except sqlite3.Error as error:
        raise refusal(error, path, lock_timeout) from error


def refusal(error: sqlite3.Error, path: Path, lock_timeout: float) -> InputError:
    """Say what a SQLite error means for the file, and what to do next.

    Source of the codes: https://www.sqlite.org/rescode.html
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    kind = PassingError if code in PASSING else InputError
    meaning = {
        sqlite3.SQLITE_NOTADB: "is not a SQLite database; name another file",
        sqlite3.SQLITE_CORRUPT: DAMAGED,
        sqlite3.SQLITE_BUSY: f"is locked by another program (waited {lock_timeout:g} s); let it finish, or raise "
        "LOCK_TIMEOUT, and run again",
        sqlite3.SQLITE_LOCKED: "is locked by this program itself; close the other connection",
        sqlite3.SQLITE_READONLY: "cannot be written (read-only); check the permissions of the file and of its folder",
        sqlite3.SQLITE_PERM: "may not be opened; check its permissions",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that it and its folder are there and may be read and written",
        sqlite3.SQLITE_FULL: "could not be written, the disk is full; nothing was changed: free space and run again",
        sqlite3.SQLITE_IOERR: "could not be read or written (disk I/O error); nothing was changed: check the disk "
        "and its free space, and run again",
    }.get(code, f"cannot be used: {error}")
    return kind(f"{path} {meaning}.")


def check_pages(connection: sqlite3.Connection, path: Path, *, indexes: bool = False) -> None:
    """Refuse a file with damaged pages.

    Args:
        connection: to the file.
        path: its name.
        indexes: compare tables with their indexes, too, which takes longer.

    Raises:
        InputError: SQLite's own check finds faults; the first ones are named.
    """
    check = "integrity_check" if indexes else "quick_check"
    faults = [row[0] for row in connection.execute(f"PRAGMA {check}({FAULTS_SHOWN})")]
    if faults != ["ok"]:
        said = "; ".join(" ".join(str(fault).split()) for fault in faults)
        raise InputError(
            f"{path} has damaged pages ({said}); restore it from a backup, or save what can be saved "
            "(sqlite3 FILE .recover)."
        )


def check_schema(connection: sqlite3.Connection, path: Path, plan: "Plan") -> None:
    """Refuse a database that has not the plan's legacy tables with their columns.

    Raises:
        InputError: names what is missing or of another shape.
    """
    kinds = dict(
        connection.execute(
            "SELECT lower(name), CASE WHEN type = 'table' AND rootpage = 0 THEN 'virtual table' ELSE type END "
            "FROM sqlite_master WHERE type IN ('table', 'view')"
        ).fetchall()
    )
    faults = []
    for table, columns in plan.legacy_tables.items():
        if (kind := kinds.get(table.lower())) is None:
            faults.append(f"table {table} is missing")
        elif kind != "table":
            faults.append(f"{table} is a {kind}, not a table")
        else:
            there = {column.name.lower() for column in verbatim.columns(connection, table)}
            faults += [f"column {table}.{column} is missing" for column in columns if column.lower() not in there]
    if faults:
        raise InputError(f"{path} is not a legacy {plan.about} database: {', '.join(faults)}. Nothing was changed.")


def writable_target(path: Path, *, create: bool) -> bool:
    """Make sure that a SQLite target can be written; make an empty file if it may be made and is not there.

    Returns:
        whether the file was made here.

    Raises:
        InputError: no such file, a directory, or no right to read or write.
    """
    if create and not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)
        except OSError as error:
            raise InputError(f"DATABASE_URL: {path} cannot be made ({error.strerror}); check its folder.") from None
        return True
    check_file(path, "DATABASE_URL")
    effective = os.access in os.supports_effective_ids
    if not all(os.access(place, os.W_OK, effective_ids=effective) for place in (path, path.parent)):
        raise InputError(f"DATABASE_URL: {path} cannot be written; check the permissions of it and of its folder.")
    return False
