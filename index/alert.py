"""Who is to know when the index is not kept in step: INDEX_ALERT, called as `normalize.alert` says."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.parking import ParkedError
from normalize import alert as told
from normalize.errors import KinobaseError
from normalize.settings import Settings


def alert(settings: Settings, event: str, text: str) -> None:
    """Call INDEX_ALERT.

    Args:
        settings: INDEX_ALERT; unset: nobody is told.
        event: `failed` or `parked`.
        text: one line for people.
    """
    told.alert(settings.index_alert, event, text)


@contextmanager
def alerting(settings: Settings) -> Iterator[None]:
    """Call INDEX_ALERT when what is done here ends in an error of ours, and let that go on."""
    try:
        yield
    except KinobaseError as error:
        alert(settings, "parked" if isinstance(error, ParkedError) else "failed", str(error))
        raise
