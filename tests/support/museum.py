"""The museum of dirt: one small legacy file for each thing that is found in the wild, and what becomes of it.

Beside PLAIN films with nothing wrong in them each file holds what its name says. A `Case` states the whole outcome: the
films from ODD on and all repairs, or what the one line of refusal says.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from made_up import film, legacy_database

PLAIN = 20
ODD = 900
ID = f"tt{ODD:07d}"
MB = 1_000_000
CARD = {
    "title": f"Film {ODD}",
    "description": "Something happens.",
    "rating": 7.5,
    "genres": ["Drama"],
    "directors": ["Ann Lee"],
    "writers": ["Cid Poe"],
    "actors": [],
}
"""What the store has of `film(ODD)`."""


@dataclass(frozen=True)
class Case:
    """One file and what becomes of it.

    odd: films, as `film` gives them. actors, writers, links: more rows. more: SQL that is run then. remake: does what
    SQL cannot, with the file's path. settings: those that matter. films: the odd films that are stored, by id, as far
    as they differ from CARD. repairs: (table, key, column, old, new, rule) of each. refused: what the line says, in
    place and copied, or one of both.
    """

    name: str
    odd: Sequence[Mapping[str, object]] = ()
    actors: Sequence[tuple[object, object]] = ()
    writers: Sequence[tuple[object, object]] = ()
    links: Sequence[tuple[object, object]] = ()
    more: str = ""
    remake: Callable[[Path], None] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    films: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    repairs: Sequence[tuple[str, str, str, str | None, str | None, str]] = ()
    refused: str | Mapping[str, str] = ""

    def make(self, path: Path) -> Path:
        """Make the file."""
        legacy_database(
            path,
            films=[*(film(n) for n in range(1, PLAIN + 1)), *self.odd],
            actors=[(1, "Bob Ray"), *self.actors],
            writers=[("w1", "Cid Poe"), *self.writers],
            links=[("tt0000001", "1"), *self.links],
            more=self.more,
        )
        if self.remake:
            self.remake(path)
        return path

    def refusal(self, way: str) -> str:
        """Give what the line of refusal says, by the way the file goes in; '' if it goes in."""
        return self.refused if isinstance(self.refused, str) else self.refused.get(way, "")


def odd(**columns: object) -> list[Mapping[str, object]]:
    """Give the one odd film."""
    return [film(ODD, **columns)]


def remade(table: str, definition: str, after: str = "") -> str:
    """Give the SQL that makes a legacy table anew in another form, with the rows that it had."""
    names = {
        "movies": "id, genre, director, writer, title, plot, ratings, imdb_rating, writers",
        "actors": "id, name",
        "writers": "id, name",
        "movie_actors": "movie_id, actor_id",
    }[table]
    return f"""
        CREATE TEMP TABLE kept AS SELECT {names} FROM {table}; DROP TABLE {table};
        CREATE TABLE {definition};
        INSERT INTO {table} ({names}) SELECT {names} FROM temp.kept; DROP TABLE temp.kept; {after}
    """


def _again(path: Path, first: str) -> None:
    """Write the database anew into a file that was set up otherwise."""
    with closing(sqlite3.connect(path)) as old:
        script = "\n".join(old.iterdump())
    path.unlink()
    with closing(sqlite3.connect(path)) as new:
        new.executescript(first)
        new.executescript(script)


def _hot_journal(path: Path) -> None:
    """Leave the journal of a writer that was killed after it had written into the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA cache_size=1")
        writer.execute("PRAGMA locking_mode=EXCLUSIVE")
        writer.execute("BEGIN")
        writer.execute("UPDATE movies SET title = 'Torn', plot = hex(zeroblob(5000))")
        torn, journal = path.read_bytes(), Path(f"{path}-journal").read_bytes()
        writer.execute("ROLLBACK")
    path.write_bytes(torn)
    Path(f"{path}-journal").write_bytes(journal)


def _log_beside(path: Path) -> None:
    """Leave a write-ahead log with a film that is not in the file itself yet."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute(f"UPDATE movies SET plot = 'From the log' WHERE id = '{ID}'")
        kept = {beside: Path(f"{path}{beside}").read_bytes() for beside in ("", "-wal")}
    for beside, content in kept.items():
        Path(f"{path}{beside}").write_bytes(content)


def _set(statement: str, *values: object) -> Callable[[Path], None]:
    def remake(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(statement, values)
            connection.commit()

    return remake


NOT_UTF8 = "UPDATE movies SET plot = CAST(x'cce8f0' AS TEXT) WHERE id = 'tt0000900'"
WORDS = ("—", " unknown", "НЕТ")
SURROUNDINGS = """
    CREATE TABLE log (what text); CREATE TABLE "ann's own" (a, b UNIQUE); INSERT INTO "ann's own" VALUES (1, x'00ff');
    CREATE TABLE notes (movie_id text REFERENCES movies(id) ON DELETE CASCADE, person REFERENCES nobody(id));
    INSERT INTO notes VALUES ('tt0000001', 7), ('tt7777777', NULL);
    CREATE INDEX by_title ON movies (title); CREATE UNIQUE INDEX upper_name ON actors (upper(name)) WHERE id > 0;
    CREATE VIEW titles AS SELECT title FROM movies; CREATE VIEW "odd ""view"": x%?" AS SELECT a FROM nowhere;
    CREATE VIEW more AS SELECT * FROM "odd ""view"": x%?";
    CREATE TRIGGER logged AFTER UPDATE ON movies BEGIN INSERT INTO log VALUES (new.title); END;
    CREATE TRIGGER "lost:one" AFTER INSERT ON log BEGIN INSERT INTO gone VALUES (1); END;
    CREATE TRIGGER instead INSTEAD OF INSERT ON titles BEGIN INSERT INTO log VALUES (new.title); END;
    CREATE VIRTUAL TABLE found USING fts5(title); INSERT INTO found VALUES ('Film 1');
    ANALYZE; PRAGMA user_version = 7; PRAGMA application_id = 42;
"""

CASES = [
    Case(
        "words for nothing, in any case, and others by a setting",
        odd=[film(ODD, plot="n/a", genre="NONE", director=WORDS[0], imdb_rating=WORDS[1], writer=WORDS[2])],
        settings={"NOTHING_WORDS": "—,Unknown,нет"},
        films={ID: {"description": None, "genres": [], "directors": [], "rating": None, "writers": []}},
        repairs=[
            ("movies", ID, "plot", "n/a", None, "sentinel"),
            ("movies", ID, "imdb_rating", " unknown", None, "sentinel"),
            ("movies", ID, "genre", "NONE", None, "sentinel"),
            ("movies", ID, "director", "—", None, "sentinel"),
            ("movies", ID, "writer", "НЕТ", None, "sentinel"),
        ],
    ),
    Case(
        "a word for nothing that nobody named is a value",
        odd=odd(plot="—"),
        films={ID: {"description": "—"}},
    ),
    Case(
        "writer and writers both filled",
        odd=odd(writer="w2", writers='[{"id": "w1"}, {"id": "w2"}]'),
        writers=[("w2", "Dee Fox")],
        films={ID: {"writers": ["Dee Fox", "Cid Poe"]}},
        repairs=[("movies", ID, "writers", "w2", None, "repeated")],
    ),
    Case(
        "links to no one",
        odd=odd(writer="w9"),
        links=[(ID, "9"), ("tt0000999", "1"), (None, "1"), (ID, None), (ID, "1")],
        films={ID: {"writers": [], "actors": ["Bob Ray"]}},
        repairs=[
            ("movies", ID, "writer", "w9", None, "unknown_writer"),
            ("movie_actors", "tt0000999", "actor_id", "1", None, "unknown_film"),
            ("movie_actors", "", "actor_id", "1", None, "unknown_film"),
            ("movie_actors", ID, "actor_id", "9", None, "unknown_actor"),
            ("movie_actors", ID, "actor_id", None, None, "unknown_actor"),
        ],
    ),
    Case(
        "movie_actors with an id, other types and another order",
        odd=odd(),
        actors=[(2, "Eve Gun")],
        links=[(ID, "2"), (ID, "1")],
        more=remade("movie_actors", "movie_actors (actor_id integer, note blob, movie_id varchar(9), id integer "
                    "primary key)", "UPDATE movie_actors SET id = 100 - id"),
        films={ID: {"actors": ["Bob Ray", "Eve Gun"]}},
    ),
    Case("views, indexes, triggers, foreign keys, one of each broken, and other tables", more=SURROUNDINGS),
    Case(
        "a hot journal beside the file",
        remake=_hot_journal,
        refused={"copied": "in.sqlite-journal: a writer was interrupted"},
    ),
    Case(
        "a write-ahead log beside the file",
        odd=odd(),
        remake=_log_beside,
        films={ID: {"description": "From the log"}},
        refused={"copied": "in.sqlite-wal beside"},
    ),
    Case("a file in write-ahead mode", odd=odd(), more="PRAGMA journal_mode=WAL", films={ID: {}}),
    Case(
        "text that is not UTF-8",
        odd=odd(),
        more=NOT_UTF8,
        refused="text that is not UTF-8: table movies, column plot, row 21 (tt0000900): b'\\xcc\\xe8\\xf0'. Say what",
    ),
    Case(
        "text that is not UTF-8 in a column that is not read",
        odd=odd(),
        more=f"ALTER TABLE movies ADD COLUMN note text; {NOT_UTF8.replace('plot', 'note')}",
        films={ID: {}},
    ),
    Case(
        "text that is not UTF-8, read as cp1251",
        odd=odd(title="Ёлки"),
        actors=[(2, "x")],
        links=[(ID, "2")],
        more=f"{NOT_UTF8}; UPDATE actors SET name = CAST(x'ccefea98' AS TEXT) WHERE id = 2",
        settings={"LEGACY_ENCODING": "cp1251"},
        films={ID: {"title": "Ёлки", "description": "Мир"}},
        repairs=[
            ("movies", ID, "plot", "b'\\xcc\\xe8\\xf0'", "Мир", "other_encoding"),
            ("movie_actors", ID, "actor_id", "2", None, "unknown_actor"),
            ("actors", "2", "name", "b'\\xcc\\xef\\xea\\x98'", None, "not_text"),
        ],
    ),
    Case(
        "text that is not UTF-8, with replacement characters",
        odd=odd(),
        more="UPDATE movies SET plot = CAST(x'd09cd0b8d1' AS TEXT) WHERE id = 'tt0000900'",
        settings={"LEGACY_ENCODING": "replace"},
        films={ID: {"description": "Ми\ufffd"}},
        repairs=[("movies", ID, "plot", "b'\\xd0\\x9c\\xd0\\xb8\\xd1'", "Ми\ufffd", "bytes_replaced")],
    ),
    Case(
        "NUL bytes",
        odd=odd(plot="a\0b", director="Ann\0 Lee, Bo", writer="w1\0"),
        actors=[("2", "Eve\0Gun")],
        writers=[("w\0", "Dee Fox")],
        links=[(ID, "1\0"), (ID + "\0", "1")],
        films={ID: {"description": None, "directors": [], "writers": []}},
        repairs=[
            ("movies", ID, "plot", "'a\\x00b'", None, "not_text"),
            ("movies", ID, "director", "'Ann\\x00 Lee, Bo'", None, "not_text"),
            ("movies", ID, "writer", "'w1\\x00'", None, "not_text"),
            ("movie_actors", "", "actor_id", "1", None, "unknown_film"),
            ("movie_actors", ID, "actor_id", None, None, "unknown_actor"),
            ("actors", "2", "name", "'Eve\\x00Gun'", None, "not_text"),
            ("writers", "", "id", None, None, "no_id"),
        ],
    ),
    Case(
        "a film id twice, once in another way of writing",
        odd=[film(ODD, title="First"), film(ODD, id=f"tt00{ODD:07d}", title="Second")],
        films={ID: {"title": "First"}},
        repairs=[
            ("movies", f"tt00{ODD:07d}", "id", f"tt00{ODD:07d}", None, "film_twice"),
            ("movies", f"tt00{ODD:07d}", "plot", "Something happens.", None, "film_refused"),
            ("movies", f"tt00{ODD:07d}", "imdb_rating", "7.5", None, "film_refused"),
            ("movies", f"tt00{ODD:07d}", "genre", "Drama", None, "film_refused"),
            ("movies", f"tt00{ODD:07d}", "director", "Ann Lee", None, "film_refused"),
            ("movies", f"tt00{ODD:07d}", "writer", "w1", None, "film_refused"),
        ],
    ),
    Case(
        "a film without a title",
        odd=odd(title="  "),
        links=[(ID, "1")],
        repairs=[
            ("movies", ID, "title", "  ", "", "trimmed"),
            ("movies", ID, "title", "  ", None, "no_title"),
            ("movies", ID, "plot", "Something happens.", None, "film_refused"),
            ("movies", ID, "imdb_rating", "7.5", None, "film_refused"),
            ("movies", ID, "genre", "Drama", None, "film_refused"),
            ("movies", ID, "director", "Ann Lee", None, "film_refused"),
            ("movies", ID, "writer", "w1", None, "film_refused"),
            ("movie_actors", ID, "actor_id", "1", None, "film_refused"),
        ],
    ),
    Case(
        "blobs where text should be",
        odd=odd(genre=b"Drama, War", plot=b"\x00\xff", writers=b"[]", imdb_rating=b"7"),
        actors=[(2, b"Eve")],
        writers=[(b"w2", "Dee Fox")],
        links=[(ID, b"1")],
        films={ID: {"genres": [], "description": None, "rating": None}},
        repairs=[
            ("movies", ID, "plot", "b'\\x00\\xff'", None, "not_text"),
            ("movies", ID, "imdb_rating", "b'7'", None, "not_text"),
            ("movies", ID, "genre", "b'Drama, War'", None, "not_text"),
            ("movies", ID, "writers", "b'[]'", None, "not_text"),
            ("movie_actors", ID, "actor_id", None, None, "unknown_actor"),
            ("actors", "2", "name", "b'Eve'", None, "not_text"),
            ("writers", "", "id", None, None, "no_id"),
        ],
    ),
    Case(
        "names, ids and genres of 1 MB",
        odd=odd(genre="g" * MB, director="(d)" * (MB // 3), writer="w2", plot="p" * MB),
        actors=[(2, "a" * MB)],
        writers=[("w" * MB, "Dee Fox"), ("w2", "я" * MB)],
        films={ID: {"genres": [], "directors": [], "writers": [], "description": "p" * MB}},
        repairs=[
            ("movies", ID, "genre", "g" * 80 + "…", None, "too_long"),
            ("movies", ID, "director", ("(d)" * 40)[:80] + "…", None, "too_long"),
            ("movies", ID, "writer", "w2", None, "unknown_writer"),
            ("actors", "2", "name", "a" * 80 + "…", None, "too_long"),
            ("writers", "w" * MB, "id", "w" * 80 + "…", None, "too_long"),
            ("writers", "w2", "name", "я" * 80 + "…", None, "too_long"),
        ],
    ),
    Case(
        "the longest names that go in, and lists of 1 MB",
        odd=odd(title="가" * 220, director="ж" * 1000, genre="," * 100_000 + "War", writers="[" * MB),
        films={ID: {"title": "가" * 220, "directors": ["ж" * 1000], "genres": ["War"]}},
        repairs=[
            *[("movies", ID, "genre", "", None, "blank_entry")] * 100_000,
            ("movies", ID, "writers", "[" * MB, None, "broken_json"),
        ],
    ),
    Case(
        "a title that is too long to be ordered by",
        odd=odd(title="가" * 1000, plot=None, genre=None, director=None, writer=None, imdb_rating=None),
        repairs=[("movies", ID, "title", "가" * 80 + "…", None, "too_long")],
    ),
    Case(
        "an empty database of the right schema",
        more="DELETE FROM movies; DELETE FROM actors; DELETE FROM writers; DELETE FROM movie_actors",
    ),
    Case(
        "tables without a rowid",
        odd=odd(),
        actors=[(2, "Eve Gun")],
        links=[(ID, "2"), (ID, "1")],
        more=remade("movies", "movies (id text primary key, genre, director, writer, title, plot, ratings, imdb_rating,"
                    " writers) WITHOUT ROWID")
        + remade("movie_actors", "movie_actors (movie_id, actor_id, PRIMARY KEY (movie_id, actor_id)) WITHOUT ROWID"),
        films={ID: {"actors": ["Bob Ray", "Eve Gun"]}},
    ),
    Case(
        "columns named as our own and SQLite's",
        odd=odd(),
        actors=[(2, "Eve Gun")],
        links=[(ID, "2"), (ID, "1")],
        more="""ALTER TABLE movies ADD COLUMN legacy_rowid text DEFAULT 'x';
            ALTER TABLE movies ADD COLUMN legacy_more text; ALTER TABLE movies ADD COLUMN "key" text;
            ALTER TABLE movies ADD COLUMN "a:b%? ""c"" d" text DEFAULT 'q';
            ALTER TABLE movies ADD COLUMN xmin integer DEFAULT 3;
            ALTER TABLE movie_actors ADD COLUMN rowid integer; UPDATE movie_actors SET rowid = -_rowid_;
            ALTER TABLE actors ADD COLUMN rowid; ALTER TABLE actors ADD COLUMN _rowid_; ALTER TABLE actors ADD oid""",
        films={ID: {"actors": ["Eve Gun", "Bob Ray"]}},
    ),
    Case(
        "names in another case",
        odd=odd(),
        links=[(ID, "1")],
        more="""ALTER TABLE movies RENAME TO "MOVIES_"; ALTER TABLE "MOVIES_" RENAME TO "Movies";
            ALTER TABLE Movies RENAME COLUMN id TO "ID"; ALTER TABLE Movies RENAME COLUMN ratings TO "Ratings";
            ALTER TABLE actors RENAME COLUMN name TO "Name"; UPDATE movies SET ratings = '8' WHERE id = 'tt0000900'""",
        films={ID: {"actors": ["Bob Ray"]}},
        repairs=[("movies", ID, "Ratings", "8", None, "no_place")],
    ),
    Case(
        "generated columns",
        odd=odd(),
        more="ALTER TABLE movies RENAME COLUMN plot TO said;"
        "ALTER TABLE movies ADD COLUMN plot text GENERATED ALWAYS AS (upper(said)) VIRTUAL",
        films={ID: {"description": "SOMETHING HAPPENS."}},
    ),
    Case(
        "a virtual table",
        more="DROP TABLE actors; CREATE VIRTUAL TABLE actors USING fts5(id, name)",
        refused="actors is a virtual table, not a table",
    ),
    Case(
        "strict tables",
        odd=odd(),
        writers=[("007", "Dee Fox")],
        more=remade("writers", "writers (id ANY primary key, name TEXT) STRICT")
        + "UPDATE movies SET writer = '007' WHERE id = 'tt0000900'",
        films={ID: {"writers": ["Dee Fox"]}},
    ),
    Case(
        "a file in UTF-16",
        odd=odd(title="Ёлки 😀", plot="a\0b"),
        remake=lambda path: _again(path, "PRAGMA encoding = 'UTF-16be'"),
        films={ID: {"title": "Ёлки 😀", "description": "a"}},
    ),
    Case(
        "numbers where text should be",
        odd=[film(n) for n in range(ODD, ODD + 6)],
        actors=[(2, "Eve Gun"), (2**63 - 1, "Far Off")],
        writers=[("w2", "Dee Fox"), ("w3", "Too Far")],
        more=remade("movies", "movies (id, genre, director, writer, title, plot, ratings, imdb_rating, writers)")
        + remade("writers", "writers (id, name)")
        + remade("movie_actors", "movie_actors (movie_id, actor_id)")
        + f"""
        UPDATE movies SET title = 2001, imdb_rating = 7, plot = 1.5, writer = 3, genre = 8 WHERE id = '{ID}';
        UPDATE movies SET imdb_rating = 9e999, writer = 3.0 WHERE id = 'tt0000901';
        UPDATE movies SET imdb_rating = -0.0 WHERE id = 'tt0000902';
        UPDATE movies SET imdb_rating = '0,00' WHERE id = 'tt0000903';
        UPDATE movies SET imdb_rating = 10.1, writer = 1e300 WHERE id = 'tt0000904';
        UPDATE movies SET imdb_rating = '٧', writers = '[{{"id": 3}}]', writer = NULL WHERE id = 'tt0000905';
        UPDATE writers SET id = 3.0 WHERE id = 'w2'; UPDATE writers SET id = 1e300 WHERE id = 'w3';
        INSERT INTO movie_actors VALUES ('{ID}', 2.0), ('{ID}', 9223372036854775807), ('{ID}', 9223372036854775808);
        """,
        films={
            ID: {"title": "2001", "rating": 7.0, "description": "1.5", "genres": ["8"], "writers": ["Dee Fox"],
                 "actors": ["Eve Gun", "Far Off"]},
            "tt0000901": {"title": "Film 901", "rating": None, "writers": ["Dee Fox"]},
            "tt0000902": {"title": "Film 902", "rating": None},
            "tt0000903": {"title": "Film 903", "rating": None},
            "tt0000904": {"title": "Film 904", "rating": None, "writers": ["Too Far"]},
            "tt0000905": {"title": "Film 905", "rating": None, "writers": ["Dee Fox"]},
        },
        repairs=[
            ("movies", "tt0000902", "imdb_rating", "-0.0", None, "sentinel"),
            ("movies", "tt0000903", "imdb_rating", "0,00", None, "sentinel"),
            ("movies", "tt0000901", "imdb_rating", "inf", None, "unreadable_number"),
            ("movies", "tt0000905", "imdb_rating", "٧", None, "unreadable_number"),
            ("movies", "tt0000904", "imdb_rating", "10.1", None, "out_of_range"),
            ("movie_actors", ID, "actor_id", "9.223372036854776e+18", None, "unknown_actor"),
        ],
    ),
    Case(
        "a file that has not the column that is never filled",
        odd=odd(),
        more="ALTER TABLE movies DROP COLUMN ratings",
        films={ID: {}},
    ),
    Case(
        "very many columns",
        odd=odd(),
        more=";".join(f"ALTER TABLE movies ADD COLUMN c{n} text DEFAULT 'x'" for n in range(700))
        + f"; ALTER TABLE movies ADD COLUMN {'long_' * 20} integer DEFAULT 5",
        films={ID: {}},
    ),
    Case(
        "titles twice",
        odd=[film(ODD, title="Same"), film(ODD + 1, title="Same")],
        films={ID: {"title": "Same"}, f"tt{ODD + 1:07d}": {"title": "Same"}},
    ),
    Case(
        "a file of small pages that vacuums itself",
        odd=odd(),
        remake=lambda path: _again(path, "PRAGMA page_size = 512; PRAGMA auto_vacuum = FULL; PRAGMA user_version = 3"),
        films={ID: {}},
    ),
    Case(
        "an empty file",
        remake=lambda path: path.write_bytes(b""),
        refused="is not a legacy film database: table movies is missing",
    ),
    Case(
        "a collation that nobody has",
        more="PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'title text', 'title text COLLATE "
        "russian') WHERE name = 'movies'",
        remake=_set("CREATE INDEX by_director ON movies (director)"),
    ),
]  # fmt: skip
