"""Suspects answered by a person: the report's own file, filled in and handed back, is obeyed by the next rebuild."""

from made_up import legacy_database, rows


def test_a_filled_in_list_of_suspects_is_obeyed_by_the_next_rebuild(alembic, tmp_path, sqlite_url):
    """Rebuild, answer in suspects.csv, go back and rebuild: who was two is one, and nobody took it for a change."""
    legacy = legacy_database(
        tmp_path / "legacy.sqlite", actors=[(1, "J.J. Abrams"), (2, "JJ Abrams")], links=[("tt0000001", "2")]
    )
    store = tmp_path / "films.sqlite"
    settings = {"DATABASE_URL": sqlite_url(store), "LEGACY_DATABASE": legacy}
    assert alembic("upgrade", "head", **settings).status == 0
    assert rows(store, "SELECT name FROM people WHERE name LIKE '%Abrams'") == [("J.J. Abrams",), ("JJ Abrams",)]
    (suspects,) = (tmp_path / "var" / "reports").glob("*/suspects.csv")
    answers = tmp_path / "answers.csv"
    text = suspects.read_text(encoding="utf-8-sig")
    assert text.count("\n,people,") == 1
    answers.write_text(text.replace("\n,people,", "\nyes,people,"), encoding="utf-8-sig")

    for _ in range(2):  # the second time what was decided is in the store already, and no change either
        ended = alembic("downgrade", "base", **settings, DECISIONS_PATH=answers)
        assert ended.status == 0, ended.err
        ended = alembic("upgrade", "head", **settings, DECISIONS_PATH=answers)
        assert ended.status == 0, ended.err
        assert rows(store, "SELECT name FROM people WHERE name LIKE '%Abrams'") == [("J.J. Abrams",)]
        assert rows(store, "SELECT source_person_id FROM movie_actors") == [("2",)], "a credit keeps its source's id"
    newest = max((tmp_path / "var" / "reports").glob("*/report.html"))
    assert "What somebody decided" in newest.read_text(encoding="utf-8")
    assert newest.with_name("decisions.csv").is_file()


def test_a_mistake_in_the_decisions_changes_nothing(alembic, tmp_path, sqlite_url):
    """One line, status 2, and no store."""
    (tmp_path / "answers.csv").write_text("decision,kind,key_a,key_b\nperhaps,films,a,b\n")
    settings = {"DATABASE_URL": sqlite_url(tmp_path / "films.sqlite"), "DECISIONS_PATH": tmp_path / "answers.csv"}
    ended = alembic("upgrade", "head", LEGACY_DATABASE=legacy_database(tmp_path / "legacy.sqlite"), **settings)
    assert (ended.status, "line 2: the decision 'perhaps'" in ended.error) == (2, True)
    assert not (tmp_path / "films.sqlite").exists()
