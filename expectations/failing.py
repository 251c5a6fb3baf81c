"""Which rows fail: an expectation's kwargs and a frame in, a mask of the failing rows out.

Great Expectations caps the rows that it gives at 200, so the gate takes its verdict and finds all rows here. The rule
of each type is that of its documentation: NULL is not looked at, unless the type is about NULL itself.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

Kwargs = Mapping[str, Any]
Mask = Callable[[pd.DataFrame, Kwargs], pd.Series]


def _column(frame: pd.DataFrame, kwargs: Kwargs) -> pd.Series:
    return frame[str(kwargs["column"])]


def _said(frame: pd.DataFrame, kwargs: Kwargs) -> pd.Series:
    return _column(frame, kwargs).notna()


def _where(frame: pd.DataFrame, kwargs: Kwargs, wrong: Callable[[Any], bool]) -> pd.Series:
    """Apply a rule to each value that is there."""
    column = _column(frame, kwargs)
    return pd.Series(
        [there and wrong(value) for there, value in zip(column.notna(), column, strict=True)],
        index=frame.index,
        dtype=bool,
    )


def _outside(frame: pd.DataFrame, kwargs: Kwargs) -> pd.Series:
    said = _column(frame, kwargs).dropna()
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    wrong = pd.Series(data=False, index=said.index)
    if low is not None:
        wrong |= (said <= low) if kwargs.get("strict_min") else (said < low)
    if high is not None:
        wrong |= (said >= high) if kwargs.get("strict_max") else (said > high)
    return wrong.astype(bool).reindex(frame.index, fill_value=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _matches(frame: pd.DataFrame, kwargs: Kwargs) -> pd.Series:
    return _column(frame, kwargs).astype(object).astype("str").str.contains(kwargs["regex"], regex=True)


def _wrong_length(frame: pd.DataFrame, kwargs: Kwargs) -> pd.Series:
    low, high = kwargs.get("min_value") or 0, kwargs.get("max_value")
    return _where(frame, kwargs, lambda value: len(value) < low or (high is not None and len(value) > high))


MASKS: Mapping[str, Mask] = {
    "expect_column_values_to_not_be_null": lambda frame, kwargs: ~_said(frame, kwargs),
    "expect_column_values_to_be_null": _said,
    "expect_column_values_to_be_unique": lambda frame, kwargs: (
        _said(frame, kwargs) & _column(frame, kwargs).duplicated(keep=False)
    ),
    "expect_compound_columns_to_be_unique": lambda frame, kwargs: frame.duplicated(kwargs["column_list"], keep=False),
    "expect_column_values_to_be_in_set": lambda frame, kwargs: (
        _said(frame, kwargs) & ~_column(frame, kwargs).isin(kwargs["value_set"])
    ),
    "expect_column_values_to_not_be_in_set": lambda frame, kwargs: _column(frame, kwargs).isin(kwargs["value_set"]),
    "expect_column_values_to_be_between": _outside,
    "expect_column_value_lengths_to_be_between": _wrong_length,
    "expect_column_values_to_match_regex": lambda frame, kwargs: _said(frame, kwargs) & ~_matches(frame, kwargs),
    "expect_column_values_to_not_match_regex": lambda frame, kwargs: _said(frame, kwargs) & _matches(frame, kwargs),
    "expect_column_values_to_be_json_parseable": lambda frame, kwargs: _where(
        frame, kwargs, lambda value: not _is_json(value)
    ),
}
"""Type of expectation → the rows that fail it."""


def columns_of(kwargs: Kwargs) -> list[str]:
    """Name the columns that an expectation speaks of.

    >>> columns_of({"column": "year", "min_value": 1870}), columns_of({"column_list": ["movie_id", "genre_id"]})
    (['year'], ['movie_id', 'genre_id'])
    """
    single = [kwargs[name] for name in ("column", "column_A", "column_B") if name in kwargs]
    return [*single, *kwargs.get("column_list", [])]


def looked_at(frame: pd.DataFrame, kwargs: Kwargs) -> pd.DataFrame:
    """Give the rows that an expectation looks at: those of a `row_condition` in pandas' words, else all of them."""
    condition, parser = kwargs.get("row_condition"), kwargs.get("condition_parser") or "pandas"
    return frame.query(condition) if isinstance(condition, str) and parser == "pandas" else frame
