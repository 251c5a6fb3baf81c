"""The main job on the real legacy database: rebuild, gate, index, serve; the rows and counts spelled out."""

import json
import shutil
from hashlib import sha256

import pytest
from alembic.config import main as alembic
from click.testing import CliRunner
from made_up import dump, rows

from api import create_app
from expectations.__main__ import main as expectations
from index.__main__ import main as index
from normalize.models import OWN_NUMBERS
from normalize.settings import Settings


@pytest.fixture(scope="module")
def rebuilt(legacy_file, tmp_path_factory, request):
    """Rebuild the real file into a new store, in a folder of its own, and index it; give the folder."""
    folder = tmp_path_factory.mktemp("main_job")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        patch.setenv("LEGACY_DATABASE", str(legacy_file))
        patch.setenv("DATABASE_URL", f"sqlite:///{folder}/var/kinobase.sqlite")
        alembic(argv=["-c", str(request.config.rootpath / "alembic.ini"), "upgrade", "head"])
        synced = CliRunner().invoke(index, ["sync", "--json"])
        assert synced.exit_code == 0, synced.output
        assert json.loads(synced.stdout) == {"put": 999, "gone": 0, "parked": []}
        yield folder


@pytest.fixture(scope="module")
def store(rebuilt):
    """Give the store's file."""
    return rebuilt / "var" / "kinobase.sqlite"


@pytest.fixture(scope="module")
def client(rebuilt):
    """Give a client of the API over that store and index."""
    settings = Settings(
        database_url=f"sqlite:///{rebuilt}/var/kinobase.sqlite",
        index_path=rebuilt / "var" / "index",
        reports_path=rebuilt / "var" / "reports",
        _env_file=None,
    )
    return create_app(settings).test_client()


def test_every_row_of_the_legacy_file_is_accounted_for(store):
    """Per kind: source = stored + nothing + duplicates + refused."""
    ((counts,),) = rows(store, "SELECT counts FROM load_runs")
    told = {row.pop("kind"): tuple(row.values()) for row in json.loads(counts)["reconciliation"]}
    # source, stored, nothing, duplicates, refused, repaired, unaccounted, refused_share
    assert told == {
        "films": (999, 999, 0, 0, 0, 0, 0, 0.0),
        "descriptions": (999, 750, 249, 0, 0, 0, 0, 0.0),
        "ratings": (999, 998, 1, 0, 0, 0, 0, 0.0),
        "genres": (2231, 2231, 0, 0, 0, 0, 0, 0.0),
        "directors": (1125, 821, 304, 0, 0, 6, 0, 0.0),
        "writers": (1988, 1561, 320, 107, 0, 0, 0, 0.0),
        "actors": (3518, 3401, 71, 46, 0, 0, 0, 0.0),
        "people": (4575, 4164, 2, 409, 0, 0, 0, 0.0),
    }


def test_the_tables_hold_what_was_told(store):
    """Rows per table, and no row of a link without its ends."""
    assert {
        name: rows(store, f"SELECT count(*) FROM {name}")[0][0]
        for name in ("movies", "genres", "people", "person_sources", "movie_genres", "movie_directors",
                     "movie_writers", "movie_actors", "repairs", "load_runs", "legacy_movie_actors")
    } == {
        "movies": 999, "genres": 26, "people": 4164, "person_sources": 4573, "movie_genres": 2231,
        "movie_directors": 821, "movie_writers": 1561, "movie_actors": 3401, "repairs": 1515, "load_runs": 1,
        "legacy_movie_actors": 3518,
    }  # fmt: skip
    assert rows(store, "PRAGMA foreign_key_check") == []
    assert rows(store, "SELECT count(*) FROM movies WHERE description IN ('N/A', 'None', '')") == [(0,)]
    assert rows(store, "SELECT count(*) FROM people WHERE name IN ('N/A', 'None', '')") == [(0,)]


def test_each_repair_has_its_rule(store):
    """What was changed, by table, column and rule."""
    told = rows(store, "SELECT source_table, source_column, rule, outcome, count(*) FROM repairs GROUP BY 1, 2, 3, 4")
    assert told == [
        ("actors", "name", "sentinel", "nothing", 1),
        ("movie_actors", "actor_id", "nobody", "nothing", 71),
        ("movie_actors", "actor_id", "repeated", "duplicate", 46),
        ("movies", "director", "credit_note", "repaired", 6),
        ("movies", "director", "same_person", "duplicate", 315),
        ("movies", "director", "sentinel", "nothing", 304),
        ("movies", "imdb_rating", "sentinel", "nothing", 1),
        ("movies", "plot", "sentinel", "nothing", 249),
        ("movies", "writer", "nobody", "nothing", 320),
        ("movies", "writers", "repeated", "duplicate", 107),
        ("writers", "name", "same_person", "duplicate", 94),
        ("writers", "name", "sentinel", "nothing", 1),
    ]


def test_the_known_oddities_one_by_one(store):
    """Glued notes, a writer named twice, repeated rows of actors, nobody as an actor, the film without a rating."""
    directed = "SELECT name, credit_note FROM movie_directors JOIN people ON id = person_id WHERE movie_id = {}"
    assert rows(store, directed.format("6332276") + " ORDER BY ordering") == [
        ("Ira Steven Behr", "co-director"), ("David Zappone", "co-director"),
    ]  # fmt: skip
    assert rows(store, directed.format("8696442") + " ORDER BY ordering") == [
        ("Bruno Garotti", None), ("Anita Barbosa", "co-director"),
    ]  # fmt: skip
    written = "SELECT name FROM movie_writers JOIN people ON id = person_id WHERE movie_id = 86190 ORDER BY ordering"
    assert rows(store, written) == [("Lawrence Kasdan",), ("George Lucas",)]
    acted = "SELECT source_person_id, ordering FROM movie_actors WHERE movie_id = {} ORDER BY ordering"
    assert rows(store, acted.format("5430544")) == [("497", 1), ("498", 2), ("499", 3), ("195", 4)]
    assert rows(store, acted.format("304745")) == []
    assert rows(store, "SELECT imdb_id FROM movies WHERE imdb_rating IS NULL") == rows(
        store, "SELECT id FROM legacy_movies WHERE imdb_rating = 'N/A'"
    )


def test_one_person_across_roles_keeps_the_ids_of_each_source(store):
    """George Lucas the writer and the director is one person; his writer's id stays in his credits."""
    ((person,),) = rows(store, "SELECT id FROM people WHERE name = 'George Lucas'")
    assert person > OWN_NUMBERS
    assert rows(store, f"SELECT source, source_id FROM person_sources WHERE person_id = {person} ORDER BY 1") == [
        ("legacy_actors", "210"), ("legacy_directors", "George Lucas"),
        ("legacy_writers", "0b60f2f348adc2f668a9a090165e24f3d3a7cf5a"),
    ]  # fmt: skip


def test_the_report_is_there_and_says_what_the_store_says(rebuilt):
    """result.json has the verdict, the counts and the suspects; the CSV has every repair."""
    (report,) = (rebuilt / "var" / "reports").glob("*/result.json")
    result = json.loads(report.read_text())
    assert (result["verdict"], result["merges"], result["suspects"]) == ("passed", 366, 27)
    assert all(each["passed"] for each in result["expectations"] if each["kind"] == "store")
    assert sum(each["rows"] for each in result["repairs"]) == 1515
    assert len((report.parent / "repairs.csv").read_text(encoding="utf-8-sig").splitlines()) == 1516


def test_the_way_back_from_a_rebuild_in_place_is_exact(legacy_file, tmp_path, monkeypatch, request):
    """The real file, rebuilt in place and given back: its dump is what it was."""
    path = tmp_path / "db.sqlite"
    shutil.copyfile(legacy_file, path)
    before = dump(path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.delenv("LEGACY_DATABASE", raising=False)
    ini = str(request.config.rootpath / "alembic.ini")
    alembic(argv=["-c", ini, "upgrade", "head"])
    assert rows(path, "SELECT count(*) FROM movies") == [(999,)]
    alembic(argv=["-c", ini, "downgrade", "base"])
    assert dump(path) == before


def test_the_check_of_the_store_as_it_is_passes(rebuilt):
    """`python -m expectations check` on the fresh store: all hold, exit status 0."""
    ended = CliRunner().invoke(expectations, ["check", "--json"])
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["passed"] is True
    assert {each["passed"] for each in told["expectations"]} == {True}
    shutil.rmtree((rebuilt / told["report"]).parent)


def test_a_second_sync_sends_nothing(rebuilt):
    """The index is in step: nothing is sent, nothing is written."""
    files = [rebuilt / "var" / "index" / "current" / "meta.json", rebuilt / "var" / "kinobase.sqlite"]
    before = [sha256(file.read_bytes()).digest() for file in files]
    assert json.loads(CliRunner().invoke(index, ["sync", "--json"]).stdout) == {
        "put": 0, "gone": 0, "parked": [],
    }  # fmt: skip
    assert [sha256(file.read_bytes()).digest() for file in files] == before


def test_a_film_is_served_whole(client):
    """From the legacy file to a JSON answer: everything of one film, in its order, with its sources' ids."""
    answer = client.get("/api/v1/video/get/tt0076759")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "id": "tt0076759",
            "title": "Star Wars: Episode IV - A New Hope",
            "description": "The Imperial Forces, under orders from cruel Darth Vader, hold Princess Leia hostage in "
            "their efforts to quell the rebellion against the Galactic Empire. Luke Skywalker and Han Solo, captain of "
            "the Millennium Falcon, work together with the companionable droid duo R2-D2 and C-3PO to rescue the "
            "beautiful princess, help the Rebel Alliance and restore freedom and justice to the Galaxy.",
            "imdb_rating": 8.6,
            "year": None,
            "genres": ["Action", "Adventure", "Fantasy", "Sci-Fi"],
            "directors": answer.json["directors"],
            "actors": [
                {"id": "1", "name": "Mark Hamill"}, {"id": "2", "name": "Harrison Ford"},
                {"id": "3", "name": "Carrie Fisher"}, {"id": "4", "name": "Peter Cushing"},
            ],
            "writers": [{"id": "0b60f2f348adc2f668a9a090165e24f3d3a7cf5a", "name": "George Lucas"}],
        },
    )  # fmt: skip
    assert [person["name"] for person in answer.json["directors"]] == ["George Lucas"]


def test_a_search_finds_the_films_that_it_should(client):
    """English forms, a typo, a name together with a title's word."""

    def best(search):
        return client.get("/api/v1/video/collection", query_string={"search": search, "limit": 10}).json["items"]

    assert [film["title"] for film in best("camps")][:1] == ["Star Camp"]
    assert [film["id"] for film in best("camps")] == [film["id"] for film in best("camp")]
    assert "Star Trek" in best("abrasm trek")[0]["title"]
    assert all("Star Wars" in film["title"] for film in best("lucas wars")[:5])


def test_the_plain_list_has_every_film_once(client):
    """All pages of the list by id: 999 different films in ascending code-point order."""
    listed = [
        film["id"]
        for page in range(1, 21)
        for film in client.get(f"/api/v1/video/collection?limit=50&page={page}&sort=id").json["items"]
    ]
    assert len(listed) == 999
    assert listed == sorted(set(listed))
