"""A record: what one source, or the store, says of one film. The columns that it has, named once.

Without pandas, for whoever serves or writes single films.
"""

from typing import Any

SCALARS = (
    "title",
    "original_title",
    "title_type",
    "description",
    "year",
    "runtime_minutes",
    "imdb_rating",
    "imdb_votes",
    "is_adult",
)
"""What a film's own row says; its ids are not said by a source, and the time of a change is none of theirs."""

LISTS = {
    "genres": ("name",),
    "directors": ("source_person_id", "name", "credit_note"),
    "writers": ("source_person_id", "name", "credit_note"),
    "actors": ("source_person_id", "name", "credit_note", "characters"),
}
"""The lists of a film → what each entry says. A director has no id in the legacy file: there the name is it."""

COLUMNS = (*SCALARS, *LISTS)

Record = dict[str, Any]
"""What is said of one film: COLUMNS → a value, or a tuple of tuples of what LISTS names, in their order; None or ()
where nothing is said."""


def saying(**said: object) -> Record:
    """Make a record that says no more than what is given."""
    return {**dict.fromkeys(SCALARS), **dict.fromkeys(LISTS, ()), **said}
