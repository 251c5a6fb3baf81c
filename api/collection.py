"""What may be asked of the cinema's collection: a query string in, a SearchQuery out."""

from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from api.cursors import MAX_CURSOR_LENGTH, read_cursor
from api.parameters import MAX_SEARCH_LENGTH, NUMBER, WholeNumber, not_allowed
from index.search import MAX_WINDOW, Facet, Filters, SearchQuery
from normalize.text import single_blanks, sort_key

DEFAULT_LIMIT = 50
MAX_LIMIT = 250
MAX_LISTED = 10
"""How many values a parameter that takes several may have."""
MAX_LIST_LENGTH = 500
RATING_HIGH = 10
LAST_YEAR = 9999

FIELDS = (
    "id",
    "title",
    "imdb_rating",
    "year",
    "genres",
    "title_type",
    "description",
    "directors",
    "actors",
    "writers",
)
DEFAULT_FIELDS = FIELDS[:5]
FACETS: tuple[Facet, ...] = ("genres", "decades", "ratings")


def listed(text: str) -> tuple[str, ...]:
    """Part a list at its commas; what is empty or comes again does not count.

    >>> listed("Drama, Comedy,,Drama")
    ('Drama', 'Comedy')
    """
    return tuple(dict.fromkeys(part for part in map(str.strip, text.split(",")) if part))


def _rating(text: object) -> object:
    if text == "" or text is None:
        return None
    if isinstance(text, str) and NUMBER.fullmatch(text) and Decimal(text) <= RATING_HIGH:
        return float(text)
    raise not_allowed(f"a number from 0 to {RATING_HIGH}")


def _year(text: object) -> object:
    if text == "" or text is None:
        return None
    if isinstance(text, str) and text.isascii() and text.isdigit() and int(text[:9]) <= LAST_YEAR:
        return int(text[:9])
    raise not_allowed(f"a whole number from 0 to {LAST_YEAR}")


Year = Annotated[int | None, BeforeValidator(_year)]
Rating = Annotated[float | None, BeforeValidator(_rating)]


class CollectionParameters(BaseModel):
    """What may be asked of the collection; a parameter without a value is as good as none."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    limit: WholeNumber = Field(
        DEFAULT_LIMIT, ge=1, le=MAX_LIMIT, description=f"How many films on a page, 1 to {MAX_LIMIT}."
    )
    page: WholeNumber = Field(
        1, ge=1, description=f"Which page, from 1 on; pages go as far as the first {MAX_WINDOW} films."
    )
    search: str = Field(
        "",
        max_length=MAX_SEARCH_LENGTH,
        description=f"Words to look for, at most {MAX_SEARCH_LENGTH} characters; empty: every film.",
        examples=["звёздные войны"],
    )
    sort: Literal["", "relevance", "id", "title", "imdb_rating", "year"] = Field(
        "", description="The order; empty: relevance where there is a search (best first), id elsewhere."
    )
    sort_order: Literal["", "asc", "desc"] = Field(
        "asc", description="Ascending or descending; films without the value come last both ways."
    )
    genre: str = Field(
        "",
        max_length=MAX_LIST_LENGTH,
        description="Only films of all these genres, separated by commas.",
        examples=["Action,Sci-Fi"],
    )
    title_type: str = Field(
        "",
        max_length=MAX_LIST_LENGTH,
        description="Only films of one of these types, separated by commas.",
        examples=["movie,tvMovie"],
    )
    person: str = Field(
        "",
        max_length=MAX_SEARCH_LENGTH,
        description="Only films with this person in any role: a whole name, or an id of a card's person.",
        examples=["Джордж Лукас"],
    )
    year_from: Year = Field(None, description="Only films of this year or later.", examples=[1977])
    year_to: Year = Field(None, description="Only films of this year or earlier.", examples=[1983])
    rating_from: Rating = Field(None, description="Only films with at least this rating.", examples=[7.5])
    rating_to: Rating = Field(None, description="Only films with at most this rating.", examples=[9])
    fields: str = Field(
        "",
        max_length=MAX_LIST_LENGTH,
        description=f"What to show of a film, separated by commas: {', '.join(FIELDS)}.",
        examples=["id,title,actors"],
    )
    facets: str = Field(
        "",
        max_length=MAX_LIST_LENGTH,
        description=f"What to count, separated by commas: {', '.join(FACETS)}.",
        examples=["genres,decades"],
    )
    highlight: Literal["", "true", "false"] = Field(
        "", description="true: show of each film the words for which a search found it, as pieces of HTML."
    )
    cursor: str | None = Field(
        None,
        max_length=MAX_CURSOR_LENGTH,
        description="Empty: begin a list that can be followed to any depth; else the cursor of the page before.",
    )

    @field_validator("page")
    @classmethod
    def _within_the_window(cls, page: int, info: ValidationInfo) -> int:
        limit = info.data.get("limit")
        if limit and page * limit > MAX_WINDOW:
            raise not_allowed(
                f"a page within the first {MAX_WINDOW} films, so from 1 to {MAX_WINDOW // limit} where limit is "
                f"{limit}; further on with cursor"
            )
        return page

    @field_validator("sort")
    @classmethod
    def _relevance_to_something(cls, sort: str, info: ValidationInfo) -> str:
        if sort == "relevance" and info.data.get("search") == "":
            raise not_allowed("id, title, imdb_rating, year; relevance with a search only")
        return sort

    @field_validator("genre", "title_type")
    @classmethod
    def _few(cls, text: str) -> str:
        if len(listed(text)) > MAX_LISTED:
            raise not_allowed(f"at most {MAX_LISTED} values")
        return text

    @field_validator("fields", "facets")
    @classmethod
    def _known(cls, text: str, info: ValidationInfo) -> str:
        known = FIELDS if info.field_name == "fields" else FACETS
        if not set(listed(text)) <= set(known):
            raise not_allowed(f"some of {', '.join(known)}, separated by commas")
        return text

    @field_validator("cursor")
    @classmethod
    def _instead_of_a_page(cls, cursor: str | None, info: ValidationInfo) -> str | None:
        if cursor is not None and info.data.get("page", 1) != 1:
            raise not_allowed("either cursor or page")
        return cursor

    @property
    def shown(self) -> tuple[str, ...]:
        """Give the fields of a film that are asked for."""
        return listed(self.fields) or DEFAULT_FIELDS

    def query(self) -> SearchQuery | None:
        """Give what is asked of the index; None where the cursor is not one of this list."""
        query = SearchQuery(
            text=self.search,
            sort=self.sort or ("relevance" if self.search else "id"),
            descending=self.sort_order == "desc",
            offset=(self.page - 1) * self.limit,
            limit=self.limit,
            filters=Filters(
                genres=listed(self.genre),
                title_types=listed(self.title_type),
                year_from=self.year_from,
                year_to=self.year_to,
                rating_from=self.rating_from,
                rating_to=self.rating_to,
                person=person_key(self.person) or None,
            ),
            facets=tuple(name for name in FACETS if name in listed(self.facets)),
        )
        if not self.cursor:
            return query
        after = read_cursor(self.cursor, query)
        return None if after is None else replace(query, after=after)


def person_key(name: str) -> str:
    """Write a name as the index keeps names of people; an id stays as it is.

    >>> person_key("Björn  ЁЛКИН"), person_key("nm0000184")
    ('bjorn елкин', 'nm0000184')
    """
    return sort_key(single_blanks(name))
