"""The files of a plan: `plan.py` is read, and what Alembic needs beside it is written from it.

A plan's folder is Alembic's folder of revisions: plan.py, alembic.ini, env.py, script.py.mako and versions/. All but
plan.py are made here; the first revision is made from the plan, by Alembic's own autogeneration, and knows `op` and
`sa` only.
"""

import runpy
import traceback
from dataclasses import replace
from pathlib import Path
from textwrap import fill

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import DowngradeOps, UpgradeOps
from sqlalchemy import create_engine

from normalize.errors import InputError
from normalize.plan import Plan

VARIABLE = "PLAN"
"""What a plan is called in its file."""
SUITES = "suites"
FIRST = "0001"
WIDTH = 110

ALEMBIC_INI = """\
[alembic]
script_location = %(here)s
path_separator = os
file_template = %%(rev)s_%%(slug)s
"""

ENV = '''\
"""Alembic's environment: the run of the plan that lies beside this file."""

from pathlib import Path

from normalize.environment import run_file

run_file(Path(__file__).with_name("plan.py"))
'''

MAKO = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''

REVISION = '''\
"""The store of the {about} plan.

{tables}
Written by `python -m normalize plan`; the rows come in after the revisions, from the legacy tables.

Revision ID: {revision}
Revises: nothing; it is the first
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def read_plan(path: Path) -> Plan:
    """Run a file of Python that makes a plan, `PLAN`; suites in a folder `suites` beside it belong to its gate.

    Raises:
        InputError: there is no such file, it fails (the line is named), or it makes no plan.
    """
    try:
        found = runpy.run_path(str(path)).get(VARIABLE)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check the path of the plan.") from error
    except Exception as error:  # whatever a file of Python may end with
        raise InputError(f"{path}, line {_line(error, path)}: {type(error).__name__}: {error}.") from error
    if not isinstance(found, Plan):
        raise InputError(f"{path} makes no plan: write {VARIABLE} = declare(…), as docs/own-database.md shows.")
    suites = path.parent / SUITES
    return replace(found, suites=lambda given: found.suites(given or suites)) if suites.is_dir() else found


def _line(error: Exception, path: Path) -> int | None:
    """Find the last line of a file that had a part in an error."""
    if isinstance(error, SyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] if lines else None


def first_revision(plan: Plan) -> str:
    """Write the revision that makes a plan's store, as Alembic writes what an empty database lacks."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        script = produce_migrations(context, plan.metadata)
        upgrade, downgrade = (_code(part, context) for part in (script.upgrade_ops, script.downgrade_ops))
    engine.dispose()
    tables = fill(f"its tables are {', '.join(table.name for table in plan.metadata.sorted_tables)}.", WIDTH)
    return REVISION.format(
        about=plan.about, tables=tables.capitalize(), revision=FIRST, upgrade=upgrade, downgrade=downgrade
    )


def _code(operations: UpgradeOps | DowngradeOps | None, context: MigrationContext) -> str:
    """Write operations as Python, without Alembic's request to look at them: there is nothing to adjust."""
    if operations is None:
        raise RuntimeError("Alembic compared nothing")
    lines = render_python_code(operations, migration_context=context).splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("# ###")).strip()


def write(path: Path, *, overwrite: bool) -> list[Path]:
    """Write what is missing beside a plan: alembic.ini, env.py, script.py.mako and the first revision.

    Args:
        path: of the plan.
        overwrite: write the first revision anew if it is not what the plan asks for.

    Returns:
        the files that were written.

    Raises:
        InputError: the plan cannot be read, the folder not written, or the revision is not the plan's any more.
    """
    plan, folder = read_plan(path), path.parent
    revision = folder / "versions" / f"{FIRST}_{plan.about}.py"
    files = {
        folder / "alembic.ini": ALEMBIC_INI,
        folder / "env.py": ENV.replace("plan.py", path.name),
        folder / "script.py.mako": MAKO,
    }
    missing = {file: text for file, text in files.items() if not file.exists()}
    text = first_revision(plan)
    if not revision.exists() or (overwrite and revision.read_text(encoding="utf-8") != text):
        missing[revision] = text
    elif revision.read_text(encoding="utf-8") != text:
        raise InputError(
            f"{revision} is not what the plan asks for any more. If no store was made with it yet: add --overwrite. "
            "Else: alembic revision --autogenerate -m 'what changes'."
        )
    try:
        for file, content in missing.items():
            file.parent.mkdir(exist_ok=True)
            file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror}); check its permissions.") from error
    return list(missing)
