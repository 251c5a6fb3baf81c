"""What surrounds the revisions in one `alembic` run: adopt before them, fill at head, give back at base.

`environment` opens a `target`, makes a `Rebuild` and calls it before and after the revisions. Everything
happens in one transaction, so the target ends as it was or wholly rebuilt.
"""

import sqlite3
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from sqlalchemy import Connection, inspect, text

from expectations.gate import Gate
from normalize import adoption, load, sources
from normalize.errors import InputError
from normalize.fill import Filled, fill, make_gate, take_back
from normalize.notify import notify
from normalize.options import Options
from normalize.plan import Plan
from normalize.progress import Steps
from normalize.retirement import retired_at
from normalize.settings import Settings
from normalize.sources import Fingerprint
from normalize.store import has_store, sqlite_file
from normalize.target import target
from normalize.way_back import written_back

COUNTED = ("source", "stored", "nothing", "duplicates", "refused", "repaired")
"""The columns of the table that a run ends with."""

GONE, GIVEN_BACK = "The store is gone.", " The legacy tables are back."
"""What the way back comes to."""
CHANGES_SHOWN = 20
"""How many changed films, or what the plan is of, a refusal names."""


class Rebuild:
    """One run of `alembic`: made before the target is opened, told of it before and after the revisions."""

    def __init__(self, plan: Plan, settings: Settings, options: Options) -> None:
        self._plan = plan
        self._settings = settings
        self._options = options
        self.steps = Steps("rebuild")
        self._gate: Gate | None = None
        self._fingerprint: Fingerprint | None = None
        self._filled: Filled | None = None
        self._written_back: Path | None = None
        self._empty = False
        self._retired_at: str | None = None
        self._heads: tuple[str, ...] = ()
        self._done = ""
        self._changed = False

    @property
    def may_create(self) -> bool:
        """Whether a SQLite target that is not there may be made."""
        return self._options.new or self._settings.legacy_database is not None

    def prepare(self) -> None:
        """Do what takes long, or may refuse, before the write lock is taken: look at the file, make the gate.

        Raises:
            InputError: the legacy file or a suite is not what it must be.
        """
        legacy = self._settings.legacy_database
        file = sqlite_file(self._settings.database_url)
        if legacy is not None:
            if file and file.exists() and legacy.exists() and file.samefile(legacy):
                raise InputError(
                    f"LEGACY_DATABASE and DATABASE_URL are the same file {file}: to rebuild in place, unset "
                    "LEGACY_DATABASE."
                )
            with sources.open_legacy(legacy, self._plan, self._settings.lock_timeout):
                pass
        elif file and not file.exists() and not self._options.new:
            raise InputError(
                f"DATABASE_URL: there is no file {file}. A mistyped path? To bring a legacy file into a new store, set "
                "LEGACY_DATABASE; for an empty new store, say -x new=yes."
            )
        if not self._is_filled():
            with self.steps.step("import"):
                self._gate = make_gate(self._plan, self._settings)

    def _is_filled(self) -> bool:
        """Look, without a lock, whether there is a filled store; looked at again under the lock."""
        file = sqlite_file(self._settings.database_url)
        if file and not file.exists():
            return False
        with target(self._settings, write=False, create=False) as connection:
            return has_store(connection) and load.last_legacy_run(connection) is not None

    def before(self, connection: Connection, heads: tuple[str, ...]) -> None:
        """Adopt the legacy tables, if the store is not there yet.

        Args:
            connection: to the target, in the run's transaction.
            heads: the revisions that the target is at.
        """
        self._heads = heads
        if heads:
            self._refuse_another_file(connection)
        elif self._settings.legacy_database is not None:
            adoption.refuse_taken_names(connection, self._plan, renamed=False)
            file = self._settings.legacy_database
            with sources.open_legacy(file, self._plan, self._settings.lock_timeout) as legacy:
                self._fingerprint = sources.fingerprint(file)
                with self.steps.step("adopt", adoption.count(legacy, self._plan.legacy_tables)) as advance:
                    adoption.adopt_copy(connection, self._plan.legacy_tables, legacy, advance)
        elif self._nothing_to_adopt(connection):
            self._empty = True
        else:
            self._adopt_in_place(connection)

    def _nothing_to_adopt(self, connection: Connection) -> bool:
        """Say whether an empty store is what is wanted: a server's database or a new file, without legacy tables."""
        on_server = sqlite_file(self._settings.database_url) is None
        there = {name.lower() for name in inspect(connection).get_table_names()}
        if (on_server or self._options.new) and not there & {name.lower() for name in self._plan.legacy_tables}:
            adoption.refuse_taken_names(connection, self._plan, renamed=False)
            return True
        return False

    def _adopt_in_place(self, connection: Connection) -> None:
        file, driver = sqlite_file(self._settings.database_url), connection.connection.driver_connection
        if file is None or not isinstance(driver, sqlite3.Connection):
            raise InputError("legacy tables are rebuilt in place in SQLite only: set LEGACY_DATABASE to their file.")
        with sources.refusing(file, self._settings.lock_timeout):
            sources.check_pages(driver, file)
            sources.check_schema(driver, file, self._plan)
        adoption.refuse_taken_names(connection, self._plan, renamed=True)
        self._fingerprint = sources.fingerprint(file)
        with self.steps.step("adopt"):
            adoption.adopt_in_place(connection, self._plan.legacy_tables)

    def _refuse_another_file(self, connection: Connection) -> None:
        """At head already: the same legacy file again is no work, another one is not taken for it."""
        legacy = self._settings.legacy_database
        last = load.last_legacy_run(connection) if legacy else None
        if legacy and last is None and not adoption.adopted(connection):
            raise InputError(
                f"the store was made empty, so {legacy} was not taken in. To take it in: python -m normalize legacy "
                f"{legacy}; or name another DATABASE_URL."
            )
        if legacy is None or last is None or sources.fingerprint(legacy).sha256 == last.sha256:
            return
        raise InputError(
            f"the store was filled from {last.file} (sha256 {last.sha256[:12]}…), and {legacy} is another file. To "
            f"bring in what it says anew: python -m normalize legacy {legacy}; or name another DATABASE_URL."
        )

    def after_upgrade(self, connection: Connection, heads: tuple[str, ...], *, at_head: bool) -> None:
        """Fill the store at head from what was adopted, if that has not been done.

        Args:
            connection: to the target, in the run's transaction.
            heads: the revisions that the target is at now.
            at_head: there are no newer ones.

        Raises:
            DataError: the gate says no.
        """
        self._changed = heads != self._heads
        self._done = self._what_was_done(connection, heads)
        if at_head and adoption.adopted(connection) and load.last_legacy_run(connection) is None:
            gate = self._gate or make_gate(self._plan, self._settings)
            if self._fingerprint is None:
                raise InputError(
                    "the legacy tables were adopted by an earlier run that stopped before head; go back with "
                    "'alembic downgrade base' and upgrade to head in one run."
                )
            self._filled = fill(
                connection,
                self._plan,
                self._settings,
                gate,
                self._fingerprint,
                self.steps,
                rehearsal=self._options.dry_run,
            )

    def _what_was_done(self, connection: Connection, heads: tuple[str, ...]) -> str:
        """Say what a run has done that fills nothing."""
        if self._empty:
            return "An empty store was made: there was no legacy database to take in."
        if self._changed:
            return f"The store went from revision {', '.join(self._heads) or 'base'} to {', '.join(heads) or 'base'}."
        filled = has_store(connection) and load.last_legacy_run(connection) is not None
        return f"Nothing to do: the store is there and {'filled' if filled else 'was made empty'}."

    def before_downgrade(self, connection: Connection, heads: tuple[str, ...]) -> None:
        """Refuse to take a store away that was changed since it was filled, unless that may be lost or written back.

        Args:
            connection: to the target, in the run's transaction.
            heads: the revisions that the target is at.

        Raises:
            InputError: names what was changed, or what cannot be written back.
        """
        self._heads = heads
        self._retired_at = retired_at(connection)
        if self._options.discard or not adoption.adopted(connection) or load.last_legacy_run(connection) is None:
            return
        with self.steps.step("compare"):
            changed = self._plan.changed(connection, self._settings)
        if changed and self._options.write_back:
            with self.steps.step("write back"):
                self._written_back = written_back(connection, self._plan, self._settings, self._options.legacy_file)
        elif changed:
            more = f" and {len(changed) - CHANGES_SHOWN:,} more" if len(changed) > CHANGES_SHOWN else ""
            keep = (
                "To put it into the legacy tables: alembic -x changes=write-back downgrade base. "
                if self._plan.write_back
                else ""
            )
            raise InputError(
                f"{len(changed):,} {self._plan.things} were changed in the store since it was filled; the way back "
                f"would lose that: {', '.join(changed[:CHANGES_SHOWN])}{more}. {keep}To lose it: alembic -x "
                "changes=discard downgrade base."
            )

    def after_downgrade(self, connection: Connection, heads: tuple[str, ...]) -> None:
        """Give the legacy tables back when no revision is left, and leave no trace of Alembic's own table.

        Raises:
            InputError: there is nothing to give back, because the archive was retired.
        """
        if not heads and self._retired_at and not self._options.retired:
            raise InputError(
                f"there is no way back to the legacy tables: the archive was retired at {self._retired_at}. Nothing "
                f"was changed. To take the store away for good, with its {self._plan.things}: alembic -x "
                "archive=retired downgrade base."
            )
        mode, self._changed = adoption.adopted(connection), heads != self._heads
        if not heads:
            with self.steps.step("give back"):
                adoption.give_back(connection, self._plan.legacy_tables)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        if not self._heads:
            self._done = "Nothing to do: there is no store."
        elif heads:
            self._done = self._what_was_done(connection, heads)
        else:
            self._done = GONE + (GIVEN_BACK if mode == adoption.IN_PLACE else "")
            self._done += f" What was changed in it is in {self._written_back}." if self._written_back else ""

    def failed(self) -> None:
        """Take away what tells of a store that is not there: the run did its work, but it was not committed."""
        if self._filled is not None and not self._options.dry_run:
            take_back(self._filled.report, self._settings)
        if self._written_back is not None:
            self._written_back.unlink(missing_ok=True)

    def tell(self) -> None:
        """Print what was done, and tell whoever is to be told: counts per kind, seconds per step, the report."""
        console = Console()
        if self._filled is None:
            console.print(self._done, soft_wrap=True)
        else:
            table = Table(Column("kind", overflow="fold"), *(Column(name, justify="right") for name in COUNTED))
            for row in self._filled.reconciliation.to_dict(orient="records"):
                table.add_row(str(row["kind"]), *(f"{row[name]:,d}" for name in COUNTED))
            console.print(table)
        if self._changed:
            console.print(self.steps.table())
        if self._filled is not None:
            console.print(f"report: {self._filled.report}", soft_wrap=True)
        if self._options.dry_run:
            console.print("This was a rehearsal: everything was rolled back.")
        if self._filled is not None:
            notify(self._filled.report, self._settings)
