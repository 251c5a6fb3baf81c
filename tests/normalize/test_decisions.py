"""Decisions: a filled-in suspects.csv is obeyed, and a mistake in it is one line that names the place."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from made_up import film

from normalize.decisions import COLUMNS, apply, read
from normalize.errors import InputError
from normalize.tables import normalize

PEOPLE = "legacy_actors:1"


ONE = (film(1),)


def raw(films=ONE, actors=((1, "Bob Ray"),), links=(("tt0000001", "1"),)):
    """Give legacy frames."""
    return {
        "movies": pd.DataFrame([dict(each) for each in films], dtype=object),
        "actors": pd.DataFrame(actors, columns=["id", "name"], dtype=object),
        "writers": pd.DataFrame([("w1", "Cid Poe")], columns=["id", "name"], dtype=object),
        "movie_actors": pd.DataFrame(links, columns=["movie_id", "actor_id"], dtype=object),
    }


def decided(*rows):
    """Give decisions from (yes or no, kind, key, key)."""
    lines = [
        {"decision": yes, "kind": kind, "key_a": a, "key_b": b, "value_a": None, "value_b": None}
        for yes, kind, a, b in rows
    ]
    return pd.DataFrame(lines, columns=list(COLUMNS), dtype=object)


def normalized(*rows, **parts):
    """Normalize with decisions."""
    return normalize(raw(**parts), same_name_is_one=True, at="now", decided=decided(*rows))


def persons(result):
    """Give who is who: the source rows of each person, by the name that the store has."""
    people = result.tables["people"].set_index("id")["name"]
    sources = result.tables["person_sources"]
    return {
        (people[number], *sorted(rows["source"] + ":" + rows["source_id"]))
        for number, rows in sources.groupby("person_id")
        if "actors" in rows["source"].iloc[0]
    }


def adds_up(result):
    """Say whether every kind adds up."""
    return not result.reconciliation["unaccounted"].any()


ALIKE = ((1, "J.J. Abrams"), (2, "JJ Abrams"), (3, "Zoë"))


def test_a_yes_unites_two_names_under_the_first():
    """The suspect is gone, both numbers lead to one person, whose credit in one film is one."""
    links = [("tt0000001", "1"), ("tt0000001", "2"), ("tt0000001", "3")]
    before = normalized(actors=ALIKE, links=links)
    (suspect,) = before.suspects.to_dict("records")
    assert (suspect["kind"], suspect["key_a"], suspect["key_b"]) == ("people", PEOPLE, "legacy_actors:2")
    after = normalized((True, "people", PEOPLE, "legacy_actors:2"), actors=ALIKE, links=links)
    assert persons(after) == {
        ("J.J. Abrams", PEOPLE, "legacy_actors:2"), ("Zoë", "legacy_actors:3"),
    }  # fmt: skip
    assert (len(after.suspects[after.suspects["kind"] == "people"]), len(after.tables["movie_actors"])) == (0, 2)
    assert after.decisions["became"].tolist() == ["obeyed"]
    assert adds_up(after)


def test_a_no_is_not_asked_again():
    """Names that look alike stay two people, as they were, and are no suspects any more."""
    after = normalized((False, "people", PEOPLE, "legacy_actors:2"), actors=ALIKE)
    assert len(persons(after)) == 3
    assert after.suspects.empty


def test_a_no_keeps_two_of_one_name_apart():
    """Rows of one name are one person, but for those that somebody said are not."""
    actors = ((1, "Ann"), (2, "Ann"), (3, "Ann"))
    before = normalized(actors=actors)
    assert before.suspects[["kind", "key_a", "key_b"]].to_numpy().tolist() == [
        ["merges", PEOPLE, "legacy_actors:2"], ["merges", PEOPLE, "legacy_actors:3"],
    ]  # fmt: skip
    after = normalized((False, "merges", PEOPLE, "legacy_actors:2"), actors=actors)
    assert persons(after) == {("Ann", PEOPLE, "legacy_actors:3"), ("Ann", "legacy_actors:2")}
    assert adds_up(after)


TWICE = [film(1, title="Solaris"), film(2, title="Solaris"), film(3)]


def test_a_yes_about_two_films_keeps_the_first_and_records_the_second():
    """The later film is a duplicate, what hangs on it is refused with it, and it all adds up."""
    links = [("tt0000001", "1"), ("tt0000002", "1")]
    before = normalized(films=TWICE, links=links)
    assert before.suspects["kind"].tolist() == ["films"]
    after = normalized((True, "films", "tt0000002", "tt0000001"), films=TWICE, links=links)
    assert after.tables["movies"]["imdb_id"].tolist() == ["tt0000001", "tt0000003"]
    repairs = after.repairs[["source_table", "source_key", "new_value", "rule", "outcome"]].astype(object)
    rows = [tuple(row) for row in repairs.where(repairs.notna(), None).to_numpy()]
    assert ("movies", "tt0000002", "tt0000001", "same_film", "duplicate") in rows
    assert ("movie_actors", "tt0000002", None, "film_refused", "refused") in rows
    assert after.suspects.empty
    assert adds_up(after)


def test_a_no_about_two_films_keeps_both():
    """They are two films, and not asked about again."""
    after = normalized((False, "films", "tt0000001", "tt0000002"), films=TWICE)
    assert (len(after.tables["movies"]), len(after.suspects)) == (3, 0)


@pytest.mark.parametrize(("key_b", "value_b"), [("legacy_actors:99", None), ("legacy_actors:2", "Somebody Else")])
def test_what_the_source_no_longer_says_is_not_obeyed_and_told(key_b, value_b):
    """A newer file may give the number to somebody else: then the decision is not about them."""
    rows = decided((True, "people", PEOPLE, key_b)).assign(value_b=value_b)
    after = normalize(raw(actors=ALIKE), same_name_is_one=True, at="now", decided=rows)
    assert len(persons(after)) == 3
    assert after.decisions["became"].str.startswith("not obeyed").tolist() == [True]


KEYS = [f"k{n}" for n in range(6)]


@given(some.lists(some.tuples(some.sampled_from(KEYS), some.sampled_from(KEYS)).filter(lambda p: p[0] != p[1])))
def test_whoever_is_one_with_one_is_one_with_all_of_them(pairs):
    """Yes goes on and on, in whatever order it is said; the earliest gives its name."""
    things = pd.DataFrame({"key": KEYS, "value": KEYS, "identity": KEYS})
    identity = apply(decided(*((True, "people", a, b) for a, b in pairs)), things)["identity"].tolist()
    reach = {key: {key} for key in KEYS}
    for _ in KEYS:
        for a, b in pairs:
            reach[a] = reach[b] = reach[a] | reach[b]
    assert identity == [min(reach[key] | {other for other in KEYS if key in reach[other]}) for key in KEYS]


@pytest.mark.parametrize(
    "rows",
    [
        [(True, "people", "k0", "k1"), (False, "people", "k1", "k0")],
        [(True, "people", "k0", "k1"), (True, "people", "k1", "k2"), (False, "people", "k0", "k2")],
    ],
)
def test_decisions_that_contradict_one_another_are_refused(rows):
    """Also where the contradiction is only found by following them."""
    things = pd.DataFrame({"key": KEYS, "value": KEYS, "identity": KEYS})
    with pytest.raises(InputError, match=r"contradict one another about k\d and k\d"):
        apply(decided(*rows), things)


HEAD = "decision,kind,key_a,value_a,key_b,value_b,evidence\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind,key_a,key_b\n", "has no column decision; take a report's suspects.csv"),
        (HEAD + "maybe,films,a,,b,,\n", "line 2: the decision 'maybe' is none of yes, да, no, нет."),
        (HEAD + ",films,a,,b,,\nyes,film,a,,b,,\n", "line 3: the kind 'film' is none of films, people, merges."),
        (HEAD + "yes,films,a,,a,,\n", "line 2: key_a and key_b must name two things."),
    ],
)
def test_a_mistake_is_one_line_with_its_place(tmp_path, text, said):
    """The line names the setting, the file and the line."""
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read(path)
    assert str(refused.value).startswith(f"DECISIONS_PATH: {path}")
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    """A mistyped path must not look like no decision."""
    with pytest.raises(InputError, match=r"DECISIONS_PATH: .*nowhere\.csv cannot be read"):
        read(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_a_spreadsheet_saves_is_read(tmp_path, delimiter):
    """Whatever it puts between columns, in either language, in capitals, with a mark; neutralised text as it was."""
    path = tmp_path / "decisions.csv"
    lines = [["decision", "kind", "key_a", "value_a", "key_b", "value_b"],
             ["Да", "people", "a:1", "'=cmd", "a:2", "O'Hara"], ["", "people", "a:3", "x", "a:4", "y"],
             ["NO", "films", "tt1", "", "tt2", ""]]  # fmt: skip
    path.write_text("\r\n".join(delimiter.join(line) for line in lines), encoding="utf-8-sig", newline="")
    assert read(path).where(lambda frame: frame.notna(), None).to_numpy().tolist() == [
        [True, "people", "a:1", "a:2", "=cmd", "O'Hara"], [False, "films", "tt1", "tt2", None, None],
    ]  # fmt: skip


def test_decisions_are_kept_with_the_load():
    """What `load_runs` keeps of them is JSON."""
    after = normalized((True, "people", PEOPLE, "legacy_actors:2"), actors=ALIKE)
    assert json.loads(json.dumps(after.decisions.to_dict("records"))) == [
        {"decision": "yes", "kind": "people", "key_a": PEOPLE, "key_b": "legacy_actors:2", "value_a": None,
         "value_b": None, "became": "obeyed"},
    ]  # fmt: skip
