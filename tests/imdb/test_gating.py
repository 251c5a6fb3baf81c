"""The gate of a load is imported by a thread while the load goes on, and must not disturb it."""

import subprocess
import sys

IMPORTED = """
import sys
import normalize.imdb.gating
before = set(sys.modules)
from expectations.gate import Gate
Gate(())
more = {name for name in set(sys.modules) - before if name.startswith("sqlalchemy.")}
print(sorted(name for name in more if not name.startswith("sqlalchemy.dialects.")))
"""


def test_nothing_of_sqlalchemy_is_imported_beside_its_use():
    """Before the thread begins, all of SQLAlchemy is there that it imports: a load was ended by half a module once.

    Dialects may come: who asks for one imports it, and waits for it.
    """
    ended = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
