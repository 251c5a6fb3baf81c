"""The unit examples: systemd reads them, and they run commands that there are."""

import shlex
import shutil
import subprocess
from configparser import ConfigParser

import pytest
from composition import BIN, ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
INSTALLED = "/opt/kinobase/bin"


class Unit(ConfigParser):
    """A unit file: names keep their case, values may repeat."""

    def __init__(self, path):
        super().__init__(interpolation=None, strict=False)
        self.optionxform = str
        self.read_string(path.read_text())


def test_systemd_takes_the_units_as_they_are(tmp_path):
    """`systemd-analyze verify` says nothing of any unit, with the commands of this environment."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there: install systemd")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(INSTALLED, str(BIN)))
    command = ["systemd-analyze", "verify", "--man=no", *sorted(tmp_path.iterdir())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [path for path in UNITS if path.suffix == ".service"], ids=lambda path: path.stem)
def test_a_service_runs_a_command_that_there_is_with_few_rights(unit):
    """Its program is installed, a room's command has help for these words, and it may write its own folder only."""
    service = Unit(unit)["Service"]
    program, *words = shlex.split(service["ExecStart"])
    installed = BIN / program.removeprefix(f"{INSTALLED}/")
    assert installed.exists(), program
    if installed.name == "python":
        options = [word for word in words if word.startswith("--")]
        asked = [installed, *(word for word in words if word not in options), "--help"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
        assert [option for option in options if option not in done.stdout] == []
    wanted = {"User": "kinobase", "ProtectSystem": "strict", "NoNewPrivileges": "yes", "CapabilityBoundingSet": ""}
    assert {name: service[name] for name in wanted} == wanted


def test_each_timer_has_its_service_and_makes_up_for_a_missed_day():
    """A timer without its service does nothing; a machine that was off runs it when it is on again."""
    names = {unit.name for unit in UNITS}
    for unit in (each for each in UNITS if each.suffix == ".timer"):
        assert f"{unit.stem}.service" in names
        assert Unit(unit)["Timer"]["Persistent"] == "yes"
