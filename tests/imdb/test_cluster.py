"""A load that a Dask cluster reads: the same store as without, however many workers die while one is left."""

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from socket import socket

import pytest
from contents import contents
from dask_cluster import dask_cluster
from imdb_made import alternative, name, principal, small, title, write

import normalize
from normalize.errors import UnavailableError
from normalize.imdb import preflight
from normalize.imdb.cluster import Cluster
from normalize.imdb.files import NAMES
from normalize.imdb.loading import Loading
from normalize.imdb.people import people
from normalize.imdb.work import Way, Workers

PATIENCE = 60
FILMS = range(1, 120)


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Give a cluster of two workers."""
    with dask_cluster(tmp_path_factory.mktemp("dask")) as cluster:
        cluster.worker(), cluster.worker()
        yield cluster


@pytest.fixture
def cluster(tmp_path):
    """Give a cluster that may be broken, without workers."""
    folder = tmp_path / "dask"
    folder.mkdir()
    with dask_cluster(folder) as one:
        yield one


@pytest.fixture
def _small_blocks(monkeypatch):
    """Have small files cut into many blocks, of which the cluster is given each."""
    monkeypatch.setattr("normalize.imdb.work.SMALL", 0)
    monkeypatch.setattr("normalize.imdb.run.BLOCK", 2000)


def files(folder, *, points=9):
    """Write files of every kind, with defects among their lines; credits that do not stand together, too."""
    return write(
        folder,
        compressed=True,
        **small(
            title_basics=[title(n, f"Film {n}", year=None if n % 7 else "then") for n in FILMS] + [title(5, "Again")],
            title_ratings=[f"tt{n:07}\t{n % points}.5\t{n}" for n in FILMS],
            title_akas=[alternative(n, 1, f"Фильм {n}") for n in FILMS],
            name_basics=[name(n, f"Ann  Lee {n}") for n in FILMS],
            title_principals=[principal(n, m, m, "actor", characters='["Eve"]') for n in FILMS for m in (1, 2, 3, 300)]
            + [principal(1, 9, 4)],
        ),
    )


def stored(store):
    """Give all that a store holds, as SQLite has it, but for what is of one load, and for the queue."""
    return {
        table: [tuple(float(value) if isinstance(value, Decimal) else value for value in row) for row in rows]
        for table, rows in contents(store.url).items()
        if table not in {"load_runs", "index_changes", "schema"}
    }


@pytest.mark.usefixtures("_small_blocks")
def test_a_cluster_makes_the_same_store(store, make_store, two, tmp_path):
    """A first load and a second one by two workers leave, row for row, what loads by this process leave."""
    alone = make_store(f"sqlite:///{tmp_path}/alone.sqlite")
    said = []
    for folder in (files(tmp_path / "first"), files(tmp_path / "second", points=4)):
        for each, where in ((alone, ("--processes", "1")), (store, ("--scheduler", two.address))):
            said.append(each.load(folder, "--with", "people,titles", "--max-refused", "50", *where))
        assert stored(store) == stored(alone)
        assert store.queued() == alone.queued()
    assert [each["films"] for each in said] == [
        {"added": 119, "changed": 0, "gone": 0},
        {"added": 119, "changed": 0, "gone": 0},
        {"added": 0, "changed": 104, "gone": 0},
        {"added": 0, "changed": 104, "gone": 0},
    ]
    assert said[0]["repairs"] == said[1]["repairs"] > 100


@pytest.fixture
def names(tmp_path):
    """Give a checked file of names."""
    path = write(tmp_path / "names", name_basics=[name(n) for n in range(1, 2000)]) / "name.basics.tsv"
    return preflight.check(NAMES, path, "", lambda _lines: None)


def numbers(hands, file, after_first=lambda: None):
    """Take a file of names in blocks of a thousand bytes; gives the numbers of the people, in the order they come."""
    found = []
    for became in Workers(hands, 1000).run(file, Way(NAMES, people)):
        found += became.prints.numbers.tolist()
        if len(found) == len(became.prints.numbers):
            after_first()
    return found


@pytest.mark.usefixtures("_small_blocks")
def test_what_a_dead_worker_had_is_done_by_another(cluster, names):
    """A worker dies with blocks, and with what all blocks need; one that joins does its work: nothing is missing."""
    first = cluster.worker()

    def one_for_another():
        cluster.worker()
        first.kill()

    with Cluster(cluster.address, PATIENCE) as hands:
        assert numbers(hands, names, one_for_another) == list(range(1, 2000))


@pytest.mark.usefixtures("_small_blocks")
@pytest.mark.parametrize(("who", "why"), [("worker", "has no workers"), ("scheduler", "does not answer any more")])
def test_a_cluster_that_goes_leaves_the_old_store(sqlite_store, cluster, tmp_path, monkeypatch, who, why):
    """When all workers die under a load, or the scheduler does, it ends with 3 and says so; the store is as it was."""
    sqlite_store.load(files(tmp_path / "first"), "--max-refused", "50")
    before = contents(sqlite_store.url)
    dies = {"worker": cluster.worker(), "scheduler": cluster.scheduler}[who]
    stage = Loading._stage
    monkeypatch.setattr(Loading, "_stage", lambda self, each: (dies.kill(), stage(self, each)))
    monkeypatch.setenv("CONNECT_TIMEOUT", "3")
    newer = files(tmp_path / "second", points=4)
    ended = sqlite_store.fail(newer, "--max-refused", "50", "--scheduler", cluster.address)
    assert ended.status == 3
    assert why in ended.error
    assert cluster.address in ended.error
    assert contents(sqlite_store.url) == before


@pytest.mark.usefixtures("_small_blocks")
def test_a_block_that_kills_whoever_takes_it_is_named(cluster, names):
    """Workers that come again are not given it for ever."""
    cluster.worker("--nanny")

    def kills(_lines, _exclude):
        os._exit(1)

    with Cluster(cluster.address, PATIENCE) as hands, pytest.raises(UnavailableError, match="begins at line 2,"):
        list(Workers(hands, 1_000_000).run(names, Way(NAMES, kills)))


def test_a_scheduler_that_is_not_there_is_told_in_one_line(sqlite_store, tmp_path, monkeypatch):
    """It ends with 3 before the files are read."""
    monkeypatch.setenv("CONNECT_TIMEOUT", "2")
    with socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        ended = sqlite_store.fail(files(tmp_path / "files"), "--scheduler", address)
    assert ended.status == 3
    assert ended.error == (
        f"error: --scheduler: no Dask scheduler answers at {address} within 2 s; start it with dask scheduler, or name "
        "another address."
    )


def test_a_cluster_without_workers_is_told_so(sqlite_store, cluster, tmp_path, monkeypatch):
    """It ends with 3, after CONNECT_TIMEOUT."""
    monkeypatch.setenv("CONNECT_TIMEOUT", "2")
    ended = sqlite_store.fail(files(tmp_path / "files"), "--scheduler", cluster.address)
    assert (ended.status, "has no workers, after 2 s" in ended.error) == (3, True), ended.error


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--scheduler", "tcp://127.0.0.1"], "missing port number in address '127.0.0.1'; say tcp://HOST:PORT"),
        (["--scheduler", "ftp://127.0.0.1:1"], "unknown address scheme 'ftp'"),
        (["--scheduler", "tcp://127.0.0.1:1", "--processes", "2"], "--scheduler has the workers of a cluster read"),
    ],
)
def test_an_address_that_is_none_is_refused(sqlite_store, tmp_path, options, error):
    """It ends with 2, and names it."""
    ended = sqlite_store.fail(files(tmp_path / "files"), *options)
    assert (ended.status, error in ended.error) == (2, True), ended.error


@pytest.mark.parametrize("there", ['__version__ = "0.0.9"', ""], ids=["another version", "something else of this name"])
def test_workers_of_another_version_are_refused(sqlite_store, cluster, tmp_path, there):
    """Else they could make other rows of the same lines; what is to be installed is said."""
    other = tmp_path / "other" / "normalize"
    shutil.copytree(Path(normalize.__file__).parent, other)
    (other / "__init__.py").write_text(there or "")
    if not there:
        shutil.rmtree(other / "imdb")
    cluster.worker(beside=other.parent)
    ended = sqlite_store.fail(files(tmp_path / "files"), "--scheduler", cluster.address)
    assert ended.status == 2
    assert f"has not kinobase {normalize.__version__} but " in ended.error
    assert "pip install 'kinobase[dask]'" in ended.error


def test_without_the_extra_the_command_says_what_to_install(sqlite_store, tmp_path, monkeypatch):
    """Nobody needs Dask who names no scheduler."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    ended = sqlite_store.fail(files(tmp_path / "files"), "--scheduler", "tcp://127.0.0.1:1")
    assert ended.status == 2
    assert ended.error == "error: --scheduler needs Dask, which is not installed: pip install 'kinobase[dask]'"


def test_who_names_no_scheduler_does_not_wait_for_dask():
    """The command imports it when it is asked for, and not before."""
    asked = "import sys, normalize.__main__, normalize.imdb.command; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
