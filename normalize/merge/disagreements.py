"""Where the store and a newer file disagree, as the report shows it: meetings in, a table of rows out."""

from collections.abc import Iterable, Mapping

import pandas as pd

from expectations.report import Section
from normalize.merge.films import Disagreement

COLUMNS = ("film", "column", "store", "file", "outcome", "reason")
TITLE = {"en": "Where the sources disagree", "ru": "Где источники расходятся"}
ABOUT = {
    "en": "What was changed in the store since the last file, or is another source's word, and what the new file says "
    "of it. Outcome: what became of the store's word.",
    "ru": "Что изменено в хранилище после прошлого файла или сказано другим источником, и что об этом говорит новый "
    "файл. Outcome: что стало со словом хранилища.",
}
"""What the report calls them."""


def told(met: Iterable[Disagreement], ids: Mapping[int, str]) -> pd.DataFrame:
    """Make a table of the disagreements.

    Args:
        met: what was found.
        ids: a film's number → its id on the outside.

    Returns:
        COLUMNS, all text or None.
    """
    rows = [
        (ids[each.film], each.column, _shown(each.store), _shown(each.file), each.outcome, each.reason) for each in met
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def section(rows: pd.DataFrame) -> Section:
    """Make the section of the report that shows them."""
    return Section("disagreements", TITLE, ABOUT, rows)


def _shown(value: object) -> str | None:
    """Show a value; a list by what its entries are called, an id that is the name once."""
    if value is None or value == ():
        return None
    if not isinstance(value, tuple):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return "; ".join(" ".join(dict.fromkeys(str(part) for part in entry if part is not None)) for entry in value)
