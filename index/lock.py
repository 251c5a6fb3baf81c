"""One writer at a time: a lock that dies with its process, and says who holds it.

On PostgreSQL it is an advisory lock of the connection that reads the queue, so that whoever loses the lock loses its
reads with it. On SQLite it is a lock on a file beside the store.
"""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from normalize.errors import UnavailableError

ADVISORY_LOCK = 0x6B696E6F_69647820
"""The key of PostgreSQL's advisory lock of the index ('kinoidx ')."""
HOLDER = text(
    "SELECT a.application_name, a.pid, coalesce(host(a.client_addr), 'local'), a.backend_start FROM pg_locks AS l "
    "JOIN pg_stat_activity AS a USING (pid) WHERE l.locktype = 'advisory' AND l.granted "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (l.classid::bigint << 32) + l.objid::bigint = :key"
)


class LockHeldError(UnavailableError):
    """Somebody else keeps the index in step just now."""


def myself() -> str:
    """Say who holds a lock: host and process, in the 63 bytes that PostgreSQL keeps."""
    return f"kinobase index, process {os.getpid()} on {socket.gethostname()}"[:63]


def lock_server(connection: Connection) -> None:
    """Take the lock for as long as this connection lives.

    Raises:
        LockHeldError: names the holder.
    """
    key = {"key": ADVISORY_LOCK}
    connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": myself()})
    if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar_one():
        holder = connection.execute(HOLDER, key).first()
        raise _held(f"{holder[0]} (server process {holder[1]}, from {holder[2]}, {holder[3]:%c})" if holder else "")
    connection.commit()


def unlock_server(connection: Connection) -> None:
    """Let go of the lock at once: the server notices that a connection was closed a moment later."""
    with suppress(SQLAlchemyError):  # the server is gone, and the lock with it
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()


def lock_file(path: Path) -> IO[str]:
    """Take the lock for as long as the file that is given stays open.

    Raises:
        LockHeldError: names the holder.
    """
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise _held(holder) from error
    file.truncate(0)
    file.write(myself())
    file.flush()
    return file


def _held(holder: str) -> LockHeldError:
    return LockHeldError(
        f"another program keeps the index in step: {holder or 'it has just ended'}. Let it finish, and run again."
    )
