"""`python -m api`: settings and two options in, a server on this machine out; production has more processes of it."""

import signal
import socket
import time
from contextlib import suppress
from multiprocessing import Process, parent_process

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from werkzeug.serving import select_address_family

from api import create_app
from normalize.commands import command_line
from normalize.errors import InputError
from normalize.settings import Settings

APPLICATION = "api:create_app"
POLL_SECONDS = 0.05
THREADS = 4
"""Requests that are answered at once: one that waits for a database or an index does not hold up the others."""
END_SECONDS = 30
"""How long requests under way may take when the server is told to end."""


@click.command()
@click.option("--host", help="Where to listen; the setting HOST, or 127.0.0.1, if not given.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port; the setting PORT, or 8000, if not given; 0: any."
)
@command_line
def main(host: str | None, port: int | None) -> None:
    """Serve the API on this machine; docs/operator.md has the command for production."""
    settings = Settings.read()
    create_app(settings)  # so that a bad setting is one line here, not a trace of a process that cannot start
    host, port = host or settings.host, settings.port if port is None else port
    bound = _free_port(host, port)
    server = Granian(
        APPLICATION,
        address=host,
        port=bound,
        interface=Interfaces.WSGI,
        factory=True,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=THREADS,
        workers_kill_timeout=END_SECONDS,
        log_level=LogLevels.error,
    )
    shown = f"[{host}]" if ":" in host else host
    line = f"Serving on http://{shown}:{bound} (see /docs); Ctrl+C ends it."
    Process(target=_say_when_there, args=(host, bound, line), daemon=True).start()
    server.serve()
    raise KeyboardInterrupt  # the only way to end it, and the server has seen to it


def _say_when_there(host: str, port: int, line: str) -> None:
    """Say a line as soon as the server takes connections: its process needs a moment, and no hook tells when.

    In a process of its own: the server forks, and a lock that a thread holds at that moment is never free in the fork.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server's to obey; this one ends with it
    server = parent_process()
    while server is None or server.is_alive():
        with suppress(OSError), socket.create_connection((host, port)):
            click.echo(line)
            return
        time.sleep(POLL_SECONDS)


def _free_port(host: str, port: int) -> int:
    """Give the port, or a free one for 0.

    Raises:
        InputError: nobody can listen there; the server itself would take several lines to say so.
    """
    try:
        with socket.create_server((host, port), family=select_address_family(host, port)) as listener:
            return int(listener.getsockname()[1])
    except OSError as error:
        said = str(error.strerror or error).partition(" (")[0]  # without the address, which we say ourselves
        raise InputError(f"cannot listen on {host}:{port}: {said}. Give another --host or --port.") from error


if __name__ == "__main__":
    main()
