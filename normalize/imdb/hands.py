"""Who takes the blocks of a load their way: what was asked for in, whoever does it, to be ended by `with`, out."""

import os
from contextlib import AbstractContextManager, nullcontext

from normalize.imdb.cluster import Cluster
from normalize.imdb.processes import Processes
from normalize.imdb.work import Alone, Hands


def hands(scheduler: str, processes: int, patience: int) -> AbstractContextManager[Hands]:
    """Give the workers of a cluster, or processes of this machine, or this one alone.

    Args:
        scheduler: the address of a Dask cluster; '' for none.
        processes: of this machine; 0 for one for each processor.
        patience: seconds to wait for the cluster.
    """
    if scheduler:
        return Cluster(scheduler, patience)
    count = processes or os.cpu_count() or 1
    return Processes(count) if count > 1 else nullcontext(Alone())
