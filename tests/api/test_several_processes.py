"""Several gunicorn processes: counts of requests are those of all, and a client's limit is one for all."""

import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from nodes import cannot_be_had
from processes import wait_for
from servers import line_with, read, running

from api import create_app
from normalize.errors import InputError

COMMAND = ["gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket", "api:create_app()"]
AT_ONCE = 8
CARD = "/movies/tt0000001"
SERIES = r'^kinobase_requests_total\{method="GET",route="/movies/<string:film_id>",status="(\d+)"\} (\d+)'


@contextmanager
def two_processes(settings, **more):
    """Serve with two processes; gives a function that asks, each time on a connection of its own."""
    with running(COMMAND, settings, **more) as process:
        port = int(line_with(process, r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
        for _ in range(2):
            line_with(process, r"Booting worker with pid")

        yield partial(read, port)


@pytest.fixture
def redis():
    """Give the URL of a Redis of our own, and its process."""
    program = shutil.which("redis-server")
    if program is None:
        cannot_be_had("no Redis: install redis-server")
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        socket = Path(folder) / "redis"
        command = [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            assert wait_for(socket.exists, process)
            yield f"redis+unix://{socket}", process
        finally:
            process.kill()
            process.wait()


def test_metrics_are_those_of_all_processes(whole, tmp_path):
    """Whichever process is asked, /metrics has every request that any of them answered, once."""
    with two_processes(whole, prometheus_multiproc_dir=tmp_path, log_level="WARNING") as ask:
        asked = []

        def both_are_at_work():
            asked.extend(status for status, _ in pool.map(ask, [CARD] * AT_ONCE))
            return len(list(tmp_path.glob("counter_*.db"))) >= 2

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert wait_for(both_are_at_work)
            shown = {text for _, text in pool.map(ask, ["/metrics"] * AT_ONCE)}
        assert set(asked) == {200}
        assert {tuple(re.findall(SERIES, text, re.MULTILINE)) for text in shown} == {(("200", str(len(asked))),)}


def test_a_missing_folder_for_counts_is_a_bad_setting(whole, tmp_path, monkeypatch):
    """It is named before the server starts, not at the first request."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match=r"bad setting: PROMETHEUS_MULTIPROC_DIR=.*nowhere is no folder"):
        create_app(whole)


def test_a_limit_is_one_for_all_processes_with_redis(whole, redis):
    """Of many requests of one client as many are answered as the limit says, whichever process they reach."""
    url, _ = redis
    with two_processes(whole, rate_limit="10/hour", rate_limit_storage=url, log_level="WARNING") as ask:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            statuses = [status for status, _ in pool.map(ask, [CARD] * 3 * AT_ONCE)]
        assert sorted(statuses) == [200] * 10 + [429] * (3 * AT_ONCE - 10)


def test_a_redis_that_goes_takes_no_request_with_it(whole, redis):
    """While the storage is away the process counts for itself: requests are answered, and limited still."""
    url, process = redis
    client = create_app(whole.model_copy(update={"rate_limit": "10/hour", "rate_limit_storage": url})).test_client()
    assert client.get(CARD).status_code == 200
    process.kill()
    process.wait()
    statuses = [client.get(CARD).status_code for _ in range(30)]
    assert (statuses[0], statuses[-1], set(statuses)) == (200, 429, {200, 429})
