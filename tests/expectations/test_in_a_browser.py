"""The report of the real database in Chromium, opened from disk without a network: what an analyst sees and does."""

import importlib
import json
import re
import sqlite3
import warnings
from contextlib import closing, contextmanager
from importlib.resources import files

import jsonschema
import pytest
from alembic.config import main as alembic
from axe_playwright_python.sync_playwright import Axe
from made_up import film, legacy_database
from playwright.sync_api import expect

from normalize.settings import Settings

HOSTILE = '<script>document.title="broken"</script><img src=x onerror=alert(1)>'


def rebuild(folder, legacy, config, times=1):
    """Rebuild a legacy file `times` times over; gives the store and the newest report's page."""
    store = folder / "films.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        patch.setenv("DATABASE_URL", f"sqlite:///{store}")
        patch.setenv("LEGACY_DATABASE", str(legacy))
        patch.setenv("REPORTS_PATH", str(folder / "reports"))
        for _ in range(times):
            alembic(argv=["-c", str(config.rootpath / "alembic.ini"), "-x", "dry-run=yes", "upgrade", "head"])
        alembic(argv=["-c", str(config.rootpath / "alembic.ini"), "upgrade", "head"])
    return store, max((folder / "reports").glob("*/report.html"))


@pytest.fixture(scope="module")
def real(legacy_file, tmp_path_factory, request):
    """Rebuild the real database."""
    return rebuild(tmp_path_factory.mktemp("real"), legacy_file, request.config)


@contextmanager
def opened(browser, path, width=1280, scheme="light", **more):
    """Open a page from disk, offline; whatever it complains of, or asks a network for, is a failure."""
    said = []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True, reduced_motion="reduce", **more
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: said.append(asked.url) if not asked.url.startswith("file:") else None)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert said == [], "the page complained, broke its own policy or asked a network"


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("report", 1280, "dark"), ("report", 360, "light"), ("index", 360, "light")]
)
def test_nobody_is_kept_out(browser, real, name, width, scheme):
    """axe-core finds nothing, in either language, light and dark, also at 360 px, where nothing sticks out."""
    path = real[1] if name == "report" else real[1].parents[1] / "index.html"
    with opened(browser, path, width, scheme) as page:
        for language in ("en", "ru"):
            page.check(f"#{language}")
            found = Axe().run(page)
            assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_beside_the_page_is_what_tools_read(real):
    """result.json is of its schema; Great Expectations loads its own results and finds its own verdicts."""
    folder = real[1].parent
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    jsonschema.validate(result, json.loads((files("expectations") / "result.schema.json").read_text(encoding="utf-8")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what its own dependencies do
        validation = importlib.import_module("great_expectations.core.expectation_validation_result")
    loaded = {
        path.stem: validation.expectationSuiteValidationResultSchema.load(json.loads(path.read_text(encoding="utf-8")))
        for path in (folder / "validations").glob("*.json")
    }
    held = {f"{kind}.{table}" for kind, table in {(each["kind"], each["table"]) for each in result["expectations"]}}
    assert set(loaded) == held
    assert [len(loaded[name].results) for name in sorted(loaded)] == [
        sum(f"{each['kind']}.{each['table']}" == name for each in result["expectations"]) for name in sorted(loaded)
    ]
    plots = [each for each in loaded["raw.legacy_movies"].results if each.expectation_config.kwargs["column"] == "plot"]
    assert [each.result["unexpected_count"] for each in plots if not each.success] == [249]
    assert loaded["store.movies"].success


def test_every_section_is_there(browser, real):
    """All that an analyst asks for, in this order, of the real database."""
    with opened(browser, real[1]) as page:
        assert [head.get_attribute("id") for head in page.locator("h2").all()] == [
            "reconciliation", "flows", "tables", "gate", "dirt", "repairs", "suspects", "merges", "distributions",
            "run",
        ]  # fmt: skip
        assert page.locator(".verdict").inner_text().startswith("Passed")
        assert page.locator(".plot svg rect").count() > 50
        assert real[1].stat().st_size < 2_000_000


def test_the_numbers_in_the_page_are_those_of_the_store(browser, real):
    """Each table's rows, each kind's sum and each rule's count, computed by SQL on the store and read off the page."""
    store, path = real
    with closing(sqlite3.connect(store)) as connection, opened(browser, path) as page:
        ask = lambda query: connection.execute(query).fetchall()  # noqa: E731 - only this test's
        number = lambda text: int(re.sub(r"\D", "", text))  # noqa: E731 - the same
        tables = [
            row.all_inner_texts()
            for row in (each.locator("th, td") for each in page.locator("table[aria-labelledby=tables] tbody tr").all())
        ]
        assert [(name, number(after)) for name, _, after in tables] == [
            (name, ask(f"SELECT count(*) FROM {name}")[0][0]) for name, _, _ in tables
        ]
        rules = dict(ask("SELECT rule, count(*) FROM repairs GROUP BY rule"))
        groups = page.locator("section:has(#repairs) > details > summary").all()
        assert {
            group.locator("code").inner_text(): number(group.locator("b").inner_text()) for group in groups
        } == rules
        kinds = page.locator("table[aria-labelledby=reconciliation] tbody tr").all()
        sums = {
            row.locator("th").inner_text(): [number(cell) for cell in row.locator("td.n").all_inner_texts()]
            for row in kinds
        }
        stored = {
            "films": "movies", "genres": "movie_genres", "directors": "movie_directors", "writers": "movie_writers",
            "actors": "movie_actors", "people": "people",
        }  # fmt: skip
        for kind, table in stored.items():
            assert sums[kind][1] == ask(f"SELECT count(*) FROM {table}")[0][0]
        assert sums["descriptions"][1] == ask("SELECT count(description) FROM movies")[0][0]
        assert sums["ratings"][1] == ask("SELECT count(imdb_rating) FROM movies")[0][0]
        for source, kept, nothing, duplicates, refused, _, unaccounted in sums.values():
            assert (source, unaccounted) == (kept + nothing + duplicates + refused, 0)
        outcomes = dict(ask("SELECT outcome, count(*) FROM repairs GROUP BY outcome"))
        assert [
            number(each) for each in page.locator(".figures li:nth-child(n+3):nth-child(-n+6) b").all_inner_texts()
        ] == [outcomes.get(name, 0) for name in ("repaired", "nothing", "duplicate", "refused")]


def test_rows_are_found_by_their_words(browser, real):
    """A search leaves the rows that have it, opens their groups, puts the others away, and can be taken back."""
    with opened(browser, real[1]) as page:
        section = page.locator("section:has(#repairs)")
        groups = section.locator("details")
        closed = groups.count()
        section.locator("input[type=search]").fill("co-director")
        expect(section.locator("[role=status]")).not_to_be_empty()
        assert section.locator("details:visible").count() < closed
        rows = section.locator("tbody tr:visible")
        assert rows.count() > 0
        assert {"co-director" in text.lower() for text in rows.all_inner_texts()} == {True}
        section.locator("input[type=search]").fill("")
        expect(section.locator("[role=status]")).to_be_empty()
        assert (section.locator("details:visible").count(), section.locator("details[open]").count()) == (closed, 0)


def test_a_head_sorts_by_click_and_by_key(browser, real):
    """Ascending first, then descending; numbers as numbers; said to screen readers."""
    with opened(browser, real[1]) as page:
        head = page.locator("table[aria-labelledby=tables] thead th").nth(2)
        cells = page.locator("table[aria-labelledby=tables] tbody td:nth-child(3)")
        read = lambda: [int(re.sub(r"\D", "", text)) for text in cells.all_inner_texts()]  # noqa: E731 - only here
        head.locator("button").click()
        assert (read(), head.get_attribute("aria-sort")) == (sorted(read()), "ascending")
        head.locator("button").press("Enter")
        assert (read(), head.get_attribute("aria-sort")) == (sorted(read(), reverse=True), "descending")


def test_the_language_is_switched_without_leaving_the_page(browser, real):
    """One language is seen at a time, and the page says which it is in."""
    with opened(browser, real[1]) as page:
        assert page.locator("h1").inner_text() == "Data-quality report"
        page.locator("#en").focus()
        page.keyboard.press("ArrowRight")
        assert page.locator("h1").inner_text() == "Отчёт о качестве данных"
        assert page.locator("html").get_attribute("lang") == "ru"


def test_without_a_script_everything_is_there(browser, real):
    """Readable without JavaScript: both languages, all rows behind their heads, no search that does nothing."""
    with opened(browser, real[1], java_script_enabled=False) as page:
        assert page.locator("input[type=search]").count() == 0
        page.locator("section:has(#repairs) summary").first.click()
        assert page.locator("section:has(#repairs) tbody tr:visible").count() == 100
        page.check("#ru")
        assert page.locator("h1").inner_text() == "Отчёт о качестве данных"


def test_it_prints(browser, real):
    """On paper: the figures, without what can only be clicked; light, also from a dark screen, and none cut off."""
    with opened(browser, real[1], width=760, scheme="dark") as page:
        page.emulate_media(media="print")
        card = page.locator(".figures li").first
        assert card.evaluate("card => getComputedStyle(card).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("document.documentElement.scrollWidth") <= 760
        assert page.locator(".languages").is_hidden()
        assert page.locator(".search").first.is_hidden()
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_hostile_database_renders_inert(browser, tmp_path, request):
    """Markup, formulas, turned text and a megabyte in one value: text, all of it, in a page that stays small."""
    legacy = legacy_database(
        tmp_path / "legacy.sqlite",
        films=[
            film(1, title=HOSTILE, plot=" " + "x" * 1_000_000, director=f"{HOSTILE} (co-director)"),
            film(2, title="=cmd|' /C calc'!A0", director="\u202egnirts(note)", plot="  \u200f\u202ex "),
        ],
        actors=[(1, HOSTILE), (2, HOSTILE)],
        links=[("tt0000001", "1"), ("tt0000001", "2"), ("tt0000009", HOSTILE)],
    )
    _, path = rebuild(tmp_path, legacy, request.config)
    with opened(browser, path) as page:
        assert page.title() == "Kinobase: passed, " + page.locator("time").inner_text()
        assert page.locator("img").count() == 0
        page.evaluate("document.querySelectorAll('details').forEach((group) => { group.open = true; })")
        shown = page.locator("main").inner_text()
        assert [text for text in (HOSTILE, "=cmd|' /C calc'!A0", "⟨202E⟩", "(1,000,001)") if text not in shown] == []
    assert path.stat().st_size < 500_000
