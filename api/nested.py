"""Lists inside of rows: a film's genres or credits in, one column of JSON out, so that one statement reads it all.

The databases call the same two functions by different names.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from normalize.models import movies


class _ListOf(FunctionElement[str]):
    """All rows' values as a JSON list; [] where there are no rows."""

    type = Text()
    inherit_cache = True


class _Tuple(FunctionElement[str]):
    """Several values of a row as a JSON list."""

    type = Text()
    inherit_cache = True


@compiles(_ListOf, "sqlite")
def _sqlite_list(element: _ListOf, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


@compiles(_ListOf, "postgresql")
def _postgresql_list(element: _ListOf, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"coalesce(CAST(json_agg({compiler.process(element.clauses, **kw)}) AS TEXT), '[]')"


@compiles(_Tuple, "sqlite")
def _sqlite_tuple(element: _Tuple, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"json_array({compiler.process(element.clauses, **kw)})"


@compiles(_Tuple, "postgresql")
def _postgresql_tuple(element: _Tuple, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"json_build_array({compiler.process(element.clauses, **kw)})"


def nested(rows: Select[*tuple[Any, ...]]) -> ColumnElement[str]:
    """Give the rows that belong to a film of `movies` as a JSON list, in their order.

    Args:
        rows: those of one film (its conditions name `movies`); of one column they give a list of values, of several
            a list of lists.
    """
    columns = rows.correlate(movies).subquery().c
    value = columns[0] if len(columns) == 1 else _Tuple(*columns)
    return select(_ListOf(value)).scalar_subquery()
