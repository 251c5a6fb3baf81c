"""Made files of IMDb's form: lines in, a folder of .tsv or .tsv.gz files out."""

import gzip

from normalize.imdb.files import DATA_SETS

HEADERS = {data_set.name: data_set.header for data_set in DATA_SETS}


def line(*fields):
    """Make a line; None is IMDb's nothing."""
    return "\t".join(r"\N" if field is None else str(field) for field in fields)


def title(number, name="A film", *, kind="movie", original="same", adult=0, year=1999, minutes=90, genres="Drama"):
    """Make a line of title.basics."""
    said = name if original == "same" else original
    return line(f"tt{number:07}", kind, name, said, adult, year, None, minutes, genres)


def name(number, called="Ann Lee"):
    """Make a line of name.basics."""
    return line(f"nm{number:07}", called, 1950, None, "actor", None)


def principal(film, ordering, person, category="actor", job=None, characters=None):
    """Make a line of title.principals."""
    return line(f"tt{film:07}", ordering, f"nm{person:07}", category, job, characters)


def crew(film, directors=(), writers=()):
    """Make a line of title.crew."""
    lists = (",".join(f"nm{person:07}" for person in people) or None for people in (directors, writers))
    return line(f"tt{film:07}", *lists)


def rating(film, points="7.4", votes=100):
    """Make a line of title.ratings."""
    return line(f"tt{film:07}", points, votes)


def alternative(film, ordering, called, *, original=0):
    """Make a line of title.akas."""
    return line(f"tt{film:07}", ordering, called, "RU", None, None, None, original)


def write(folder, *, compressed=False, end="\n", **files):
    """Write files into a folder.

    Args:
        folder: is made if it is not there.
        compressed: write .tsv.gz.
        end: what ends a line.
        files: title_basics=[…], …: lines, as text or as bytes; the header is written before them.
    """
    folder.mkdir(exist_ok=True)
    for key, lines in files.items():
        called = key.replace("_", ".")
        every = [line(*HEADERS[called]), *lines]
        data = b"".join((each if isinstance(each, bytes) else each.encode()) + end.encode() for each in every)
        if compressed:
            (folder / f"{called}.tsv.gz").write_bytes(gzip.compress(data))
        else:
            (folder / f"{called}.tsv").write_bytes(data)
    return folder


def small(**more):
    """Give the lines of a small whole: three films, four people."""
    return {
        "title_basics": [
            title(1, "First", genres="Drama,War"),
            title(2, "Second", genres="Comedy"),
            title(3, "Third", kind="short", genres=None),
        ],
        "title_ratings": [rating(1), rating(2, "5.0", 7)],
        "name_basics": [name(1, "Ann Lee"), name(2, "Bo Day"), name(3, "Cid Poe"), name(4, "Dee Fox")],
        "title_principals": [
            principal(1, 1, 1, characters='["Eve"]'),
            principal(1, 2, 2, "actress", characters='["Ida","Ode"]'),
            principal(1, 3, 3, "writer", "novel"),
            principal(2, 1, 2),
        ],
        "title_crew": [crew(1, [4], [3, 4]), crew(2, [3])],
    } | more
