"""Tell others of a run: its report in; a command is run or a URL is called with the verdict and the link.

A notification that fails is said, and changes nothing: the run is over.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from expectations import results

PREFIX = "KINOBASE_"
"""Before the names of the variables that the command is given."""


def notify(page: Path, command: str | None, url: str | None, link: str | None, timeout: float) -> Iterator[str]:
    """Tell of a run by all means that are given.

    The command gets the message as JSON on its standard input, and its texts and numbers as variables
    (KINOBASE_VERDICT and so on); no shell reads it. The URL gets the JSON by POST.

    Args:
        page: the run's report.html; result.json is beside it.
        command: what to run, with its arguments; None: nothing.
        url: where to POST (http or https); None: nowhere.
        link: where the folder of reports is served; None: the link is the page's own address on this machine.
        timeout: seconds that each may take.

    Yields:
        a line for each that failed.
    """
    run = results.read(page.with_name(results.FILE))
    if run is None:
        yield f"no notification was sent: {page.with_name(results.FILE)} cannot be read"
        return
    told = message(run, f"{link.rstrip('/')}/{run['run']}/{page.name}" if link else page.absolute().as_uri())
    if command:
        fault = _run(command, told, timeout)
        if fault:
            yield f"NOTIFY_COMMAND failed: {fault}"
    if url:
        fault = _post(url, told, timeout)
        if fault:
            yield f"NOTIFY_URL failed: {fault}"


def message(run: results.Figures, link: str) -> dict[str, object]:
    """Give what is told of a run: who, which verdict, the counts, and the link to its report."""
    return {
        "run": run["run"],
        "verdict": run["verdict"],
        "rehearsal": run["rehearsal"],
        "loaded": run["loaded"],
        "file": run["source"]["file"],
        "store": run["store"],
        "finished_at": run["finished_at"],
        "stored": sum(each["stored"] for each in run["reconciliation"]),
        "refused": sum(each["refused"] for each in run["reconciliation"]),
        "failing": results.failing(run),
        "moved": len(run["moved"]),
        "suspects": run["suspects"],
        "report": link,
    }


def _run(command: str, told: Mapping[str, object], timeout: float) -> str | None:
    """Run the command; gives what was wrong."""
    variables = {PREFIX + name.upper(): str(value) for name, value in told.items()}
    try:
        ended = subprocess.run(  # noqa: S603 - the administrator's own command, and no shell
            shlex.split(command),
            input=json.dumps(told, ensure_ascii=False),
            env={**os.environ, **variables},
            timeout=timeout,
            text=True,
            encoding="utf-8",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = " ".join(ended.stderr.split())
    return f"it ended with {ended.returncode}{': ' if said else ''}{said}" if ended.returncode else None


def _post(url: str, told: Mapping[str, object], timeout: float) -> str | None:
    """Call the URL; gives what was wrong."""
    body = json.dumps(told, ensure_ascii=False).encode()
    request = Request(url, body, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310 - http(s), by settings
    try:
        with urlopen(request, timeout=timeout):  # noqa: S310 - the same
            return None
    except (URLError, OSError, ValueError) as error:
        return str(error)
