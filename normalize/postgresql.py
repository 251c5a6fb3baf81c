"""What PostgreSQL says when it says no: the driver's error in, one clear line and its exit status out.

Whatever it was, the transaction is rolled back by the server, so nothing was changed.
"""

from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIModule

from normalize.errors import InputError, KinobaseError, PassingError, UnavailableError
from normalize.settings import Settings

LOCK_NOT_AVAILABLE = "55P03"
QUERY_CANCELED = "57014"
INSUFFICIENT_PRIVILEGE = "42501"
DISK_FULL = "53100"
CLOSED = ("08", "57P")
"""The classes of codes with which a server ends a connection, or does not let one begin."""
DRIVER_IS_MISSING = (
    "DATABASE_URL: the driver for PostgreSQL is not installed. Run: pip install 'kinobase[postgresql]'; "
    "or name a SQLite file."
)


def refusal(error: BaseException, driver: DBAPIModule, settings: Settings) -> KinobaseError:
    """Say what an error of the server or its driver means, and what to do next.

    Source of the codes: https://www.postgresql.org/docs/current/errcodes-appendix.html

    Args:
        error: the driver's own.
        driver: its module.
        settings: DATABASE_URL and the time-outs.
    """
    shown = make_url(settings.database_url).render_as_string(hide_password=True)
    said = " ".join(str(error).split())
    code = str(getattr(error, "sqlstate", None) or "")
    if code.startswith(CLOSED) or (not code and isinstance(error, driver.OperationalError)):
        return UnavailableError(
            f"{shown} does not answer: {said}. Nothing was changed. Start it, or mend DATABASE_URL, and run again."
        )
    if code == LOCK_NOT_AVAILABLE:
        return UnavailableError(
            f"{shown}: another program, or another upgrade, holds a lock (waited {settings.lock_timeout:g} s). Nothing "
            "was changed; let it finish, or raise LOCK_TIMEOUT, and run again."
        )
    if code == QUERY_CANCELED and "statement timeout" in said:
        return InputError(
            f"{shown}: a statement took longer than STATEMENT_TIMEOUT={settings.statement_timeout:g} s, or than the "
            "server's own limit for this role. Nothing was changed; raise it, or set it to 0, and run again."
        )
    todo = {
        QUERY_CANCELED: " Somebody cancelled it on the server: run again.",
        INSUFFICIENT_PRIVILEGE: " docs/dba.md lists the rights that the role needs.",
        DISK_FULL: " Make room on the server and run again.",
    }.get(code, "")
    kind = PassingError if code == DISK_FULL else InputError
    return kind(f"{shown}: {said}. Nothing was changed.{todo}")
