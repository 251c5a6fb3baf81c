"""How a command that stays is told to end, at whatever moment."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from processes import PATIENCE, ROOT

from normalize.stopping import stopping

TOLD_AGAIN_AND_AGAIN = """
import os, random, signal, threading
from normalize.stopping import stopping
for _ in range(50):
    with stopping() as stop:
        threading.Timer(random.random() / 100, os.kill, (os.getpid(), signal.SIGTERM)).start()
        while not stop.wait(0):
            pass
"""


def test_a_signal_at_any_moment_ends_the_wait():
    """Also one that comes while the lock of what is waited for is held: an Event would wait for itself, for ever."""
    subprocess.run([sys.executable, "-c", TOLD_AGAIN_AND_AGAIN], cwd=ROOT, check=True, timeout=PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_long_wait_at_once(number):
    """It stays set for whoever asks later, and afterwards signals do what they did before."""
    before = signal.getsignal(number)
    with stopping() as stop:
        asked_before = stop.is_set()
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()
        began = time.monotonic()
        told = stop.wait(PATIENCE)
        assert (asked_before, told, stop.is_set(), stop.wait(0)) == (False, True, True, True)
    assert time.monotonic() - began < PATIENCE
    assert signal.getsignal(number) == before


def test_what_else_is_done_can_end_what_is_under_way():
    """An exception of the handler comes out where the command is."""

    def give_up():
        raise TimeoutError

    with stopping(give_up) as stop:
        with pytest.raises(TimeoutError):
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop.is_set()
