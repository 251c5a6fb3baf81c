"""The generator of IMDb's files at scale: form, proportions, oddities, one seed the same files; and its benchmark."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from normalize.imdb import files

GENERATOR = Path(__file__).parent.parent / "benchmarks" / "imdb_at_scale.py"
TITLES = 20_000
NOTHING = files.NOTHING


def generate(folder, *more, titles=TITLES):
    """Make the files and give the rows of each, without its header."""
    subprocess.run([sys.executable, GENERATOR, f"--titles={titles}", f"--out={folder}", *more], check=True)
    return {each.name: lines(folder, each)[1:] for each in files.DATA_SETS}


def lines(folder, data_set):
    """Give the fields of each line of a file."""
    text = gzip.decompress((folder / f"{data_set.name}.tsv.gz").read_bytes()).decode("utf-8-sig")
    return [line.removesuffix("\r").split("\t") for line in text.removesuffix("\n").split("\n")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the files of a day are."""
    return tmp_path_factory.mktemp("imdb") / "first"


@pytest.fixture(scope="module")
def made(folder):
    """The rows of the files of a day."""
    return generate(folder)


def test_headers_are_those_of_the_files(made, folder):
    """Each file begins with its header, one of them with a byte order mark; CRLF stands beside LF."""
    assert [lines(folder, each)[0] for each in files.DATA_SETS] == [list(each.header) for each in files.DATA_SETS]
    plain = [gzip.decompress((folder / f"{each.name}.tsv.gz").read_bytes()) for each in files.DATA_SETS]
    assert sum(each.startswith(b"\xef\xbb\xbf") for each in plain) == 1
    for each in plain:
        assert each.count(b"\r\n") == pytest.approx(each.count(b"\n") / 100, rel=0.5)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("title.basics", 11e6),
        ("title.ratings", 1.5e6),
        ("title.akas", 50e6),
        ("title.principals", 90e6),
        ("title.crew", 11e6),
        ("title.episode", 8.5e6),
        ("name.basics", 14e6),
    ],
)
def test_proportions_are_those_of_the_real_files(made, name, full):
    """Each file has, within a tenth, its share of the rows that the real one has for 11 million titles."""
    assert len(made[name]) == pytest.approx(full * TITLES / 11e6, rel=0.1)


def test_films_are_six_of_a_hundred_titles(made):
    """0.7 of 11 million titles are films."""
    types = Counter(row[1] for row in made["title.basics"])
    assert types["movie"] == pytest.approx(0.7 / 11 * TITLES, rel=0.1)
    assert types.keys() <= set(files.TITLE_TYPES)


def test_each_oddity_of_the_real_files_is_there(made):
    """What a loader has to bear: each of it at least once."""
    basics, people = made["title.basics"], {row[0] for row in made["name.basics"]}
    whole = [row for row in basics if len(row) == 9]
    sizes = {len(row) for row in basics}
    assert sizes == {8, 9, 10}  # a field too few, a tab inside the title
    assert len({row[0] for row in basics}) < len(basics)
    assert len(people) < len(made["name.basics"])
    assert {"NA", "None", "nan", 'An Open "Quote', NOTHING} <= {row[2] for row in whole}
    assert {"3021", "c1950", NOTHING} <= {row[5] for row in whole}
    assert {"0", "1", NOTHING} == {row[4] for row in whole}
    assert "Reality-TV" in {row[7] for row in whole}
    assert "11.0" in {row[1] for row in made["title.ratings"]}
    assert NOTHING in {row[7] for row in made["title.akas"]}
    assert NOTHING in {row[1] for row in made["name.basics"]}
    writers = [row[2].split(",") for row in made["title.crew"]]
    assert max(map(len, writers)) == 511
    assert not {nconst for row in writers for nconst in row} <= people
    ids = {row[0] for row in whole}
    assert sum(row[0] in ids for row in made["title.principals"]) > 0.99 * len(made["title.principals"])
    credits_of_a_film = Counter((row[0], row[2]) for row in made["title.principals"])
    assert max(credits_of_a_film.values()) > 1


def test_the_next_day_differs_by_one_of_a_hundred_rows(made, tmp_path):
    """Titles and people come, go and change: each file's rows to 1 %, and some more that came or went."""
    after = generate(tmp_path / "next", "--next")
    for name, rows in made.items():
        before, now = (Counter(map(tuple, each)) for each in (rows, after[name]))
        assert 0 < (now - before).total() < 0.02 * len(rows)
        assert 0 < (before - now).total() < 0.02 * len(rows)
    titles, now = ({row[0] for row in each["title.basics"]} for each in (made, after))
    assert titles - now
    assert now - titles
    names, names_now = ({row[0]: row[1] for row in each["name.basics"]} for each in (made, after))
    renamed = [nconst for nconst in names.keys() & names_now.keys() if names[nconst] != names_now[nconst]]
    assert len(renamed) == pytest.approx(len(names) / 100, rel=0.2)


def test_the_seed_decides_the_files(tmp_path):
    """The same seed gives the same bytes, another one others; every title is a film if that is asked."""
    one = generate(tmp_path / "a", "--films-only", titles=100)
    generate(tmp_path / "b", "--films-only", titles=100)
    for each in sorted((tmp_path / "a").iterdir()):
        assert (tmp_path / "b" / each.name).read_bytes() == each.read_bytes()
    assert generate(tmp_path / "c", "--films-only", "--seed=2", titles=100) != one
    assert {row[1] for row in one["title.basics"] if len(row) == 9} == {"movie"}


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_the_benchmark_measures_each_database(tmp_path, database):
    """`imdb.py` runs to its end on a few films, and its file has every figure."""
    file = tmp_path / "imdb.json"
    command = [sys.executable, GENERATOR.with_name("imdb.py"), "--titles=300", f"--on={database}", f"--json={file}"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    said = json.loads(file.read_text())
    more = {"postgresql": "pandas", "sqlite": "first load, with keys"}
    wanted = {"first load", "second load", "peak of memory", more[database]}
    assert (said["benchmark"], said["failed"]) == (f"IMDb, {database}", None)
    assert {each["name"] for each in said["measures"]} == {f"{database}: {name}" for name in wanted}
    assert all(each["value"] > 0 and each["size"] == 300 for each in said["measures"])
