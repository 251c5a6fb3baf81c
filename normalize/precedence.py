"""Several sources, one film: what each says comes in, what the store says comes out, by a rule that is data.

What was entered through our own API stands over all; then, column by column, the source that knows best. A list is
taken whole from one source. A source that says nothing of a column gives way, and one that goes gives way to the rest,
so the order of loading does not matter.
"""

from collections.abc import Mapping

from normalize.record import COLUMNS, LISTS, Record

OWN, IMDB, LEGACY = "own", "imdb", "legacy"
"""The sources of films: our API, the IMDb data sets, the legacy file."""

SOURCES = (OWN, IMDB, LEGACY)
"""The order in which they are believed."""

PRECEDENCE = dict.fromkeys(COLUMNS, SOURCES) | {"description": (OWN, LEGACY, IMDB)}
"""Column → the sources in the order in which they are believed. IMDb's files have no descriptions worth the name."""


def settled(statements: Mapping[str, Record]) -> Record | None:
    """Give what the store says of a film.

    Args:
        statements: source → what it says of the film.

    Returns:
        for each column what the first source says that says anything; None where no source speaks of the film.
    """
    if not statements:
        return None
    return {column: _first(column, statements) for column in COLUMNS}


def speaker(column: str, statements: Mapping[str, Record]) -> str | None:
    """Name the source whose word the store takes for a column; None if none says anything of it."""
    for source in PRECEDENCE[column]:
        if source in statements and statements[source].get(column) not in (None, ()):
            return source
    return None


def _first(column: str, statements: Mapping[str, Record]) -> object:
    source = speaker(column, statements)
    if source is None:
        return () if column in LISTS else None
    return statements[source][column]
