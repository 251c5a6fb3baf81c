"""What a database holds, as plain values to compare: every table's rows, but for what differs from run to run."""

from sqlalchemy import inspect

from normalize.store import open_store

UNEQUAL = {
    "movies": {"updated_at"},
    "load_runs": {"id", "started_at", "finished_at"},
    "repairs": {"run_id"},
    "store": {"id"},
}
"""Columns that differ from run to run."""


def contents(url):
    """Give the rows of every table, each sorted; of SQLite also the schema's own words, and that the file is sound."""
    engine = open_store(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        held = {name: _rows(connection, name) for name in names}
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
            held["schema"] = _rows(connection, "sqlite_master", {"rootpage"})
    engine.dispose()
    return held


def _rows(connection, table, unequal=frozenset()):
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}"')
    unequal = UNEQUAL.get(table, unequal)
    kept = [place for place, name in enumerate(found.keys()) if name not in unequal]
    return sorted((tuple(row[place] for place in kept) for row in found), key=repr)
