"""The store's tables that a declaration asks for: one goes in, SQLAlchemy's metadata comes out.

The rules are held by the tables themselves: NOT NULL, CHECK, UNIQUE and foreign keys. `load_runs` and `repairs` stand
in every store.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    Text,
    UniqueConstraint,
)
from sqlalchemy import Table as StoreTable
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from normalize import models
from normalize.declared import declarations as declared


def metadata_of(declaration: declared.Declaration) -> MetaData:
    """Make the tables of a checked declaration."""
    metadata = MetaData(naming_convention=models.metadata.naming_convention)
    for table in declaration.tables:
        if isinstance(table, declared.Lookup):
            _lookup(metadata, table)
        else:
            _table(metadata, declaration, table)
            for links in table.links:
                _links(metadata, declaration, table, links)
    models.load_runs.to_metadata(metadata)
    models.repairs.to_metadata(metadata)
    return metadata


def _lookup(metadata: MetaData, table: declared.Lookup) -> None:
    name: Column[str] = Column("name", Text, nullable=False, unique=True)
    StoreTable(table.name, metadata, _number(), name, CheckConstraint(name != "", name="name_said"))


def _number() -> Column[int]:
    return Column("id", BigInteger, primary_key=True, autoincrement=False)


def _table(metadata: MetaData, declaration: declared.Declaration, table: declared.Table) -> None:
    columns = {name: _column(declaration, table, name) for name in table.columns}
    rules: list[SchemaItem] = [rule for name, column in columns.items() for rule in _rules(table.columns[name], column)]
    numbers = [_number()] if table.key is None else []
    # NULLs are not equal to a database: where there may be some, the gate alone holds that a row goes in once.
    if table.key is None and all(table.columns[name].required for name in table.once_columns):
        rules.append(UniqueConstraint(*table.once_columns))
    StoreTable(table.name, metadata, *numbers, *columns.values(), *rules)


def _column(declaration: declared.Declaration, table: declared.Table, name: str) -> Column[Any]:
    column, is_key = table.columns[name], name == table.key
    to = [_foreign_key(declaration, column.to)] if isinstance(column, (declared.Reference, declared.Extract)) else []
    return Column(
        name,
        _type(declaration, column),
        *to,
        primary_key=is_key,
        autoincrement=False if is_key and declaration.is_whole(column) else "auto",
        nullable=not (is_key or column.required),
        index=bool(to) or None,
    )


def _type(declaration: declared.Declaration, column: declared.Column) -> TypeEngine[Any]:
    if isinstance(column, (declared.Reference, declared.Extract)):
        return _key_type(declaration, column.to)
    if isinstance(column, declared.Date):
        return Date()
    if isinstance(column, declared.Number):
        whole = len(str(int(max(abs(column.low), abs(column.high)))))
        decimals = column.decimals
        return Numeric(whole + decimals, decimals, asdecimal=False) if decimals else BigInteger()
    return Text()


def _key_type(declaration: declared.Declaration, name: str) -> TypeEngine[Any]:
    """Give the type of the key that links to a table hold."""
    table = declaration.by_name[name]
    key = table.columns[table.key] if isinstance(table, declared.Table) and table.key else None
    return BigInteger() if key is None else _type(declaration, key)


def _foreign_key(declaration: declared.Declaration, to: str, ondelete: str | None = None) -> ForeignKey:
    return ForeignKey(f"{to}.{declaration.key_of(to)}", ondelete=ondelete)


def _rules(column: declared.Column, made: Column[Any]) -> Iterator[CheckConstraint]:
    if isinstance(column, declared.Text):
        yield CheckConstraint(made != "", name=f"{made.name}_said")
    if isinstance(column, declared.Number):
        yield CheckConstraint(made.between(column.low, column.high), name=f"{made.name}_range")


def _links(metadata: MetaData, declaration: declared.Declaration, table: declared.Table, links: declared.Links) -> None:
    """Make a table of links: which row to which, in the list's order."""
    near, far = link_columns(declaration, table, links)
    ordering: Column[int] = Column("ordering", Integer, nullable=False)
    notes = [Column("note", Text)] if isinstance(links, declared.TextList) and links.notes else []
    StoreTable(
        table.link_table(links),
        metadata,
        Column(
            near,
            _key_type(declaration, table.name),
            _foreign_key(declaration, table.name, "CASCADE"),
            primary_key=True,
        ),
        Column(
            far,
            _key_type(declaration, links.to),
            _foreign_key(declaration, links.to),
            primary_key=True,
            index=True,
        ),
        ordering,
        *notes,
        UniqueConstraint(near, "ordering"),
        CheckConstraint(ordering > 0, name="ordering_positive"),
    )


def link_columns(declaration: declared.Declaration, table: declared.Table, links: declared.Links) -> tuple[str, str]:
    """Name the two columns of a table of links: to the row that has the list, and to what the list names."""
    target = declaration.by_name[links.to]
    return f"{table.one}_{declaration.key_of(table.name)}", f"{target.one}_{declaration.key_of(links.to)}"
