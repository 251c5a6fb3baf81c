"""What a job says while it works: where somebody looks, and where a log is kept."""

import json
import os
import pty
import re
import subprocess
import sys

from normalize.progress import Step, Steps

JOB = """
from normalize import logs
from normalize.progress import Steps
logs.configure("INFO", "json")
steps = Steps("job", logged_every=0)
with steps.step("look"):
    pass
with steps.step("copy", 30) as advance:
    advance(20)
    advance(10)
with steps.step("read") as advance:
    advance(5)
"""
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_without_a_terminal_each_step_is_a_log_line_and_a_long_one_several():
    """Rows and rate where there are rows; in between a line now and then says that the step is alive."""
    ended = subprocess.run([sys.executable, "-c", JOB], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    told = [{name: line.get(name) for name in ("event", "step", "rows", "of")} for line in lines]
    assert [tuple(line.values()) for line in told] == [
        ("job", "look", None, None),
        ("job goes on", "copy", 20, 30),
        ("job goes on", "copy", 30, 30),
        ("job", "copy", 30, None),
        ("job", "read", 5, None),
    ]
    assert [line["step"] for line in lines if line.get("rows_per_second")] == ["copy", "copy", "copy", "read"]
    assert ended.stdout == ""


def test_on_a_terminal_each_step_is_one_line_with_rows_and_rate():
    """A step whose rows are known has a bar; each line ends ticked."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    subprocess.run([sys.executable, "-c", JOB], stderr=theirs, env=environment, check=True)
    os.close(theirs)
    screen = CONTROL.sub("", os.read(ours, 100_000).decode())
    os.close(ours)
    last = {line.split()[1]: line for line in re.split(r"[\r\n]+", screen) if line.startswith("✓")}
    assert list(last) == ["look", "copy", "read"]
    assert re.search(r"✓ copy +━+ 0:00:00 30/30 rows, [\d,]+ rows/s", last["copy"])
    assert re.search(r"✓ read +0:00:00 5 rows, [\d,]+ rows/s", last["read"])
    assert "rows" not in last["look"]


def test_the_steps_that_are_done_are_known():
    """Their names and seconds, in order; a rate only where there are rows and time."""
    steps = Steps("job")
    with steps.step("one"):
        pass
    with steps.step("two", 3) as advance:
        advance(3)
    assert [name for name, _ in steps.seconds] == ["one", "two"]
    assert [column.header for column in steps.table().columns] == ["step", "seconds", "rows", "rows/s"]
    assert Step("a", 2.0, 10).rate == 5
    assert Step("a", 2.0, None).rate is None
    assert Step("a", 0.0, 10).rate is None
