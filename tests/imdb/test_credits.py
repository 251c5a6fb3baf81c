"""Lines of credits: what a line says is what is stored."""

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imdb_made import principal

from normalize.imdb.credits import Known, principals
from normalize.imdb.files import PRINCIPALS
from normalize.imdb.members import Members
from normalize.imdb.reading import Block, read

ONE = np.array([1], dtype=np.int64)
NOBODY = np.array([], dtype=np.int64)
NAMES = st.lists(st.text(alphabet='a, "\\];Ы', max_size=5), min_size=1, max_size=4)
"""Names made of what stands between names, too."""


def characters(said):
    """Give what is stored of a credit whose characters a line says."""
    lines = read(Block(2, principal(1, 1, 1, characters=said).encode()), PRINCIPALS)
    batch = partial(principals, known=Known(ONE, Members(ONE)), has_crew=True)(lines, NOBODY)
    return batch.tables["movie_actors"].column("characters").to_pylist(), [each[5] for each in batch.defects]


@given(names=NAMES, separator=st.sampled_from([",", ", ", " , "]))
def test_characters_are_the_names_of_their_list(names, separator):
    """However it is written; nothing but blanks is no name."""
    said = json.dumps(names, ensure_ascii=False, separators=(separator, ":"))
    assert characters(said) == ([("; ".join(names)).strip() or None], [])


@pytest.mark.parametrize("said", ['["a"",", "b"]', '["a","]', '["a",x,"b"]', '["a", "b"', '"a"', "[1]"])
def test_what_is_no_list_of_names_is_a_defect(said):
    """Quotes and commas that look like those between names make no list of it."""
    assert characters(said) == ([None], ["broken_json"])
