"""Changes to legacy tables, as data: made once, run on the archive and, where it was copied, on a copy of its file.

Rows are named by their place (the rowid), which archive and file have in common.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from normalize.errors import InputError


@dataclass(frozen=True)
class Edit:
    """One row that becomes another: without a place it is new, without values it goes."""

    table: str
    place: int | None
    values: Mapping[str, object] = field(default_factory=dict)


def run(connection: Connection, edits: Iterable[Edit], *, prefix: str, place: str) -> None:
    """Change the tables.

    Args:
        connection: in a transaction.
        edits: in their order.
        prefix: what stands before the tables' names here.
        place: what the column of the rows' places is called here.

    Raises:
        InputError: a table does not take a row; its own words follow.
    """
    for edit in edits:
        values = {f"value{number}": value for number, value in enumerate(edit.values.values())}
        where = {} if edit.place is None else {"place": edit.place}
        try:
            connection.execute(text(_sql(connection, edit, prefix, place)), values | where)
        except DBAPIError as error:
            shown = ", ".join(f"{name} {value!r}" for name, value in edit.values.items())
            raise InputError(
                f"the legacy table {edit.table} does not take the row {shown}: {error.orig}. Nothing was changed."
            ) from error


def _sql(connection: Connection, edit: Edit, prefix: str, place: str) -> str:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    table = quoted(prefix + edit.table)
    names = [quoted(name) for name in edit.values]
    slots = [f":value{number}" for number in range(len(names))]
    if edit.place is None:  # the place that SQLite itself would give it
        next_place = f"(SELECT coalesce(max({place}), 0) + 1 FROM {table})"
        return f"INSERT INTO {table} ({', '.join([place, *names])}) VALUES ({', '.join([next_place, *slots])})"
    if not names:
        return f"DELETE FROM {table} WHERE {place} = :place"
    assignments = ", ".join(f"{name} = {slot}" for name, slot in zip(names, slots, strict=True))
    return f"UPDATE {table} SET {assignments} WHERE {place} = :place"
