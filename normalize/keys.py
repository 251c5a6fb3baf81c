"""Large writes and the keys, indexes and references of tables: they are taken away before the rows and made after them.

Made of all rows at once they cost a fraction of what keeping them row by row does. PostgreSQL learns with them what
stands in the tables: its autovacuum would tell it minutes later, and until then it reads whole tables for a few rows.
All of it is in the caller's transaction, so after an error everything is as before.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from normalize.text import quoted

INDEX_MEMORY = "256MB"
"""What PostgreSQL may take to sort the rows of a new index."""
SQLITE_CACHE = 256 * 1024
"""KiB of pages that SQLite may hold: keys of values without order, such as public ids, touch pages all over."""
PLAIN_INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY (CAST(CAST(:names AS text[]) AS regclass[])) AND NOT indisprimary
AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = ANY (CAST(:kinds AS "char"[]))
AND ARRAY[conrelid, confrelid] && CAST(CAST(CAST(:names AS text[]) AS regclass[]) AS oid[])
"""
"""PostgreSQL's own words for the indexes that no constraint needs, and for constraints, of some
tables or referring to them."""
UNIQUE_POSTGRESQL = """
SELECT indexrelid::text, attname FROM pg_index
LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
WHERE indrelid = CAST(quote_ident(:name) AS regclass) AND indisunique AND indimmediate AND indisvalid
AND indpred IS NULL AND indexprs IS NULL
"""
UNIQUE_SQLITE = """
SELECT lists.name, columns.name FROM pragma_index_list(:name) AS lists, pragma_index_info(lists.name) AS columns
WHERE lists."unique" AND NOT lists.partial
"""
"""The indexes of a table that allow no two rows with the same, each with its columns."""
SQLITE_INDEXES = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


class Keys:
    """Keys and indexes that were taken from tables, to be given back table by table."""

    def __init__(self, connection: Connection, taken: Mapping[str, Sequence[str]]) -> None:
        """`taken`: table, as the database writes its name → the statements that make what it had."""
        self._connection, self._taken = connection, dict(taken)

    def give_back(self, table: str) -> bool:
        """Make the keys and indexes of a table whose rows are all there.

        Returns:
            False if its rows do not allow them: then it has none yet, and the end of `bare` will say so.
        """
        name = _written(self._connection, table)
        statements = self._taken.get(name, ())
        try:
            with self._connection.begin_nested():
                _run(self._connection, statements)
                _run(self._connection, _analyzed(self._connection, [name]))
        except IntegrityError:
            return False
        self._taken.pop(name, None)
        return True

    def rest(self) -> Iterator[str]:
        """Give the statements of all tables that have not got theirs back."""
        for statements in self._taken.values():
            yield from statements
        yield from _analyzed(self._connection, self._taken)


@contextmanager
def indexed_after(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    """Write into empty tables of PostgreSQL before their indexes and foreign keys are made, from all rows at once.

    Primary keys and unique constraints stay. On SQLite that would win nothing, so there it is left out.

    Args:
        connection: in a transaction.
        tables: their names.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    asked = {"names": [quoted(name) for name in tables]}
    indexes = connection.execute(text(PLAIN_INDEXES), asked).all()
    keys = _constraints(connection, tables, ("f",))
    _run(connection, [*_dropped(keys), *(f"DROP INDEX {name}" for _, name, _ in indexes)])
    yield
    _run(connection, [*(definition for *_, definition in indexes), *_added(keys)])
    _run(connection, _analyzed(connection, asked["names"]))


@contextmanager
def bare(connection: Connection, tables: Sequence[str], *, frozen: bool = False) -> Iterator[Keys]:
    """Write into empty tables that have no indexes, no keys and no references, which are made afterwards.

    The fastest way to write millions of rows, in any order. On SQLite, which cannot do without primary keys and unique
    constraints, these stay.

    Args:
        connection: in a transaction; on SQLite references are not held in it.
        tables: their names.
        frozen: their rows are written by `COPY FREEZE`, so that an index alone answers for them.

    Yields:
        what was taken, for whoever wants a table's keys before the end, when all that is left is made.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{SQLITE_CACHE}")  # of this connection; the file has no trace
        found = [row for row in connection.exec_driver_sql(SQLITE_INDEXES) if row.tbl_name in tables]
        _run(connection, [f"DROP INDEX {row.name}" for row in found])
        keys = Keys(connection, _by_table((_written(connection, row.tbl_name), row.sql) for row in found))
        yield keys
        _run(connection, keys.rest())
        return
    asked = {"names": [quoted(name) for name in tables]}
    references, unique = _constraints(connection, tables, ("f",)), _constraints(connection, tables, ("p", "u"))
    indexes = connection.execute(text(PLAIN_INDEXES), asked).all()
    _run(connection, [*_dropped(references), *_dropped(unique), *(f"DROP INDEX {name}" for _, name, _ in indexes)])
    _run(connection, [f"SET LOCAL maintenance_work_mem = '{INDEX_MEMORY}'"])
    added = zip((of for of, *_ in unique), _added(unique), strict=True)
    keys = Keys(connection, _by_table([*added, *((of, definition) for of, _, definition in indexes)]))
    yield keys
    _run(connection, keys.rest())
    if frozen:
        # PostgreSQL makes sure of references by a join, for which it would make tables of hashes. Both sides are in
        # order in their indexes: to walk along these takes a fifth of the time where no row has to be looked at.
        _run(connection, ["SET LOCAL enable_hashjoin = off"])
    _run(connection, _added(references))
    _run(connection, ["SET LOCAL enable_hashjoin = DEFAULT"])


def unique_of(connection: Connection, table: str) -> frozenset[frozenset[str]]:
    """Give the sets of columns of which the database itself makes sure that no two rows have the same."""
    query = text(UNIQUE_SQLITE if connection.dialect.name == "sqlite" else UNIQUE_POSTGRESQL)
    found: dict[str, set[str | None]] = {}
    for index, column in connection.execute(query, {"name": table}):
        found.setdefault(index, set()).add(column)
    return frozenset(frozenset(filter(None, columns)) for columns in found.values() if None not in columns)


def _written(connection: Connection, table: str) -> str:
    """Give a table's name as PostgreSQL writes it, in quotes only where it must be."""
    return connection.dialect.identifier_preparer.quote(table)


def _by_table(statements: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, statement in statements:
        found.setdefault(table, []).append(statement)
    return found


def _constraints(connection: Connection, tables: Iterable[str], kinds: Sequence[str]) -> list[tuple[str, str, str]]:
    asked = {"names": [quoted(name) for name in tables], "kinds": list(kinds)}
    return [(of, name, definition) for of, name, definition in connection.execute(text(CONSTRAINTS), asked)]


def _dropped(constraints: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    return (f"ALTER TABLE {of} DROP CONSTRAINT {name}" for of, name, _ in constraints)


def _added(constraints: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    return (f"ALTER TABLE {of} ADD CONSTRAINT {name} {definition}" for of, name, definition in constraints)


def _analyzed(connection: Connection, tables: Iterable[str]) -> Iterator[str]:
    """Tell PostgreSQL what stands in tables, their names being as it writes them; SQLite does without."""
    if connection.dialect.name == "postgresql":
        yield from (f"ANALYZE {table}" for table in tables)


def _run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)
