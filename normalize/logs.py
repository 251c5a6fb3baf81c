"""Log lines: to standard error, for people or as JSON for programs."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import orjson
import structlog


class StandardError:
    """Writes lines to standard error, whatever that is when a line is said."""

    def msg(self, line: str) -> None:
        """Write a line at once."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = msg


def configure(level: str, form: str) -> None:
    """Set up structlog for a command.

    Args:
        level: the least level that is logged: DEBUG, INFO, WARNING or ERROR.
        form: `console` for people, `json` for programs.
    """
    colours = sys.stderr.isatty()
    json = structlog.processors.JSONRenderer(_json)
    last = json if form == "json" else structlog.dev.ConsoleRenderer(colors=colours)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: StandardError(),
        cache_logger_on_first_use=False,
    )


def _json(line: Any, default: Callable[[Any], Any]) -> str:  # noqa: ANN401 - whatever was logged
    return orjson.dumps(line, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
