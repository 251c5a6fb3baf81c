"""Who asks: a User-Agent header in, what kind of thing it is out. Any client is served, kettles included."""

from functools import lru_cache
from typing import Literal

from device_detector import DeviceDetector
from flask import Response, request
from flask_restx import Namespace, Resource
from pydantic import BaseModel, ConfigDict

from api.answers import answers
from api.encoding import json_response

Device = Literal["desktop", "mobile", "tablet", "tv", "bot", "other"]

DEVICES: dict[str, Device] = {
    "desktop": "desktop",
    "smartphone": "mobile",
    "feature phone": "mobile",
    "phablet": "mobile",
    "tablet": "tablet",
    "tv": "tv",
}
"""What the detector calls a device → what we call it; whatever is not here is 'other'."""

BROWSER = "browser"
LIBRARY = "library"
"""Kinds of client, as the detector calls them; a library (curl, wget) says nothing of a device."""

LOOKED_AT = 512
"""How many characters of the header are looked at: no real one is longer, and the work grows with it."""

REMEMBERED = 4000
"""How many headers each process remembers the answer for: one takes some 20 ms to work out."""

namespace = Namespace("client", "Who asks", path="/client")


class Client(BaseModel):
    """What a User-Agent header says; null where there is nothing."""

    model_config = ConfigDict(frozen=True)

    user_agent: str | None
    device: Device
    browser: str | None
    system: str | None


@namespace.route("/info")
class ClientInfo(Resource):
    """The client that asks."""

    @answers(namespace, {200: ("What the User-Agent header says.", Client)}, tagged=False)
    def get(self) -> Response:
        """Say what the client is, by its User-Agent header."""
        header = request.headers.get("User-Agent")
        sent = None if header is None else _as_sent(header)
        client = detect((sent or "")[:LOOKED_AT]).model_copy(update={"user_agent": sent})
        return json_response(client.model_dump(), headers={"Cache-Control": "no-store"})


def _as_sent(header: str) -> str:
    """Read a header's bytes as UTF-8 (WSGI gives them as Latin-1); bytes that are none become the sign for that."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")


@lru_cache(REMEMBERED)
def detect(user_agent: str) -> Client:
    """Work out what a User-Agent is; the first time in a process takes a second, for the detector's lists."""
    # Its own cache hands one mutable object to all threads.
    seen = DeviceDetector(user_agent, check_cache=False).parse()
    kind, device = str(seen.client_type()), str(seen.device_type())
    return Client(
        user_agent=user_agent,
        device="bot" if seen.is_bot() else "other" if kind == LIBRARY else DEVICES.get(device, "other"),
        browser=seen.client_name() if kind == BROWSER else None,
        system=seen.os_name() or None,
    )
