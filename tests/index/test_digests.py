"""What an index says it has, page by page: each film once, in the order of the ids, whatever these look like."""

import uuid
from contextlib import closing

import pytest
import tantivy
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from stores import fill

from index.embedded_digests import all_digests
from index.embedded_fields import DIGEST, END_OF_ID, ID, PLACE, fields, place_of
from index.embedded_files import with_analyzer
from index.engine import open_writer

IMDB_IDS = st.from_regex(r"\Att[01]{1,17}\Z") | st.integers(1, 30_000_000).map(lambda number: f"tt{number:07d}")
OUR_IDS = st.uuids().map(str) | st.integers(0, 99).map(lambda number: str(uuid.UUID(int=number << 90)))


@hypothesis_settings(max_examples=40, deadline=None)
@example({f"tt{number:07d}": ["a"] for number in range(1, 40)}, 2)
@given(st.dictionaries(IMDB_IDS | OUR_IDS, st.lists(st.sampled_from("abc"), min_size=1, max_size=3)), st.integers(1, 9))
def test_an_embedded_index_gives_each_film_once_however_small_the_pages(films, at_once):
    """The last of the digests that a film had; those that it had before, and films that are gone, are not there."""
    index = with_analyzer(tantivy.Index(fields()))
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for turn in range(3):
        for film in (film for film, digests in films.items() if turn < len(digests)):
            writer.delete_documents_by_term(ID, film)
            document = tantivy.Document()
            document.add_text(ID, film)
            document.add_unsigned(PLACE, place_of(film))
            document.add_text(DIGEST, f"{film}{END_OF_ID}{films[film][turn]}")
            writer.add_document(document)
        writer.commit()
    gone = set(list(films)[::5])
    for film in gone:
        writer.delete_documents_by_term(ID, film)
    writer.commit()
    index.reload()
    there = {film: digests[-1] for film, digests in films.items() if film not in gone}
    assert list(all_digests(index, at_once)) == sorted(there.items())


@pytest.mark.elasticsearch
def test_elasticsearch_gives_the_same_in_pages_as_at_once(settings, store, in_step, monkeypatch):
    """The last page is a full one, too."""
    fill(store.engine, 12)
    in_step()
    with closing(open_writer(settings)) as writer:
        name = writer.live().name
        at_once = list(writer.digests(name))
        assert [film for film, _ in at_once] == [f"tt{number:07d}" for number in range(1, 13)]
        for size in (1, 4, 5):
            monkeypatch.setattr("index.elastic_writer.DIGESTS_AT_ONCE", size)
            assert list(writer.digests(name)) == at_once
