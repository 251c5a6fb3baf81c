"""docs/own-database.md: what a stranger copies from it works, in its order, and ends as it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

from made_up import dump

from normalize.settings import Settings

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "own-database.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_plan_of_the_guide_is_the_examples():
    """Letter by letter."""
    assert [text for kind, text in BLOCKS if kind == "python"] == [
        (ROOT / "examples" / "library" / "plan.py").read_text(encoding="utf-8")
    ]


def test_the_commands_of_the_guide_lead_through(tmp_path):
    """One after another in one shell: each ends with 0, the rehearsal leaves no store, and the way back empties it."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    steps = [f"cat > plan.py <<'PLAN'\n{text}PLAN\n" if kind == "python" else text for kind, text in BLOCKS]
    environment = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-e"], input="".join(steps), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "wrote versions/0001_library.py" in done.stdout
    assert "This was a rehearsal: everything was rolled back." in done.stdout
    assert "Nothing to do: all files are there, and the first revision is the plan's." in done.stdout
    assert "51 of 52 expectations hold." in done.stdout  # the one that fails is the warning that some rows are refused
    assert "No new upgrade operations detected." in done.stdout
    assert dump(tmp_path / "var" / "library" / "store.sqlite") == ["BEGIN TRANSACTION;", "COMMIT;"]
