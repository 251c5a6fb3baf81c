"""The plan of a library's catalogue: lists in text, JSON and a table without a key become tables with keys."""

from normalize.declared import Date, Extract, JsonList, Lookup, Number, Reference, Table, Text, TextList, declare

DAYS = ("%Y-%m-%d", "%d.%m.%Y")

PLAN = declare(
    "library",
    Lookup("authors", one="author"),
    Lookup("languages", one="language"),
    Table("subjects", one="subject", key="id", columns={"id": Number(), "name": Text(required=True)}),
    Table("readers", one="reader", key="card", columns={"card": Text(), "name": Text(required=True)}),
    Table(
        "books",
        one="book",
        key="code",
        columns={
            "code": Text(),
            "title": Text(required=True),
            "year": Number(1450, 2100),
            "price": Number(0, 100_000, decimals=2, nothing=("0",)),
            "language_id": Extract("languages", source="language"),
            "acquired_on": Date(DAYS, source="acquired"),
        },
        links=(TextList("authors", to="authors", separator=";", notes=True), JsonList("subjects", to="subjects")),
    ),
    Table(
        "loans",
        one="loan",
        key=None,
        columns={
            "book_code": Reference("books", source="book", required=True),
            "reader_card": Reference("readers", source="reader", required=True),
            "lent_on": Date(DAYS, source="lent", required=True),
            "returned_on": Date(DAYS, source="returned"),
        },
    ),
    nothing=("—", "-", "unknown", "неизвестно"),
    refused_at_most=0.5,
)
