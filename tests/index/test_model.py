"""Random writes through every table, random kills and restarts: in the end the index says what the store says."""

import tempfile
import uuid
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from postgres import fresh_database
from sqlalchemy import text
from stores import bring_in_step, differing, make_tables

from index.engine import open_engine, open_writer
from index.feed import Feed
from index.follow import sync
from index.rebuild import rebuild, rollback
from index.search import SearchQuery
from index.sync import Sender
from normalize.errors import InputError
from normalize.progress import Steps
from normalize.settings import Settings
from normalize.store import open_store

FILMS, NAMED = st.integers(1, 6), st.integers(1, 3)
TABLES = {"movie_genres": "genre_id", "movie_actors": "person_id", "movie_writers": "person_id",
          "movie_directors": "person_id"}  # fmt: skip
STEPS = ("draw", "read", "note", "send", "document", "acknowledge", "settle", "publish")
"""Where a process can be killed: before it does this; `document`: while it sends, before so many have gone."""


class Killed(Exception):  # noqa: N818 - not an error: somebody's kill -9
    """The process is no more."""


class Dying(Sender):
    """A sender whose process is killed before one of its steps; what was done until then stays done."""

    def __init__(self, feed, writer, step, countdown):
        super().__init__(feed, writer)
        self._step, self._countdown = step, countdown
        for part, name, at in (
            (feed, "draw", "draw"), (feed, "snapshot", "read"), (writer, "note", "note"), (writer, "send", "send"),
            (feed, "acknowledge", "acknowledge"), (writer, "settle", "settle"), (writer, "publish", "publish"),
        ):  # fmt: skip
            setattr(part, name, self._deadly(getattr(part, name), at))
        send = writer.send
        writer.send = lambda name, version, changes: send(name, version, self._until_killed(changes))

    def _deadly(self, step, at):
        def run(*parts, **more):
            self._perhaps(at)
            return step(*parts, **more)

        return run

    def _until_killed(self, changes):
        for change in changes:
            self._perhaps("document")
            yield change

    def _perhaps(self, at):
        if at == self._step:
            self._countdown -= 1
            if self._countdown < 0:
                raise Killed


class Machine(RuleBasedStateMachine):
    """A store that anybody writes to, and an index that is kept in step by processes that die."""

    def __init__(self, place):
        """Make an empty store in a place, which is a context that gives settings."""
        super().__init__()
        self.stack = ExitStack()
        self.settings = self.stack.enter_context(place())
        self.engine = open_store(self.settings.database_url, write=True)
        self.replaces = self.engine.dialect.name == "sqlite"
        make_tables(self.engine)
        self.write("INSERT INTO genres VALUES (1, 'War'), (2, 'Drama'), (3, 'Crime')")
        self.write("INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cleo')")

    def write(self, statement, **values):
        """Let somebody write, in a transaction of their own."""
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def put(self, rows, update):
        """Give the statement that inserts rows, or puts them in the place of those that are there."""
        return f"INSERT OR REPLACE INTO {rows}" if self.replaces else f"INSERT INTO {rows} ON CONFLICT {update}"

    @rule(film=FILMS, title=st.sampled_from(["One", "Two", "N/A"]), plot=st.sampled_from(["N/A", "A plot.", None]))
    def put_film(self, film, title, plot):
        """Insert or replace a film."""
        if not self.replaces:
            self.write("DELETE FROM movies WHERE imdb_id = :imdb AND id <> :id", imdb=f"tt{film}", id=film)
        self.write(
            self.put(
                "movies (id, imdb_id, public_id, title, title_key, description, updated_at) "
                "VALUES (:id, :imdb, :public, :title, '', :plot, '')",
                "(id) DO UPDATE SET imdb_id = :imdb, title = :title, description = :plot",
            ),
            id=film, imdb=f"tt{film}", public=_uuid(film), title=title, plot=plot,
        )  # fmt: skip

    @rule(film=FILMS)
    def delete_film(self, film):
        """Delete a film, with what links to it."""
        self.write("DELETE FROM movies WHERE id = :id", id=film)

    @rule(film=FILMS, other=FILMS)
    def exchange_ids(self, film, other):
        """Take a film's id away, and give it to another."""
        self.write("UPDATE movies SET imdb_id = NULL WHERE id IN (:a, :b)", a=film, b=other)
        self.write("UPDATE movies SET imdb_id = :id WHERE id = :b AND NOT EXISTS "
                   "(SELECT 1 FROM movies WHERE imdb_id = :id)", id=f"tt{film}", b=other)  # fmt: skip

    @rule(table=st.sampled_from(sorted(TABLES)), film=FILMS, named=NAMED, there=st.booleans())
    def link(self, table, film, named, there):
        """Link a film with a genre or a person, or no longer."""
        column = TABLES[table]
        if there:
            more, value = (", source_person_id", ", 'x'") if column == "person_id" else ("", "")
            linked = f"SELECT id, {named}, {named}{value} FROM movies WHERE id = :film"
            rows = f"{table} (movie_id, {column}, ordering{more}) {linked}"
            self.write(self.put(rows, f"(movie_id, {column}) DO UPDATE SET ordering = {named}"), film=film)
        else:
            self.write(f"DELETE FROM {table} WHERE movie_id = :film AND {column} = :named", film=film, named=named)

    @rule(table=st.sampled_from(["genres", "people"]), named=NAMED, name=st.sampled_from(["Krieg", "Eve"]))
    def rename(self, table, named, name):
        """Rename a genre or a person."""
        self.write(f"UPDATE {table} SET name = :name WHERE id = :id", name=f"{name} {named}", id=named)

    @rule(step=st.sampled_from(STEPS), countdown=st.integers(0, 3), new=st.booleans())
    def die(self, step, countdown, new):
        """Sync or rebuild, and be killed on the way."""
        feed, writer = Feed(self.settings), open_writer(self.settings)
        with suppress(Killed), feed:
            sender = Dying(feed, writer, step, countdown)
            (rebuild if new else sync)(feed, writer, sender, Steps("test"))
        if self.settings.elasticsearch_url is None:
            writer._writers.clear()  # a killed process merges nothing
        writer.close()

    @rule()
    def go_back(self):
        """Let searches ask the index before, if there is one."""
        with suppress(InputError), Feed(self.settings) as feed, closing(open_writer(self.settings)) as writer:
            rollback(feed, writer)

    @rule()
    def catch_up(self):
        """Sync to the end: the index and the store say the same, but for the films that are parked."""
        bring_in_step(self.settings, retry_parked=True)
        assert differing(self.settings) == []
        with self.engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM index_changes")).scalar() == 0
            good = "SELECT count(*) FROM movies WHERE coalesce(description, '') <> 'N/A'"
            films = connection.execute(text(good)).scalar()
            parked = connection.execute(text("SELECT count(*) FROM index_parked")).scalar()
        with closing(open_writer(self.settings)) as writer:
            writer.settle(writer.live().name)  # who was killed before it may have left searches what they saw
        with closing(open_engine(self.settings)) as engine:
            assert films <= engine.search(SearchQuery()).total <= films + parked

    @invariant()
    def searches_see_whole_indexes(self):
        """Whatever was killed when: what is searched was filled to the end."""
        with closing(open_writer(self.settings)) as writer:
            live = writer.live()
        assert live is None or live.meta.filled_to is None

    def teardown(self):
        """Catch up for the last time."""
        self.catch_up()
        self.engine.dispose()
        self.stack.close()


def _uuid(film):
    return f"00000000-0000-4000-8000-{film:012d}"


@contextmanager
def sqlite_file():
    """Give the URL of an empty SQLite file, and take it away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "store.sqlite").touch()
        yield f"sqlite:///{folder}/store.sqlite"


@contextmanager
def place(database, elasticsearch):
    """Give the settings of an empty database and of an index of its own, and take both away at the end."""
    with database() as url, tempfile.TemporaryDirectory() as folder:
        own = Settings(
            database_url=url, elasticsearch_url=elasticsearch, index_path=Path(folder) / "index", index_read_films=2,
            index_batch_films=1, index_name=f"model-{uuid.uuid4().hex}", _env_file=None,
        )  # fmt: skip
        yield own
        if elasticsearch:
            with closing(open_writer(own)) as writer:
                for made in (writer.live(), *writer.others()):
                    writer.remove(made.name)


ELASTICSEARCH = pytest.mark.elasticsearch


@pytest.mark.parametrize(
    ("database", "engine", "examples", "steps"),
    [
        pytest.param("sqlite", "embedded", 10, 20, id="sqlite, embedded"),
        pytest.param("postgresql", "embedded", 4, 15, id="postgresql, embedded"),
        pytest.param("sqlite", "elasticsearch", 3, 12, id="sqlite, elasticsearch", marks=ELASTICSEARCH),
        pytest.param("sqlite", "embedded", 400, 50, id="sqlite, embedded, long", marks=pytest.mark.slow),
        pytest.param("postgresql", "embedded", 100, 50, id="postgresql, embedded, long", marks=pytest.mark.slow),
        pytest.param(
            "postgresql", "elasticsearch", 40, 50, id="postgresql, elasticsearch, long",
            marks=[pytest.mark.slow, ELASTICSEARCH],
        ),
    ],
)  # fmt: skip
def test_an_index_kept_by_processes_that_die(database, engine, examples, steps, request):
    """Whoever wrote what and was killed when: after the next sync the index says what the store says."""
    server = request.getfixturevalue("postgres_server") if database == "postgresql" else None
    url = request.getfixturevalue("elasticsearch_url") if engine == "elasticsearch" else None
    somewhere = partial(place, partial(fresh_database, server) if server else sqlite_file, url)
    run_state_machine_as_test(
        partial(Machine, somewhere),
        settings=hypothesis_settings(
            max_examples=examples, stateful_step_count=steps, deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip
