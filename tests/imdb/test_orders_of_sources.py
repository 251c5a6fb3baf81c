"""IMDb's files and the legacy file in either order: the same store, whatever they say and however often they come."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from imdb_made import crew, name, principal, rating, title, write
from made_up import film, legacy_database
from two_sources import held, make, said, section, take, words

from normalize.precedence import IMDB, LEGACY

TABLES = {"actors": "movie_actors", "writers": "movie_writers", "directors": "movie_directors"}


def test_files_that_share_no_film_leave_each_other_alone(make_store, tmp_path, legacy_file, excerpts):
    """In either order: the films of both, each as its source alone has it, and nobody is taken for somebody else."""
    one, other, file_alone, imdb_alone = (make(make_store, tmp_path / each) for each in ("one", "two", "three", "four"))
    take(one, legacy_file)
    one.load(excerpts, "--types", "movie,short")
    other.load(excerpts, "--types", "movie,short")
    take(other, legacy_file)
    assert held(one) == held(other)
    take(file_alone, legacy_file)
    imdb_alone.load(excerpts, "--types", "movie,short")
    assert said(one) == said(file_alone) | said(imdb_alone)
    assert words(one) == {}
    assert one.ask("SELECT count(*) FROM people") == [
        (sum(store.ask("SELECT count(*) FROM people")[0][0] for store in (file_alone, imdb_alone)),)
    ]


def of_the_same_films(store, folder):
    """Make IMDb's files that speak of every film of a store as it does, each name a person."""
    films = store.ask("SELECT id, title FROM movies ORDER BY id")
    names = {called: number for number, (called,) in enumerate(store.ask("SELECT name FROM people ORDER BY id"), 1)}
    credited = {
        role: store.ask(f"SELECT movie_id, name FROM {table} JOIN people ON id = person_id ORDER BY movie_id, ordering")
        for role, table in TABLES.items()
    }

    def of(role, film):
        return [names[called] for movie, called in credited[role] if movie == film]

    return write(
        folder,
        title_basics=[title(film, called, genres=None) for film, called in films],
        name_basics=[name(number, called) for called, number in names.items()],
        title_principals=[
            principal(film, place, person) for film, _ in films for place, person in enumerate(of("actors", film), 1)
        ],
        title_crew=[crew(film, of("directors", film), of("writers", film)) for film, _ in films],
    )


def test_files_that_speak_of_every_film_leave_one_of_each_film_and_person(make_store, tmp_path, legacy_file):
    """In either order: what the file alone says stays, every person who is credited is IMDb's, and nothing is lost."""
    one, other = (make(make_store, tmp_path / each) for each in ("one", "two"))
    take(one, legacy_file)
    folder = of_the_same_films(one, tmp_path / "files")
    alone = said(one)
    done = one.load(folder)
    other.load(folder)
    take(other, legacy_file)
    assert held(one) == held(other)
    assert {tuple(sorted(each)) for each in words(one).values()} == {(IMDB, LEGACY)}
    assert len(words(one)) == len(alone)
    for number, record in said(one).items():
        for column in ("title", "description", "imdb_rating", "genres"):
            assert record[column] == alone[number][column]
    credited = " UNION ".join(f"SELECT person_id FROM {table}" for table in TABLES.values())
    assert one.ask(f"SELECT count(*), max(person_id) < 1000000000000 FROM ({credited}) AS credited") == [
        (len({entry[1] for record in alone.values() for role in TABLES for entry in record[role]}), True)
    ]
    assert [row for row in section(done, "disagreements") if ",directors," not in row] == []


PEOPLE = st.sampled_from(["Ann Lee", "Bo Day", "Cid Poe"])
NCONSTS = st.lists(st.integers(1, 4), max_size=2, unique=True)


@st.composite
def imdb_editions(draw):
    """Draw two editions of IMDb's files; people keep their names."""
    called = {person: draw(PEOPLE) for person in range(1, 5)}
    return [_imdb(draw, called) for _ in range(2)]


def _imdb(draw, called):
    films = draw(st.lists(st.integers(1, 3), unique=True, min_size=1))
    return {
        "title_basics": [
            title(each, draw(st.sampled_from("AB")), genres=draw(st.sampled_from([None, "Drama", "War"])))
            for each in films
        ],
        "title_ratings": [rating(each, "8.0") for each in films if draw(st.booleans())],
        "name_basics": [name(person, each) for person, each in called.items()],
        "title_principals": [
            principal(each, place, person) for each in films for place, person in enumerate(draw(NCONSTS), 1)
        ],
        "title_crew": [crew(each, draw(NCONSTS), draw(NCONSTS)) for each in films],
    }


@st.composite
def legacy_editions(draw):
    """Draw an edition of a legacy file without dirt."""
    numbers = draw(st.lists(st.integers(1, 3), unique=True, min_size=1))
    films = [
        film(
            number,
            title=draw(st.sampled_from("BC")),
            genre=draw(st.sampled_from(["Drama", "Comedy, War", "N/A"])),
            director=", ".join(draw(st.lists(PEOPLE, max_size=2, unique=True))) or "N/A",
            writer=draw(st.sampled_from(["w1", "w2"])),
        )
        for number in numbers
    ]
    people = [[(each, draw(PEOPLE)) for each in ids] for ids in ((1, 2), ("w1", "w2"))]
    links = draw(st.lists(st.tuples(st.sampled_from(numbers), st.integers(1, 2)), max_size=4, unique=True))
    return films, *people, [(f"tt{number:07d}", actor) for number, actor in links]


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes seconds: shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(of_imdb=imdb_editions(), of_file=st.tuples(legacy_editions(), legacy_editions()))
def test_whatever_comes_and_goes_the_order_does_not_matter(
    make_store, tmp_path_factory, monkeypatch, loose_suites, of_imdb, of_file
):
    """First editions in either order leave one store; after any other editions all films say what these alone say."""
    monkeypatch.setenv("SUITES_PATH", str(loose_suites))
    place = tmp_path_factory.mktemp("orders")
    stores = [make(make_store, place / each) for each in ("one.sqlite", "other.sqlite", "fresh.sqlite")]
    folders = [write(place / f"imdb{number}", **each) for number, each in enumerate(of_imdb)]
    files = [legacy_database(place / f"legacy{number}", *each) for number, each in enumerate(of_file)]

    def load(store, number):
        store.load(folders[number], "--accept-shrink")

    def merge(store, number):
        take(store, files[number], "--accept-loss")

    one, other, fresh = stores
    _do((load, one, 0), (merge, one, 0), (merge, other, 0), (load, other, 0))
    assert held(one) == held(other)
    _do((load, one, 1), (merge, one, 1), (merge, other, 1), (load, other, 1), (load, fresh, 1), (merge, fresh, 1))
    assert said(one) == said(other) == said(fresh)
    assert words(one) == words(other) == words(fresh)


def _do(*steps):
    for step, store, number in steps:
        step(store, number)
