"""The embedded index's fields: a document in, tantivy's document and the keys of each order out.

tantivy sorts by one fast field and breaks no ties, so each order is a text that holds value and id: ascending and
descending each have their own, films without the value last in both, ties by id ascending.
"""

from functools import lru_cache

import orjson
import tantivy

from index.documents import IMDB_DIGITS, NAMES_KEPT, Document
from index.mapping import WEIGHTS, folded, words_in
from index.ranking import NAMES, TITLE
from index.search import SearchQuery, Sort
from index.spelling import sounds_of
from index.suggestions import named, steps, titled
from normalize.text import sort_key

ID, PLACE, DIGEST, CARD = "id", "place", "id_and_digest", "card"
END_OF_ID = "\0"
GENRE, PEOPLE, TITLE_TYPE = "genre", "people", "title_type"
STARTS, STEPS = "starts", "steps"
ENTRIES, BETWEEN = "entries", "\x1e"
"""The analyzer of texts that are made of entries, and the sign between these, which no text has."""
TITLE_WORDS, WORDS, SOUNDS = "title_words", "words", "sounds"
LOOKED_UP = (WORDS, SOUNDS, STARTS, STEPS)
YEAR, TENTHS = "year", "tenths"
"""What filters and counts look at: the year, the rating in tenths."""
RANGE = 99_999
"""Above every year and every rating in tenths; also stands for no value, and so comes last."""
UUID_DIGITS = 15
LONGEST_KEY = 1_000
"""How many characters of a title count for its order; tantivy takes no term above 65,530 bytes."""


def entries() -> tantivy.TextAnalyzer:
    """Make what parts one text into entries: far sooner done than to put in each as a text of its own."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(f"[^{BETWEEN}]+")).build()


def fields() -> tantivy.Schema:
    """Make the schema: id and orders as fast fields, the searched texts, and what a list shows, stored."""
    builder = tantivy.SchemaBuilder()
    for name in (ID, DIGEST, *(order_of(sort, descending=way) for sort in KEYED for way in (False, True))):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in WEIGHTS:
        # Where words stand counts in titles and among names.
        option = "position" if name in (TITLE, *NAMES) else "freq"
        builder.add_text_field(name, tokenizer_name="ru_en", index_option=option)
    for name in (GENRE, PEOPLE, TITLE_TYPE):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (TITLE_WORDS, *LOOKED_UP):
        builder.add_text_field(name, tokenizer_name=ENTRIES, index_option="basic")
    for name in (PLACE, YEAR, TENTHS):
        builder.add_unsigned_field(name, fast=True, indexed=True)
    builder.add_bytes_field(CARD, stored=True)
    return builder.build()


SHOWN = (
    "id",
    "title",
    "imdb_rating",
    "year",
    "genre",
    "title_key",
    "title_type",
    "description",
    "director",
    "actors_names",
    "writers_names",
)
"""What is stored of a film, for lists."""

KEYED: tuple[Sort, ...] = ("title", "imdb_rating", "year")


def order_of(sort: Sort, *, descending: bool) -> str:
    """Name the field that is ascending in this order."""
    return ID if sort == "id" else f"{sort}_{'desc' if descending else 'asc'}"


def document(film: Document) -> tantivy.Document:
    """Make tantivy's document of a film."""
    made = tantivy.Document()
    made.add_text(ID, film.id)
    made.add_unsigned(PLACE, place_of(film.id))
    _add_looked_up(made, film)
    made.add_text(DIGEST, f"{film.id}{END_OF_ID}{film.digest}")
    _add_filtered(made, film)
    for sort, value in zip(KEYED, (film.title_key, film.imdb_rating, film.year), strict=True):
        for way in (False, True):
            made.add_text(order_of(sort, descending=way), key_in(sort, value, film.id, descending=way))
    for name, texts in searched(film).items():
        for text in texts:
            made.add_text(name, folded(text))
    content = film.content
    made.add_bytes(CARD, orjson.dumps({name: content[name] for name in SHOWN}))
    return made


def _add_looked_up(made: tantivy.Document, film: Document) -> None:
    """Put in what is looked up in dictionaries: words as they are written, and entries of suggestions."""
    words = words_in(film.title_key)
    made.add_text(TITLE_WORDS, " ".join(words)[:LONGEST_KEY])
    parts = [_parts(words, titled(film)), *map(_parts_of_name, film.names)]
    for name, texts in zip(LOOKED_UP, zip(*parts, strict=True), strict=True):
        made.add_text(name, BETWEEN.join(filter(None, texts)))


def _parts(words: list[str], entries: list[str]) -> tuple[str, ...]:
    """Give what comes of a title or a name to each field of `LOOKED_UP`."""
    return tuple(map(BETWEEN.join, (dict.fromkeys(words), sounds_of(words), entries, steps(entries))))


@lru_cache(NAMES_KEPT)
def _parts_of_name(name: str) -> tuple[str, ...]:
    return _parts(words_in(_name_key(name)), named(name))


@lru_cache(NAMES_KEPT)
def _name_key(name: str) -> str:
    return sort_key(name)


def _add_filtered(made: tantivy.Document, film: Document) -> None:
    """Put in what filters and counts look at."""
    for genre in film.genre or ():
        made.add_text(GENRE, genre)
    for person in dict.fromkeys([*film.person_ids, *map(_name_key, film.names)]):
        made.add_text(PEOPLE, person)
    if film.title_type is not None:
        made.add_text(TITLE_TYPE, film.title_type)
    for name, number in ((YEAR, film.year), (TENTHS, tenths_of(film.imdb_rating))):
        if number is not None:
            made.add_unsigned(name, number)


def tenths_of(rating: float | None) -> int | None:
    """Give a rating in tenths, as whole numbers compare exactly.

    >>> tenths_of(8.6), tenths_of(None)
    (86, None)
    """
    return None if rating is None else round(rating * 10)


def searched(film: Document) -> dict[str, list[str]]:
    """Give the texts of each field that a search looks at."""
    return {
        "title": [film.title],
        "description": [film.description or ""],
        "genre_text": film.genre or [],
        "actors_names": film.actors_names or [],
        "writers_names": film.writers_names or [],
        "director": film.director or [],
    }


def place_of(film: str) -> int:
    """Give a number that orders as the film's id does as text: UUIDs by their first 60 bits, then 'tt…' by digits.

    Of the digits each counts 1 to 10 and the end 0, so that 'tt1027…' comes before 'tt10277930' whatever their length.
    """
    if not film.startswith("tt"):
        return int(film.replace("-", "")[:UUID_DIGITS], 16)
    digits = [int(digit) + 1 for digit in film[2:]]
    place = 0
    for digit in digits + [0] * (IMDB_DIGITS - len(digits)):
        place = place * 11 + digit
    return (1 << 63) + place


def is_turned(query: SearchQuery) -> bool:
    """Say whether films are ordered by the keys of their order turned round: ids alone have no key for each way."""
    return query.sort == "id" and query.descending


def key_in(sort: Sort, value: str | float | None, film: str, *, descending: bool) -> str:
    """Give the text by which a film is ordered.

    Args:
        sort: the order; not by relevance.
        value: the key of its title, its rating or its year; None: it has none, and comes last.
        film: its id.
        descending: whether the order goes down.
    """
    if sort == "id":
        return film
    if sort == "title":
        return f"{_title_key(str(value), descending=descending)}{film}"
    number = None if value is None else tenths_of(float(value)) if sort == "imdb_rating" else int(value)
    return f"{RANGE if number is None else RANGE - 1 - number if descending else number:05d}{film}"


def _title_key(key: str, *, descending: bool) -> str:
    """Give the bytes of a title's key as hex, closed by the lowest byte; all turned round for the other way."""
    closed = key[:LONGEST_KEY].encode() + b"\0"
    return (bytes(0xFF - byte for byte in closed) if descending else closed).hex()
