"""Whether a declaration makes sense: one goes in; a refusal that names the place comes out, or nothing."""

import re
from collections.abc import Iterator

from normalize.declared.declarations import (
    Column,
    Declaration,
    Extract,
    JsonList,
    Links,
    Lookup,
    Number,
    Reference,
    Table,
    Text,
    TextList,
)
from normalize.errors import InputError
from normalize.models import load_runs, repairs

NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
"""What tables and columns of a store may be called: names of constraints made of two of them fit PostgreSQL's 63."""
OURS = (load_runs.name, repairs.name, "reconciliation", "alembic_version")
MOST_DECIMALS = 15


def check(declaration: Declaration) -> None:
    """Refuse a declaration that cannot be run.

    Raises:
        InputError: names the table, the column and what to write instead.
    """
    for fault in _faults(declaration):
        raise InputError(f"the plan: {fault}.")


def _faults(declaration: Declaration) -> Iterator[str]:
    if not NAME.match(declaration.about):
        yield f"about={declaration.about!r} is no short name such as 'library'"
    if not any(isinstance(table, Table) for table in declaration.tables):
        yield "it declares no Table"
    before: dict[str, Table | Lookup] = {}
    for table in declaration.tables:
        yield from _table_faults(table, before)
        if isinstance(table, Table) and not 0 <= declaration.most_refused(table) <= 1:
            yield f"{table.name}: refused_at_most={declaration.most_refused(table)} is no share from 0 to 1"
        before[table.name] = table
    yield from _taken_names(declaration)


def _taken_names(declaration: Declaration) -> Iterator[str]:
    """Find names that two tables have, or that are ours."""
    names = [table.name for table in declaration.tables]
    names += [
        table.link_table(links) for table in declaration.tables if isinstance(table, Table) for links in table.links
    ]
    for name in names:
        if name in OURS or name.startswith("legacy_"):
            yield f"a table cannot be called {name}, which is the rebuild's own name; choose another"
        if names.count(name) > 1:
            yield f"two tables are called {name}; give one of them, or a list (table=…), another name"
    ones = [table.one for table in declaration.tables]
    for one in ones:
        if ones.count(one) > 1:
            yield f"one={one!r} stands at two tables; links to them could not be told apart"


def _table_faults(table: Table | Lookup, before: dict[str, Table | Lookup]) -> Iterator[str]:
    for name in (table.name, table.one):
        if not NAME.match(name):
            yield f"{name!r} is no name for a table: write small Latin letters, digits and _, at most 40"
    if isinstance(table, Lookup):
        return
    for name, column in table.columns.items():
        yield from _column_faults(f"{table.name}.{name}", name, column, before)
    yield from _key_faults(table)
    for links in table.links:
        if not isinstance(links, (TextList, JsonList)):
            yield f"{table.name}: {links!r} among its links is no TextList and no JsonList"
        yield from _links_faults(f"{table.name}, the list {links.source}", links, before)


def _key_faults(table: Table) -> Iterator[str]:
    if table.key is None:
        if "id" in table.columns or not table.columns:
            yield f"{table.name}: without a key it needs columns, and none called id, as its numbers are called that"
        unknown = [name for name in table.once_by if name not in table.columns]
        if unknown:
            yield f"{table.name}: once_by names {', '.join(unknown)}, which is not among its columns"
        return
    column = table.columns.get(table.key)
    if not isinstance(column, (Text, Number)) or (isinstance(column, Number) and column.decimals):
        yield f"{table.name}: its key {table.key} must be among its columns, as Text or as a Number without decimals"
    if table.once_by:
        yield f"{table.name}: once_by is for tables without a key"


def _column_faults(place: str, name: str, column: Column, before: dict[str, Table | Lookup]) -> Iterator[str]:
    if not NAME.match(name):
        yield f"{place} is no name for a column: write small Latin letters, digits and _, at most 40, and source=…"
    if not isinstance(column, Column):
        yield f"{place} is {column!r}, not a kind of column such as Text()"
    if isinstance(column, Number) and not (column.low <= column.high and 0 <= column.decimals <= MOST_DECIMALS):
        yield f"{place}: a Number needs low <= high and decimals from 0 to {MOST_DECIMALS}"
    if isinstance(column, Extract) and not isinstance(before.get(column.to), Lookup):
        yield f"{place} is extracted to {column.to}, which is no Lookup declared before it"
    if isinstance(column, Reference) and not _has_key(before.get(column.to)):
        yield f"{place} refers to {column.to}, which is no Table with a key declared before it"


def _links_faults(place: str, links: Links, before: dict[str, Table | Lookup]) -> Iterator[str]:
    target = before.get(links.to)
    if not isinstance(target, Lookup) and not _has_key(target):
        yield f"{place} leads to {links.to}, which is no Lookup and no Table with a key declared before it"
    if isinstance(links, TextList) and not links.separator.strip():
        yield f"{place}: a separator of blanks alone cannot be told from blanks in a name"
    if isinstance(links, TextList) and links.notes and not isinstance(target, Lookup):
        yield f"{place}: notes stand at names, so the list must lead to a Lookup"
    if links.table and not NAME.match(links.table):
        yield f"{place}: {links.table!r} is no name for a table"


def _has_key(table: Table | Lookup | None) -> bool:
    return isinstance(table, Table) and table.key is not None
