"""Large libraries, imported for good: a name in, the module out, through which no search for garbage goes."""

import gc
import sys
from importlib import import_module
from types import ModuleType


def imported_for_good(name: str) -> ModuleType:
    """Import a large library that stays until the process ends.

    Python looks for garbage each time that some hundreds of objects are new, and takes all that is there apart when it
    ends. An import that makes hundreds of thousands of objects, none of them garbage, is a fifth quicker without, and
    the process ends at once and not after a second.

    Args:
        name: of the library. If it is there already nothing is done.
    """
    if name in sys.modules:
        return import_module(name)  # waits for another thread that is about it
    enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
