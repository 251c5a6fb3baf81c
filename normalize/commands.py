"""How our commands end: one clear line and an exit status, whatever went wrong in a way that we know."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from normalize.errors import KinobaseError

INTERRUPTED = 130
"""The exit status after Ctrl-C, as shells have it."""

Parameters = ParamSpec("Parameters")


def command_line(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make a click command end with the exit status of our errors; stands below click's own decorators."""

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except KinobaseError as error:
            click.echo(f"error: {error}", err=True)
            raise SystemExit(error.exit_status) from error
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            raise SystemExit(INTERRUPTED) from None

    return run
