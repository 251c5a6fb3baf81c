"""Lines of title.basics into films and their genres, and of title.ratings into ratings; pure, block by block."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from normalize.imdb.batches import DUPLICATES, NOTHING, REFUSED, SOURCE, STORED, Batch, Counts, belonging
from normalize.imdb.columns import Numbers, Rows, again_in, flags, ids, integers, places_of, said, sort_keys, texts
from normalize.imdb.defects import Defect, defect
from normalize.imdb.files import BASICS, RATINGS, TITLE
from normalize.imdb.reading import Lines

YEARS = (1850, 2100)
MINUTES = (1, 2**31 - 1)
VOTES = (0, 2**31 - 1)
RATING = r"^(10(\.0)?|[0-9](\.[0-9])?)$"
SEPARATOR = ","
UUID_BYTES = 16
DASHES = (8, 12, 16, 20)
"""The digits of a UUID before which a dash stands."""
FILMS, GENRES, RATED = "films", "genres", "ratings"
"""The kinds that are counted."""


@dataclass(frozen=True)
class Ratings:
    """Ratings of titles: the titles' numbers, ascending; points; votes, -1 where there are none."""

    titles: Numbers
    points: np.ndarray
    votes: Numbers


NO_RATINGS = Ratings(np.array([], dtype=np.int64), np.array([]), np.array([], dtype=np.int64))


def ratings(lines: Lines, exclude: Numbers) -> Batch:
    """Read lines of title.ratings.

    Args:
        lines: of a block.
        exclude: titles that a block before has already.

    Returns:
        the table `ratings`: id, points, votes (null where there are none).
    """
    rows = Rows(RATINGS, lines.table, lines.lines, list(lines.defects))
    source = len(rows.lines)
    rows = with_id(rows, "bad_film_id")
    rows = rows.without(~said(rows.column("averageRating")), "averageRating", "required")
    good = flags(pc.match_substring_regex(rows.column("averageRating"), RATING))
    rows = rows.without(~good, "averageRating", "unreadable_number")
    rows, twice = once(rows, exclude, "film_twice")
    numbers = ids(rows.column("tconst"), TITLE)
    votes = integers(rows, "numVotes", *VOTES)
    table = pa.table({"id": numbers, "points": rows.column("averageRating").cast(pa.float64()), "votes": votes})
    counts = counted(RATED, source, len(numbers), twice)
    return Batch(np.sort(numbers), {"ratings": table}, rows.defects, counts)


def counted(kind: str, source: int, stored: int, duplicates: int = 0, nothing: int = 0) -> Counts:
    """Count a kind; what is neither stored nor a duplicate nor nothing was refused."""
    refused = source - stored - duplicates - nothing
    told = {SOURCE: source, STORED: stored, DUPLICATES: duplicates, NOTHING: nothing, REFUSED: refused}
    return Counter({(kind, what): number for what, number in told.items()})


def with_id(rows: Rows, rule: str, prefix: str = TITLE) -> Rows:
    """Leave out the rows without a good id in their first column."""
    return rows.without(ids(rows.column(rows.key), prefix) < 0, rows.key, rule)


def once(rows: Rows, exclude: Numbers, rule: str, prefix: str = TITLE) -> tuple[Rows, int]:
    """Leave out the rows whose id a row before has, or a block before (`exclude`); gives how many."""
    numbers = ids(rows.column(rows.key), prefix)
    again = np.isin(numbers, exclude) | pd.Series(numbers).duplicated().to_numpy()
    return rows.without(again, rows.key, rule), int(again.sum())


def titles(lines: Lines, exclude: Numbers, *, types: Collection[str], rated: Ratings, at: str) -> Batch:
    """Make films of lines of title.basics.

    Args:
        lines: of a block.
        exclude: films that a block before has already.
        types: the title types that are films here.
        rated: the ratings of all titles.
        at: the time of the load, for `updated_at`.

    Returns:
        the tables `movies`, whose public ids and keys are derived, and `genres` (movie_id, name, ordering); beside
        them the same of films without a title, `untitled` and `untitled_genres`, which are none of the keys.
    """
    rows = Rows(BASICS, lines.table, lines.lines, list(lines.defects))
    kind = rows.column("titleType")
    rows = rows.only(flags(pc.is_in(kind, pa.array(sorted(types)))) | ~said(kind))
    source = len(rows.lines)
    rows = rows.without(~said(rows.column("titleType")), "titleType", "required")
    rows = with_id(rows, "bad_film_id")
    rows, twice = once(rows, exclude, "film_twice")
    numbers = ids(rows.column("tconst"), TITLE)
    films = _films(rows, numbers, rated, at)
    genres, counts = _genres(rows, numbers)
    counts += counted(FILMS, source, len(numbers), twice)
    without = numbers[flags(pc.is_null(films.column("title").combine_chunks()))]
    beside = {"untitled": belonging(films, without), "untitled_genres": belonging(genres, without)}
    titled = np.setdiff1d(numbers, without)
    tables = {"movies": belonging(films, titled), "genres": belonging(genres, titled)}
    return Batch(titled, tables, rows.defects, counts, beside, DERIVED)


def _films(rows: Rows, numbers: Numbers, rated: Ratings, at: str) -> pa.Table:
    """Make the rows of `movies`, but for what `_derived` adds."""
    title, original = texts(rows, "primaryTitle"), texts(rows, "originalTitle")
    missing = flags(pc.is_null(title)) & said(original)
    if missing.any():
        rows.note(missing, "primaryTitle", "title_from_original", original.filter(pa.array(missing)).to_pylist())
        title = pc.coalesce(title, original)
    adult = rows.column("isAdult")
    known = flags(pc.is_in(adult, pa.array(["0", "1"])))
    rows.note(said(adult) & ~known, "isAdult", "unreadable_number")
    places = places_of(numbers, rated.titles)
    there = places >= 0
    votes = rated.votes[places] if len(rated.votes) else places
    return pa.table(
        {
            "id": numbers,
            "imdb_id": rows.column("tconst"),
            "title": title,
            "original_title": original,
            "title_type": rows.column("titleType"),
            "year": integers(rows, "startYear", *YEARS).cast(pa.int32()),
            "runtime_minutes": integers(rows, "runtimeMinutes", *MINUTES).cast(pa.int32()),
            "imdb_rating": pa.array(rated.points[places] if there.any() else np.zeros(len(places)), mask=~there),
            "imdb_votes": pa.array(votes.astype(np.int32), mask=~there | (votes < 0)),
            "is_adult": pc.if_else(pa.array(known), pc.equal(adult, "1"), None),
            "updated_at": pa.repeat(at, len(numbers)),
        }
    )


def _derived(films: pa.Table) -> pa.Table:
    """Add to rows of `movies` the columns that follow from others."""
    imdb_ids, titles = (films.column(name).combine_chunks() for name in ("imdb_id", "title"))
    with_ids = films.append_column("public_id", public_ids(imdb_ids))
    return with_ids.append_column("title_key", sort_keys(titles))


DERIVED = {"movies": _derived}


def public_ids(imdb_ids: pa.Array) -> pa.Array:
    """Give `str(uuid5(NAMESPACE_URL, id))` of each id, in a fifth of the time that making objects of them takes."""
    space = uuid.NAMESPACE_URL.bytes
    named = imdb_ids.cast(pa.binary()).to_numpy(zero_copy_only=False).tolist()
    digests = b"".join([hashlib.sha1(space + each, usedforsecurity=False).digest()[:UUID_BYTES] for each in named])
    values = np.frombuffer(digests, dtype=np.uint8).reshape(-1, UUID_BYTES).copy()
    values[:, 6] = values[:, 6] & 0x0F | 0x50  # the version, 5
    values[:, 8] = values[:, 8] & 0x3F | 0x80  # the variant, RFC 9562
    digits = np.frombuffer(values.tobytes().hex().encode(), dtype=np.uint8).reshape(-1, 2 * UUID_BYTES)
    text = np.insert(digits, DASHES, ord("-"), axis=1)
    ends = np.arange(len(text) + 1, dtype=np.int32) * text.shape[1]
    return pa.Array.from_buffers(pa.string(), len(text), [None, pa.py_buffer(ends), pa.py_buffer(text.tobytes())])


def _genres(rows: Rows, numbers: Numbers) -> tuple[pa.Table, Counts]:
    """Make the rows of genres: each once per film, in the source's order."""
    lists = pc.split_pattern(rows.column("genres"), SEPARATOR)
    of = pc.list_parent_indices(lists).to_numpy()
    names = pc.utf8_trim_whitespace(pc.list_flatten(lists))
    blank = flags(pc.equal(names, ""))
    again = again_in(of, names.dictionary_encode().indices.to_numpy())
    for bad, rule in ((blank, "blank_entry"), (again & ~blank, "repeated")):
        for at in of[bad].tolist():
            mask = np.zeros(len(numbers), dtype=bool)
            mask[at] = True
            rows.note(mask, "genres", rule)
    kept = ~(blank | again)
    counts = counted(GENRES, len(of), int(kept.sum()), int((again & ~blank).sum()), int(blank.sum()))
    films = numbers[of[kept]]
    table = pa.table({"movie_id": films, "name": names.filter(pa.array(kept)), "ordering": order_within(of[kept])})
    return table, counts


def order_within(groups: Numbers) -> np.ndarray:
    """Number the rows of each group 1, 2, 3 …; rows of a group stand together."""
    if not len(groups):
        return np.array([], dtype=np.int32)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    sizes = np.diff(np.r_[starts, len(groups)])
    return (np.arange(len(groups)) - np.repeat(starts, sizes) + 1).astype(np.int32)


def _title_found(imdb_id: str, title: str | None) -> Defect:
    return defect(BASICS, None, imdb_id, "primaryTitle", None, "title_from_akas" if title else "no_title", new=title)


def with_titles(films: pa.Table, genres: pa.Table, found: Mapping[int, str]) -> Batch:
    """Give films without a title those that were found for them; a film for which none was found does not go in.

    Args:
        films: the tables `untitled` of all blocks.
        genres: their tables `untitled_genres`.
        found: film → title.
    """
    numbers = films.column("id").to_numpy()
    titled = np.sort(numbers[np.isin(numbers, list(found))])
    defects = [
        _title_found(imdb_id, found.get(film))
        for film, imdb_id in zip(numbers.tolist(), films.column("imdb_id").to_pylist(), strict=True)
    ]
    mine, theirs = belonging(films, titled), belonging(genres, titled)
    title = pa.array([found[film] for film in mine.column("id").to_pylist()], pa.string())
    mine = mine.set_column(mine.column_names.index("title"), "title", title)
    lost = {FILMS: films.num_rows - mine.num_rows, GENRES: genres.num_rows - theirs.num_rows}
    counts: Counts = Counter()
    for kind, number in lost.items():
        counts[kind, STORED] -= number
        counts[kind, REFUSED] += number
    return Batch(titled, {"movies": mine, "genres": theirs}, defects, counts, derive=DERIVED)
