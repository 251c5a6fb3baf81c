"""Log lines: to standard error, for people or as JSON for programs."""

import logging
import sys

import structlog


def configure(level: str, form: str) -> None:
    """Set up structlog for a command.

    Args:
        level: the least level that is logged: DEBUG, INFO, WARNING or ERROR.
        form: `console` for people, `json` for programs.
    """
    colours = sys.stderr.isatty()
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=colours)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when a line is said
        cache_logger_on_first_use=False,
    )
