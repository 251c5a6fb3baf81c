"""Errors that end a command: each is one clear line and an exit status.

Every message names what was wrong, where, and what to do next. Command lines print it and
exit with `exit_status`; the API turns it into a 503.
"""

from pathlib import Path


class KinobaseError(Exception):
    """What a command may end with; `exit_status` is the status it ends with."""

    exit_status = 1


class DataError(KinobaseError):
    """The data or the gate says no (exit status 1)."""

    exit_status = 1


class GateError(DataError):
    """The gate says no (exit status 1); `report` is the page that says why."""

    def __init__(self, message: str, report: Path) -> None:
        super().__init__(message)
        self.report = report


class InputError(KinobaseError):
    """Wrong use or input: a file, a setting, a store that is not what it should be (exit status 2)."""

    exit_status = 2


class PassingError(InputError):
    """What passes once somebody has made room or let go: a full disk, a SQLite file that another keeps locked.

    To whoever runs a command once it is a wrong input; what stays and goes on (`index sync --follow`) waits for it.
    """


class UnavailableError(KinobaseError):
    """A server is not there, or somebody else holds a lock (exit status 3)."""

    exit_status = 3
