"""The store as it is: its tables in, frames for the gate out."""

import json
from collections.abc import Iterable
from decimal import Decimal

import pandas as pd
from sqlalchemy import Connection, column, inspect, select, table, text

RECONCILIATION = "reconciliation"
"""Not a table, but a frame that the newest load left in `load_runs.counts`."""


def frames(connection: Connection, tables: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Read the tables that suites speak of, and the reconciliation of the newest load.

    Args:
        connection: to the store.
        tables: the names; those that are not there are left out.
    """
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    read = {}
    for name in tables:
        if name in there:
            columns = [column(each["name"], each["type"]) for each in inspector.get_columns(name)]
            found = connection.execute(select(*columns).select_from(table(name)))
            read[name] = pd.DataFrame([tuple(map(_plain, row)) for row in found], columns=list(found.keys()))
        elif name == RECONCILIATION and "load_runs" in there:
            read |= _reconciliation(connection)
    return read


def _plain(value: object) -> object:
    """Give exact decimals as floats, as the loads have them: suites compare with JSON's numbers."""
    return float(value) if isinstance(value, Decimal) else value


def _reconciliation(connection: Connection) -> dict[str, pd.DataFrame]:
    newest = "SELECT counts FROM load_runs ORDER BY finished_at DESC, id DESC LIMIT 1"
    counts = connection.execute(text(newest)).scalar()
    rows = json.loads(counts).get(RECONCILIATION) if counts else None
    return {RECONCILIATION: pd.DataFrame(rows)} if rows else {}


def keys(connection: Connection, tables: Iterable[str]) -> dict[str, list[str]]:
    """Name the columns of each table's primary key, as the report names rows by them."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    named = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in tables if name in there}
    return {**named, RECONCILIATION: ["kind"]}
