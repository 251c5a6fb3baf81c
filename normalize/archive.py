"""Archives: copies of legacy tables in the target, each value exactly kept.

The columns of a table and its rows, as `verbatim` gives them, come in; the rows that are read later are the same. An
archive on SQLite holds each value as it was. PostgreSQL cannot: there the columns are text, and whatever else a value
is stands in the column `legacy_more`, as JSON.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, TextClause, text

from normalize.load import write_rows
from normalize.text import quoted
from normalize.verbatim import Column, NotUtf8, Row

PLACE = "legacy_rowid"
"""The first column: the row's rowid in the file, or its place where a table has none."""
MORE = "legacy_more"
"""On PostgreSQL the last column: a JSON object, column → [type, value], of what has no other place."""
WIDEST = 300
"""How many columns of a table have columns of their own on PostgreSQL: its rows fit into a page."""
LONGEST_NAME = 63
"""Bytes of a name on PostgreSQL."""
RESERVED = ("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
"""The names of PostgreSQL's own columns, which every table has."""
_PLAIN_TYPE = re.compile(r"^[A-Za-z][\w ]*(\(\s*\d+\s*(,\s*\d+\s*)?\))?$")


_AFFINITIES = (
    (("INT",), "INTEGER"),
    (("CHAR", "CLOB", "TEXT"), "TEXT"),
    (("BLOB",), "BLOB"),
    (("REAL", "FLOA", "DOUB"), "REAL"),
)
_FROM_JSON: dict[str, Callable[[str], object]] = {
    "not utf-8": NotUtf8.fromhex,
    "blob": bytes.fromhex,
    "real": float.fromhex,
    "integer": int,
    "text": str,
}


def verbatim_sql(statement: str) -> TextClause:
    """Take SQL as it stands: a colon or a percent sign in a name is no parameter."""
    return text(statement.replace(":", r"\:"))


@dataclass(frozen=True)
class Archive:
    """One table's archive.

    name: the archive's. columns: the legacy table's. needed: those that are read; on PostgreSQL each of them has a
    column of its own, spelt so.
    """

    name: str
    columns: Sequence[Column]
    needed: Sequence[str]

    def create(self, connection: Connection) -> None:
        """Make it, empty."""
        if connection.dialect.name == "sqlite":
            kinds = [f"{quoted(self._place)} INTEGER PRIMARY KEY"]  # which is the rowid itself
            kinds += [f"{quoted(column.name)} {_sqlite_type(column.type)}" for column in self.columns]
        else:
            kinds = [f"{quoted(self._place)} BIGINT PRIMARY KEY"]
            kinds += [f"{quoted(name)} TEXT" for name in [*self._own.values(), self._more]]
        connection.execute(verbatim_sql(f"CREATE TABLE {quoted(self.name)} ({', '.join(kinds)})"))

    def write(self, connection: Connection, batches: Iterable[Sequence[Row]], advance: Callable[[int], None]) -> None:
        """Write rows, as `verbatim.rows` gives them; `advance` is told the number of rows after each batch."""
        if connection.dialect.name == "sqlite":
            names = [self._place, *(column.name for column in self.columns)]
            for batch in batches:
                write_sqlite(connection, self.name, names, batch)
                advance(len(batch))
        else:
            names = [self._place, *self._own.values(), self._more]
            for batch in batches:
                write_rows(connection, self.name, names, [self._to_postgresql(row) for row in batch])
                advance(len(batch))

    @property
    def _place(self) -> str:
        return self._free(PLACE)

    @property
    def _more(self) -> str:
        return self._free(MORE)

    def _free(self, name: str) -> str:
        """Give a name that no legacy column has."""
        taken = {column.name.lower() for column in self.columns}
        while name in taken:
            name += "_"
        return name

    @cached_property
    def _own(self) -> dict[str, str]:
        """Choose the columns that have one of their own on PostgreSQL, which takes some names and a number of them.

        Returns:
            the legacy column's name → its own's.
        """
        needed = {name.lower(): name for name in self.needed}
        fit = [column.name for column in self.columns if _is_name(column.name)]
        fit.sort(key=lambda name: name.lower() not in needed)
        return {name: needed.get(name.lower(), name) for name in fit[:WIDEST]}

    @cached_property
    def _order(self) -> list[int]:
        """Give the place in a legacy row of each column that has one of its own."""
        names = [column.name for column in self.columns]
        return [names.index(name) for name in self._own]

    def _to_postgresql(self, row: Row) -> Row:
        """Give a row for COPY: the place, the columns that have one of their own, and the rest as JSON."""
        values = row[1:]
        odd = [
            (column.name, value)
            for column, value in zip(self.columns, values, strict=True)
            if value is not None and not (_is_text(value) and column.name in self._own)
        ]
        more = {self._own.get(name, name): _to_json(value) for name, value in odd}
        return (row[0], *(_shown(values[place]) for place in self._order), json.dumps(more) if more else None)


def _is_name(name: str) -> bool:
    """Say whether a column of PostgreSQL can have this name."""
    return name not in RESERVED and len(name.encode()) <= LONGEST_NAME


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _shown(value: object) -> str | None:
    """Give what a text column shows of a value: text and numbers."""
    return str(value) if _is_text(value) or isinstance(value, (int, float)) else None


def _sqlite_type(declared: str) -> str:
    """Give a type of the same affinity, the declared one where it can be; ANY, of a strict table, keeps all as is."""
    if declared.upper() == "ANY":
        return ""
    return declared if _PLAIN_TYPE.match(declared) else _affinity(declared)


def _affinity(declared: str) -> str:
    """Give what SQLite makes of a declared type; the rules are at https://www.sqlite.org/datatype3.html."""
    said = declared.upper()
    for words, affinity in _AFFINITIES:
        if any(word in said for word in words):
            return affinity
    return "NUMERIC" if said else "BLOB"


def write_sqlite(connection: Connection, table: str, names: list[str], batch: Sequence[Row]) -> None:
    """Write rows into a table on SQLite; text that is not UTF-8 goes in as the bytes that it is.

    Args:
        connection: to a SQLite database.
        table: its name.
        names: the columns' names.
        batch: a value for each of the names.
    """
    odd = [row for row in batch if NotUtf8 in map(type, row)]
    plain = [row for row in batch if NotUtf8 not in map(type, row)] if odd else list(batch)
    if plain:
        write_rows(connection, table, names, plain)
    chosen = ", ".join(map(quoted, names))
    for row in odd:
        slots = ", ".join("CAST(? AS TEXT)" if type(value) is NotUtf8 else "?" for value in row)
        values = tuple(bytes(value) if isinstance(value, NotUtf8) else value for value in row)
        connection.exec_driver_sql(f"INSERT INTO {quoted(table)} ({chosen}) VALUES ({slots})", values)


def _to_json(value: object) -> tuple[str, object]:
    match value:
        case NotUtf8():
            return "not utf-8", value.hex()
        case bytes():
            return "blob", value.hex()
        case float():
            return "real", value.hex()
        case int():
            return "integer", str(value)
        case _:
            return "text", value


def forget(connection: Connection, archive: str, place: int, names: Iterable[str]) -> None:
    """Forget what MORE keeps of some columns of a row, which are about to be written; on SQLite there is nothing.

    Args:
        connection: to the target.
        archive: its name.
        place: the row's.
        names: the columns', as they are read.
    """
    if connection.dialect.name == "sqlite":
        return
    row = {"place": place}
    kept = connection.execute(text(f"SELECT {MORE} FROM {archive} WHERE {PLACE} = :place"), row).scalar()
    if kept is not None:
        left = {name: value for name, value in json.loads(kept).items() if name not in set(names)}
        query = text(f"UPDATE {archive} SET {MORE} = :more WHERE {PLACE} = :place")
        connection.execute(query, {"more": json.dumps(left) if left else None, **row})


def read_postgresql(connection: Connection, archive: str) -> tuple[list[str], list[Row]]:
    """Read an archive on PostgreSQL.

    Returns:
        the columns' names, and the rows as they were in the file, in its order.
    """
    found = connection.execute(verbatim_sql(f"SELECT * FROM {quoted(archive)} ORDER BY 1"))
    own = list(found.keys())[1:-1]
    held = [(row[1:-1], None if row[-1] is None else json.loads(row[-1])) for row in found]
    alone = dict.fromkeys(name for _, more in held if more for name in more if name not in own)
    names, absent = [*own, *alone], (None,) * len(alone)
    rows: list[Row] = []
    for values, more in held:
        row = (*values, *absent)
        if more:
            kept = {name: _FROM_JSON[kind](value) for name, (kind, value) in more.items()}
            row = tuple(kept.get(name, value) for name, value in zip(names, row, strict=True))
        rows.append(row)
    return names, rows
