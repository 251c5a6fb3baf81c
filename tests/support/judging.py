"""How good a ranking is: what was found and what a person judged in, figures from 0 to 1 out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

GRADES = {"best": 3, "good": 2, "fair": 1}
TOP, FIRST = 10, 3
"""How far down somebody looks, and how far at a glance."""

Judged = Mapping[str, Any]
Found = Sequence[tuple[str, str]]
"""(id, title) of films, best first."""


def grade(judged: Judged, film: str, title: str) -> int:
    """Give the grade of a film for a query, 0 to 3; `titled` makes every film fair that has these words in its title.

    >>> grade({"best": ["tt1"], "titled": "Star"}, "tt2", "A Star")
    1
    """
    for name, points in GRADES.items():
        if film in judged.get(name, ()):
            return points
    return GRADES["fair"] if judged.get("titled", "\0").casefold() in title.casefold() else 0


def ndcg(judged: Judged, found: Found) -> float:
    """Give the normalized discounted cumulative gain of the first ten; where nothing is wanted, 1 for nothing found.

    Source of the measure: Järvelin and Kekäläinen (2002), with gains of 2^grade - 1.
    """
    wanted = [points for name, points in GRADES.items() for _ in judged.get(name, ())]
    if "titled" in judged:
        wanted += [GRADES["fair"]] * TOP
    if not wanted:
        return float(not found)
    return _gain([grade(judged, film, title) for film, title in found]) / _gain(wanted)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**points - 1) / math.log2(place + 2) for place, points in enumerate(grades[:TOP]))


def succeeds(judged: Judged, found: Found) -> bool:
    """Say whether one of the best films is among the first three; where nothing is wanted, whether nothing is found."""
    if not any(name in judged for name in GRADES):
        return not found
    return any(film in judged["best"] for film, _ in found[:FIRST])
