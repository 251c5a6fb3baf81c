"""What README.md and the guides promise is there: settings, commands, targets, links, packages and their licences."""

import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from alembic.config import CommandLine
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from normalize.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
COMMANDS = sorted(set(re.findall(r"python -m ((?:api|expectations|index|migrations|normalize)(?: [a-z]+)?)", README)))


def table(heading: str) -> list[list[str]]:
    """Read the cells of the table under a heading of the README, without its head."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def shown(default: object) -> str:
    """Write a default as the README does."""
    if default is None or default == ():
        return "(unset)"
    return f"`{'yes' if default is True else 'no' if default is False else default}`"


def targets() -> set[str]:
    """Name the Makefile's targets that have a description."""
    return set(re.findall(r"^([a-z]+):.* ## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_readme_lists_every_setting_with_its_default() -> None:
    """The README's table of settings is the Settings model: names, defaults and descriptions, in its order."""
    expected = [
        [f"`{name.upper()}`", shown(field.default), field.description] for name, field in Settings.model_fields.items()
    ]
    assert table("Settings") == expected


def test_readme_names_exactly_the_make_targets_that_there_are() -> None:
    """A target that the README names exists, and one that exists is named in its table of commands."""
    commands = [row[0] for row in table("Commands")]
    assert {name for cell in commands for name in re.findall(r"^`make ([a-z]+)`$", cell)} == targets()
    assert set(re.findall(r"(?:`|^    )make ([a-z]+)", README, re.MULTILINE)) <= targets()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_readme_has_help(command: str) -> None:
    """Each `python -m` command that the README names answers --help with status 0."""
    asked = run(*command.split(), "--help")
    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("package", ["expectations", "index", "normalize"])
def test_no_command_is_undocumented(package: str) -> None:
    """The commands that --help lists are those of the README."""
    listed = run(package, "--help").stdout.split("Commands:\n", 1)[1]
    there = re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE)
    assert [f"{package} {name}" for name in sorted(there)] == [
        command for command in COMMANDS if command.startswith(f"{package} ")
    ]


def test_alembic_commands_of_the_readme_exist() -> None:
    """Each `alembic` command that the README names is one of Alembic's."""
    named = set(re.findall(r"alembic (?:-x [a-z=-]+ )?([a-z]+) (?:head|base)", README))
    known = CommandLine().parser.format_help()
    assert named == {"upgrade", "downgrade"}
    assert all(name in known for name in named)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_guides_lead_somewhere(guide: Path) -> None:
    """Each relative link of a guide leads to a file or folder of the tree."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", guide.read_text(encoding="utf-8"))
    assert [link for link in links if not (guide.parent / link).exists()] == []


def locked(name: str) -> list[Requirement]:
    """Read the packages of a lock, each with its one version."""
    lines = (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if not line.startswith((" ", "#"))]


def asked(extra: str | None) -> list[Requirement]:
    """Read what setup.cfg asks for, always or with an extra."""
    setup = ConfigParser(inline_comment_prefixes="#")
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    text = setup["options.extras_require"][extra] if extra else setup["options"]["install_requires"]
    return [Requirement(line) for line in text.splitlines() if line]


@pytest.mark.parametrize(("lock", "extra"), [("run", None), ("run", "postgresql"), ("dev", None), ("dev", "dev")])
def test_a_lock_has_what_setup_cfg_asks_for(lock: str, extra: str | None) -> None:
    """Each package that setup.cfg names is locked, at a version that it allows; `make lock` renews the locks."""
    held = {canonicalize_name(package.name): str(package.specifier).removeprefix("==") for package in locked(lock)}
    wanted = [package for package in asked(extra) if package.name != "kinobase"]
    assert [
        f"{package}: run make lock"
        for package in wanted
        if not package.specifier.contains(held.get(canonicalize_name(package.name), "0"))
    ] == []


def test_every_locked_package_has_its_licence_in_the_docs() -> None:
    """docs/licences.md has a row for each package that is locked for every system; `make lock` writes it."""
    rows = re.findall(r"^\| (\S+) +\| \S", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8"), re.MULTILINE)
    listed = {canonicalize_name(name) for name in rows}
    packages = [*locked("run"), *locked("dev")]
    assert {canonicalize_name(each.name) for each in packages if each.marker is None} - listed == set()
