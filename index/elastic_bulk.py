"""Bulk requests to Elasticsearch: changes in, refusals out, all else accepted for good.

Requests are bounded by count and by bytes; a few are under way at once, as many wait, and no more are made than that.
Each document has the batch's number as its version, so what arrives late loses against what is newer. What
Elasticsearch cannot take just now (429, 502 to 504, no connection) is sent again after a wait that grows, with jitter.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import orjson
import tenacity
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from index.elastic_client import NotNow
from index.elastic_fields import body
from index.writer import Change, Refusal
from normalize.settings import Settings

NOT_NOW = (429, 502, 503, 504)
"""Answers that mean: not now."""
NEWER_IS_THERE, NOT_THERE = 409, 404
READY = 2
"""Requests for each sender, with the one under way: it has work while the next films are read."""


Action = tuple[str, bytes]
"""A document's id and its lines of a bulk request."""


def action_of(change: Change, version: int) -> Action:
    """Make the lines that put a document in under a version, or take one out."""
    film, operation = (change, "delete") if isinstance(change, str) else (change.id, "index")
    head = orjson.dumps({operation: {"_id": film, "version": version, "version_type": "external_gte"}})
    return film, head + b"\n" if isinstance(change, str) else b"%b\n%b\n" % (head, body(change))


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

    def send(self, changes: Iterable[Change]) -> tuple[Refusal, ...]:
        """Send all of them; gives those that were refused.

        Raises:
            TransportError, ApiError: there was no answer, or a refusal of the whole, after all tries.
        """
        refused: list[Refusal] = []
        pending: deque[Future[list[Refusal]]] = deque()
        with ThreadPoolExecutor(self._settings.index_senders) as senders:
            for request in self._requests(action_of(change, self._version) for change in changes):
                if len(pending) == READY * self._settings.index_senders:
                    refused += pending.popleft().result()
                pending.append(senders.submit(self._deliver, request))
            for answer in pending:
                refused += answer.result()
        return tuple(refused)

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
        waiting, refused = request, list[Refusal]()
        for attempt in retrying(self._settings):
            with attempt:
                lines: Any = b"".join([lines for _, lines in waiting])  # ready, which the client's types do not foresee
                answer = self._client.bulk(index=self._index, operations=lines, filter_path=ANSWERED)
                results = [result for item in answer["items"] for result in item.values()]
                sent, waiting, busy = waiting, [], ""
                for action, result in zip(sent, results, strict=True):
                    if result["status"] in NOT_NOW:
                        waiting.append(action)
                        busy = _reason(result)
                    elif result["status"] >= 300 and not _is_as_wanted(result):  # noqa: PLR2004 - HTTP's own limit
                        refused.append(Refusal(action[0], _reason(result)))
                if waiting:
                    raise NotNow(busy)
        return refused


ANSWERED = "items.*.status,items.*.error"
"""What is needed of an answer, which has the documents in the order in which they were sent."""


def _is_as_wanted(result: dict[str, Any]) -> bool:
    """A newer document is there already; or what should go is not there."""
    return result["status"] == NEWER_IS_THERE or (result["status"] == NOT_THERE and "error" not in result)


def _reason(result: dict[str, Any]) -> str:
    error = result.get("error", result)
    if not isinstance(error, dict):
        return str(error)
    cause = (error.get("caused_by") or {}).get("reason")
    return f"{error.get('reason', error)}" + (f": {cause}" if cause else "")
