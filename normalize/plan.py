"""A plan: all that a rebuild has to know of the two shapes, the legacy database's and the store's.

`environment`, `rebuild`, `fill`, `adoption` and `sources` take one and know nothing of what the tables are about.
`film_plan` is the plan of films.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, MetaData

from expectations.distributions import Distribution, Words
from expectations.suites import Suite
from normalize.legacy_edits import Edit
from normalize.settings import Settings

Frames = Mapping[str, pd.DataFrame]
"""Table → its rows."""


@dataclass(frozen=True)
class Normalized:
    """What the store will hold, table by table, and what was done on the way.

    decisions: what somebody decided of suspects, and whether it was obeyed, as `decisions.told` gives it.
    """

    tables: Frames
    repairs: pd.DataFrame
    reconciliation: pd.DataFrame
    merges: pd.DataFrame
    suspects: pd.DataFrame
    decisions: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Plan:
    """From which legacy tables to which store.

    about: what the legacy database is of, as a message says it ('film').
    things: what the store is made of, as a message says it ('films').
    legacy_tables: table → the columns that it must have; others are kept in the archive and not read.
    optional_columns: table → columns that the raw suites may speak of though a file need not have them.
    metadata: the store's tables, `load_runs` and `repairs` among them.
    row_keys: table → the columns that name a row in the report, for `legacy_…` tables, and for tables of the store
        where it is not the primary key.
    normalize: legacy frames (columns as in the file, rows in its order, values of any type that SQLite has), the
        settings and the time of the run → the store's frames, in an order that foreign keys allow.
    changed: a filled store with its archive → the names of what was changed in it since it was filled, ascending.
    write_back: puts what was changed in the store into the archive, in the legacy shape, and gives the edits that do
        it; None where the plan cannot. Raises InputError that names what the legacy shape cannot hold.
    suites: the folder that SUITES_PATH names, or None → the suites of the gate. Raises SuiteError.
    distributions: legacy frames and the store's → what the report shows plots of.
    ways: kind of the reconciliation → the legacy column that it comes from and the table that takes it, as the report
        draws it.
    texts: what the report says of rules and kinds, where expectations/texts.json does not; in its form.
    """

    about: str
    things: str
    legacy_tables: Mapping[str, Sequence[str]]
    metadata: MetaData
    row_keys: Mapping[str, Sequence[str]]
    normalize: Callable[[Frames, Settings, str], Normalized]
    changed: Callable[[Connection, Settings], list[str]]
    suites: Callable[[Path | None], Sequence[Suite]]
    distributions: Callable[[Frames, Frames], Sequence[Distribution]] = lambda _raw, _tables: ()
    ways: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    write_back: Callable[[Connection, Settings], list[Edit]] | None = None
    optional_columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
