"""Blocks and lines: every line is read as it stands, or refused by its number."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imdb_made import HEADERS, crew, line, rating

from normalize.imdb.files import CREW, RATINGS
from normalize.imdb.reading import Block, blocks, read

TEXT = b"\n".join(rating(number).encode() for number in (1, 2, 3)) + b"\n"


def rows(data, data_set=RATINGS, first=2):
    """Read a block; gives its rows with their line numbers, and its defects without the file's name."""
    found = read(Block(first, data), data_set)
    values = zip(found.lines.tolist(), *(found.table.column(name).to_pylist() for name in data_set.read), strict=True)
    return list(values), [each[1:] for each in found.defects]


def test_a_line_is_its_fields_between_tabs_and_nothing_else():
    r"""Quotes, words such as NA and an empty field are text; only \N is nothing."""
    data = b'tt0000001\t"a\t\\N\ntt0000002\tNA\t\ntt0000003\tnan\tNone\n'
    assert rows(data) == (
        [(2, "tt0000001", '"a', None), (3, "tt0000002", "NA", ""), (4, "tt0000003", "nan", "None")],
        [],
    )


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""], ids=["CRLF", "LF", "none at the end"])
def test_a_line_ends_with_either_line_end(end):
    """CRLF beside LF, and a last line that has none, are lines."""
    data = b"tt0000001\t7.0\t1\r\ntt0000002\t8.0\t2\ntt0000003\t9.0\t3" + end
    assert rows(data) == ([(2 + n, f"tt000000{1 + n}", f"{7 + n}.0", str(1 + n)) for n in range(3)], [])


def test_another_number_of_fields_is_refused_by_its_line():
    """A tab inside a value, a short line and an empty one are refused; the lines around keep their numbers."""
    data = b"tt0000001\t7.0\t1\ntt0000002\t8.0\t2\t9\n\ntt0000003\ntt0000004\t9.0\t3\n"
    assert rows(data, first=10) == (
        [(10, "tt0000001", "7.0", "1"), (14, "tt0000004", "9.0", "3")],
        [
            ("line 12", "line", "", None, "wrong_fields", "refused"),
            ("line 11, tt0000002", "line", "tt0000002\t8.0\t2\t9", None, "wrong_fields", "refused"),
            ("line 13, tt0000003", "line", "tt0000003", None, "wrong_fields", "refused"),
        ],
    )


def test_a_lone_carriage_return_or_nul_is_a_blank():
    """They end no line; each line that has one is told."""
    data = b"tt0000001\t7\r0\t1\ntt0000002\t8.0\t\x002\n"
    assert rows(data) == (
        [(2, "tt0000001", "7 0", "1"), (3, "tt0000002", "8.0", " 2")],
        [
            ("line 2, tt0000001", "line", "tt0000001\t7\\r0\t1", "tt0000001\t7 0\t1", "control_character", "repaired"),
            (
                "line 3, tt0000002",
                "line",
                "tt0000002\t8.0\t\\02",
                "tt0000002\t8.0\t 2",
                "control_character",
                "repaired",
            ),
        ],
    )


def test_what_is_not_utf8_is_refused_by_its_line():
    """One such line does not take its block with it, and bad lines around it keep their numbers."""
    data = b"tt0000001\t7.0\t1\ntt0000002\t\xff\t2\ntt0000003\ntt0000004\t9.0\t3\n"
    assert rows(data) == (
        [(2, "tt0000001", "7.0", "1"), (5, "tt0000004", "9.0", "3")],
        [
            ("line 3, tt0000002", "line", "tt0000002\t�\t2", None, "not_utf8", "refused"),
            ("line 4, tt0000003", "line", "tt0000003", None, "wrong_fields", "refused"),
        ],
    )


def test_hundreds_of_names_in_one_list_are_one_field():
    """511 names stand in one crew list of the real files."""
    listed = range(1, 512)
    found, defects = rows(crew(1, listed).encode() + b"\n", CREW)
    assert (found[0][2].count(",") + 1, defects) == (511, [])


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    """It stands before the header, which is not read as a line."""
    path = tmp_path / "title.ratings.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + line(*HEADERS["title.ratings"]).encode() + b"\n" + TEXT)
    assert b"".join(block.data for block in blocks(path)) == TEXT
    assert next(blocks(path)).line == 2


FIELD = st.text(st.characters(exclude_characters="\t\n\r\0", exclude_categories=["Cs"]), max_size=8)


@given(
    films=st.lists(st.tuples(st.integers(1, 4), FIELD, FIELD), max_size=12),
    size=st.integers(1, 60),
    compressed=st.booleans(),
    last_end=st.booleans(),
)
def test_blocks_of_any_size_hold_the_same_lines(tmp_path_factory, films, size, compressed, last_end):
    """Wherever a file is cut, each line is read once, with its number; lines of a title that stand together stay."""
    lines = [line(f"tt{film:07}", one, other) for film, one, other in films]
    text = "\n".join([line(*HEADERS["title.ratings"]), *lines]) + ("\n" if last_end or not lines else "")
    folder = tmp_path_factory.mktemp("blocks")
    path = folder / ("some.tsv.gz" if compressed else "some.tsv")
    path.write_bytes(gzip.compress(text.encode()) if compressed else text.encode())
    found, keys = [], []
    for block in blocks(path, size):
        some, defects = rows(block.data, first=block.line)
        assert defects == []
        found += some
        keys += [key for place, key in enumerate(row[1] for row in some) if not place or some[place - 1][1] != key]
    nothing = {r"\N": None}
    assert found == [
        (number, f"tt{film:07}", nothing.get(one, one), nothing.get(other, other))
        for number, (film, one, other) in enumerate(films, start=2)
    ]
    together = [key for place, key in enumerate(row[1] for row in found) if place == 0 or found[place - 1][1] != key]
    assert keys == together
