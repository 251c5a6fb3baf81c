"""Whoever is to know: what went wrong in, a call of the command or the URL that a setting names out.

An alert that fails is logged and changes nothing else.
"""

import json
import shlex
import socket
import subprocess
from urllib.request import Request, urlopen

import structlog

PATIENCE = 10.0
"""Seconds that a command or a server may take."""


def alert(whom: str | None, event: str, text: str) -> None:
    """Tell somebody: a URL gets a POST of JSON, a command the same JSON on its standard input.

    Args:
        whom: a URL or a command; None: nobody is told.
        event: what happened, in a word: `failed`, `parked`.
        text: one line for people.
    """
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
