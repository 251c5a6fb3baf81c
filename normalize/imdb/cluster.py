"""Workers of a Dask cluster: blocks in, what became of each out; they run the functions that our own processes run.

Dask moves blocks, notices that a worker died, and lets others join. What it cannot make again is what it was handed, so
a block that died with its worker is handed over once more.
"""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, Self

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

import normalize
from normalize.errors import InputError, UnavailableError
from normalize.imdb.reading import Block
from normalize.imdb.work import Done, Way, ahead, done

if TYPE_CHECKING:
    from distributed import Client, Future

INSTALL = "pip install 'kinobase[dask]'"
EACH = 2
"""Blocks that each thread of the cluster is given: one is read while the next one comes."""
MOST = 32
"""Blocks under way at most, however large the cluster is: what cuts and writes them is here, and holds them."""
TRIES = 4
"""How often a block is handed over; then it is what kills the workers."""
LOOK = 5
"""Seconds after which whoever waits for a block looks whether there are workers at all."""
AGAIN = 0.1
"""Seconds until a value is handed over again that no worker took: meanwhile the scheduler learns which one died."""


def version() -> str:
    """Give the version of this package where this is run."""
    return normalize.__version__


class Cluster:
    """The workers; `with` is connected to them."""

    def __init__(self, address: str, patience: int) -> None:
        """Remember where they are.

        Args:
            address: of their scheduler, such as tcp://host:8786.
            patience: seconds to wait for the scheduler, and for a worker to be there.
        """
        self._address, self._patience = address, patience

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            InputError: Dask is not installed, the address is none, or another version of this package is there.
            UnavailableError: nobody answers there, or the scheduler has no workers.
        """
        self._client = _connected(self._address, self._patience)
        try:
            self.wait_for_workers()
            self._check_versions()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the cluster; what it has not done yet is dropped."""
        self._client.close()

    def take(self, some: Iterable[Block], way: Way) -> Iterator[tuple[Block, Done]]:
        """Take blocks their way; see `Hands`.

        Raises:
            UnavailableError: the cluster is gone, or a block kills whoever takes it.
        """
        known = Held(self, way)
        most = min(EACH * self.wait_for_workers(), MOST)
        yield from ahead(some, lambda block: Given(self, known, block), most)

    def hold(self, value: object) -> "Future[Any]":
        """Hand a value to a worker, which keeps it for those who need it.

        Raises:
            UnavailableError: no worker takes it.
        """
        patient = Retrying(
            retry=retry_if_exception_type(OSError), stop=stop_after_delay(self._patience), wait=wait_fixed(AGAIN)
        )
        try:
            return patient(self._hold, value)
        except RetryError as error:
            raise UnavailableError(
                f"--scheduler: no worker of {self._address} takes data ({error.last_attempt.exception()}); look at "
                "their logs. Nothing was changed."
            ) from error

    def _hold(self, value: object) -> "Future[Any]":
        self.wait_for_workers()
        futures: list[Future[Any]] = self._client.scatter([value], hash=False)
        return futures[0]

    def begin(self, block: "Future[Block]", way: "Future[Way]") -> "Future[Done]":
        """Have a block taken its way."""
        return self._client.submit(done, block, way, pure=False)

    def wait_for_workers(self) -> int:
        """Wait until there is a worker; gives the number of threads of all.

        Raises:
            UnavailableError: there is none in time, or the scheduler is gone.
        """
        try:
            self._client.wait_for_workers(1, timeout=self._patience)
            return sum(self._client.nthreads().values())
        except TimeoutError as error:
            raise UnavailableError(
                f"--scheduler: {self._address} has no workers, after {self._patience} s; start some with dask worker "
                f"{self._address}. Nothing was changed."
            ) from error
        except (OSError, RuntimeError) as error:  # RuntimeError: the connection was closed for good
            raise UnavailableError(
                f"--scheduler: {self._address} does not answer any more. Nothing was changed; run again when it does."
            ) from error

    def _check_versions(self) -> None:
        """Make sure that the scheduler, which passes tasks on, and all workers have this package."""
        there: dict[str, object] = self._client.run(version, on_error="return")
        try:
            there[self._address] = self._client.run_on_scheduler(version)
        except (ImportError, AttributeError) as error:
            there[self._address] = error
        for address, said in there.items():
            if said != normalize.__version__:
                raise InputError(
                    f"--scheduler: {address} has not kinobase {normalize.__version__} but {said}; install the same "
                    f"version there, with {INSTALL}."
                )


def _connected(address: str, patience: int) -> "Client":
    """Connect to a scheduler."""
    try:
        from distributed import Client  # noqa: PLC0415 - an extra, and a second for those who need it
    except ImportError as error:
        raise InputError(f"--scheduler needs Dask, which is not installed: {INSTALL}") from error
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # our own errors say what went wrong
    try:
        return Client(address, timeout=patience, set_as_default=False)
    except ValueError as error:
        raise InputError(f"--scheduler {address}: {error}; say tcp://HOST:PORT, or tls://HOST:PORT.") from error
    except OSError as error:
        raise UnavailableError(
            f"--scheduler: no Dask scheduler answers at {address} within {patience} s; start it with dask scheduler, "
            "or name another address."
        ) from error


class Held:
    """What all blocks of a file need: in the memory of workers, until none that has it lives; then there anew."""

    def __init__(self, cluster: Cluster, way: Way) -> None:
        self._cluster, self._way = cluster, way
        self._held = cluster.hold(way)

    def there(self) -> "Future[Way]":
        """Give it as it is there."""
        if self._held.status != "finished":
            self._held = self._cluster.hold(self._way)
        return self._held


class Given:
    """A block that the cluster was given."""

    def __init__(self, cluster: Cluster, known: Held, block: Block) -> None:
        self._cluster, self._known, self._block = cluster, known, block
        self._give()

    def _give(self) -> None:
        self._begun = self._cluster.begin(self._cluster.hold(self._block), self._known.there())

    def result(self) -> Done:
        """Wait for what becomes of it.

        Raises:
            UnavailableError: the cluster is gone, or the block kills whoever takes it.
        """
        from distributed import KilledWorker  # noqa: PLC0415 - see `_connected`

        left = TRIES
        while left:
            try:
                return self._begun.result(timeout=LOOK)
            except TimeoutError:
                self._cluster.wait_for_workers()
            except (CancelledError, OSError):  # it was lost, or it was on its way when its worker died
                left -= 1
                self._give()
            except KilledWorker:
                break
        raise UnavailableError(
            f"--scheduler: workers died of the block that begins at line {self._block.line:,}, again and again; they "
            "may have too little memory. Nothing was changed."
        )
