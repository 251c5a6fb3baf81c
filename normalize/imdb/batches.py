"""What a step makes of a block: rows for tables, what was wrong, and counts that must add up."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from normalize.imdb.columns import Numbers
from normalize.imdb.defects import Defect

SOURCE, STORED, NOTHING, DUPLICATES, REFUSED = "source", "stored", "nothing", "duplicates", "refused"
"""What is counted of each kind: what the source has must be what is stored and what is not."""

Counts = Counter[tuple[str, str]]
"""(Kind, one of the above) → how many."""


@dataclass(frozen=True)
class Batch:
    """Some rows.

    keys: the films, or people, that the block speaks of, each once, ascending. tables: name → rows; the first column
    says which of the keys a row belongs to. derive: name → what adds the columns that follow from the others: they cost
    as much as all the rest, and only rows that are written need them. beside: what other steps need to know, whether it
    is new or not.
    """

    keys: Numbers
    tables: Mapping[str, pa.Table]
    defects: list[Defect] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)
    beside: Mapping[str, pa.Table] = field(default_factory=dict)
    derive: Mapping[str, Callable[[pa.Table], pa.Table]] = field(default_factory=dict)

    def only(self, keys: Numbers) -> "Batch":
        """Give the rows of some of the keys (ascending); all else stays whole."""
        return replace(self, keys=keys, tables={name: belonging(table, keys) for name, table in self.tables.items()})

    @property
    def whole(self) -> dict[str, pa.Table]:
        """The tables with the columns that follow from others."""
        return {name: self.derive[name](table) if name in self.derive else table for name, table in self.tables.items()}


def belonging(table: pa.Table, keys: Numbers) -> pa.Table:
    """Give the rows of a table whose first column is one of the keys."""
    mask = np.isin(table.column(0).to_numpy(), keys, assume_unique=False)
    return table if mask.all() else table.filter(pa.array(mask))
