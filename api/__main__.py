"""`python -m api`: settings and two options in, a server on this machine out; production has gunicorn."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import click
from werkzeug.serving import WSGIRequestHandler, make_server, select_address_family

from api import create_app
from normalize.commands import command_line
from normalize.errors import InputError
from normalize.settings import Settings


class QuietHandler(WSGIRequestHandler):
    """Werkzeug's handler without its own access log: the app writes one."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@click.command()
@click.option("--host", help="Where to listen; the setting HOST, or 127.0.0.1, if not given.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port; the setting PORT, or 8000, if not given; 0: any."
)
@command_line
def main(host: str | None, port: int | None) -> None:
    """Serve the API on this machine; in production run gunicorn 'api:create_app()'."""
    settings = Settings.read()
    app = create_app(settings)
    host, port = host or settings.host, settings.port if port is None else port
    with _listening(host, port) as listener:
        bound = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Serving on http://{shown}:{bound} (see /docs); Ctrl+C ends it.")
        server = make_server(host, bound, app, threaded=True, request_handler=QuietHandler, fd=listener.fileno())
        server.serve_forever()
    raise KeyboardInterrupt  # the only way to end it, and Werkzeug swallows it


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """Bind the port here, so that a port in use is one line (Werkzeug prints several and exits on its own)."""
    try:
        listener = socket.create_server((host, port), family=select_address_family(host, port))
    except OSError as error:
        said = str(error.strerror or error).partition(" (")[0]  # without the address, which we say ourselves
        raise InputError(f"cannot listen on {host}:{port}: {said}. Give another --host or --port.") from error
    with listener:
        yield listener


if __name__ == "__main__":
    main()
