"""Whoever is to know: what went wrong in, a call of the command or the URL that INDEX_ALERT names out.

An alert that fails is logged and changes nothing else.
"""

import json
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import structlog

from normalize.errors import KinobaseError
from normalize.settings import Settings

PATIENCE = 10.0
"""Seconds that a command or a server may take."""


def alert(settings: Settings, event: str, text: str) -> None:
    """Call INDEX_ALERT: a URL gets a POST of JSON, a command the same JSON on its standard input.

    Args:
        settings: INDEX_ALERT; unset: nobody is told.
        event: `failed` or `parked`.
        text: one line for people.
    """
    whom = settings.index_alert
    if whom is None:
        return
    said = json.dumps({"event": event, "text": text, "host": socket.gethostname()}, ensure_ascii=False).encode()
    try:
        if whom.startswith(("http://", "https://")):
            request = Request(whom, said, {"Content-Type": "application/json"})  # noqa: S310 - the scheme is checked
            with urlopen(request, timeout=PATIENCE):  # noqa: S310 - the same
                pass
        else:
            subprocess.run(shlex.split(whom), input=said, check=True, timeout=PATIENCE)  # noqa: S603 - the operator's own
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        structlog.get_logger().error("the alert failed", alert=whom, cause=" ".join(str(error).split()))


@contextmanager
def alerting(settings: Settings) -> Iterator[None]:
    """Call INDEX_ALERT when what is done here ends in an error of ours, and let that go on."""
    try:
        yield
    except KinobaseError as error:
        alert(settings, "failed", str(error))
        raise
