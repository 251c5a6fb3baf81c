"""The report's pages: values in, self-contained HTML out.

Both languages are in a page; a radio button and CSS show one, without a script. The Content-Security-Policy lets in
nothing but the page's own style, named by its hash.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from expectations.failing import columns_of
from expectations.gate import CRITICAL, GATING, Result, blocking

if TYPE_CHECKING:
    from expectations.report import Run

SHOWN_ROWS = 100
"""How many rows of one kind a page shows; all are in the CSV beside it."""
SHOWN_TEXT = 300
"""How many characters of one value a page shows."""


def report(run: "Run", language: str) -> str:
    """Make the page of one run."""
    gating = [result for result in run.results if result.kind == GATING]
    return (
        _environment(language)
        .get_template("report.html.j2")
        .render(
            run=run,
            gating=sorted(gating, key=_worst_first),
            measuring=sorted((result for result in run.results if result.kind != GATING), key=_worst_first),
            blocking=blocking(run.results),
            warnings=[result for result in gating if not result.passed and result.severity != CRITICAL],
            reconciliation=run.reconciliation.to_dict(orient="records"),
            repairs=_by_rule(run.repairs),
            merges=_by_person(run.merges),
            suspects=run.suspects.head(SHOWN_ROWS).to_dict(orient="records"),
            columns_of=columns_of,
            shown_rows=SHOWN_ROWS,
        )
    )


def index(runs: Sequence[Mapping[str, Any]], language: str) -> str:
    """Make the page that lists the runs, given as their result.json."""
    return _environment(language).get_template("index.html.j2").render(runs=runs)


def _worst_first(result: Result) -> tuple[bool, int, str]:
    return (result.passed, ("critical", "warning", "info").index(result.severity), result.table)


def _by_rule(repairs: pd.DataFrame) -> list[dict[str, Any]]:
    """Group the repairs by rule, those with refusals first, then the most frequent."""
    groups = [
        {
            "rule": rule,
            "outcome": outcome,
            "count": len(rows),
            "rows": rows.head(SHOWN_ROWS).astype(object).where(rows.head(SHOWN_ROWS).notna(), None).to_dict("records"),
        }
        for (rule, outcome), rows in repairs.groupby(["rule", "outcome"], sort=False)
    ]
    return sorted(groups, key=lambda group: (group["outcome"] != "refused", -group["count"]))


def _by_person(merges: pd.DataFrame) -> dict[str, Any]:
    """Give the first people who have several source rows, and how many there are."""
    people = [
        {"name": rows["name"].iloc[0], "rows": rows.to_dict("records")}
        for _, rows in merges[merges["person_id"].isin(merges["person_id"].unique()[:SHOWN_ROWS])].groupby("person_id")
    ]
    return {"people": people, "count": merges["person_id"].nunique()}


def _environment(language: str) -> Environment:
    """Make the templates' environment: everything is escaped, and a name that is not there is an error."""
    environment = Environment(
        loader=PackageLoader("expectations", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = (files("expectations") / "report.css").read_text(encoding="utf-8")
    texts = json.loads((files("expectations") / "texts.json").read_text(encoding="utf-8"))
    environment.globals |= {
        "language": language,
        "style": Markup(style),  # noqa: S704 - our own file
        "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
        "texts": texts,
    }
    environment.filters["cut"] = _cut
    environment.filters["number"] = lambda value: f"{value:,}".replace(",", "\u202f")
    return environment


def _cut(value: Any) -> str:  # noqa: ANN401 - one cell of a frame, whatever it holds
    text = "NULL" if pd.isna(value) else str(value)
    return text if len(text) <= SHOWN_TEXT else f"{text[:SHOWN_TEXT]}… ({len(text):,})"
