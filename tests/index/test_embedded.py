"""What the embedded index alone has: files that may be damaged, and a folder that others may use too."""

import shutil
import tempfile
from errno import ENOTEMPTY
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index.documents import Document
from index.embedded import EmbeddedIndex
from index.embedded_files import CURRENT, META, check_files
from index.embedded_writer import SAID, EmbeddedWriter
from index.mapping import MAPPING_VERSION
from index.search import IndexUnavailableError, SearchQuery
from index.writer import Meta
from normalize.errors import UnavailableError
from normalize.models import movies
from normalize.settings import Settings


@pytest.fixture
def settings(store, tmp_path):
    """Give the settings of an embedded index."""
    return Settings(database_url=store.url, index_path=tmp_path / "index", _env_file=None)


@pytest.fixture
def folder(settings, store, in_step):
    """Index two films, one of them twice so that a document is deleted, and give INDEX_PATH."""
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two", plot="The other one.")
    in_step()
    store.film("tt0000003", "Three")
    store.run(movies.update().where(movies.c.id == 1).values(title="Uno"))
    in_step()
    return settings.index_path


def live(folder):
    """Give the folder of the index that is searched."""
    return folder / (folder / CURRENT).readlink()


def ask(folder):
    """Open the index and search; give the ids that are found."""
    page = EmbeddedIndex(folder).search(SearchQuery(text="uno two three", sort="id"))
    return [hit.id for hit in page.hits]


def test_files_that_a_commit_takes_away_while_they_are_looked_at_are_no_damage(folder, store, in_step, monkeypatch):
    """The index is opened again, as of the newer commit: nobody is told that there is no search."""
    looked = []

    def commit_meanwhile(*where):
        looked.append(where)
        if len(looked) == 1:
            store.film("tt0000004", "Uno")
            in_step()
            raise FileNotFoundError(where[0] / "a file that the commit took away")
        check_files(*where)

    monkeypatch.setattr("index.embedded.check_files", commit_meanwhile)
    assert ask(folder) == ["tt0000001", "tt0000002", "tt0000003", "tt0000004"]
    assert len(looked) > 1


def test_a_damaged_byte_is_noticed_wherever_it_is(folder, tmp_path):
    """Any file of the index, begin, middle and end: never a wrong answer, and never the end of the process."""
    assert ask(folder) == ["tt0000001", "tt0000002", "tt0000003"]
    files = [path for path in live(folder).iterdir() if path.suffix not in (".lock", ".json")]
    assert {path.suffix for path in files} >= {".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm"}
    for number, path in enumerate(files):
        size = path.stat().st_size
        for at in (0, size // 2, size - 1):
            copy = shutil.copytree(folder, tmp_path / f"copy-{number}-{at}", symlinks=True)
            damaged = bytearray(path.read_bytes())
            damaged[at] ^= 0xFF
            (copy / path.relative_to(folder)).write_bytes(damaged)
            with pytest.raises(IndexUnavailableError, match=r"is damaged.*Remove the folder, and run: python -m index"):
                ask(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"segments": [1]}'])
def test_a_damaged_list_of_files_is_noticed(folder, content):
    """The file that every commit replaces."""
    (live(folder) / META).write_text(content)
    with pytest.raises(
        IndexUnavailableError, match=r"cannot be used .*Remove the folder, and run: python -m index sync"
    ):
        ask(folder)


def test_a_missing_or_cut_file_is_noticed(folder):
    """The message names it."""
    for path in live(folder).glob("*.store"):
        path.write_bytes(path.read_bytes()[:5])
    with pytest.raises(IndexUnavailableError, match=r"\.store is damaged"):
        ask(folder)
    for path in live(folder).glob("*.store"):
        path.unlink()
    with pytest.raises(IndexUnavailableError, match=r"FileDoesNotExist.*Remove the folder"):
        ask(folder)


def test_an_index_that_was_removed_is_made_anew(folder, in_step):
    """What the messages say to do helps."""
    shutil.rmtree(folder)
    assert in_step().put == 3
    assert ask(folder) == ["tt0000001", "tt0000002", "tt0000003"]


def test_only_our_indexes_are_taken_away(folder, rebuilt):
    """Of ours the live one and the one before stay; nothing else in INDEX_PATH is ours."""
    others = [folder / "var", folder / "2026", folder / "20261121-copy", folder / "videos"]
    for other in others:
        other.mkdir()
        (other / META).write_text("precious")
    first = live(folder)
    for _ in range(2):
        before = live(folder)
        rebuilt()
    ours = {path for path in folder.iterdir() if (path / SAID).is_file()}
    assert ours == {live(folder), before, folder / CURRENT}
    assert not first.exists()
    assert [(other / META).read_text() for other in others] == ["precious"] * 4


def test_a_second_writer_is_told_of_the_first(folder):
    """Whatever our own lock says, tantivy takes one writer at a time; the message says what to do."""
    first, second = EmbeddedWriter(folder), EmbeddedWriter(folder)
    first.send(live(folder).name, 1, [])
    with pytest.raises(UnavailableError, match=r"another writer is at work on the index in .* let it finish"):
        second.send(live(folder).name, 1, [])
    first.close()


def test_what_was_sent_by_half_is_not_seen(folder):
    """A batch that ends in an error leaves nothing, and the next one is sent as if nothing had been."""
    writer = EmbeddedWriter(folder)

    def changes():
        yield "tt0000001"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        writer.send(live(folder).name, 1, changes())
    writer.send(live(folder).name, 2, ["tt0000002"])
    writer.close()
    assert ask(folder) == ["tt0000001", "tt0000003"]


FILMS = ("tt0000001", "tt0000002", "tt0000003")
BATCHES = st.lists(
    st.lists(st.tuples(st.sampled_from(FILMS), st.one_of(st.none(), st.sampled_from("ABC")))), max_size=6
)


def document(film, title):
    """Make a document that says nothing but its title."""
    nothing = dict.fromkeys(set(Document.model_fields) - {"id", "title", "title_key", "writers", "actors"})
    return Document(id=film, title=title, title_key=title, writers=[], actors=[], **nothing)


@hypothesis_settings(deadline=None, max_examples=50)
@given(batches=BATCHES)
def test_whatever_is_sent_in_turn_the_index_has_the_last_of_each_film(batches):
    """Films are put in and taken out, again and again, in one batch or in several: a model holds what is right."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # tantivy's threads may end after it
        writer, model = EmbeddedWriter(Path(folder)), {}
        name = writer.make(Meta("store", MAPPING_VERSION, 0))
        for version, batch in enumerate(batches, 1):
            writer.send(name, version, [document(*change) if change[1] else change[0] for change in batch])
            for film, title in batch:
                model.pop(film, None)
                if title:
                    model[film] = document(film, title).digest
        writer.settle(name)
        assert list(writer.digests(name)) == sorted(model.items())


def test_an_index_goes_although_a_reader_ends_a_moment_later(folder, monkeypatch):
    """Its lock file is made while the folder is being emptied: it is emptied again."""
    writer, rmtree, emptied = EmbeddedWriter(folder), shutil.rmtree, []
    name = writer.make(Meta("store", MAPPING_VERSION, 0))

    def empty(path):
        emptied.append(path)
        if len(emptied) == 1:
            raise OSError(ENOTEMPTY, "Directory not empty", str(path))
        rmtree(path)

    monkeypatch.setattr("index.embedded_writer.shutil.rmtree", empty)
    writer.remove(name)
    assert (emptied, writer.others()) == ([folder / name] * 2, [])


def test_a_place_that_cannot_be_written_is_named(settings, in_step):
    """A file where the folder should be: what to mend is INDEX_PATH, not the index."""
    settings.index_path.touch()
    with pytest.raises(IndexUnavailableError, match="Mend INDEX_PATH, its rights or the room on its disk"):
        in_step()
