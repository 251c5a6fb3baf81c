"""One file over HTTP, whole: a URL and a place in, the file there out; nothing that is not whole ever has its name.

`requests` speaks HTTP: it comes with Great Expectations, obeys the proxies and certificates of the environment, and
notices a body that is shorter than was said. What it has not, and no library that fetches files in Python has together
(pooch knows checksums that never change; fsspec caches; resumable-urlretrieve asks nothing conditionally), is here:
what is unchanged is not fetched again, what was cut off goes on where it stopped if the file is still the same, and
what arrived must be as long as was said and a whole gzip stream.
"""

import email.utils
import gzip
import os
import time
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten

import requests
import structlog
from isal import igzip, isal_zlib
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential
from urllib3.exceptions import HTTPError as BodyError

from normalize.errors import DataError, InputError, UnavailableError
from normalize.imdb.versions import Version, beside
from normalize.progress import Steps

CHUNK = 1 << 20
"""Bytes that are read and written at once."""
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""The statuses after which asking again may help."""
LONGEST_RETRY_AFTER = 600.0
"""The most seconds that a server's Retry-After is obeyed for."""
SHOWN = 200
"""Characters of an error of HTTP that a message has at the most."""
PART = ".part"
"""What the name of a file that is not whole yet ends with."""


@dataclass(frozen=True)
class Policy:
    """How patient a download is.

    attempts: how often in succession a server is asked without a byte of progress. first_wait, longest_wait: the
    seconds between, which grow, with chance. timeout: seconds without a byte after which a connection counts as broken.
    """

    attempts: int
    timeout: float
    first_wait: float = 1.0
    longest_wait: float = 60.0


class _AgainError(Exception):
    """What may go better the next time; `after`: seconds that the server asks to wait."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


def download(url: str, target: Path, policy: Policy, session: requests.Session, steps: Steps) -> int:
    """Fetch a file if it is another one than that which is there.

    Args:
        url: where from.
        target: where to; it is replaced at once, when the new one is whole.
        policy: how patient to be.
        session: what speaks HTTP.
        steps: shows how far it is.

    Returns:
        the bytes that came over the wire; 0: the file is unchanged.

    Raises:
        UnavailableError: the server does not answer, or breaks off again and again.
        DataError: what it sent is no whole gzip file.
        InputError: it has no such file or wants no such request, or the file cannot be written.
    """
    one = _Download(url, target, policy, session, steps)
    try:
        return one.run()
    except OSError as error:
        raise InputError(
            f"{url}: {target} cannot be written ({error.strerror}); make room or name another IMDB_PATH. What has "
            "arrived stays, and the next run goes on there."
        ) from error


class _Download:
    """One file on its way."""

    def __init__(self, url: str, target: Path, policy: Policy, session: requests.Session, steps: Steps) -> None:
        self._url, self._target, self._policy, self._session, self._steps = url, target, policy, session, steps
        self._part = target.with_name(target.name + PART)
        self._farthest = 0
        self._in_vain = 0
        self._arrived = 0

    def run(self) -> int:
        """Ask until it is there, or patience ends."""
        self._finish_what_is_whole()
        self._farthest = self._begun()
        wait = wait_random_exponential(self._policy.first_wait, self._policy.longest_wait)
        tries = Retrying(
            retry=retry_if_exception_type(_AgainError),
            wait=lambda state: max(wait(state), _cause(state).after),
            stop=lambda _state: self._is_vain(),
            before_sleep=lambda state: self._say(_cause(state)),
            retry_error_callback=lambda state: self._give_up(_cause(state)),
        )
        tries(self._attempt)
        return self._arrived

    def _finish_what_is_whole(self) -> None:
        """Take over what was whole already when the run before was ended."""
        known = Version.read(self._part, self._url)
        if known and known.size is not None and known.size == self._begun():
            self._take_over(known)

    def _begun(self) -> int:
        return self._part.stat().st_size if self._part.is_file() else 0

    def _is_vain(self) -> bool:
        """Say whether it is time to give up: what got further than ever before counts as a new beginning."""
        begun = self._begun()
        self._in_vain = 0 if begun > self._farthest else self._in_vain + 1
        self._farthest = max(begun, self._farthest)
        return self._in_vain >= self._policy.attempts

    def _say(self, cause: Exception) -> None:
        structlog.get_logger().warning("again", url=self._url, cause=str(cause))

    def _give_up(self, cause: Exception) -> None:
        raise UnavailableError(
            f"{self._url}: {cause}, {self._in_vain} times in succession; {self._target} is as it was. Run again later: "
            f"it goes on after {self._begun():,} bytes."
        ) from cause

    def _attempt(self) -> None:
        """Ask once, and take what comes."""
        begun, has = Version.read(self._part, self._url), Version.read(self._target, self._url)
        headers = begun.rest(self._begun()) if begun else {}
        if not headers and has and has.size == self._target.stat().st_size:
            headers = has.unchanged
        try:
            with self._session.get(
                self._url,
                headers={"Accept-Encoding": "identity", **headers},
                stream=True,
                timeout=self._policy.timeout,
            ) as answer:
                self._take(answer, begun)
        except (requests.ConnectionError, requests.Timeout, BodyError) as error:
            raise _AgainError(f"the connection broke ({_words(error)})") from error
        except requests.RequestException as error:
            raise InputError(f"{self._url} cannot be asked ({_words(error)}); check IMDB_BASE_URL.") from error

    def _take(self, answer: requests.Response, begun: Version | None) -> None:
        """Act on an answer."""
        if answer.status_code == requests.codes.not_modified and self._target.is_file():
            return
        if answer.status_code in AGAIN:
            raise _AgainError(f"the server said {answer.status_code} {answer.reason}", _retry_after(answer))
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            self._discard()
            raise _AgainError("what was begun is not the beginning of what the server has")
        if answer.status_code == requests.codes.partial_content:
            if begun is None or not self._continues(answer, begun):
                self._discard()
                raise _AgainError("the server sent another part than the one that is missing")
            total = answer.headers["Content-Range"].rpartition("/")[2]
            self._write(answer, replace(begun, size=int(total) if total.isdigit() else begun.size), "ab")
        elif answer.status_code == requests.codes.ok:
            size = answer.headers.get("Content-Length")
            version = Version.of(self._url, answer, int(size) if size else None)
            self._discard()
            version.write(self._part)
            self._write(answer, version, "wb")
        else:
            raise InputError(f"{self._url}: the server said {answer.status_code} {answer.reason}; check IMDB_BASE_URL.")

    def _continues(self, answer: requests.Response, begun: Version) -> bool:
        """Say whether an answer goes on where the part ends, and is of the same version."""
        start = f"bytes {self._begun()}-"
        span, _, size = answer.headers.get("Content-Range", "").partition("/")
        same = Version.of(self._url, answer, begun.size)
        etag = same.etag is None or same.etag == begun.etag
        return span.startswith(start) and etag and (begun.size is None or size in {str(begun.size), "*"})

    def _write(self, answer: requests.Response, version: Version, mode: str) -> None:
        """Write the body to the part, and make it the file when it is whole."""
        with self._steps.step(self._target.name, version.size, unit="bytes") as advance, self._part.open(mode) as file:
            advance(file.tell())
            for data in answer.raw.stream(CHUNK, decode_content=False):
                file.write(data)
                self._arrived += len(data)
                advance(len(data))
            file.flush()
            os.fsync(file.fileno())
        size = self._begun()
        if version.size is not None and size != version.size:
            if size > version.size:
                self._discard()
            raise _AgainError(f"{size:,} of {version.size:,} bytes came")
        self._take_over(version)

    def _take_over(self, version: Version) -> None:
        """Give the part the name of the whole file, once it is one."""
        try:
            check_gzip(self._part)
        except DataError as error:
            self._discard()
            raise DataError(
                f"{self._url}: what came is no whole gzip file ({error}); it was thrown away, and {self._target} is as "
                "it was. Run again; if it stays so, the server's file is damaged."
            ) from error
        self._part.replace(self._target)
        # Between these two the file has the words of the version before: then it is merely fetched again.
        Version(version.url, version.etag, version.last_modified, self._target.stat().st_size).write(self._target)
        beside(self._part).unlink(missing_ok=True)

    def _discard(self) -> None:
        self._part.unlink(missing_ok=True)
        beside(self._part).unlink(missing_ok=True)


def check_gzip(file: Path) -> None:
    """Read a file to its end.

    Raises:
        DataError: it is no gzip file, is cut off or damaged; the message is the reason alone.
    """
    try:
        with file.open("rb") as raw, igzip.IGzipFile(fileobj=raw, mode="rb") as opened:  # type: ignore[no-untyped-call]
            if not opened.read(CHUNK):
                raise DataError("it is empty")
            while opened.read(CHUNK):
                pass
    except (EOFError, gzip.BadGzipFile, zlib.error, isal_zlib.error) as error:  # type: ignore[misc]
        raise DataError(str(error)) from error


def _cause(state: RetryCallState) -> _AgainError:
    """Give why an attempt failed; only such failures are tried again."""
    cause = state.outcome.exception() if state.outcome else None
    return cause if isinstance(cause, _AgainError) else _AgainError("")


def _retry_after(answer: requests.Response) -> float:
    """Give the seconds that a server asks to wait: a number, or until a date."""
    said = answer.headers.get("Retry-After", "")
    if said.isdigit():
        return min(float(said), LONGEST_RETRY_AFTER)
    try:
        until = email.utils.parsedate_to_datetime(said).timestamp()
    except ValueError:
        return 0.0
    return min(max(until - time.time(), 0.0), LONGEST_RETRY_AFTER)


def _words(error: Exception) -> str:
    """Say an error in one line: the reason within, where requests wraps it."""
    inner = error.args[0] if error.args else error
    return shorten(str(getattr(inner, "reason", None) or inner), SHOWN, placeholder="…")
