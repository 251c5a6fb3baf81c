"""From declarations to a plan that the rebuild can run: everything that `Plan` asks for, made of one `Declaration`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, MetaData

from expectations.suites import Suite, load_suites
from normalize import adoption, differences
from normalize.declared.checks import check
from normalize.declared.columns import Known
from normalize.declared.declarations import REFUSED_AT_MOST, Declaration, Lookup, Table
from normalize.declared.links import links_of
from normalize.declared.rows import rows_of
from normalize.declared.schema import metadata_of
from normalize.declared.suites import suites_of
from normalize.encodings import decoded
from normalize.plan import Frames, Normalized, Plan
from normalize.reconciliation import Kind, reconcile
from normalize.repairs import gather
from normalize.settings import Settings
from normalize.suspects import COLUMNS as SUSPECT_COLUMNS
from normalize.suspects import look_alikes


def declare(
    about: str, *tables: Table | Lookup, nothing: Sequence[str] = (), refused_at_most: float = REFUSED_AT_MOST
) -> Plan:
    """Make a plan of declarations.

    Args:
        about: what the legacy database is of, in one word: 'library'.
        tables: the store's, each after those that it refers to.
        nothing: the words for nothing, everywhere; empty text always is one.
        refused_at_most: the share of a table's rows that may be refused before the gate refuses everything.

    Raises:
        InputError: they make no sense together; names the place.
    """
    declaration = Declaration(about, tables, frozenset(nothing) | {""}, refused_at_most)
    check(declaration)
    run = _Declared(declaration, metadata_of(declaration), _legacy_tables(declaration))
    return Plan(
        about=about,
        things="rows",
        legacy_tables=run.legacy_tables,
        metadata=run.metadata,
        row_keys=_row_keys(declaration),
        normalize=run.normalize,
        changed=run.changed,
        suites=run.suites,
    )


@dataclass(frozen=True)
class _Declared:
    """A checked declaration and what follows from it: what a plan does."""

    declaration: Declaration
    metadata: MetaData
    legacy_tables: Mapping[str, Sequence[str]]

    def normalize(self, raw: Frames, settings: Settings, _at: str) -> Normalized:
        raw, decodings = decoded(raw, self.legacy_tables, settings.legacy_encoding)
        clean = _normalize(self.declaration, self.metadata, raw)
        return replace(clean, repairs=gather([decodings, clean.repairs]))

    def changed(self, connection: Connection, settings: Settings) -> list[str]:
        raw = adoption.read(connection, self.legacy_tables)
        return _changed(connection, self.metadata, self.normalize(raw, settings, "").tables)

    def suites(self, folder: Path | None) -> tuple[Suite, ...]:
        return suites_of(self.declaration) + (load_suites(folder) if folder is not None else ())


def _legacy_tables(declaration: Declaration) -> dict[str, tuple[str, ...]]:
    """Name the legacy tables and the columns that they must have."""
    needed: dict[str, list[str]] = {}
    for table in declaration.tables:
        if isinstance(table, Table):
            columns = [table.column_source(name) for name in table.columns] + [links.source for links in table.links]
            needed.setdefault(table.legacy, []).extend(columns)
    return {name: tuple(dict.fromkeys(columns)) for name, columns in needed.items()}


def _row_keys(declaration: Declaration) -> dict[str, tuple[str, ...]]:
    """Name the columns that name a row of a legacy table: its key, else those in which rows that repeat are equal."""
    return {
        adoption.PREFIX + table.legacy: tuple(
            table.column_source(name) for name in ([table.key] if table.key else table.once_columns)
        )
        for table in declaration.tables
        if isinstance(table, Table)
    }


def _normalize(declaration: Declaration, metadata: MetaData, raw: Frames) -> Normalized:
    """Turn the legacy frames into the store's, table by table in the declared order."""
    known = Known(declaration)
    kinds: list[Kind] = []
    frames: dict[str, pd.DataFrame] = {}
    for table in declaration.tables:
        if isinstance(table, Table):
            rows = rows_of(raw[table.legacy], table, known)
            frames[table.name] = rows.stored.reset_index(drop=True)
            kinds += rows.kinds
            for links in table.links:
                kind = links_of(rows, links, known)
                frames[kind.name] = kind.frame
                kinds.append(kind)
    frames |= known.lookups()
    return Normalized(
        tables={table.name: frames[table.name] for table in metadata.sorted_tables if table.name in frames},
        repairs=gather(kind.repairs for kind in kinds),
        reconciliation=reconcile(kinds),
        merges=pd.DataFrame(columns=["person_id", "name", "source", "source_id"]),
        suspects=_suspects(known.lookups()),
    )


def _suspects(lookups: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the names of each lookup table that look alike."""
    pairs = [look_alikes(name, frame) for name, frame in lookups.items()]
    return pd.concat(pairs, ignore_index=True) if pairs else pd.DataFrame(columns=list(SUSPECT_COLUMNS))


def _changed(connection: Connection, metadata: MetaData, was: Frames) -> list[str]:
    """Name the rows that the archive would make otherwise, as 'table key'."""
    found = []
    for name, frame in was.items():
        table = metadata.tables[name]
        rows = differences.difference(differences.columns_of(frame, table), differences.rows_of(connection, table))
        keys = [column.name for column in table.primary_key]
        found += sorted({f"{name} {'/'.join(map(str, key))}" for key in rows[keys].itertuples(index=False)})
    return found
