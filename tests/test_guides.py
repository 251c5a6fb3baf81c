"""The guides describe what there is: each command and option, route, table, column and document field."""

import re
import runpy
from pathlib import Path

from api import create_app
from index.mapping import CONTRACT_FIELDS, MAPPING
from normalize.models import metadata
from normalize.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"


def guide(name):
    """Read one of the guides."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def test_every_command_and_option_is_in_the_docs():
    """docs/commands.md is what docs/commands.py writes now."""
    assert guide("commands") == runpy.run_path(str(DOCS / "commands.py"))["page"](), "run python docs/commands.py"


def test_every_table_and_column_of_the_store_is_in_the_docs():
    """docs/store.md names each table, with just its columns under it."""
    told, tables = {}, []
    for cell in re.findall(r"^\| (\*?\*?`.+?) +\|", guide("store"), re.MULTILINE):
        names = re.findall(r"`([a-z0-9_]+)`", cell)
        if cell.startswith("**"):
            tables = names
            told |= {name: set() for name in names}
        for table in () if cell.startswith("**") else tables:
            told[table] |= set(names)
    for table in ("movie_directors", "movie_writers"):
        told[table].discard("characters")
    assert told == {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}


def test_every_field_of_a_document_is_in_the_docs():
    """docs/search.md has the contract's fields in its table, and names all further ones as ours."""
    table, further = guide("search").split("## The document", 1)[1].split("Further fields\n(", 1)
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    contract = {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}
    assert contract == {name.partition(".")[0] for name in CONTRACT_FIELDS}
    ours = set(re.findall(r"`([a-z_]+)`", further.split(")", 1)[0]))
    assert ours == set(MAPPING["properties"]) - contract


def test_every_route_is_in_the_docs():
    """Each address of the API is in the README or in a guide for clients, operators or analysts."""
    texts = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    texts += "".join(guide(name) for name in ("clients", "operator", "analyst"))
    app = create_app(Settings(_env_file=None))
    rules = {re.sub(r"<string:film_id>", "<id>", rule.rule) for rule in app.url_map.iter_rules()}
    ours = {re.sub(r"<path:.*", "", rule) for rule in rules} - {"/", "/swaggerui/"}
    assert {rule for rule in ours if rule not in texts} == set()
