"""Bulk requests to Elasticsearch: changes in, refusals out, all else accepted for good.

Requests are bounded by count and by bytes; a few are under way at once, as many wait, and no more are made than that.
Each document has the batch's number as its version, so what arrives late loses against what is newer. What
Elasticsearch cannot take just now (429, 502 to 504, no connection) is sent again after a wait that grows, with jitter.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson
import tenacity
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from index.documents import Document
from index.elastic_client import NotNow
from index.writer import Change, Refusal
from normalize.settings import Settings

NOT_NOW = (429, 502, 503, 504)
"""Answers that mean: not now."""
NEWER_IS_THERE, NOT_THERE = 409, 404
READY = 2
"""Requests for each sender, with the one under way: it has work while the next films are read."""


Action = tuple[str, bytes]
"""A document's id and its lines of a bulk request."""


def retrying(settings: Settings) -> tenacity.Retrying:
    """Make what tries again as the settings say, and gives up in the end with the last error."""
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(_is_passing),
        wait=tenacity.wait_random_exponential(settings.index_first_wait, settings.index_longest_wait),
        stop=tenacity.stop_after_attempt(settings.index_attempts),
        reraise=True,
    )


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, (TransportError, NotNow)) or (isinstance(error, ApiError) and error.status_code in NOT_NOW)


class Bulk:
    """Sends changes to one index under one version."""

    def __init__(self, client: Elasticsearch, settings: Settings, index: str, version: int) -> None:
        self._client, self._settings, self._index, self._version = client, settings, index, version

    def send(self, changes: Iterable[Change], source: Callable[[Document], dict[str, Any]]) -> tuple[Refusal, ...]:
        """Send all of them; gives those that were refused.

        Raises:
            TransportError, ApiError: there was no answer, or a refusal of the whole, after all tries.
        """
        refused: list[Refusal] = []
        pending: deque[Future[list[Refusal]]] = deque()
        with ThreadPoolExecutor(self._settings.index_senders) as senders:
            for request in self._requests(self._action(change, source) for change in changes):
                if len(pending) == READY * self._settings.index_senders:
                    refused += pending.popleft().result()
                pending.append(senders.submit(self._deliver, request))
            for answer in pending:
                refused += answer.result()
        return tuple(refused)

    def _action(self, change: Change, source: Callable[[Document], dict[str, Any]]) -> Action:
        film = change if isinstance(change, str) else change.id
        operation = "delete" if isinstance(change, str) else "index"
        head = {operation: {"_id": film, "version": self._version, "version_type": "external_gte"}}
        lines = [head] if isinstance(change, str) else [head, source(change)]
        return film, b"\n".join(orjson.dumps(line) for line in lines)

    def _requests(self, actions: Iterable[Action]) -> Iterator[list[Action]]:
        """Part actions into requests; one that is larger than the limit goes alone."""
        request: list[Action] = []
        size = 0
        for action in actions:
            full = len(request) == self._settings.index_batch_films
            if request and (full or size + len(action[1]) > self._settings.index_batch_bytes):
                yield request
                request, size = [], 0
            request.append(action)
            size += len(action[1])
        if request:
            yield request

    def _deliver(self, request: list[Action]) -> list[Refusal]:
        """Send one request until each of its documents was taken or refused."""
        waiting, refused = dict(request), list[Refusal]()
        for attempt in retrying(self._settings):
            with attempt:
                lines: Any = list(waiting.values())  # ready to be sent, which the client's types do not foresee
                answer = self._client.bulk(index=self._index, operations=lines, filter_path=ANSWERED)
                busy = ""
                for result in (next(iter(item.values())) for item in answer.get("items", ())):
                    if result["status"] in NOT_NOW:
                        busy = _reason(result)
                        continue
                    del waiting[result["_id"]]
                    if result["status"] >= 300 and not _is_as_wanted(result):  # noqa: PLR2004 - HTTP's own limit
                        refused.append(Refusal(result["_id"], _reason(result)))
                if waiting:
                    raise NotNow(busy)
        return refused


ANSWERED = "items.*._id,items.*.status,items.*.error"
"""What is needed of an answer."""


def _is_as_wanted(result: dict[str, Any]) -> bool:
    """A newer document is there already; or what should go is not there."""
    return result["status"] == NEWER_IS_THERE or (result["status"] == NOT_THERE and "error" not in result)


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error", result)
    if not isinstance(error, dict):
        return str(error)
    cause = (error.get("caused_by") or {}).get("reason")
    return f"{error.get('reason', error)}" + (f": {cause}" if cause else "")
