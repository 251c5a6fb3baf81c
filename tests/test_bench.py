"""All benchmarks in one run, and the page that is made of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BENCHMARKS, DOCS = ROOT / "benchmarks", ROOT / "docs"
RUN = {
    "date": "2026-11-21 17:00 UTC",
    "size": 1,
    "machine": {"processor": "a made-up one, 2 cores"},
    "versions": {"Kinobase": "0.1.0", "Python": "3.11"},
    "benchmarks": [
        {
            "key": "index",
            "date": "2026-11-21 17:00 UTC",
            "seconds": 90,
            "load": 0.3,
            "benchmark": "the index",
            "failed": None,
            "measures": [
                {"name": "full build", "value": 0.5, "unit": "times", "size": 2000, "goal": 0.7, "at": "least",
                 "against": "bare tantivy", "note": "1 of 2 s", "reached": False},
                {"name": "memory", "value": 90.0, "unit": "MB", "size": 2000, "goal": 400, "at": "most",
                 "against": "", "note": "", "reached": True},
            ],
        },
        {"key": "api", "date": "2026-11-21 17:02 UTC", "seconds": 5, "load": 0.9, "benchmark": "api",
         "failed": "error: no wrk", "measures": []},
        {
            "key": "grown",
            "date": "2026-11-21 17:03 UTC",
            "seconds": 30,
            "load": 1.1,
            "benchmark": "how it grows",
            "failed": None,
            "measures": [
                {"name": "rebuild", "value": value, "unit": "s", "size": size, "goal": None, "at": None,
                 "against": "", "note": "", "reached": None}
                for value, size in ((5.0, 1000), (20.0, 10_000))
            ],
        },
    ],
}  # fmt: skip
PAGE = """
## Where and when

| what | |
| --- | --- |
| date | 2026-11-21 17:00 UTC to 2026-11-21 17:03 UTC, 2 minutes in all |
| processor | a made-up one, 2 cores |
| versions | Kinobase 0.1.0, Python 3.11 |
| load before each benchmark | 0.3 to 1.1, of what the one before it did, too |

## Goals: 1 of 2 reached

| benchmark | measure | films | value | goal | reached |
| --- | --- | ---: | ---: | ---: | --- |
| the index | full build | 2,000 | 0.50 times | at least 0.70 | **no** |
| the index | memory | 2,000 | 90 MB | at most 400 | yes |
| api | failed: error: no wrk | | | | |

## The index

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="performance/index-dark.svg">
  <img alt="Each figure of the table below, with its goal" src="performance/index.svg">
</picture>

| measure | films | value | goal | reached | against, and the figures |
| --- | ---: | ---: | ---: | --- | --- |
| full build | 2,000 | 0.50 times | at least 0.70 | **no** | bare tantivy; 1 of 2 s |
| memory | 2,000 | 90 MB | at most 400 | yes |  |

## How it grows

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="performance/grown-dark.svg">
  <img alt="Each figure of the table below, with its goal" src="performance/grown.svg">
</picture>

| measure | unit | 1,000 films | 10,000 films |
| --- | --- | ---: | ---: |
| rebuild | s | 5 | 20 |
"""


def made(run: Path, docs: Path) -> str:
    """Make the page and its pictures of a run, in a folder."""
    subprocess.run([sys.executable, BENCHMARKS / "performance.py", run, f"--docs={docs}"], check=True)
    return (docs / "performance.md").read_text(encoding="utf-8")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of benchmarks, one of which failed."""
    file = tmp_path / "run.json"
    file.write_text(json.dumps(RUN), encoding="utf-8")
    return file


def test_the_page_says_all_that_was_measured_and_what_failed(run: Path, tmp_path: Path) -> None:
    """Machine, versions and date; each goal and its verdict; each figure; the failure by name."""
    head, mark, page = made(run, tmp_path / "docs").partition("## Where and when\n")
    assert head.startswith("# Performance\n")
    assert mark + page == PAGE.removeprefix("\n")
    assert json.loads((tmp_path / "docs" / "performance" / "run.json").read_text()) == RUN


def test_each_benchmark_has_a_picture_for_light_and_dark_pages(run: Path, tmp_path: Path) -> None:
    """Those that measured something; a picture says in words what it shows; one of an older run goes."""
    pictures = tmp_path / "docs" / "performance"
    pictures.mkdir(parents=True)
    (pictures / "old.svg").touch()
    made(run, tmp_path / "docs")
    assert sorted(each.name for each in pictures.glob("*.svg")) == [
        "grown-dark.svg", "grown.svg", "index-dark.svg", "index.svg",
    ]  # fmt: skip
    for name in ("index", "index-dark"):
        text = (pictures / f"{name}.svg").read_text(encoding="utf-8")
        assert "full build, 2,000 films: 0.50 times; memory, 2,000 films: 90 MB" in text


def test_a_benchmark_that_fails_is_named_and_hides_no_other(tmp_path: Path) -> None:
    """The embedded index is measured though the other cannot be: no program lies on the path, so no mvn either.

    Where one is run again, the file keeps what it has of the other.
    """
    words = [sys.executable, BENCHMARKS / "bench.py", "--size=0.005", f"--out={tmp_path}"]
    asked = [*words, "--only", "index-elasticsearch", "index-embedded"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEST_")}
    done = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment | {"PATH": ""})
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "FAILED: index-elasticsearch")
    assert "FAILED: error: the benchmark needs an Elasticsearch" in done.stdout
    said = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    measured, failed = said["benchmarks"]
    assert (failed["key"], failed["measures"]) == ("index-elasticsearch", [])
    assert (measured["key"], measured["failed"]) == ("index-embedded", None)
    assert {each["size"] for each in measured["measures"]} == {100}
    assert {"full build", "commit to findable"} <= {each["name"] for each in measured["measures"]}
    assert {"Kinobase", "Python", "PostgreSQL"} <= said["versions"].keys()
    again = [*words, "--only", "index-elasticsearch"]
    subprocess.run(again, capture_output=True, check=False, env=environment | {"PATH": ""})
    said = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert [each["key"] for each in said["benchmarks"]] == ["index-embedded", "index-elasticsearch"]
    assert said["benchmarks"][0] == measured


def test_a_part_of_the_curves_that_fails_is_named_and_loses_no_other(tmp_path: Path) -> None:
    """Nobody listens on this Elasticsearch's port; what the embedded index takes is in the file all the same."""
    told = tmp_path / "curves.json"
    words = [sys.executable, BENCHMARKS / "curves.py", "--films=40", "--parts", "Elasticsearch", "embedded"]
    environment = os.environ | {"TEST_ELASTICSEARCH_URL": "http://127.0.0.1:9", "INDEX_ATTEMPTS": "1"}
    done = subprocess.run([*words, f"--json={told}"], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert "FAILED: Elasticsearch of 40 films: " in done.stderr
    said = json.loads(told.read_text(encoding="utf-8"))
    assert {(each["name"], each["size"]) for each in said["measures"]} >= {("index, embedded", 40)}
    assert not [each for each in said["measures"] if "Elasticsearch" in each["name"]]


def test_the_page_is_what_the_kept_run_gives(tmp_path: Path) -> None:
    """docs/performance.md and its pictures' words are those of docs/performance/run.json: run make performance."""
    assert made(DOCS / "performance" / "run.json", tmp_path) == (DOCS / "performance.md").read_text(encoding="utf-8")
    now, kept = (
        {each.name: described(each) for each in (docs / "performance").glob("*.svg")} for docs in (tmp_path, DOCS)
    )
    assert kept == now


def described(picture: Path) -> list[str]:
    """Give what a picture says of itself; how it is drawn differs with the version of what draws it."""
    return re.findall(r"<dc:description>(.*?)</dc:description>", picture.read_text(encoding="utf-8"))
