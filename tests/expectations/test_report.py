"""The report: one self-contained page that tells what was done, inert whatever stands in the data."""

import csv
import json
import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
from made_up_report import HOSTILE, run

from expectations.report import Section, write
from expectations.rows import neutral
from normalize.repairs import COLUMNS, RULES
from normalize.suspects import COLUMNS as SUSPECT_COLUMNS

SCHEMA = json.loads((files("expectations") / "result.schema.json").read_text(encoding="utf-8"))


class Page(HTMLParser):
    """A page's text and tags."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.words, self.parts = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag == "span":
            self.parts.append(("open", dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        """Keep the ends of spans, which a language is in."""
        if tag == "span":
            self.parts.append(("close", None))

    def handle_data(self, data):
        """Keep text."""
        self.words.append(data)
        self.parts.append(("text", data))


def english(page):
    """Give the page's text without its Russian half."""
    words, spans = [], []
    for kind, value in page.parts:
        if kind == "open":
            spans.append(value)
        elif kind == "close" and spans:
            spans.pop()
        elif kind == "text" and "ru" not in spans:
            words.append(value)
    return " ".join(" ".join(words).split()).replace(" ;", ";")


def test_the_page_says_verdict_reason_and_figures(tmp_path):
    """The verdict in both languages, what fails and how often, the reconciliation's numbers."""
    page = Page(write(run(), tmp_path, "en"))
    words = [
        "Failed", "Не пройдено", "Every film has a title", "У каждого фильма есть название",
        "would have been stored", "expect_column_values_to_not_be_null",
        "150", "(15.0 %)", "tt0000099", "1 200", "0.25",
    ]  # fmt: skip
    assert [word for word in words if word not in page.text] == []
    assert "tt0000100" not in page.text, "only the first hundred rows are shown"
    assert "the first 100 of 150; all are in failures.csv" in english(page)


def test_the_page_is_self_contained_and_inert(tmp_path):
    """No address outside, a policy that lets in its own style and script alone, by their hashes; data is text."""
    path = write(run(), tmp_path, "en")
    page, source = Page(path), path.read_text(encoding="utf-8")
    assert {tag for tag, _ in page.tags} & {"img", "link", "iframe", "form", "object"} == set()
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{}], "one script, and it is in the page"
    assert HOSTILE in page.text
    links = [value for _, attrs in page.tags for name, value in attrs.items() if name in ("href", "src")]
    assert [link for link in links if link.startswith(("http", "//", "data:"))] == []
    (policy,) = [a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    allowed = {
        tag: b64encode(sha256(re.search(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[1].encode()).digest()).decode()
        for tag in ("style", "script")
    }
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{allowed['style']}'; script-src 'sha256-{allowed['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert [attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)] == []


@pytest.mark.parametrize(("language", "other"), [("en", "ru"), ("ru", "en")])
def test_the_page_opens_in_the_language_that_was_asked_for(tmp_path, language, other):
    """Both languages are in the page; one radio button is checked."""
    page = Page(write(run(), tmp_path, language))
    checked = {attrs["id"]: "checked" in attrs for tag, attrs in page.tags if tag == "input"}
    assert checked == {language: True, other: False}


def test_result_json_has_the_same_figures(tmp_path):
    """For programs: verdict, source, counts and expectations."""
    result = json.loads((write(run(), tmp_path, "en").parent / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    assert (result["version"], result["verdict"], result["merges"], result["suspects"]) == (2, "failed", 1, 1)
    assert result["repairs"] == [{"rule": "sentinel", "outcome": "nothing", "rows": 120}]
    assert result["expectations"] == [
        {"kind": "store", "table": "movies", "type": "expect_column_values_to_not_be_null",
         "kwargs": {"column": "title"}, "severity": "critical", "passed": False, "checked": 1000, "failed": 150,
         "observed": None, "meta": {"en": "Every film has a title", "ru": "У каждого фильма есть название"}}
    ]  # fmt: skip
    assert result["reconciliation"][0]["refused"] == 100


def test_the_csv_files_have_every_row_and_open_in_a_spreadsheet(tmp_path):
    """A byte order mark, all rows, and nothing that is taken for a formula."""
    folder = write(run(), tmp_path, "en").parent
    with (folder / "repairs.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert (folder / "repairs.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows[0] == list(COLUMNS)
    assert rows[1:] == [["movies", "tt0000001", "plot", "'=1+1", "", "sentinel", "nothing"]] * 120
    with (folder / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        failures = list(csv.DictReader(file))
    assert [json.loads(row["row"])["imdb_id"] for row in failures] == [f"tt{n:07d}" for n in range(150)]


def test_formulas_are_neutralised_and_numbers_are_not():
    """A leading = + - @, tab or line end gets an apostrophe; a negative number is a number."""
    frame = pd.DataFrame({"text": ["=a", "+a", "-a", "@a", "\ta", "\ra", "a=", None], "number": [-1.5] * 8})
    made = neutral(frame)
    assert made["text"].tolist()[:7] == ["'=a", "'+a", "'-a", "'@a", "'\ta", "'\ra", "a="]
    assert made["number"].tolist() == [-1.5] * 8


def test_the_index_lists_the_runs_newest_first(tmp_path):
    """Each run with its verdict and a link; a draft is none."""
    write(run(), tmp_path, "en")
    write(run(id="20260103T000000Z-aaaaaa", started_at="2026-01-03T00:00:00Z", verdict="passed"), tmp_path, "en")
    (tmp_path / ".20260104T000000Z-bbbbbb.draft").mkdir()
    page = Page(tmp_path / "index.html")
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == [
        "20260103T000000Z-aaaaaa/report.html", "20260102T030405Z-abcdef/report.html",
    ]  # fmt: skip
    assert page.text.index("Passed") < page.text.index("Failed")
    assert "expectations failing" in page.text


def test_the_index_passes_over_what_is_no_report(tmp_path):
    """A draft left by a kill, a stranger's file, a broken one and another version: none is listed, none stops a run."""
    mine = write(run(), tmp_path, "en").parent
    for folder, text in {
        ".20260104T000000Z-bbbbbb.draft": (mine / "result.json").read_text(), "broken": "{", "list": "[]",
        "newer": '{"version": 99, "run": "newer"}', "moved": (mine / "result.json").read_text(),
    }.items():  # fmt: skip
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "result.json").write_text(text)
    write(run(id="20260105T000000Z-cccccc"), tmp_path, "en")
    page = Page(tmp_path / "index.html")
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a"] == [
        "20260105T000000Z-cccccc/report.html", "20260102T030405Z-abcdef/report.html",
    ]  # fmt: skip


def test_a_check_does_not_tell_of_a_load(tmp_path):
    """Nothing was loaded: no count of repairs, no sum that could add up, a dash in the index."""
    checked = run(
        reconciliation=pd.DataFrame(), results=(), verdict="passed", sha256="", size=0,
        repairs=pd.DataFrame(columns=list(COLUMNS)), suspects=pd.DataFrame(columns=list(SUSPECT_COLUMNS)),
        merges=pd.DataFrame(columns=["person_id", "name", "source", "source_id"]),
    )  # fmt: skip
    page = Page(write(checked, tmp_path, "en"))
    assert "nothing was loaded" in page.text
    assert [word for word in ("adds up", "repaired", "suspects to", "merged by name") if word in page.text] == []
    assert [attrs["id"] for tag, attrs in page.tags if tag == "h2"] == ["tables", "gate", "run"]
    assert Page(tmp_path / "index.html").text.count("–") == 6 + 2, "six figures; the sentence that explains the dash"


def test_rows_that_mostly_lets_fail_are_told(tmp_path):
    """An expectation that holds by its `mostly` still gives its count and its rows."""
    (result,) = run().results
    tolerated = replace(result, passed=True, kwargs={"column": "title", "mostly": 0.8})
    path = write(run(results=(tolerated,), verdict="passed"), tmp_path, "en")
    page = Page(path)
    assert [word for word in ("holds", "(15.0 %)", "tt0000099") if word not in page.text] == []
    assert len((path.parent / "failures.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + 150


def test_every_wide_table_has_a_name_that_is_there(tmp_path):
    """Each region that scrolls is named by a heading or a summary of the page, and ids stand once."""
    for path in (write(run(), tmp_path, "en"), tmp_path / "index.html"):
        tags = Page(path).tags
        ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
        regions = [attrs for tag, attrs in tags if tag == "div" and attrs.get("class") == "wide"]
        assert len(ids) == len(set(ids))
        assert {attrs.get("role") for attrs in regions} == {"region"}
        assert [attrs["aria-labelledby"] for attrs in regions if attrs["aria-labelledby"] not in ids] == []


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path):
    """No half of a report stays when its making fails."""
    broken = run(results=None)
    with pytest.raises(TypeError):
        write(broken, tmp_path, "en")
    assert list(tmp_path.iterdir()) == []


def test_every_rule_has_its_words_in_both_languages():
    """The report knows the rules that the steps know."""
    texts = json.loads((Path(__file__).parents[2] / "expectations" / "texts.json").read_text(encoding="utf-8"))
    assert set(texts["rules"]) == set(RULES)
    assert all(set(each) == {"en", "ru"} for group in texts.values() for each in group.values())


LIGHT = ["expectations.suites", "expectations.report", "expectations.gate", "normalize.rebuild", "index", "api"]


@pytest.mark.parametrize("module", LIGHT)
def test_great_expectations_is_imported_by_nobody_who_only_looks(module):
    """It takes seconds and hundreds of megabytes: only a gate that is made pays for it."""
    code = f"import sys, {module}; print('great_expectations' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout == "False\n"


def test_further_rows_have_their_section_and_their_file(tmp_path):
    """What another command has to tell is a section of the page and a CSV of its own."""
    rows = pd.DataFrame([("tt1", HOSTILE, None)], columns=["film", "said", "stands"])
    told = Section("disagreements", {"en": "Disagreements", "ru": "Разногласия"}, {"en": "Who", "ru": "Кто"}, rows)
    path = write(run(sections=(told,)), tmp_path, "en")
    page = Page(path)
    assert [word for word in ("Disagreements", "Разногласия", HOSTILE, "stands") if word not in page.text] == []
    assert ("h2", {"id": "s-disagreements"}) in page.tags
    written = (path.parent / "disagreements.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines()[1].startswith("tt1,")
    assert json.loads((path.parent / "result.json").read_text())["sections"] == {"disagreements": 1}


def test_a_page_is_bounded_whatever_there_is_to_show(tmp_path):
    """Many expectations with many long values: fewer of them are shown, and the page says where all are."""
    (result,) = run().results
    long = result.failing.assign(title="x" * 100_000)
    many = tuple(replace(result, failing=long, kwargs={"column": "title", "n": n}) for n in range(60))
    path = write(run(results=many), tmp_path, "en")
    assert path.stat().st_size < 2_000_000
    (shown, *_) = re.findall(r"the first (\d+) of 150; all are in failures\.csv", english(Page(path)))
    assert int(shown) < 100
    assert (path.parent / "failures.csv").stat().st_size > 60 * 150 * 100_000


def test_invisible_and_turning_characters_are_shown_by_their_numbers(tmp_path):
    """A right-to-left mark must not turn the page's own text around, and a blank that is none must be seen."""
    repair = ("movies", "1", "title", "a\u202eb\u200bc", "x" * 400, "unicode", "repaired")
    page = Page(write(run(repairs=pd.DataFrame([repair], columns=list(COLUMNS))), tmp_path, "en"))
    assert "a⟨202E⟩b⟨200B⟩c" in page.text
    assert "x" * 300 + "… (400)" in page.text


def test_old_reports_go_and_what_is_none_of_ours_stays(tmp_path):
    """Of the runs the newest so many are kept; a stranger's folder is not touched."""
    (tmp_path / "20000101T000000Z-mine").mkdir()
    for day in range(1, 6):
        write(run(id=f"2026010{day}T000000Z-aaaaaa"), tmp_path, "en", kept=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20000101T000000Z-mine", "20260104T000000Z-aaaaaa", "20260105T000000Z-aaaaaa", "index.html",
    ]  # fmt: skip
