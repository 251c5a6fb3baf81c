"""What a database's own keys prove: the columns that a key holds in, the verdicts that need no question out.

Asking whether millions of rows are unique sorts them all once more, several times over; a key that was made of them
has done it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SINGLE, COMPOUND = "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"
PROVED_BY = "proved_by"
"""Where a verdict says why nobody was asked."""


@dataclass(frozen=True)
class Unique:
    """What the keys of a table hold.

    columns: the sets of columns in which no two rows are the same. rows: of the table.
    """

    columns: frozenset[frozenset[str]]
    rows: int


def proves(unique: Unique, expectation: Mapping[str, Any]) -> bool:
    """Say whether keys prove an expectation: one of uniqueness, of all rows and of just such columns."""
    kwargs = dict(expectation["kwargs"])
    if expectation["type"] == SINGLE:
        said = {kwargs.pop("column", None)}
    elif expectation["type"] == COMPOUND:
        said = set(kwargs.pop("column_list", ()))
    else:
        return False
    return not kwargs and said in unique.columns


def proven(configuration: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Make the verdict on an expectation that keys prove, as Great Expectations would tell it.

    Args:
        configuration: of the expectation, as Great Expectations tells it.
        rows: that the key was made of.
    """
    return {
        "success": True,
        "expectation_config": configuration,
        "result": {"element_count": rows, "unexpected_count": 0, "unexpected_percent": 0.0},
        "meta": {PROVED_BY: "a key of the database"},
        "exception_info": {"raised_exception": False, "exception_traceback": None, "exception_message": None},
    }
