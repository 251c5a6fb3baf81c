"""What was wrong with single lines and values, each with its file and line: the rows of `repairs`.

Steps give lists of defects beside their tables; `frame` makes of them what the store and the report take.
"""

from collections.abc import Sequence

import pandas as pd

from normalize.imdb.files import DataSet
from normalize.repairs import COLUMNS, REFUSED, RULES

Defect = tuple[str, str, str, str | None, str | None, str, str]
"""A row of `repairs`, in the order of its COLUMNS. The key is the number of the line and what the line begins with:
'line 17, tt0000017'."""

KEY_SHOWN = 40
"""Characters of a line's key that are shown: a damaged line may have no tab at all."""


def defect(  # noqa: PLR0913 - the columns of a repair
    data_set: DataSet, line: int | None, text: str, column: str, old: str | None, rule: str, *, new: str | None = None
) -> Defect:
    """Make the repair of a value.

    Args:
        data_set: where it stands.
        line: the number of its line; the header is 1. None where it is not known any more.
        text: the line, or its first field, which is its key.
        column: the column's name; 'line' if all of it is meant.
        old: what stood there.
        rule: one of `normalize.repairs.RULES`.
        new: what is stored instead.
    """
    key = text.partition("\t")[0][:KEY_SHOWN].replace("\0", "\\0").replace("\r", "\\r")
    place = ", ".join([*([] if line is None else [f"line {line}"]), *([key] if key else [])])
    return data_set.name, place, column, old, new, rule, RULES[rule]


def refused(defects: Sequence[Defect]) -> int:
    """Count what was refused."""
    return sum(outcome == REFUSED for *_, outcome in defects)


def frame(defects: Sequence[Defect]) -> pd.DataFrame:
    """Make the frame of repairs, as `normalize.repairs.gather` would."""
    return pd.DataFrame(defects, columns=list(COLUMNS), dtype=object)
