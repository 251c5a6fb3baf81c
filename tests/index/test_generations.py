"""The names of indexes, from which their order in time is read."""

from datetime import UTC, datetime

from index.writer import GENERATION, new_generation


def test_a_name_tells_when_it_was_made_to_the_microsecond():
    """Two rebuilds within a second are told apart, so that the older index is the one to go."""
    before = datetime.now(UTC)
    name = new_generation()
    after = datetime.now(UTC)
    assert GENERATION.fullmatch(name)
    made = datetime.strptime(name.partition("-")[0], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    assert before <= made <= after
