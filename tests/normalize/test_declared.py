"""Declared plans: what may be declared, and that any dirt in any column adds up and keeps the store's rules."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

from normalize import load
from normalize.__main__ import main
from normalize.declared import Date, Extract, JsonList, Lookup, Number, Reference, Table, Text, TextList, declare
from normalize.errors import InputError
from normalize.settings import Settings
from normalize.sources import Fingerprint

SETTINGS = Settings(_env_file=None)
THINGS = Table("things", one="thing", key="id", columns={"id": Number(), "name": Text(required=True)})
NAMES = Lookup("names", one="name")


def normalized(plan, **frames):
    """Normalize legacy frames given as lists of rows: `things=[{"id": 1, "name": "A"}]`."""
    raw = {
        table: pd.DataFrame(frames.get(table, []), columns=list(columns), dtype=object)
        for table, columns in plan.legacy_tables.items()
    }
    return plan.normalize(raw, SETTINGS, "")


def stored(result, table):
    """Give a table's rows, None where there is nothing."""
    frame = result.tables[table].astype(object)
    return [tuple(row) for row in frame.where(frame.notna(), None).itertuples(index=False)]


def told(result):
    """Give the repairs: table, key, column, old and new value, rule."""
    return [tuple(row)[:6] for row in result.repairs.itertuples(index=False)]


def table(name="rows", one="row", key=None, **more):
    """Declare a table with a text and whatever else is given."""
    return Table(name, one=one, key=key, **{"columns": {"text": Text()}, **more})


FAULTS = {
    "about='two words' is no short name": ("two words", table()),
    "it declares no Table": ("x", NAMES),
    "'Rows' is no name for a table": ("x", table("Rows")),
    "a table cannot be called repairs": ("x", table("repairs")),
    "two tables are called names": ("x", NAMES, table("names")),
    "one='name' stands at two tables": ("x", NAMES, table(one="name")),
    "rows.Text is no name for a column": ("x", table(columns={"Text": Text()})),
    "rows.text is <class": ("x", table(columns={"text": Text})),
    "rows: its key id must be among its columns": ("x", table(key="id")),
    "rows: its key day must be among its columns": ("x", table(key="day", columns={"day": Date()})),
    "rows: without a key it needs columns, and none called id": ("x", table(columns={"id": Text()})),
    "rows: once_by names other": ("x", table(once_by=("other",))),
    "things: once_by is for tables without a key": ("x", table("things", key="text", once_by=("text",))),
    "rows.n: a Number needs low <= high": ("x", table(columns={"n": Number(2, 1)})),
    "rows.to refers to things, which is no Table with a key declared before it": (
        "x", table(columns={"to": Reference("things")}), THINGS,
    ),
    "rows.to is extracted to things, which is no Lookup": ("x", THINGS, table(columns={"to": Extract("things")})),
    "rows, the list l leads to rows, which is no Lookup": ("x", table(links=(TextList("l", to="rows"),))),
    "rows: 'l' among its links is no TextList": ("x", table(links=("l",))),
    "rows, the list l: a separator of blanks": ("x", NAMES, table(links=(TextList("l", to="names", separator=" "),))),
    "rows, the list l: notes stand at names": ("x", THINGS, table(links=(TextList("l", to="things", notes=True),))),
    "two tables are called row_names": (
        "x", NAMES, table(links=(TextList("l", to="names"), TextList("m", to="names"))),
    ),
    "rows: refused_at_most=5 is no share": ("x", table(refused_at_most=5)),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_declaration_that_makes_no_sense_is_refused_by_name(fault):
    """One line that names the place."""
    with pytest.raises(InputError) as raised:
        declare(*FAULTS[fault])
    assert fault in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_key_is_the_same_however_it_is_written():
    """3, '3', ' 3 ' and 3.0 are one key, in the table, in references and in lists; a second row of it is refused."""
    plan = declare(
        "x",
        THINGS,
        table(columns={"thing_id": Reference("things", source="thing")}, links=(TextList("list", to="things"),)),
    )
    result = normalized(
        plan,
        things=[{"id": " 3 ", "name": "A"}, {"id": 3.0, "name": "B"}, {"id": 4, "name": "C"}],
        rows=[{"thing": 3, "list": "4.0, 3"}, {"thing": "4", "list": 4}, {"thing": "5", "list": "x, 3.4"}],
    )
    assert stored(result, "things") == [(3, "A"), (4, "C")]
    assert stored(result, "rows") == [(1, 3), (2, 4), (3, None)]
    assert stored(result, "row_things") == [(1, 4, 1), (1, 3, 2), (2, 4, 1)]
    assert told(result) == [
        ("things", "3", "id", "3.0", None, "id_twice"),
        ("rows", "3", "thing", "5", None, "unknown_key"),
        ("rows", "3", "list", "3.4", None, "unreadable_number"),
        ("rows", "3", "list", "x", None, "unreadable_number"),
    ]


def test_a_row_without_a_key_goes_in_once():
    """Rows that are equal after cleaning are one; `once_by` says in which columns."""
    rows = [{"a": "x", "b": "1"}, {"a": " x", "b": "1"}, {"a": "x", "b": None}, {"a": "x", "b": None}]
    columns = {"a": Text(), "b": Number()}
    assert stored(normalized(declare("x", table(columns=columns)), rows=rows), "rows") == [(1, "x", 1), (2, "x", None)]
    once = declare("x", table(columns=columns, once_by=("a",)))
    assert stored(normalized(once, rows=rows), "rows") == [(1, "x", 1)]


def test_names_of_lists_and_of_columns_share_a_lookup_table():
    """A name has one number, whichever column it stands in; the names of refused rows are not kept."""
    plan = declare(
        "x",
        NAMES,
        table(
            columns={"must": Text(required=True), "name_id": Extract("names", source="name")},
            links=(JsonList("json", to="names", field=None), TextList("text", to="names", table="row_others")),
        ),
    )
    rows = [
        {"must": None, "name": "Gone", "json": '["Lost"]', "text": "Away"},
        {"must": "x", "name": "A", "json": '["B", "A"]', "text": "B,C"},
    ]
    result = normalized(plan, rows=rows)
    assert stored(result, "names") == [(1, "A"), (2, "B"), (3, "C")]
    assert stored(result, "rows") == [(1, "x", 1)]
    assert stored(result, "row_names") == [(1, 2, 1), (1, 1, 2)]
    assert stored(result, "row_others") == [(1, 2, 1), (1, 3, 2)]


def test_names_that_look_alike_are_suspects():
    """Not merged, but listed with the evidence."""
    plan = declare("x", NAMES, table(links=(TextList("list", to="names"),)))
    result = normalized(plan, rows=[{"text": "a", "list": "J. Smith, J Smith"}])
    assert result.suspects.to_dict("records") == [
        {"kind": "names", "key_a": "1", "value_a": "J. Smith", "key_b": "2", "value_b": "J Smith",
         "evidence": "the names look alike"}
    ]  # fmt: skip


MUSEUM = declare(
    "museum",
    NAMES,
    Table("rooms", one="room", key="no", columns={"no": Number(0, 9), "name": Text(required=True)}),
    Table(
        "pieces",
        one="piece",
        key="code",
        columns={
            "code": Text(),
            "title": Text(required=True, lines=True),
            "height": Number(0, 10, decimals=1, nothing=("0",)),
            "found_on": Date(("%Y-%m-%d", "%d.%m.%Y")),
            "room_no": Reference("rooms", source="room"),
            "maker_id": Extract("names", source="maker"),
        },
        links=(TextList("makers", to="names", separator=";", notes=True), JsonList("rooms", to="rooms")),
    ),
    Table(
        "moves",
        one="move",
        key=None,
        columns={"piece_code": Reference("pieces", source="piece", required=True), "to_no": Reference("rooms")},
        links=(JsonList("helpers", to="names", field=None),),
    ),
    nothing=("-", "none; none"),
)
VALUE = st.sampled_from(
    [None, "", " ", "-", "A", " B ", "a\u0308", "ä", 3, 3.0, "3", "7,45", "0", "12", b"A;B", "A;\0", "A; B(ed.);;A",
     "(ed.)", "none; none", "2020-02-29", "29.02.2021", "[]", "[1", '["A", "B", "A"]', '[{"id": 3}, {"id": "3"}]',
     '["\\u0000"]', '["\\ud800"]', "9" * 400, "A\nB", "\u037e"]
)  # fmt: skip


def museum_rows(*columns):
    """Make rows of any dirt."""
    return st.lists(st.fixed_dictionaries(dict.fromkeys(columns, VALUE)), max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    museum_rows("no", "name"),
    museum_rows("code", "title", "height", "found_on", "room", "maker", "makers", "rooms"),
    museum_rows("piece", "to_no", "helpers"),
)
def test_whatever_stands_in_the_columns_adds_up_and_is_taken_by_the_tables(rooms, pieces, moves):
    """No crash, nothing unaccounted for, and a database with all constraints takes every row."""
    result = normalized(MUSEUM, rooms=rooms, pieces=pieces, moves=moves)
    assert result.reconciliation.query("unaccounted != 0").to_dict("records") == []
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.begin() as connection:
        MUSEUM.metadata.create_all(connection)
        for name, frame in result.tables.items():
            load.insert(connection, MUSEUM.metadata.tables[name], frame, lambda _done: None)
        run_of = load.LoadRun("run", Fingerprint("file", 0, ""), "", "", "passed", {})
        load.insert_run(connection, run_of, result.repairs, lambda _done: None)
    engine.dispose()


def run(path: Path, *options: str):
    """Run `python -m normalize plan`."""
    return CliRunner().invoke(main, ["plan", str(path), *options])


BAD_FILES = {
    "PLAN = ": "line 1: SyntaxError",
    "\nPLAN = 1 / 0": "line 2: ZeroDivisionError",
    "from normalize.declared import Text\nText(other=1)": "line 2: TypeError",
    "plan = 1": "makes no plan: write PLAN = declare(…)",
    "from normalize.declared import declare\nPLAN = declare('x')": "the plan: it declares no Table",
}


@pytest.mark.parametrize("content", BAD_FILES)
def test_a_file_that_makes_no_plan_is_one_line(tmp_path, content):
    """It names the file and the line, ends with status 2 and writes nothing."""
    path = tmp_path / "plan.py"
    path.write_text(content)
    ended = run(path)
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"error: {path}")
    assert BAD_FILES[content] in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["plan.py"]


def test_a_plan_that_is_not_there_is_one_line(tmp_path):
    """The line says which path."""
    ended = run(tmp_path / "none.py")
    assert ended.exit_code == 2
    assert (
        ended.stderr
        == f"error: {tmp_path}/none.py cannot be read (No such file or directory); check the path of the plan.\n"
    )


SMALL = """
from normalize.declared import Number, Table, Text, declare
PLAN = declare("small", Table("things", one="thing", key="id", columns={columns}))
"""


def test_a_revision_is_written_anew_only_when_that_is_said(tmp_path):
    """A changed plan: refused with both ways on; --overwrite gives a revision that makes the new column."""
    path = tmp_path / "plan.py"
    path.write_text(SMALL.format(columns='{"id": Number()}'))
    assert run(path).exit_code == 0
    path.write_text(SMALL.format(columns='{"id": Number(), "name": Text()}'))
    refused = run(path)
    assert refused.exit_code == 2
    assert "add --overwrite. Else: alembic revision --autogenerate" in refused.stderr
    revision = tmp_path / "versions" / "0001_small.py"
    assert "'name'" not in revision.read_text()[: revision.read_text().index("load_runs")]
    assert run(path, "--overwrite").output == f"wrote {revision}\n"
    assert "sa.Column('name', sa.Text(), nullable=True)" in revision.read_text()
