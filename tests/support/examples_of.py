"""The examples of a guide: its text in, what can be run and what is shown as its answer out."""

import json
import os
import re
import subprocess
import sys

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN_BY = {
    "sh": ["bash", "-euc"],
    "js": ["node", "--input-type=module", "--eval"],
    "python": [sys.executable, "-c"],
}
"""The language of a block → what runs it."""
DIRECT = dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1")
"""Whoever has a proxy asks this machine without it."""
SECONDS = 120
"""Seconds that an example may take, on a slow machine too."""


def examples_of(text):
    """Give (language, code, shown) of each example of a guide; `shown` is the block after it, or None."""
    blocks = [(found[1], found[2], found.start()) for found in BLOCK.finditer(text)]
    for (language, code, _), after in zip(blocks, [*blocks[1:], None], strict=True):
        if language in RUN_BY:
            yield language, code, after[:2] if after and after[0] not in RUN_BY else None


def said_by(language, code):
    """Run an example; gives what it said, or why it failed."""
    done = subprocess.run(
        [*RUN_BY[language], code], env=os.environ | DIRECT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return done.stdout if done.returncode == 0 else f"{done.stdout}{done.stderr}status {done.returncode}"


def is_shown(said, shown):
    """Say whether an example said what the guide shows: JSON by its value, text by its letters."""
    kind, text = shown
    if kind != "json":
        return said.strip() == text.strip()
    try:
        return json.loads(said) == json.loads(text)
    except ValueError:
        return False
