"""Small disks that can be full: real ones of a few megabytes, in memory."""

import subprocess
from contextlib import contextmanager

import pytest


class Disk:
    """A small disk."""

    def __init__(self, path):
        self.path = path

    def mount(self, size, *options):
        """Give it so many megabytes."""
        said = ",".join((f"size={size}m", *options))
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", said, "tmpfs", self.path], capture_output=True, check=False
        )

    def grow(self):
        """Make room."""
        assert self.mount(200, "remount").returncode == 0

    def fill(self):
        """Leave no room."""
        with (self.path / "filler").open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass


@contextmanager
def small_disk(path, size, *options):
    """Give a disk of so many megabytes."""
    made = Disk(path)
    if made.mount(size, *options).returncode:
        pytest.skip("no small disk: only root may mount one, and not in every container")
    yield made
    subprocess.run(["umount", "-l", made.path], check=True)
