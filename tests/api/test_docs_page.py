"""/docs in a real browser: every request opens, its examples are shown, and nothing sticks out of the screen."""

import pytest
from servers import PATIENCE, serving

WIDTHS = (1280, 360)
"""A desk's screen and a telephone's, in pixels."""


@pytest.fixture(scope="module")
def docs(whole):
    """Give the address of the page on a running server."""
    with serving(whole) as url:
        yield f"{url}/docs"


@pytest.mark.parametrize("width", WIDTHS)
def test_every_request_opens_and_shows_its_examples(browser, docs, width):
    """No script fails, nothing is asked of another host, no sideways scrolling; a true example in each answer."""
    said, asked = [], set()
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(PATIENCE * 1000)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.partition("://")[2].partition("/")[0]))
    page.goto(docs)
    page.wait_for_selector(".opblock")
    controls = page.locator(".opblock-summary-control")
    for number in range(controls.count()):
        controls.nth(number).click()
        page.locator(".opblock").nth(number).locator(".responses-wrapper").wait_for()
    assert controls.count() == 11
    text = page.locator("#swagger-ui").inner_text()
    for example in ("Возвращение джедая", "100 per 1 hour", "Новая ёлка"):
        assert example in text
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (said, len(asked - {""})) == ([], 1)
    page.close()
