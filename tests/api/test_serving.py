"""Servers: `python -m api`, granian and gunicorn with several processes, started and ended as people do it."""

import json
import re
import signal
import socket
import subprocess
import sys

import pytest
from servers import PATIENCE, line_with, read, running

HEAVY = ("great_expectations", "pandas", "numpy")


def get(port, path):
    """Ask a server; gives the status and the JSON."""
    status, text = read(port, path)
    return status, json.loads(text)


def test_importing_the_api_is_light():
    """Nothing that the API imports brings pandas or Great Expectations with it."""
    code = f"import api, sys; api.create_app(); print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_gunicorn_serves_it_in_several_processes(whole, tmp_path, monkeypatch):
    """Two workers, each with its own connections, both answer lists, searches and cards; SIGTERM ends them well.

    They count together, and the figures of the index, which are nobody's count, are there once.
    """
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    command = ["gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket", "api:create_app()"]
    with running(command, whole) as process:
        port = int(line_with(process, r"Listening at: http://127\.0\.0\.1:(\d+)")[1])
        for _ in range(2):
            line_with(process, r"Booting worker with pid")
        for _ in range(10):
            assert get(port, "/api/v1/video/collection")[1]["total"] == 6
            assert get(port, "/api/v1/video/collection?search=camp")[0] == 200
            assert get(port, "/api/v1/video/get/tt0000001")[1]["id"] == "tt0000001"
        for _ in range(5):
            counted = read(port, "/metrics")[1]
            assert re.findall(r'_total{.*collection",status="200"} (.*)', counted) == ["20.0"]
            assert re.findall(r"^kinobase_index_documents (.*)", counted, re.MULTILINE) == ["6.0"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_granian_serves_it_in_several_processes_that_count_together(whole, tmp_path, monkeypatch):
    """Two workers answer lists, searches and cards, /metrics counts those of both; SIGTERM ends them well."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--interface=wsgi", "--factory", "--workers=2", "--blocking-threads=4", "--workers-kill-timeout=30"]
    with running(["granian", *options, "--port", str(port), "api:create_app"], whole) as process:
        for _ in range(2):
            line_with(process, r"Started worker-\d")
        for _ in range(20):
            assert get(port, "/api/v1/video/collection?search=camp")[0] == 200
            assert get(port, "/api/v1/video/get/tt0000001")[1]["id"] == "tt0000001"
        said = read(port, "/metrics")[1]
        assert (
            'kinobase_requests_total{method="GET",route="/api/v1/video/get/<string:film_id>",status="200"} 20.0' in said
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_python_m_api_serves_and_ends_with_130(whole):
    """`python -m api` says where it listens, answers, logs the request, and ends with 130 by Ctrl+C."""
    with running(["api", "--port", "0"], whole) as process:
        port = int(line_with(process, r"Serving on http://127\.0\.0\.1:(\d+)")[1])
        assert get(port, "/health/ready") == (200, {"status": "ready", "store": "ready", "index": "ready"})
        line_with(process, "path=/health/ready")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def test_a_port_in_use_is_one_line_and_status_2(whole):
    """A port that another program has is wrong use: one line that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running(["api", "--port", str(port)], whole) as process:
            said = process.stdout.read()
            assert (process.wait(PATIENCE), said) == (
                2,
                f"error: cannot listen on 127.0.0.1:{port}: Address already in use. Give another --host or --port.\n",
            )


@pytest.mark.parametrize(("option", "value"), [("--port", "70000"), ("--port", "http"), ("--colour", "red")])
def test_wrong_use_is_status_2(whole, option, value):
    """A bad option ends with 2."""
    with running(["api", option, value], whole) as process:
        assert process.wait(PATIENCE) == 2
