"""The rules by name: what may stand in `repairs` is what docs/normalization.md explains."""

import re
from pathlib import Path

from normalize.models import OUTCOMES
from normalize.repairs import RULES

DOCS = Path(__file__).parents[2] / "docs" / "normalization.md"


def test_every_rule_is_explained_with_its_outcome():
    """A rule that the code knows and the docs do not, or the other way round, is a fault."""
    assert dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCS.read_text(), flags=re.MULTILINE)) == RULES


def test_every_outcome_is_one_that_the_store_takes():
    """The outcomes of the rules are those of the table's CHECK."""
    assert set(RULES.values()) == set(OUTCOMES)
