"""Text that is not UTF-8: legacy frames in; frames with text alone and a repair for each such value, or a refusal, out.

Which encoding such text has cannot be known from its bytes; the setting LEGACY_ENCODING says it.
"""

from collections.abc import Mapping, Sequence

import pandas as pd

from normalize.errors import InputError
from normalize.repairs import gather, repairs_of
from normalize.text import REPLACE
from normalize.verbatim import NotUtf8

PLACES_SHOWN = 3
SHOWN = 24
"""How many bytes of a text, and characters of a key, a refusal shows."""


def decoded(
    raw: Mapping[str, pd.DataFrame], tables: Mapping[str, Sequence[str]], encoding: str | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Turn the text that is not UTF-8 into text.

    Args:
        raw: table → its frame.
        tables: table → the columns that are read, the first of which names a row; other columns stay as they are.
        encoding: what such text is read as, REPLACE, or None to refuse it.

    Returns:
        the frames, and the repairs; what the encoding has no letters for stays `NotUtf8`, and is refused as such later.

    Raises:
        InputError: there is such text, and nothing says what it is; names where it stands.
    """
    found = {name: _cells(frame, tables[name]) for name, frame in raw.items()}
    if encoding is None:
        _refuse(found)
        return dict(raw), gather([])
    frames, repairs = {}, []
    for name, frame in raw.items():
        cells = found[name]
        text = pd.Series([_decode(value, encoding) for value in cells["value"]], index=cells.index, dtype=object)
        cells, text = cells[text.notna()], text[text.notna()]
        frames[name] = frame
        for column, of_column in cells.groupby("column", sort=False):
            new = frame[column].copy()
            new.iloc[of_column["row"].tolist()] = text[of_column.index].to_numpy()
            frames[name] = frames[name].copy(deep=False)
            frames[name][column] = new
        rule = "bytes_replaced" if encoding == REPLACE else "other_encoding"
        repairs.append(repairs_of(cells, name, rule, text))
    return frames, gather(repairs)


def _cells(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Find the cells with text that is not UTF-8: columns row, key, column, value, row by row."""
    found = [
        (row, frame[columns[0]].iloc[row], column, value)
        for column in columns
        for row, value in enumerate(frame[column])
        if type(value) is NotUtf8
    ]
    cells = pd.DataFrame(found, columns=["row", "key", "column", "value"], dtype=object)
    return cells.sort_values("row", kind="stable", ignore_index=True)


def _decode(value: NotUtf8, encoding: str) -> str | None:
    if encoding == REPLACE:
        return value.decode("utf-8", "replace")
    try:
        text = value.decode(encoding)
        text.encode()  # which halves of characters, from UTF-7 say, have no way to
    except UnicodeError:
        return None
    return text


def _short(key: object) -> str:
    return " ".join(str(key).split())[:SHOWN]


def _refuse(found: Mapping[str, pd.DataFrame]) -> None:
    places = [
        f"table {name}, column {cell['column']}, row {cell['row'] + 1} ({_short(cell['key'])}): "
        f"{cell['value'][:SHOWN]!r}"
        for name, cells in found.items()
        for cell in cells.to_dict(orient="records")
    ]
    if places:
        more = f"; and {len(places) - PLACES_SHOWN:,} more" if len(places) > PLACES_SHOWN else ""
        raise InputError(
            f"text that is not UTF-8: {'; '.join(places[:PLACES_SHOWN])}{more}. Say what it is with LEGACY_ENCODING "
            "(cp1251, latin-1, … or replace: � for each bad byte), or repair it in the file. Nothing was changed."
        )
