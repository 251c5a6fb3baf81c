"""Plans for other databases than films: a few lines of declarations in, a plan that the rebuild can run out.

A file of a plan imports from here: tables, what each column holds, which columns are lists, and `declare`.
"""

from normalize.declared.declarations import (
    Date,
    Extract,
    JsonList,
    Lookup,
    Number,
    Reference,
    Table,
    Text,
    TextList,
)
from normalize.declared.plans import declare

__all__ = ["Date", "Extract", "JsonList", "Lookup", "Number", "Reference", "Table", "Text", "TextList", "declare"]
