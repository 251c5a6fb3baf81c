"""The report of a very dirty source: its cost beyond the run's own stays within limits, and so does its page."""

import json
import subprocess
import sys

import pytest

MAKE = """
import json, re, sys, time
from pathlib import Path
import pandas as pd
from made_up_report import run
from expectations.report import write
from normalize.repairs import COLUMNS
rows = 1_000_000
repairs = pd.DataFrame({
    "source_table": "movies", "source_key": [f"tt{n:07d}" for n in range(rows)], "source_column": "plot",
    "old_value": [f"value {n} " for n in range(rows)], "new_value": [f"value {n}" for n in range(rows)],
    "rule": ["trimmed", "unicode"] * (rows // 2), "outcome": "repaired"}, columns=list(COLUMNS), dtype=object)
memory = lambda name: int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
Path("/proc/self/clear_refs").write_text("5")  # the peak so far is that of making the rows
before, clock = memory("VmRSS"), time.process_time()
page = write(run(repairs=repairs), Path(sys.argv[1]), "en")
used = memory("VmHWM") - before
print(json.dumps([str(page), time.process_time() - clock, used // 1024, page.stat().st_size]))
"""


@pytest.mark.slow
def test_a_million_repairs_are_told_within_limits(tmp_path, browser, request):
    """Under 20 s and 300 MB beyond the run; the page is small and opens in under 2 s; all rows are beside it."""
    support = str(request.config.rootpath / "tests" / "support")
    code = f"import sys; sys.path.insert(0, {support!r}){MAKE}"
    made = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    page, seconds, megabytes, size = json.loads(made.stdout)
    assert (seconds < 20, megabytes < 300, size < 2_000_000) == (True, True, True), (seconds, megabytes, size)
    with (tmp_path / "20260102T030405Z-abcdef" / "repairs.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in file) == 1_000_001
    opened = browser.new_page()
    opened.goto(f"file://{page}")
    assert opened.evaluate("performance.timing.loadEventEnd - performance.timing.navigationStart") < 2000
    opened.close()
