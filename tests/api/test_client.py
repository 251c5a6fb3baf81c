"""GET /client/info: any client is served and told what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import create_app

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"

KNOWN = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36": ("desktop", "Chrome", "Windows"),
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} YaBrowser/24.6.0.0 Safari/537.36": (
        "desktop",
        "Yandex Browser",
        "Windows",
    ),
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Safari/605.1.15": ("desktop", "Safari", "Mac"),
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": ("desktop", "Firefox", "GNU/Linux"),
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1": (
        "mobile",
        "Mobile Safari",
        "iOS",
    ),
    f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {SAFARI} Mobile/15E148 Safari/604.1": (
        "tablet",
        "Mobile Safari",
        "iPadOS",
    ),
    f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36": ("mobile", "Chrome Mobile", "Android"),
    f"Mozilla/5.0 (Linux; Android 13; SM-X906C) {CHROME} Safari/537.36": ("tablet", "Chrome", "Android"),
    f"Mozilla/5.0 (Web0S; Linux/SmartTV) {CHROME} Safari/537.36 WebAppManager": ("tv", "Chrome", "webOS"),
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 2.4.0) AppleWebkit/538.1 SamsungBrowser/1.1 TV Safari/538.1": (
        "tv",
        "Samsung Browser",
        "Tizen",
    ),
    "AppleTV11,1/11.1": ("tv", None, "tvOS"),
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": ("bot", None, None),
    "curl/8.5.0": ("other", None, None),
    "Wget/1.21.4": ("other", None, None),
    "Kettle/1.0 (Smart Kettle; like Toaster)": ("other", None, None),
    "Mozilla/5.0 (PlayStation; PlayStation 5/6.00) AppleWebKit/605.1.15 Version/15.4 Safari/605.1.15": (
        "other",
        "NetFront",
        "PlayStation",
    ),
    "": ("other", None, None),
}
"""User-Agent → device, browser, system."""


@pytest.mark.parametrize("user_agent", KNOWN)
def test_what_a_client_is(client, user_agent):
    """Desktops, telephones, tablets, television sets, robots and kettles are told apart."""
    answer = client.get("/client/info", headers={"User-Agent": user_agent})
    device, browser, system = KNOWN[user_agent]
    assert (answer.status_code, answer.json) == (
        200,
        {"user_agent": user_agent, "device": device, "browser": browser, "system": system},
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_client_without_a_user_agent_is_served(client):
    """No header at all is null."""
    answer = client.get("/client/info", environ_overrides={"HTTP_USER_AGENT": None})
    assert answer.json == {"user_agent": None, "device": "other", "browser": None, "system": None}


def test_the_header_comes_back_whole(client):
    """A very long header is given back whole, though only its beginning is looked at."""
    sent = "Mozilla/5.0 (Windows NT 10.0) " + "x" * 8000
    answer = client.get("/client/info", headers={"User-Agent": sent})
    assert answer.json == {"user_agent": sent, "device": "desktop", "browser": None, "system": "Windows"}


@pytest.mark.parametrize(
    ("sent", "shown"), [("Чайник/1.0".encode(), "Чайник/1.0"), (b"\xff\xfe kettle", "\ufffd\ufffd kettle")]
)
def test_a_header_is_read_as_utf_8(client, sent, shown):
    """Bytes beyond ASCII are UTF-8; those that are not become the sign for that."""
    answer = client.get("/client/info", environ_overrides={"HTTP_USER_AGENT": sent.decode("latin-1")})
    assert answer.json["user_agent"] == shown


@pytest.fixture(scope="module")
def asked(whole):
    """Give a function that asks with a header and gives the status; one app for all examples."""
    client = create_app(whole).test_client()
    return lambda header: client.get("/client/info", environ_overrides={"HTTP_USER_AGENT": header}).status_code


@given(header=st.text(st.characters(max_codepoint=255), max_size=600))
def test_any_header_is_served(asked, header):
    """Whatever bytes a client sends as its name, it is served."""
    assert asked(header) == 200
