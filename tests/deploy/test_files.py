"""The image and compose.yaml: linted, and every service may do no more than it has to."""

import re
import subprocess

from composition import BIN, ROOT, composed, our_services


def test_the_dockerfile_has_no_fault():
    """The linter of Dockerfiles, which also reads the shell in it, finds nothing."""
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_has_all_our_packages_and_no_secret():
    """Each room is copied and let through to the builder; nothing else of the tree is, least of all .env or var/."""
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    sources = {source for line in copied for source in line.split()}
    let_in = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sources == set(let_in)
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} <= sources


def test_the_example_for_development_fits():
    """Compose takes both files together, and the example only changes services that there are."""
    both = composed("compose.yaml", "compose.override.example.yaml")
    assert both["services"].keys() == composed()["services"].keys()
    assert both["services"]["migrate"]["environment"]["LEGACY_DATABASE"] == "/legacy/legacy.sqlite"


def test_elasticsearch_is_the_one_that_the_tests_use():
    """The image's version is the newest that our tests run against."""
    node = (ROOT / "tests/elasticsearch_node/node.py").read_text()
    newest = re.search(r'"TEST_ELASTICSEARCH_VERSION", "([0-9.]+)"', node)[1]
    assert composed()["services"]["elasticsearch"]["image"] == f"elasticsearch:{newest}"


def test_our_services_may_do_little():
    """A read-only file system, no capability but those that a job needs, root only to hand out secrets."""
    for name, service in our_services().items():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert (service["user"] == "10001:10001") is not (name in ("prepare", "elasticsearch-key")), name
    extra = {name: service.get("cap_add") for name, service in our_services().items() if service.get("cap_add")}
    assert extra == {"prepare": ["CHOWN", "DAC_OVERRIDE", "FOWNER"], "elasticsearch-key": ["CHOWN", "DAC_OVERRIDE"]}


def test_what_stays_is_watched_and_comes_back():
    """A service either stays (health check, restart) or is a job that others wait for, or that is asked for."""
    services = composed("compose.yaml")["services"]
    jobs = {
        other
        for service in services.values()
        for other, waits in service.get("depends_on", {}).items()
        if waits["condition"] == "service_completed_successfully"
    }
    for name, service in services.items():
        stays = service.get("restart") == "unless-stopped"
        assert stays is not (name in jobs), name
        assert stays is ("test" in service["healthcheck"]), name


def test_the_daily_load_is_there_for_whoever_asks_for_it():
    """The profile imdb adds one service, which may reach IMDb, keeps what it fetched, and runs a known command."""
    with_imdb = composed(COMPOSE_PROFILES="imdb")["services"]
    assert with_imdb.keys() - composed()["services"].keys() == {"imdb"}
    service = with_imdb["imdb"]
    assert service["command"] == ["python", "-m", "normalize", "imdb", "--follow-schedule", "02:00"]
    told = subprocess.run(
        [BIN / "python", "-m", "normalize", "imdb", "--help"], capture_output=True, text=True, check=True
    )
    assert "--follow-schedule" in told.stdout
    assert service["environment"]["IMDB_PATH"] in {volume["target"] for volume in service["volumes"]}
    assert set(service["networks"]) == {"servers", "clients"}
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])


def test_only_the_api_can_be_reached_and_only_from_this_machine():
    """Servers are in a network without a way out; the API's port is this machine's."""
    whole = composed()
    ports = {name: service["ports"][0]["host_ip"] for name, service in whole["services"].items() if "ports" in service}
    assert ports == {"api": "127.0.0.1"}
    assert whole["networks"]["servers"]["internal"] is True
    assert {name for name, service in whole["services"].items() if set(service["networks"]) != {"servers"}} == {"api"}
