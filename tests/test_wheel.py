"""The wheel: everything of the tree's packages is in it, and installed it does the whole job from an empty folder."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from configparser import ConfigParser
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from processes import environment

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "expectations", "index", "migrations", "normalize")
NEEDED = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build a wheel as `make dist` does, by way of a source archive, of a copy of the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NEEDED:
        shutil.copy(ROOT / name, tree)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, tree]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Install the wheel alone into a new environment that finds its dependencies in ours; give its Python."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(place)}))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages, wheel]
    subprocess.run([*command, "--disable-pip-version-check"], check=True)
    # A line of a .pth file is a folder to look in; .pth files in there are not read, so the tree itself is not seen.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return place / "bin" / "python"


@pytest.fixture(scope="module")
def rebuilt(python, tmp_path_factory):
    """Rebuild the sample and index it with the installed packages, in an empty folder; give the folder."""
    legacy = tmp_path_factory.mktemp("legacy") / "legacy.sqlite"
    subprocess.run([sys.executable, ROOT / "examples" / "build.py", legacy], check=True, stdout=subprocess.DEVNULL)
    folder = tmp_path_factory.mktemp("empty folder")
    done = run(python, folder, "migrations", "upgrade", "head", LEGACY_DATABASE=legacy)
    assert done.returncode == 0, done.stderr
    synced = run(python, folder, "index", "sync", "--json")
    assert (synced.returncode, json.loads(synced.stdout)) == (0, {"put": 68, "gone": 0, "parked": []}), synced.stderr
    return folder, legacy


def run(python, folder, *command, **settings):
    """Run `python -m …` of the installed packages in a folder."""
    return subprocess.run(
        [python, "-m", *command],
        cwd=folder, env=environment(settings), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_file_of_the_packages_is_in_the_wheel(wheel):
    """Revisions, suites, templates and texts too; and nothing else."""
    with ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    assert inside == {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_setup_cfg_names_each_package():
    """Each folder with an __init__.py is a package of setup.cfg, so that a new one is not left out."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    there = {path.parent.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("__init__.py")}
    assert set(setup["options"]["packages"].split()) == {".".join(path.parts) for path in there}


def test_the_installed_packages_are_those_of_the_wheel(python, tmp_path):
    """The tests below look at what was installed, not at the tree."""
    code = f"import {', '.join(PACKAGES)}; print(*(room.__file__ for room in ({', '.join(PACKAGES)})), sep='\\n')"
    told = subprocess.run(
        [python, "-c", code], cwd=tmp_path, env=environment({}), capture_output=True, text=True, check=True
    )
    packages = python.parent.parent / "lib"
    assert [path for path in told.stdout.splitlines() if not Path(path).is_relative_to(packages)] == []


def test_alembic_s_commands_know_the_installed_revisions(python, rebuilt):
    """`python -m migrations` is Alembic's command line: where the store is, and that the models are its shape."""
    folder, _ = rebuilt
    heads, current = (run(python, folder, "migrations", command) for command in ("heads", "current"))
    assert (heads.returncode, current.returncode) == (0, 0), current.stderr
    assert current.stdout == heads.stdout
    checked = run(python, folder, "migrations", "check")
    assert (checked.returncode, checked.stdout) == (0, "No new upgrade operations detected.\n"), checked.stderr


def test_a_wrong_alembic_command_ends_with_status_2(python, tmp_path):
    """No command is wrong use: one line after the usage."""
    wrong = run(python, tmp_path, "migrations")
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines()[-1] == "python -m migrations: error: no command; such as: upgrade head"


def test_the_store_passes_the_installed_suites(python, rebuilt):
    """`python -m expectations check` finds its suites and its templates."""
    folder, _ = rebuilt
    checked = run(python, folder, "expectations", "check", "--json")
    assert checked.returncode == 0, checked.stderr
    told = json.loads(checked.stdout)
    assert told["passed"] is True
    assert "<svg" in (folder / told["report"]).read_text(encoding="utf-8")


def test_the_same_legacy_file_again_is_no_work(python, rebuilt):
    """`python -m normalize legacy FILE` knows the file that the store was made from."""
    folder, legacy = rebuilt
    done = run(python, folder, "normalize", "legacy", str(legacy))
    assert done.returncode == 0, done.stderr


def readme_search(url):
    """Run the README's own search as it stands, but for the address; give what it says."""
    asked = re.search(r"^    (curl .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert "http://127.0.0.1:8000" in asked
    command = ["bash", "-c", asked.replace("http://127.0.0.1:8000", url)]
    environ = environment({"no_proxy": "*"})
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout


def test_the_installed_api_serves_what_was_rebuilt(python, rebuilt):
    """`python -m api` answers a search, a card, the documentation and the report."""
    folder, _ = rebuilt
    command = [python, "-u", "-m", "api", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=environment({}), stdout=subprocess.PIPE, text=True) as server:
        try:
            url = server.stdout.readline().split()[2]
            with urlopen(f"{url}/api/v1/video/collection?search=camps") as answer:
                assert json.load(answer)["items"][0]["id"] == "tt0342167"
            assert "tt0076759" in readme_search(url)
            with urlopen(f"{url}/api/v1/video/get/tt0076759") as answer:
                assert json.load(answer)["title"] == "Звёздные войны. Эпизод IV: Новая надежда"
            for page in ("/docs", "/reports/", "/health/ready", "/openapi.json"):
                with urlopen(url + page) as answer:
                    assert answer.status == 200
        finally:
            server.terminate()
