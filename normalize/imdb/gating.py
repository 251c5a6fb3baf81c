"""The gate of a load: what was staged, and how much of it there is, must be what a film database can be.

Great Expectations asks the database itself, inside of the load's transaction, at any size. How much there is is
compared with the last load: a file that lost much of itself is taken for a damaged one.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

# Whole before the gate's thread imports it: a half of it is asked whenever SQLAlchemy looks at a value.
import sqlalchemy.orm  # noqa: F401 - for that alone
from sqlalchemy import Connection

from expectations.gate import Gate
from expectations.suites import SuiteError, load_suites
from expectations.verdicts import Result
from normalize.errors import DataError, InputError
from normalize.imdb.files import DataSet
from normalize.imdb.preflight import SourceFile
from normalize.imdb.staging import Staging
from normalize.models import metadata

MOST_LOST = 0.3
"""The share of a file's lines that a newer one may lack."""
SWITCH = 0.0005
"""Seconds after which a thread that imports gives Python's lock to one that waits for it. Whoever reads lets go of it
at each piece that is uncompressed, and with Python's own number waits ten times as long to have it again."""
SUITES = "imdb"
"""The folder of these suites, among the built-in ones or in SUITES_PATH."""


@contextmanager
def gate_meanwhile(folder: Path | None) -> Iterator[Callable[[], Gate]]:
    """Import Great Expectations in a thread, which takes seconds, while files are checked and read.

    Args:
        folder: SUITES_PATH; its `imdb` is taken if there is one, else the built-in suites.

    Yields:
        what waits for the gate. It raises InputError if Great Expectations does not take a suite.

    Raises:
        InputError: a suite is not what it must be.
    """
    with _input_errors():
        suites = load_suites(_place(folder))

    def made() -> Gate:
        with _input_errors():
            return gate.result()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        with ThreadPoolExecutor(1, "gate") as thread:
            gate = thread.submit(Gate, suites)
            yield made
    finally:
        sys.setswitchinterval(interval)


@contextmanager
def _input_errors() -> Iterator[None]:
    try:
        yield
    except SuiteError as error:
        raise InputError(f"{error}. Nothing was changed.") from error


def _place(folder: Path | None) -> Path:
    own = folder is not None and (folder / SUITES).is_dir()
    place: Traversable = folder / SUITES if own and folder else files("expectations") / "suites" / SUITES
    return Path(str(place))


def judge(gate: Gate, connection: Connection, staging: Staging) -> tuple[Result, ...]:
    """Let the gate look at what was staged; what keys prove that were made meanwhile it need not ask for.

    Raises:
        InputError: a suite cannot be applied.
    """
    keys = {name: [column.name for column in table.primary_key] for name, table in metadata.tables.items()}
    keys["movies"] = ["imdb_id"]
    tables = {name: staging.name(name) for name, rows in staging.rows.items() if rows}
    unique = {name: staging.unique(name) for name in tables}
    with _input_errors():
        return gate.check_tables("store", connection.connection.driver_connection, tables, keys, unique)


def refuse_shrunk(before: Mapping[str, Mapping[str, object]], now: Mapping[DataSet, SourceFile], folder: Path) -> None:
    """Refuse files that lost more than MOST_LOST of the lines that they had at the last load, or that are not there.

    Args:
        before: name of a data set → what `load_runs` has of its file: its `lines`.
        now: the files.
        folder: where they are.

    Raises:
        DataError: names them, and how to go on.
    """
    lines = {data_set.name: file.lines for data_set, file in now.items()}
    faults = [
        f"{name} has {lines.get(name, 0):,} lines, and had {had:,}"
        if name in lines
        else f"{name} is not there any more"
        for name, told in before.items()
        if lines.get(name, 0) < (1 - MOST_LOST) * (had := int(str(told["lines"])))
    ]
    if faults:
        raise DataError(
            f"{folder}: {'; '.join(faults)}: are the files whole, and the right ones? If so, say --accept-shrink. "
            "Nothing was changed."
        )
