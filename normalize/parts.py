"""Many numbers in few statements: a sequence in, parts of it that a statement may name out."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

AT_ONCE = 500
"""How many values one statement names: fewer than SQLite and PostgreSQL allow."""


def parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a sequence into parts of AT_ONCE."""
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
