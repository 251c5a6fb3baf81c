"""What the embedded index alone has: files that may be damaged, and a folder that others may use too."""

import shutil

import pytest

from index.embedded import EmbeddedIndex
from index.embedded_files import META
from index.embedded_writer import EmbeddedWriter
from index.mapping import MAPPING_VERSION
from index.search import IndexUnavailableError, SearchQuery
from index.sync import sync
from normalize.errors import UnavailableError
from normalize.models import movies


@pytest.fixture
def folder(tmp_path, store):
    """Index two films, one of them twice so that a document is deleted, and give INDEX_PATH."""
    store.film("tt0000001", "One")
    store.film("tt0000002", "Two", plot="The other one.")
    fill(store, tmp_path / "index")
    store.film("tt0000003", "Three")
    store.run(movies.update().where(movies.c.id == 1).values(title="Uno"))
    fill(store, tmp_path / "index")
    return tmp_path / "index"


def fill(store, folder):
    """Bring the index in `folder` in step."""
    with store.engine.connect() as connection:
        return sync(connection, EmbeddedWriter(folder), 10, lambda _films: None)


def ask(folder):
    """Open the index and search; give the ids that are found."""
    page = EmbeddedIndex(folder).search(SearchQuery(text="uno two three", sort="id"))
    return [hit.id for hit in page.hits]


def test_a_damaged_byte_is_noticed_wherever_it_is(folder, tmp_path):
    """Any file of the index, begin, middle and end: never a wrong answer, and never the end of the process."""
    assert ask(folder) == ["tt0000001", "tt0000002", "tt0000003"]
    files = [path for path in (folder / f"v{MAPPING_VERSION}").iterdir() if path.suffix not in (".lock", ".json")]
    assert {path.suffix for path in files} >= {".term", ".idx", ".pos", ".store", ".fast", ".fieldnorm"}
    for number, path in enumerate(files):
        size = path.stat().st_size
        for at in (0, size // 2, size - 1):
            copy = shutil.copytree(folder, tmp_path / f"copy-{number}-{at}")
            damaged = bytearray(path.read_bytes())
            damaged[at] ^= 0xFF
            (copy / path.relative_to(folder)).write_bytes(damaged)
            with pytest.raises(IndexUnavailableError, match=r"is damaged.*Remove the folder, and run: python -m index"):
                ask(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"segments": [1]}'])
def test_a_damaged_list_of_files_is_noticed(folder, content):
    """The file that every commit replaces."""
    (folder / f"v{MAPPING_VERSION}" / META).write_text(content)
    with pytest.raises(
        IndexUnavailableError, match=r"cannot be used .*Remove the folder, and run: python -m index sync"
    ):
        ask(folder)


def test_a_missing_or_cut_file_is_noticed(folder):
    """The message names it."""
    for path in (folder / f"v{MAPPING_VERSION}").glob("*.store"):
        path.write_bytes(path.read_bytes()[:5])
    with pytest.raises(IndexUnavailableError, match=r"\.store is damaged"):
        ask(folder)
    for path in (folder / f"v{MAPPING_VERSION}").glob("*.store"):
        path.unlink()
    with pytest.raises(IndexUnavailableError, match=r"FileDoesNotExist.*Remove the folder"):
        ask(folder)


def test_an_index_that_was_removed_is_made_anew(folder, store):
    """What the messages say to do helps."""
    shutil.rmtree(folder)
    assert fill(store, folder).put == 3
    assert ask(folder) == ["tt0000001", "tt0000002", "tt0000003"]


def test_only_our_older_versions_are_taken_away(folder, store):
    """Nothing else in INDEX_PATH is ours: not 'var', not a newer version's folder, not files."""
    ours = [folder / f"v{version}" for version in range(1, MAPPING_VERSION)]
    for older in ours:
        shutil.copytree(folder / f"v{MAPPING_VERSION}", older)
    others = [folder / "var", folder / "v", folder / "v-1", folder / f"v{MAPPING_VERSION + 1}", folder / "videos"]
    for other in others:
        other.mkdir()
        (other / META).write_text("precious")
    (folder / "v.txt").write_text("precious")
    fill(store, folder)
    assert not any(older.exists() for older in ours)
    assert [(other / META).read_text() for other in others] == ["precious"] * 5
    assert (folder / "v.txt").read_text() == "precious"


def test_a_second_writer_is_told_of_the_first(folder, store):
    """One writer at a time; the message says what to do."""

    def changes():
        with pytest.raises(UnavailableError, match=r"another writer is at work on the index in .* let it finish"):
            fill(store, folder)
        yield from ()

    EmbeddedWriter(folder).apply(changes())


def test_a_place_that_cannot_be_written_is_named(store, tmp_path):
    """A file where the folder should be: what to mend is INDEX_PATH, not the index."""
    (tmp_path / "file").touch()
    with pytest.raises(IndexUnavailableError, match="Mend INDEX_PATH, its rights or the room on its disk"):
        fill(store, tmp_path / "file")
