"""Changes in the store brought back into legacy tables: in place into these, else into a copy of the legacy file.

A store that was changed comes in; the archive, and the new file if there is to be one, come out with the changes. The
legacy file itself is never written to.
"""

import shutil
from pathlib import Path

from sqlalchemy import Connection

from normalize import adoption, legacy_edits, load, sources
from normalize.errors import InputError
from normalize.legacy_edits import Edit
from normalize.plan import Plan
from normalize.settings import Settings
from normalize.store import open_store


def written_back(connection: Connection, plan: Plan, settings: Settings, file: Path | None) -> Path | None:
    """Put what was changed in the store into the legacy shape.

    Args:
        connection: to a filled store with its archive, in a transaction.
        plan: what the legacy shape is.
        settings: LEGACY_DATABASE, of which the new file is a copy.
        file: where the new legacy file goes; None where the legacy tables are in the target itself.

    Returns:
        the new file; the caller takes it away if the run fails.

    Raises:
        InputError: the plan cannot, the legacy shape cannot hold what the store says, or the file cannot be made.
    """
    if plan.write_back is None:
        raise InputError(
            f"{plan.things} cannot be written back into legacy tables. To lose what was changed: alembic -x "
            "changes=discard downgrade base."
        )
    if adoption.adopted(connection) == adoption.IN_PLACE:
        if file is not None:
            raise InputError("-x legacy-file: the legacy tables are in DATABASE_URL itself; leave it out.")
        with adoption.without_triggers(connection, plan.legacy_tables):
            plan.write_back(connection, settings)
        return None
    if file is None or settings.legacy_database is None:
        raise InputError(
            "the legacy tables are in a file of their own. Name it, and the new file that the changes are to go into: "
            "LEGACY_DATABASE=old alembic -x changes=write-back -x legacy-file=new downgrade base."
        )
    _check(connection, settings.legacy_database, file)
    edits = plan.write_back(connection, settings)
    _make(settings.legacy_database, file, edits, plan, settings.lock_timeout)
    return file


def _check(connection: Connection, source: Path, file: Path) -> None:
    """Refuse another legacy file than the one that was taken in, and to write over a file.

    Raises:
        InputError: it is, or would be.
    """
    sources.check_file(source, "LEGACY_DATABASE")
    last = load.last_legacy_run(connection)
    if last is None or sources.fingerprint(source).sha256 != last.sha256:
        raise InputError(f"LEGACY_DATABASE: {source} is not the file that was taken in last. Name that one.")
    if file.exists():
        raise InputError(f"-x legacy-file: {file} is there already; name a new file.")


def _make(source: Path, file: Path, edits: list[Edit], plan: Plan, lock_timeout: float) -> None:
    """Copy the legacy file and change the copy; nothing is left of one that fails."""
    draft = file.with_name(f".{file.name}.draft")
    try:
        shutil.copyfile(source, draft)
        engine = open_store(f"sqlite:///{draft}", write=True, lock_timeout=lock_timeout)
        try:
            with engine.begin() as connection, adoption.without_triggers(connection, plan.legacy_tables, prefix=""):
                legacy_edits.run(connection, edits, prefix="", place="rowid")
        finally:
            engine.dispose()
        draft.rename(file)
    except OSError as error:
        raise InputError(f"-x legacy-file: {file} cannot be made: {error.strerror}. Nothing was changed.") from error
    finally:
        draft.unlink(missing_ok=True)
