"""IMDb's files, fetched: whole or not at all, only what is new, and what was cut off goes on; against a real server."""

import contextlib
import fcntl
import gzip
import random
from email.utils import formatdate

import pytest
from file_server import FileServer, etag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from normalize.errors import DataError, InputError, UnavailableError
from normalize.imdb import files
from normalize.imdb.download import LONGEST_RETRY_AFTER, Policy, _retry_after
from normalize.imdb.fetching import fetch
from normalize.progress import Steps

IMPATIENT = Policy(attempts=3, timeout=60, first_wait=0, longest_wait=0)
BASICS = f"{files.BASICS.name}.tsv.gz"
RATINGS = f"{files.RATINGS.name}.tsv.gz"


def packed(seed, size=50_000):
    """A gzip file of bytes that hardly compress."""
    return gzip.compress(random.Random(seed).randbytes(size), mtime=0)


FIRST, SECOND = packed(1), packed(2)


@pytest.fixture
def server():
    """A server of two files."""
    server = FileServer()
    server.files = {BASICS: FIRST, RATINGS: SECOND}
    yield server
    server.close()


@pytest.fixture
def folder(tmp_path):
    """Where files are fetched to."""
    return tmp_path / "imdb"


def get(server, folder, *data_sets, policy=IMPATIENT):
    """Fetch some files, title.basics if none is named; gives the bytes that came for each."""
    wanted = data_sets or (files.BASICS,)
    return [each.arrived for each in fetch(server.url + "/", folder, wanted, policy, Steps("fetch"))]


def cut(after, *, whole=None):
    """Make a fault: the connection breaks after some bytes of what would have been sent."""

    def fault(handler, data):
        start = handler.start(data) or 0
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        handler.answer(206 if start else 200, data[start:], data, cut=after, length=whole, **headers)
        return True

    return fault


def says(status, **headers):
    """Make a fault: the server says this."""

    def fault(handler, _data):
        handler.answer(status, b"", None, **headers)
        return True

    return fault


def left(folder):
    """The names in the folder, but for those of the lock and of what is known of whole files."""
    return sorted(each.name for each in folder.iterdir() if each.name != ".lock" and ".source." not in each.name)


def test_files_are_fetched_and_unchanged_ones_are_not_fetched_again(server, folder):
    """The first time all bytes come, the second time none: the server is asked whether they are others."""
    assert get(server, folder, files.BASICS, files.RATINGS) == [len(FIRST), len(SECOND)]
    assert get(server, folder, files.BASICS, files.RATINGS) == [0, 0]
    assert server.asked == [
        (BASICS, 200, len(FIRST)), (RATINGS, 200, len(SECOND)), (BASICS, 304, 0), (RATINGS, 304, 0),
    ]  # fmt: skip
    assert (folder / BASICS).read_bytes() == FIRST
    assert left(folder) == [BASICS, RATINGS]


def test_a_changed_file_takes_the_place_of_the_one_before(server, folder):
    """Only the changed one is fetched."""
    get(server, folder, files.BASICS, files.RATINGS)
    server.files[BASICS] = packed(3)
    assert get(server, folder, files.BASICS, files.RATINGS) == [len(packed(3)), 0]
    assert (folder / BASICS).read_bytes() == packed(3)


def test_without_an_etag_the_date_is_asked_for(server, folder):
    """A server that marks versions by their date alone."""
    server.etags = False
    assert get(server, folder) == [len(FIRST)]
    assert get(server, folder) == [0]
    server.files[BASICS] = packed(3, 60_000)
    server.faults = [cut(20_000)]
    assert get(server, folder) == [len(server.files[BASICS])]
    assert [status for _, status, _ in server.asked] == [200, 304, 200, 206]


@pytest.mark.parametrize("damage", ["delete", "shorten"])
def test_a_file_that_is_not_as_it_was_is_fetched_again(server, folder, damage):
    """What is known of a file says nothing where the file is gone or has another length."""
    get(server, folder)
    if damage == "delete":
        (folder / BASICS).unlink()
    else:
        (folder / BASICS).write_bytes(FIRST[:100])
    assert get(server, folder) == [len(FIRST)]
    assert (folder / BASICS).read_bytes() == FIRST


def test_a_file_of_another_place_is_fetched_again(server, folder):
    """Two places may call different files by the same mark."""
    get(server, folder)
    other = FileServer()
    other.files = {BASICS: FIRST}
    assert get(other, folder) == [len(FIRST)]
    other.close()


def test_what_was_cut_off_goes_on_where_it_stopped(server, folder):
    """Within one run: each byte comes once, however often the connection breaks, if it gets on in between."""
    server.faults = [cut(1_000), cut(2_000), says(500), cut(3_000), cut(4_000), cut(5_000)]
    assert get(server, folder) == [len(FIRST)]
    assert (folder / BASICS).read_bytes() == FIRST
    assert [status for _, status, _ in server.asked] == [200, 206, 500, 206, 206, 206, 206]


def test_the_next_run_goes_on_where_the_one_before_gave_up(server, folder):
    """The part stays, under a name that no load takes for a file; the file before stays until the new one is whole."""
    get(server, folder)
    server.files[BASICS] = packed(3)
    server.faults = [cut(30_000), says(503), says(503), says(503)]
    with pytest.raises(UnavailableError, match=r"503 .* 3 times in succession; .* is as it was.*after 30,000 bytes"):
        get(server, folder)
    assert (folder / BASICS).read_bytes() == FIRST
    assert left(folder) == [BASICS, BASICS + ".part"]
    assert files.BASICS.find(folder) == folder / BASICS
    assert get(server, folder) == [len(packed(3)) - 30_000]
    assert (folder / BASICS).read_bytes() == packed(3)
    assert left(folder) == [BASICS]


def test_a_file_that_changes_between_two_parts_is_never_put_together_of_both(server, folder):
    """The rest is asked for only if the file is the same; else all of the new one comes."""

    def change(_handler, _data):
        server.files[BASICS] = packed(3)
        return False

    def cut_then(handler, data):
        return cut(10_000)(handler, data)

    server.faults = [cut_then, change]
    get(server, folder)
    # The request that met the change was answered from the old bytes: the server says so by its mark.
    assert (folder / BASICS).read_bytes() in (FIRST, packed(3))
    server.faults = []
    get(server, folder)
    assert (folder / BASICS).read_bytes() == packed(3)


def test_a_part_of_yesterday_and_a_file_of_today(server, folder):
    """Nothing of the part is used."""
    server.faults = [cut(10_000), says(500), says(500), says(500)]
    with pytest.raises(UnavailableError):
        get(server, folder)
    server.files[BASICS] = packed(3)
    assert get(server, folder) == [len(packed(3))]
    assert (folder / BASICS).read_bytes() == packed(3)


def test_a_server_that_sends_another_part_than_was_asked_for_is_not_believed(server, folder):
    """The part is thrown away and all of the file is fetched."""

    def wrong(handler, data):
        handler.answer(206, data[5:], data, **{"Content-Range": f"bytes 5-{len(data) - 1}/{len(data)}"})
        return True

    server.faults = [cut(10_000), wrong]
    get(server, folder)
    assert (folder / BASICS).read_bytes() == FIRST


def test_a_server_without_ranges_begins_anew(server, folder):
    """All comes again, and it ends where it never gets further."""
    server.ranges = False
    server.faults = [cut(10_000)]
    assert get(server, folder) == [10_000 + len(FIRST)]
    (folder / BASICS).unlink()
    server.faults = [cut(10_000)] * 99
    with pytest.raises(UnavailableError):
        get(server, folder)
    assert len(server.faults) == 99 - 4  # the first got further than nothing, three did not get further


def test_a_part_that_was_whole_when_the_run_was_killed_is_taken_over(server, folder):
    """It is not fetched again; the server is asked whether it is still of today."""
    get(server, folder)
    for name in (BASICS, BASICS + ".source.json"):
        (folder / name).rename(folder / name.replace(".gz", ".gz.part"))
    assert get(server, folder) == [0]
    assert (folder / BASICS).read_bytes() == FIRST
    assert left(folder) == [BASICS]


def test_a_part_that_is_longer_than_the_file_is_thrown_away(server, folder):
    """The server says that there is no such range."""
    server.faults = [cut(10_000), says(500), says(500), says(500)]
    with pytest.raises(UnavailableError):
        get(server, folder)
    with (folder / (BASICS + ".part")).open("ab") as part:
        part.write(bytes(len(FIRST)))
    get(server, folder)
    assert (folder / BASICS).read_bytes() == FIRST


@pytest.mark.parametrize("wrong", [1, 5_000])
def test_fewer_bytes_than_were_said_are_not_taken_for_the_file(server, folder, wrong):
    """A length that is never reached."""
    server.files[BASICS] = FIRST
    server.ranges = False
    server.faults = [cut(len(FIRST), whole=len(FIRST) + wrong)] * 9
    with pytest.raises(UnavailableError):
        get(server, folder)
    assert not (folder / BASICS).exists()


@pytest.mark.parametrize(
    "damaged",
    [
        FIRST[:-1],
        FIRST[:-9] + bytes(9),
        FIRST[:20_000] + b"?" + FIRST[20_001:],
        b"<html>Log in</html>",
        b"",
        FIRST + b"x",
    ],
    ids=["short", "checksum", "flipped", "a page", "empty", "more"],
)
def test_what_is_no_whole_gzip_file_is_thrown_away(server, folder, damaged):
    """Its length is as said, but the stream is not whole: the file before stays, and the next run begins anew."""
    get(server, folder)
    server.files[BASICS] = damaged
    with pytest.raises(DataError, match=f"{BASICS}: what came is no whole gzip file") as raised:
        get(server, folder)
    assert "\n" not in str(raised.value)
    assert (folder / BASICS).read_bytes() == FIRST
    assert left(folder) == [BASICS]
    server.files[BASICS] = packed(3)
    get(server, folder)
    assert (folder / BASICS).read_bytes() == packed(3)


@pytest.mark.parametrize("status", [404, 403, 401, 400])
def test_a_refusal_ends_it_at_once(server, folder, status):
    """Asking again would not help; the line has URL and what to look at."""
    server.faults = [says(status)]
    with pytest.raises(InputError, match=rf"{server.url}/{BASICS}: the server said {status} .*IMDB_BASE_URL"):
        get(server, folder)
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_waited_for_and_then_named(server, folder):
    """The file before stays."""
    server.close()
    with pytest.raises(UnavailableError, match=rf"{server.url}/{BASICS}: the connection broke .*3 times in succession"):
        get(server, folder)


def test_a_busy_server_is_asked_again_when_it_says(server, folder):
    """503 and 429 with Retry-After."""
    server.faults = [says(503, Retry_After="0"), says(429, Retry_After="0")]
    assert get(server, folder) == [len(FIRST)]


def test_retry_after_is_a_number_or_a_date():
    """And no longer than is sensible; nonsense is nothing."""

    class Answer:
        def __init__(self, said):
            self.headers = {"Retry-After": said}

    assert _retry_after(Answer("7")) == 7
    assert _retry_after(Answer("999999")) == LONGEST_RETRY_AFTER
    assert _retry_after(Answer(formatdate(4e9, usegmt=True))) == LONGEST_RETRY_AFTER
    assert _retry_after(Answer(formatdate(0, usegmt=True))) == 0
    assert _retry_after(Answer("soon")) == 0


def test_a_folder_that_another_program_fetches_into_is_left_alone(server, folder):
    """One at a time; the lock dies with its process."""
    folder.mkdir()
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UnavailableError, match="another program fetches into"):
            get(server, folder)
    assert get(server, folder) == [len(FIRST)]


def test_a_plain_file_that_would_hide_the_fetched_one_is_refused(server, folder):
    """The load would read yesterday's file that somebody has unpacked here."""
    folder.mkdir()
    (folder / f"{files.BASICS.name}.tsv").write_text("old")
    with pytest.raises(InputError, match="would be read instead"):
        get(server, folder)


def test_a_folder_that_is_none_is_refused(server, folder):
    """One line with the folder and the setting."""
    folder.write_text("a file")
    with pytest.raises(InputError, match=f"{folder} cannot be written .* IMDB_PATH"):
        get(server, folder)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.builds(cut, st.integers(0, 60_000)),
            st.builds(says, st.sampled_from([500, 502, 503, 429, 416, 404])),
            st.just("change"),
        ),
        max_size=8,
    )
)
def test_whatever_happens_on_the_way_the_file_is_one_that_the_server_had(tmp_path_factory, server, faults):
    """Cuts anywhere, refusals, changes: what has the file's name is always one of its versions, to the byte."""
    versions = [FIRST]
    server.files[BASICS] = FIRST

    def change(handler, _data):
        versions.append(packed(len(versions) + 10))
        server.files[BASICS] = versions[-1]
        handler.close_connection = True
        return True  # without an answer

    server.faults = [change if fault == "change" else fault for fault in faults]
    folder = tmp_path_factory.mktemp("any")
    for _ in range(len(faults) + 1):
        with contextlib.suppress(UnavailableError, InputError):
            get(server, folder)
        if (folder / BASICS).exists():
            assert (folder / BASICS).read_bytes() in versions
    assert (folder / BASICS).read_bytes() == versions[-1]
    assert etag(versions[-1]) in (folder / f"{BASICS}.source.json").read_text().replace("\\", "")
