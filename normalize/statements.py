"""What each source says of a film of which several speak, kept in `movie_sources`: records in and out.

A film that was entered through our API has a row of the source 'own' from the start, since nothing else tells it.
"""

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from normalize.models import movie_sources
from normalize.record import LISTS, Record


def read(connection: Connection) -> dict[int, dict[str, Record]]:
    """Give what is kept: film → source → what it says."""
    kept: dict[int, dict[str, Record]] = {}
    for row in connection.execute(select(movie_sources)):
        said = json.loads(row.said)
        lists = {name: tuple(tuple(entry) for entry in said[name]) for name in LISTS}
        kept.setdefault(row.movie_id, {})[row.source] = said | lists
    return kept


def write(connection: Connection, said: Mapping[int, Mapping[str, Record]]) -> None:
    """Keep what sources say; of these films nothing is kept yet.

    Args:
        connection: in a transaction.
        said: film → source → what it says.
    """
    rows = [
        {"movie_id": film, "source": source, "said": json.dumps(record, ensure_ascii=False)}
        for film, words in said.items()
        for source, record in words.items()
    ]
    if rows:
        connection.execute(movie_sources.insert(), rows)
