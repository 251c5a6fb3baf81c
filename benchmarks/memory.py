"""The memory of a program's processes while they work: looks at all of them in; by how much each grew out.

What a file backs is not counted (Linux; elsewhere it is): an index that is read is mapped, and its pages are the
system's to take away.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from measures import Measure

GROWTH = 10.0
"""Percent of its memory that a process may grow by, warmed up, in the time."""
WARM = 1 / 3
"""The share of a process' life after which it is taken for warmed up."""
LEAST = 60.0
"""Seconds of life below which a process' memory says nothing of its slope."""
LOOK_EVERY = 1.0
"""Seconds between two looks at the memory."""
KINDS = (("granian", "server"), ("--follow", "sync --follow"))
"""What a command line has, and what its process is called."""


@dataclass
class Memory:
    """The memory of this program's processes: (name, process) → seconds and megabytes, look by look."""

    looks: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)

    def watch(self, pause: float, stop: threading.Event) -> None:
        """Look until told to stop."""
        while not stop.wait(pause):
            for process in psutil.Process().children(recursive=True):
                try:
                    line = " ".join(process.cmdline())
                    megabytes = _anonymous(process)
                except (psutil.Error, OSError):
                    continue  # it has just ended
                for part, name in KINDS:
                    if part in line:
                        self.looks.setdefault((name, process.pid), []).append((time.monotonic(), megabytes))

    def measures(self, films: int) -> Iterator[Measure]:
        """Give by how much each process grew that lived long enough."""
        for (name, pid), looks in self.looks.items():
            seconds, megabytes = np.array(looks).T
            life = seconds[-1] - seconds[0]
            if life < LEAST:
                continue
            warm = seconds >= seconds[0] + life * WARM
            slope, _ = np.polyfit(seconds[warm], megabytes[warm], 1)
            growth = slope * life * (1 - WARM) / megabytes[warm].mean() * 100
            note = f"{slope * 3600:+.1f} MB an hour, {megabytes[-1]:.0f} MB after {life / 60:.1f} minutes"
            yield Measure(f"growth of {name}, process {pid}", float(growth), "%", films, GROWTH, "most", note=note)


def _anonymous(process: psutil.Process) -> float:
    """Give the megabytes of a process that no file backs."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return process.memory_info().rss / 1e6
    lines = status.read_text(encoding="utf-8").splitlines()
    return sum(float(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1e3
