"""The report's pages: values in, self-contained HTML out.

Both languages are in a page; a radio button and CSS show one, without a script. The Content-Security-Policy lets in
nothing but the page's own style and script, each named by its hash; the script only searches and sorts.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations import flows, history, plots
from expectations.failing import columns_of
from expectations.history import Moved
from expectations.results import Figures, failing
from expectations.rows import records
from expectations.verdicts import CRITICAL, GATING, Result, blocking

if TYPE_CHECKING:
    from expectations.report import Run

LARGEST = 2_000_000
"""How many bytes a page may have."""
AMOUNTS = ((100, 300), (50, 200), (20, 120), (10, 60), (3, 40))
"""How many rows of each kind and how many characters of each value a page shows: the first that keep it below LARGEST.
All rows are in the CSV files beside it."""
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
"""Characters that nobody sees, or that turn the text around them: they are shown by their numbers."""


def report(run: "Run", moved: Sequence[Moved], runs: Sequence[Figures], language: str) -> str:
    """Make the page of one run.

    Args:
        run: what to tell.
        moved: the counts that moved since the last runs.
        runs: this run and the comparable ones before it, newest first.
        language: the one the page opens in.
    """
    environment = _environment(language, run.texts)
    page = ""
    for rows, characters in AMOUNTS:
        environment.globals["shown_rows"] = rows
        environment.filters["cut"] = lambda value, characters=characters: _cut(value, characters)
        page = environment.get_template("report.html.j2").render(_values(run, rows), moved=moved, runs=runs)
        if len(page.encode()) <= LARGEST:
            break
    return page


def _values(run: "Run", shown: int) -> dict[str, Any]:
    """Give what the template of a run speaks of."""
    gating = [result for result in run.results if result.kind == GATING]
    reconciliation = records(run.reconciliation)
    return {
        "run": run,
        "gating": sorted(gating, key=_worst_first),
        "measuring": sorted((result for result in run.results if result.kind != GATING), key=_worst_first),
        "blocking": blocking(run.results),
        "warnings": [result for result in gating if not result.passed and result.severity != CRITICAL],
        "reconciliation": reconciliation,
        "flows": flows.draw(reconciliation, run.ways),
        "distributions": [(each, plots.bars(each)) for each in run.distributions],
        "repairs": _by_rule(run.repairs, shown),
        "merges": _by_person(run.merges, shown),
        "suspects": records(run.open_suspects.head(shown)),
        "validations": sorted({f"{result.kind}.{result.table}" for result in run.results}),
    }


def index(runs: Sequence[Figures], language: str) -> str:
    """Make the page that lists the runs, given as their result.json, newest first."""
    stores: dict[tuple[str, bool], list[Figures]] = {}
    for run in runs:
        if run["verdict"] == "passed" and not run["rehearsal"]:
            stores.setdefault((run["store"], run["loaded"]), []).append(run)
    trends = [(store, loaded, of_one) for (store, loaded), of_one in stores.items() if len(of_one) > 1]
    return _environment(language, {}).get_template("index.html.j2").render(runs=runs, trends=trends)


def _worst_first(result: Result) -> tuple[bool, int, str]:
    return (result.passed, ("critical", "warning", "info").index(result.severity), result.table)


def _by_rule(repairs: pd.DataFrame, shown: int) -> list[dict[str, Any]]:
    """Group the repairs by rule, those with refusals first, then the most frequent."""
    grouped = repairs.groupby(["rule", "outcome"], sort=False)
    first = grouped.head(shown)
    groups = [
        {
            "rule": rule,
            "outcome": outcome,
            "count": int(count),
            "rows": records(first[(first["rule"] == rule) & (first["outcome"] == outcome)]),
        }
        for rule, outcome, count in grouped.size().reset_index().itertuples(index=False)
    ]
    return sorted(groups, key=lambda group: (group["outcome"] != "refused", -group["count"]))


def _by_person(merges: pd.DataFrame, shown: int) -> dict[str, Any]:
    """Give the first people who have several source rows, and how many there are."""
    people = [
        {"name": rows["name"].iloc[0], "rows": rows.to_dict("records")}
        for _, rows in merges[merges["person_id"].isin(merges["person_id"].unique()[:shown])].groupby("person_id")
    ]
    return {"people": people, "count": merges["person_id"].nunique()}


def _environment(language: str, texts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Environment:
    """Make the templates' environment: everything is escaped, and a name that is not there is an error."""
    folder = files("expectations")
    environment = Environment(
        loader=PackageLoader("expectations", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    known = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    for name in ("style", "script"):
        file = folder / "templates" / {"style": "report.css", "script": "report.js"}[name]
        content = file.read_text(encoding="utf-8")
        environment.globals[name] = Markup(content)  # noqa: S704 - our own file
        environment.globals[f"{name}_hash"] = b64encode(sha256(content.encode()).digest()).decode()
    environment.globals |= {
        "language": language,
        "texts": {name: {**known.get(name, {}), **texts.get(name, {})} for name in {**known, **texts}},
        "columns_of": columns_of,
        "failing": failing,
        "history": history,
        "line": plots.line,
    }
    environment.filters["number"] = _number
    return environment


def _number(value: float) -> str:
    """Write a number with thousands apart."""
    return f"{value:,}".replace(",", "\u202f")


def _cut(value: Any, characters: int) -> str:  # noqa: ANN401 - one cell of a frame, whatever it holds
    text = "NULL" if pd.isna(value) else str(value)
    shown = INVISIBLE.sub(lambda found: f"\u27e8{ord(found[0]):04X}\u27e9", text[:characters])
    return shown if len(text) <= characters else f"{shown}… ({len(text):,})"
