"""The plan of films: which legacy tables there are, which store is made of them, and by what."""

import pandas as pd
from sqlalchemy import Connection

from expectations.suites import load_suites
from normalize import decisions
from normalize.changes import AsFilled, changed_films
from normalize.legacy_edits import Edit
from normalize.measures import WAYS, distributions
from normalize.models import metadata
from normalize.plan import Frames, Normalized, Plan
from normalize.settings import Settings
from normalize.tables import normalize
from normalize.words import LEGACY_TABLES, UNUSED_COLUMN
from normalize.write_back import write_back


def _normalize(raw: Frames, settings: Settings, at: str) -> Normalized:
    return _normalized(raw, settings, at, decisions.read(settings.decisions_path))


def _normalized(raw: Frames, settings: Settings, at: str, decided: pd.DataFrame) -> Normalized:
    return normalize(
        raw,
        same_name_is_one=settings.legacy_merge_same_name,
        at=at,
        decided=decided,
        more_words=settings.nothing_words,
        encoding=settings.legacy_encoding,
    )


def as_filled(settings: Settings) -> AsFilled:
    """Give how films were made of legacy frames when a store with these settings was filled."""
    return lambda raw, decided: _normalized(raw, settings, "", decided)


def _changed(connection: Connection, settings: Settings) -> list[str]:
    return changed_films(connection, as_filled(settings))


def _write_back(connection: Connection, settings: Settings) -> list[Edit]:
    return write_back(connection, as_filled(settings))


FILMS = Plan(
    about="film",
    things="films",
    legacy_tables=LEGACY_TABLES,
    metadata=metadata,
    row_keys={
        "legacy_movies": ("id",),
        "legacy_actors": ("id",),
        "legacy_writers": ("id",),
        "legacy_movie_actors": ("movie_id", "actor_id"),
        "movies": ("imdb_id",),
    },
    normalize=_normalize,
    changed=_changed,
    suites=load_suites,
    distributions=distributions,
    ways=WAYS,
    write_back=_write_back,
    optional_columns={"movies": (UNUSED_COLUMN,)},
)
