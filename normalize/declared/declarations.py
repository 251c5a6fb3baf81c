"""What a plan may declare: tables, what their columns hold, and lists that become links. Data only.

Names on the left are those of the store; `source` is the name in the legacy database where it is another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EXACT = 2**53
"""The first whole number from which on not every one can be told from its neighbours by all programs."""
REFUSED_AT_MOST = 0.05


@dataclass(frozen=True, kw_only=True)
class Column:
    """One value of a row; what it holds is said by its kind.

    source: the legacy column; empty: named as the store's. required: a row without it does not go in. nothing: words
    for nothing in this column, beside those of the whole plan.
    """

    source: str = ""
    required: bool = False
    nothing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Text(Column):
    """Text: trimmed, one Unicode form, no word for nothing. lines: it may have several lines and runs of blanks."""

    lines: bool = False


@dataclass(frozen=True)
class Number(Column):
    """A number from `low` to `high` with so many decimals; a decimal comma is read."""

    low: float = 1 - EXACT
    high: float = EXACT - 1
    decimals: int = 0


@dataclass(frozen=True)
class Date(Column):
    """A day. forms: the ways in which it is written, in the order of trying, as Python's strptime has them."""

    forms: tuple[str, ...] = ("%Y-%m-%d",)


@dataclass(frozen=True)
class Reference(Column):
    """The key of a row of another table; a key that no row there has is refused."""

    to: str


@dataclass(frozen=True)
class Extract(Column):
    """Text that becomes a row of a lookup table, once for each text; what stays is its number."""

    to: str


@dataclass(frozen=True)
class Links:
    """A legacy column that holds a list: each entry becomes a row of a table of links, in the list's order.

    source: the legacy column. to: a `Lookup` (entries are names) or a `Table` (entries are its keys). table: the name
    of the table of links; empty: made of both ends. nothing: as in a column.
    """

    source: str
    to: str = field(kw_only=True)
    table: str = field(kw_only=True, default="")
    nothing: tuple[str, ...] = field(kw_only=True, default=())


@dataclass(frozen=True)
class TextList(Links):
    """Text with separators, such as 'A; B; C'. notes: annotations in brackets, 'A (ed.)', become a column `note`."""

    separator: str = field(kw_only=True, default=",")
    notes: bool = field(kw_only=True, default=False)


@dataclass(frozen=True)
class JsonList(Links):
    """JSON: [{"id": 1}, {"id": 2}] with the field `id`, or [1, 2] where `field` is None."""

    field: str | None = "id"


@dataclass(frozen=True)
class Lookup:
    """A table of names, each once, numbered in the order of their appearance: columns `id` and `name`.

    name: of the table. one: what one row is called, for the columns that link to it ('author' gives `author_id`).
    """

    name: str
    one: str


@dataclass(frozen=True)
class Table:
    """A table of the store whose rows are those of a legacy table.

    name, one: as in `Lookup`. key: the column that is its key; None: it has none and gets numbers `id`, and a row that
    stands there already goes in once. columns: by their names in the store. links: lists. source: the legacy table;
    empty: of the same name. once_by: without a key, the columns in which rows that repeat are equal; empty: all.
    refused_at_most: the share of rows that may be refused before the gate refuses everything; None: the plan's.
    """

    name: str
    one: str
    key: str | None
    columns: Mapping[str, Column]
    links: tuple[Links, ...] = ()
    source: str = ""
    once_by: tuple[str, ...] = ()
    refused_at_most: float | None = None

    @property
    def legacy(self) -> str:
        """The legacy table."""
        return self.source or self.name

    def column_source(self, name: str) -> str:
        """Give the legacy column of a column."""
        return self.columns[name].source or name

    @property
    def once_columns(self) -> tuple[str, ...]:
        """The columns in which rows that repeat are equal."""
        return self.once_by or tuple(self.columns)

    def link_table(self, links: Links) -> str:
        """Name the table of links of a list."""
        return links.table or f"{self.one}_{links.to}"


@dataclass(frozen=True)
class Declaration:
    """A whole plan as declared; `declare` checks it.

    about: what the legacy database is of. nothing: the words for nothing. refused_at_most: as in `Table`.
    """

    about: str
    tables: tuple[Table | Lookup, ...]
    nothing: frozenset[str]
    refused_at_most: float

    @property
    def by_name(self) -> Mapping[str, Table | Lookup]:
        """The tables by their names."""
        return {table.name: table for table in self.tables}

    def words(self, of: Column | Links) -> frozenset[str]:
        """Give the words for nothing in one column."""
        return self.nothing | frozenset(of.nothing)

    def most_refused(self, table: Table) -> float:
        """Give the share of a table's rows that may be refused."""
        return self.refused_at_most if table.refused_at_most is None else table.refused_at_most

    def is_whole(self, column: Column) -> bool:
        """Say whether a column holds whole numbers."""
        if isinstance(column, Reference):
            target = self.by_name[column.to]
            return isinstance(target, Table) and target.key is not None and self.is_whole(target.columns[target.key])
        return isinstance(column, Extract) or (isinstance(column, Number) and not column.decimals)

    def key_of(self, name: str) -> str:
        """Name the column that links to a table hold."""
        table = self.by_name[name]
        return "id" if isinstance(table, Lookup) else table.key or "id"
