"""docs/clients.md: every example of it, run as it stands against the sample, says what the guide shows."""

import shutil
from pathlib import Path

from examples_of import RUN_BY, examples_of, is_shown, said_by
from nodes import cannot_be_had
from servers import serving

GUIDE = Path(__file__).parents[2] / "docs" / "clients.md"
SHOWN_ADDRESS = "http://127.0.0.1:8000"
"""All that is not as it stands: the tests' server has another port."""
CONTRACTS = ("/api/v1/video/", "/movies", "/api/movies")


def test_every_example_of_the_guide_says_what_is_shown(sample_store, settings_of, fill_index, tmp_path):
    """In order, on one server: curl, JavaScript and Python, each for each contract."""
    for program in ("curl", "node"):
        if shutil.which(program) is None:
            cannot_be_had(f"the examples need {program}")
    settings = settings_of(sample_store)
    fill_index(settings)
    shutil.copy(sample_store / "store.sqlite", tmp_path)  # the guide posts a film
    settings = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'store.sqlite'}"})
    wrong, languages = [], set()
    with serving(settings, api_tokens="a-token") as url:
        for language, code, shown in examples_of(GUIDE.read_text(encoding="utf-8")):
            said = said_by(language, code.replace(SHOWN_ADDRESS, url)).replace(url, SHOWN_ADDRESS)
            languages |= {(language, contract) for contract in CONTRACTS if f"{SHOWN_ADDRESS}{contract}" in code}
            if shown is None or not is_shown(said, shown):
                wrong.append(f"{code}says\n{said}")
    assert not wrong, "\n\n".join(wrong)
    assert languages == {(language, contract) for language in RUN_BY for contract in CONTRACTS}
