"""A large library is imported for good."""

import gc
import sys

import pytest

from expectations.importing import imported_for_good

MADE = "import gc\nlooked = gc.isenabled()\nkept = [[] for _ in range(10_000)]\n"


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Give the name of a library that is not imported yet."""
    name = f"library_of_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(MADE)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)
    gc.unfreeze()


def test_garbage_is_not_looked_for_while_a_library_is_imported_and_never_in_it(library):
    """Afterwards it is looked for as before; what was imported is not gone through again. Once more costs nothing."""
    module = imported_for_good(library)
    assert (module.looked, gc.isenabled()) == (False, True)
    assert gc.get_freeze_count() > len(module.kept)
    gc.unfreeze()
    assert imported_for_good(library) is module
    assert gc.get_freeze_count() == 0


def test_a_collector_that_was_off_stays_off(library):
    """Whoever turned it off wants it so."""
    gc.disable()
    try:
        imported_for_good(library)
        assert not gc.isenabled()
    finally:
        gc.enable()
