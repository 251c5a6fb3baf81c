"""What a person decided about suspects: a filled-in suspects.csv in, who is one and who is not out.

Each decision is about a pair: yes, they are one and the same; no, they are not. A decision names its things by the
source's own ids, so it holds for every later file; one whose thing the source no longer has, or calls otherwise, is
not obeyed, and the report says so.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, select

from expectations.rows import FORMULA
from normalize.errors import InputError
from normalize.load import LEGACY
from normalize.models import load_runs

KINDS = ("films", "people", "merges")
"""films: two films that look like one. people: two names that look like one. merges: two rows of the same name."""
REQUIRED = ("decision", "kind", "key_a", "key_b")
COLUMNS = (*REQUIRED, "value_a", "value_b")
YES, NO = "yes", "no"
ANSWERS = {YES: True, "да": True, NO: False, "нет": False}
OBEYED, UNKNOWN = "obeyed", "not obeyed: the source has no such thing, or calls it otherwise"
DELIMITERS = ",;\t"
"""What spreadsheets put between columns, each in its country."""
KEPT = "decisions"
"""Where `load_runs.counts` keeps the decisions that a load obeyed."""


def read(path: Path | None) -> pd.DataFrame:
    """Read a file of decisions: a CSV with at least the columns REQUIRED; rows without a decision are passed over.

    Returns:
        columns COLUMNS, `decision` True or False, the values text or None.

    Raises:
        InputError: names the file and the line that is wrong.
    """
    if path is None:
        return _frame([])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"DECISIONS_PATH: {path} cannot be read as UTF-8 text: {error}.") from error
    head = text.partition("\n")[0]
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count))
    missing = [name for name in REQUIRED if name not in (lines.fieldnames or ())]
    if missing:
        raise InputError(
            f"DECISIONS_PATH: {path} has no column {', '.join(missing)}; take a report's suspects.csv and fill in its "
            "column decision."
        )
    decided = [_decision(row, f"DECISIONS_PATH: {path}: line {lines.line_num}") for row in lines]
    return _frame([each for each in decided if each is not None])


def _frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _decision(row: Mapping[str, str | None], place: str) -> dict[str, object] | None:
    said = {name: _plain(row.get(name)) for name in COLUMNS}
    answer = (said["decision"] or "").casefold()
    if not answer:
        return None
    if answer not in ANSWERS:
        raise InputError(f"{place}: the decision {said['decision']!r} is none of {', '.join(ANSWERS)}.")
    if said["kind"] not in KINDS:
        raise InputError(f"{place}: the kind {said['kind']!r} is none of {', '.join(KINDS)}.")
    if not said["key_a"] or not said["key_b"] or said["key_a"] == said["key_b"]:
        raise InputError(f"{place}: key_a and key_b must name two things.")
    return {**said, "decision": ANSWERS[answer]}


def _plain(value: str | None) -> str | None:
    """Give a cell as it was before a report neutralised it."""
    text = (value or "").strip()
    return (text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text) or None


def obeyed(connection: Connection) -> pd.DataFrame:
    """Give the decisions that the newest load of a legacy file obeyed, as `read` gives them."""
    of_legacy = select(load_runs.c.counts).where(load_runs.c.source == LEGACY)
    newest = of_legacy.order_by(load_runs.c.finished_at.desc(), load_runs.c.id.desc()).limit(1)
    counts = connection.execute(newest).scalar()
    kept = json.loads(counts).get(KEPT, []) if counts else []
    return _frame([{**each, "decision": each["decision"] == YES} for each in kept if each["became"] == OBEYED])


def apply(decisions: pd.DataFrame, things: pd.DataFrame) -> pd.DataFrame:
    """Say which things are one: by what they are taken for, and by the decisions.

    Args:
        decisions: as `read` gives them, of the kinds that speak of these things.
        things: columns key, value (what the source calls it), identity; equal identities are one thing.

    Returns:
        the things with `identity` as decided: a thing that is the same as another has the earlier one's. A no parts
        the later of the two from the rest; then each yes unites all that either is one with.

    Raises:
        InputError: two decisions contradict one another.
    """
    place = {key: number for number, key in enumerate(things["key"])}
    known = decisions[found(decisions, things)]
    pairs = [
        (decision, *sorted((place[a], place[b])))
        for decision, a, b in known[["decision", "key_a", "key_b"]].itertuples(index=False)
    ]
    if not pairs:
        return things
    identity = things["identity"].tolist()
    for decision, first, second in pairs:
        if not decision and identity[first] == identity[second]:
            identity[second] = (things["key"].iloc[second],)  # of a type that no name is of: its own, and nobody else's
    first_place: dict[object, int] = {}
    for number, each in enumerate(identity):
        first_place.setdefault(each, number)
    root: dict[object, object] = {}
    for decision, first, second in pairs:
        if decision:
            ends = {_root(root, identity[first]), _root(root, identity[second])}
            earlier, *later = sorted(ends, key=lambda each: first_place[each])
            root |= dict.fromkeys(later, earlier)
    identity = [_root(root, each) for each in identity]
    for decision, first, second in pairs:
        if decision != (identity[first] == identity[second]):
            a, b = things["key"].iloc[first], things["key"].iloc[second]
            raise InputError(f"DECISIONS_PATH: the decisions contradict one another about {a} and {b}.")
    return things.assign(identity=pd.Series(identity, index=things.index, dtype=object))


def _root(root: Mapping[object, object], one: object) -> object:
    while one in root:
        one = root[one]
    return one


def found(decisions: pd.DataFrame, things: pd.DataFrame) -> pd.Series:
    """Say which decisions speak of things that the source has, by the names that it gives them."""
    called = dict(zip(things["key"], things["value"], strict=True))
    there = [
        all(key in called and (pd.isna(value) or value == called[key]) for key, value in ((a, x), (b, y)))
        for a, x, b, y in decisions[["key_a", "value_a", "key_b", "value_b"]].itertuples(index=False)
    ]
    return pd.Series(there, index=decisions.index, dtype=bool)


def told(decisions: pd.DataFrame, there: pd.Series) -> pd.DataFrame:
    """Give the decisions as the report shows them and `load_runs` keeps them: with whether each was obeyed.

    Args:
        decisions: as `read` gives them.
        there: which of them speak of things that the source has.
    """
    shown = decisions.assign(
        decision=decisions["decision"].map({True: YES, False: NO}),
        became=there.reindex(decisions.index).map({True: OBEYED, False: UNKNOWN}),
    )
    return shown[[*COLUMNS, "became"]].reset_index(drop=True)


def unanswered(suspects: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Take away the suspects that a decision speaks of."""
    answered = {(kind, frozenset((a, b))) for kind, a, b in _pairs(decisions)}
    open_ = [(kind, frozenset((a, b))) not in answered for kind, a, b in _pairs(suspects)]
    return suspects[pd.Series(open_, index=suspects.index, dtype=bool)].reset_index(drop=True)


def _pairs(frame: pd.DataFrame) -> Iterable[tuple[str, str, str]]:
    return zip(frame["kind"], frame["key_a"], frame["key_b"], strict=True)
