"""What an env.py of Alembic calls: `alembic upgrade head` and its kin, each in one transaction around the whole run.

A plan comes in, and the settings from the environment; the legacy tables are adopted before the revisions and the
store is filled after them. Every error of ours is one line and an exit status: 1 the data or the gate says no, 2 wrong
use or input, 3 a server is not there, 130 interrupted.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from io import StringIO
from pathlib import Path

from alembic import context
from alembic.runtime.migration import MigrationInfo
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from normalize import logs
from normalize.commands import INTERRUPTED
from normalize.declared.files import read_plan
from normalize.errors import GateError, InputError, KinobaseError
from normalize.notify import notify
from normalize.options import Options
from normalize.plan import Plan
from normalize.rebuild import Rebuild
from normalize.settings import Settings
from normalize.store import server_limits
from normalize.target import RolledBack, target

WRITING = ("upgrade", "downgrade", "do_stamp")
"""Alembic's own names of the commands that write."""

EXPRESSION_INDEXES = (
    "Skipped unsupported reflection of expression-based index",
    "autogenerate skipping metadata-specified expression-based index",
)
"""What SQLAlchemy and Alembic warn of on SQLite: indexes on expressions are left out of a comparison there."""


def _command(settings: Settings) -> str:
    """Give Alembic's own name of the command that runs, such as upgrade, downgrade, do_stamp, display_version."""
    context.configure(dialect_name=make_url(settings.database_url).get_backend_name())
    return str(context.get_context().opts["fn"].__name__)


def _ours(plan: Plan) -> Callable[[str | None, str, object], bool]:
    """Compare only the store's own tables: the archive and other people's tables are none of Alembic's business."""
    return lambda name, kind, _parents: kind != "table" or name in plan.metadata.tables


def _refuse_newer(heads: tuple[str, ...]) -> None:
    known = {revision.revision for revision in context.script.walk_revisions()}
    unknown = [head for head in heads if head not in known]
    if unknown:
        raise InputError(
            f"the store is at revision {', '.join(unknown)}, which this program does not know: it is newer than the "
            "program. Install the newer program. Nothing was changed."
        )


def _migrate(connection: Connection, plan: Plan, rebuild: Rebuild, command: str) -> None:
    context.configure(connection=connection, target_metadata=plan.metadata, include_name=_ours(plan), compare_type=True)
    heads = context.get_context().get_current_heads()
    _refuse_newer(heads)
    if command == "upgrade":
        rebuild.before(connection, heads)
    elif command == "downgrade" and heads:
        rebuild.before_downgrade(connection, heads)
    newest = set(context.script.get_heads())
    has_work = (command == "upgrade" and set(heads) != newest) or (command == "downgrade" and heads)
    step = rebuild.steps.step("revisions") if has_work else nullcontext()
    with step, warnings.catch_warnings():
        for known in EXPRESSION_INDEXES:
            warnings.filterwarnings("ignore", known)
        context.run_migrations()
    heads = context.get_context().get_current_heads()
    if command == "upgrade":
        rebuild.after_upgrade(connection, heads, at_head=set(heads) == newest)
    elif command == "downgrade":
        rebuild.after_downgrade(connection, heads)


def _sql(settings: Settings, *, empty: bool) -> str:
    """Give what `--sql` asks for: the revisions as one transaction of SQL.

    Args:
        settings: DATABASE_URL says for which database; it is not opened.
        empty: the store is to be empty, or is.

    Raises:
        InputError: the SQL begins or ends without a store, where legacy tables are taken in or given back.
    """
    said, dialect = StringIO(), make_url(settings.database_url).get_backend_name()
    steps: list[MigrationInfo] = []
    context.configure(
        dialect_name=dialect,
        literal_binds=True,
        output_buffer=said,
        transactional_ddl=True,
        on_version_apply=lambda *, step, **_: steps.append(step),
    )
    with context.begin_transaction():
        if dialect == "postgresql":
            for name, limit in server_limits(settings.lock_timeout, settings.statement_timeout).items():
                context.execute(f"SET LOCAL {name} = {limit}")
        context.run_migrations()
        if steps and not steps[-1].is_upgrade and not steps[-1].destination_revision_ids:
            context.execute("DROP TABLE alembic_version")
    at_base = any(not step.source_revision_ids or not step.destination_revision_ids for step in steps)
    if at_base and not empty:
        raise InputError(
            "--sql cannot say what becomes of legacy tables: that is decided by the data, and the SQL of the revisions "
            "alone would leave an empty store that looks upgraded. To see what a run would do: alembic -x dry-run=yes "
            "upgrade head. For the SQL of an empty store add -x new=yes."
        )
    return said.getvalue()


def _run(plan: Plan) -> None:
    settings = Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    options = Options.parse(context.get_x_argument(as_dictionary=True))
    if context.is_offline_mode():
        sys.stdout.write(_sql(settings, empty=options.new))
        return
    rebuild = Rebuild(plan, settings, options)
    command = _command(settings)
    if command == "upgrade":
        rebuild.prepare()
    try:
        with target(
            settings, write=command in WRITING, create=command == "upgrade" and rebuild.may_create
        ) as connection:
            _migrate(connection, plan, rebuild, command)
            _roll_back(rehearsal=options.dry_run)
    except RolledBack:
        rebuild.failed()
    except GateError as error:
        notify(error.report, settings)
        raise
    except BaseException:
        rebuild.failed()
        raise
    if command in ("upgrade", "downgrade"):
        rebuild.tell()


def _roll_back(*, rehearsal: bool) -> None:
    if rehearsal:
        raise RolledBack


def run(plan: Plan) -> None:
    """Run the command that Alembic was given, from the plan's legacy tables to its store or back.

    Raises:
        SystemExit: one of our errors, after its line; or interrupted.
    """
    with _ending():
        _run(plan)


def run_file(path: Path) -> None:
    """Run the command that Alembic was given with the plan of a file; see `run`."""
    with _ending():
        _run(read_plan(path))


@contextmanager
def _ending() -> Iterator[None]:
    """Turn our errors, and Ctrl-C, into one line and an exit status."""
    try:
        yield
    except KinobaseError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the one line that a failed command ends with
        raise SystemExit(error.exit_status) from error
    except KeyboardInterrupt:
        print("interrupted: rolled back, nothing was changed", file=sys.stderr)  # noqa: T201 - the same
        raise SystemExit(INTERRUPTED) from None
