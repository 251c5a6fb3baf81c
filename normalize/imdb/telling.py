"""What a load is told as: its run for `load_runs`, its repairs, and the report that anybody can open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pandas as pd

from expectations import report
from expectations.verdicts import Result, passed
from normalize import reports
from normalize.fill import new_run_id, now
from normalize.imdb.batches import DUPLICATES, NOTHING, REFUSED, SOURCE, STORED, Counts
from normalize.imdb.defects import Defect, frame
from normalize.imdb.files import AKAS, BASICS, CREW, EPISODES, NAMES, PRINCIPALS, RATINGS, DataSet
from normalize.imdb.merging import Written
from normalize.imdb.preflight import SourceFile
from normalize.load import LoadRun
from normalize.precedence import IMDB
from normalize.progress import Steps
from normalize.reconciliation import COLUMNS
from normalize.repairs import REPAIRED
from normalize.settings import Settings
from normalize.sources import Fingerprint
from normalize.store import shown_url

WAYS = {
    "films": (BASICS.name, "movies"),
    "ratings": (RATINGS.name, "movies.imdb_rating"),
    "genres": (f"{BASICS.name}: genres", "movie_genres"),
    "people": (NAMES.name, "people"),
    "actors": (PRINCIPALS.name, "movie_actors"),
    "directors": (CREW.name, "movie_directors"),
    "writers": (CREW.name, "movie_writers"),
    "titles": (AKAS.name, "movie_titles"),
    "episodes": (EPISODES.name, "movie_episodes"),
}
"""Kind → where it comes from and which table takes it, as the report draws it."""
KINDS = {
    BASICS.name: "films",
    RATINGS.name: "ratings",
    NAMES.name: "people",
    PRINCIPALS.name: "actors",
    AKAS.name: "titles",
    EPISODES.name: "episodes",
}
"""File → the kind that its repairs are counted with, but for columns that are a kind of their own."""


@dataclass(frozen=True)
class Told:
    """A load that the gate has seen.

    options: what decides, beside the files, what is made of them. before, after: rows of the store's tables.
    """

    folder: Path
    options: Mapping[str, object]
    files: Mapping[DataSet, SourceFile]
    started: str
    defects: list[Defect]
    counts: Counts
    results: tuple[Result, ...]
    written: Written
    before: Mapping[str, int]
    after: Mapping[str, int]
    rehearsal: bool
    sections: tuple[report.Section, ...] = ()
    finished: str = field(default_factory=now)

    @cached_property
    def run(self) -> LoadRun:
        """What `load_runs` keeps."""
        size = sum(file.size for file in self.files.values())
        digest = sha256(" ".join(sorted(file.sha256 for file in self.files.values())).encode()).hexdigest()
        counts = {
            "files": {
                data_set.name: {"size": file.size, "sha256": file.sha256, "lines": file.lines}
                for data_set, file in self.files.items()
            },
            "options": dict(self.options),
            "films": vars(self.written),
            "rows": dict(self.after),
            "reconciliation": self.reconciliation.to_dict(orient="records"),
        }
        verdict = "passed" if passed(self.results) else "failed"
        fingerprint = Fingerprint(str(self.folder), size, digest)
        return LoadRun(new_run_id(self.started), fingerprint, self.started, self.finished, verdict, counts, IMDB)

    @cached_property
    def repairs(self) -> pd.DataFrame:
        """The repairs, as the store and the report have them."""
        return frame(self.defects)

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """Count each kind: what the files have must be stored, or be accounted for."""
        repaired = pd.Series([_kind(each) for each in self.defects if each[-1] == REPAIRED]).value_counts()
        rows = []
        for kind in WAYS:
            count = {what: self.counts[kind, what] for what in (SOURCE, STORED, NOTHING, DUPLICATES, REFUSED)}
            if count[SOURCE]:
                left = count[SOURCE] - sum(number for what, number in count.items() if what != SOURCE)
                share = count[REFUSED] / count[SOURCE]
                row = count | {"kind": kind, "repaired": int(repaired.get(kind, 0))}
                rows.append(row | {"unaccounted": left, "refused_share": share})
        return pd.DataFrame(rows, columns=list(COLUMNS))


def _kind(repair: Defect) -> str:
    table, _, column, *_ = repair
    return column if column in WAYS else KINDS.get(table, column)


def tell(told: Told, settings: Settings, steps: Steps) -> Path:
    """Write the report of a load; gives the path of its page.

    Raises:
        GateError: the gate says no; names what failed and the report.
        InputError: the report cannot be written.
    """
    run = told.run
    went_in = passed(told.results)
    nothing = pd.DataFrame(columns=["kind", "person_id"])
    with steps.step("report"):
        content = report.Run(
            id=run.id,
            verdict=run.verdict,
            file=run.fingerprint.file,
            size=run.fingerprint.size,
            sha256=run.fingerprint.sha256,
            started_at=run.started_at,
            finished_at=run.finished_at,
            steps=steps.seconds,
            versions=reports.versions(),
            tables=tuple(
                (name, told.before[name], told.after[name] if went_in else told.before[name]) for name in told.after
            ),
            reconciliation=told.reconciliation,
            results=told.results,
            repairs=told.repairs,
            merges=nothing,
            suspects=nothing,
            rehearsal=told.rehearsal,
            store=shown_url(settings.database_url),
            ways=WAYS,
            sections=told.sections,
        )
        page = reports.write(content, settings)
    reports.refuse(told.results, page)
    return page
