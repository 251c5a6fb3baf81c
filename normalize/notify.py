"""Tell others of a run that is over, as the settings say: its report in; a log line for what failed."""

from pathlib import Path

import structlog

from expectations import notification
from normalize.settings import Settings

log = structlog.get_logger()


def notify(page: Path, settings: Settings) -> None:
    """Send the notifications that are set; one that fails is logged, and never fails the run.

    Args:
        page: the run's report.html.
        settings: whom to tell, and how.
    """
    faults = notification.notify(
        page, settings.notify_command, settings.notify_url, settings.reports_url, settings.notify_timeout
    )
    for fault in faults:
        log.warning("notification", fault=fault)
