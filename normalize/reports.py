"""The report that every load leaves: what happened in, its page out, and the gate's no as an error that names it."""

import platform
from importlib.metadata import version
from pathlib import Path

from expectations import report
from expectations.verdicts import Result, blocking
from normalize.errors import GateError, InputError
from normalize.settings import Settings

PACKAGES = ("kinobase", "alembic", "SQLAlchemy", "pandas", "great-expectations")
"""Whose versions the report tells."""


def versions() -> dict[str, str]:
    """Give the versions that the report tells, by name."""
    return {name: version(name) for name in PACKAGES} | {"Python": platform.python_version()}


def write(run: report.Run, settings: Settings, hint: str = ". Nothing was changed.") -> Path:
    """Write a report; gives the path of its page.

    Args:
        run: what is told.
        settings: where reports go, in which language, and how many are kept.
        hint: how the error's line ends, by default as that of a load.

    Raises:
        InputError: it cannot be written.
    """
    try:
        return report.write(
            run,
            settings.reports_path,
            settings.report_language,
            kept=settings.reports_kept,
            moved=settings.reports_moved_share,
        )
    except OSError as error:
        raise InputError(f"REPORTS_PATH: the report cannot be written: {error}{hint}") from error


def refuse(results: tuple[Result, ...], page: Path) -> None:
    """Refuse a load to which the gate says no.

    Args:
        results: what the gate found.
        page: the report's.

    Raises:
        GateError: the gate says no; names what failed and the report.
    """
    failed = "; ".join(
        f"{result.table} {result.meta.get('en') or result.expectation} ({result.failed} of {result.checked} rows)"
        for result in blocking(results)
    )
    if failed:
        raise GateError(f"the gate says no: {failed}. Nothing was changed. The report names the rows: {page}", page)
