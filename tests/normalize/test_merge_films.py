"""One film, three sides: what the file says anew goes in, what was changed in the store stays, meetings are told."""

from hypothesis import given
from hypothesis import strategies as st

from normalize.merge.films import FILM, KEPT, REPLACED, Disagreement, Film, Merged, merge
from normalize.precedence import IMDB, LEGACY, OWN, PRECEDENCE, settled
from normalize.record import COLUMNS, LISTS, saying


def record(**said):
    """Give a film of which nothing is said but its title and what is given."""
    return saying(**({"title": "A"} | said))


WORDS = st.sampled_from([None, "a", "b", "c"])
ENTRIES = st.lists(st.tuples(st.sampled_from(["Drama", "War"])), max_size=2).map(tuple)
RECORDS = st.builds(
    lambda title, description, genres: record(title=title, description=description, genres=genres),
    st.sampled_from(["A", "B", "C"]),
    WORDS,
    ENTRIES,
)
MAYBE = st.none() | RECORDS


def test_what_the_file_says_anew_goes_in():
    """A column that the file changed and the store did not is the file's; the others stay; nobody disagrees."""
    was, new = record(title="A", description="x"), record(title="B", description="x", genres=(("War",),))
    assert merge(Film(1, was, new, was)) == Merged(1, new, {}, ())


def test_what_was_changed_in_the_store_stays_while_the_file_says_what_it_said():
    """The store's word stands, and the report lists that the file says otherwise."""
    was, store = record(description="x"), record(description="mine")
    reason = "changed in the store; the file says what it said"
    assert merge(Film(1, was, was, store)) == Merged(
        1, store, {}, (Disagreement(1, "description", "mine", "x", KEPT, reason),)
    )


def test_what_the_file_says_anew_replaces_what_was_changed_in_the_store():
    """Both changed the same column: the file's newer word goes in, and the report lists the word that is lost."""
    was, new, store = record(description="x"), record(description="y"), record(description="mine")
    reason = "changed in the store and, since then, in the file"
    assert merge(Film(1, was, new, store)) == Merged(
        1, new, {}, (Disagreement(1, "description", "mine", "y", REPLACED, reason),)
    )


def test_a_film_that_is_gone_from_the_file_goes():
    """Nobody speaks of it any more."""
    assert merge(Film(1, record(), None, record())) == Merged(1, None, {}, ())


def test_a_film_that_is_gone_but_was_changed_in_the_store_stays_as_our_own():
    """What somebody worked on is not taken away."""
    store = record(title="Mine")
    told = Disagreement(1, FILM, "Mine", None, KEPT, "gone from the file, changed in the store")
    assert merge(Film(1, record(), None, store)) == Merged(1, store, {OWN: store}, (told,))


def test_a_film_that_was_deleted_in_the_store_stays_away_until_the_file_says_something_new():
    """The same words do not bring it back, new ones do; both are told."""
    was, new = record(), record(title="B")
    kept = Disagreement(1, FILM, None, "A", KEPT, "deleted in the store; the file says what it said")
    again = Disagreement(1, FILM, None, "B", REPLACED, "deleted in the store; the file says something new")
    assert merge(Film(1, was, was, None)) == Merged(1, None, {}, (kept,))
    assert merge(Film(1, was, new, None)) == Merged(1, new, {}, (again,))


def test_a_film_that_another_source_has_is_settled_by_precedence():
    """IMDb's title stands, the legacy file gives the description and what IMDb does not say; both words are kept."""
    imdb, legacy = (
        record(title="A", description="short", year=1999),
        record(title="a", description="long", genres=(("War",),)),
    )
    assert merge(Film(1, None, legacy, imdb, other=IMDB)) == Merged(
        1,
        record(title="A", description="long", year=1999, genres=(("War",),)),
        {IMDB: imdb, LEGACY: legacy},
        (
            Disagreement(1, "title", "A", "a", KEPT, "imdb is believed, legacy says otherwise"),
            Disagreement(1, "description", "long", "short", KEPT, "legacy is believed, imdb says otherwise"),
        ),
    )


def test_a_source_that_goes_gives_way_to_the_others():
    """The legacy file does not list the film any more: what IMDb says is what the store says, alone."""
    imdb, legacy = record(title="A", year=1999), record(title="a", description="long")
    both = {IMDB: imdb, LEGACY: legacy}
    assert merge(Film(1, legacy, None, settled(both), both)) == Merged(1, imdb, {}, ())


def test_what_was_entered_by_hand_stands_over_the_file():
    """Our own word stands in every column that it speaks of, whatever the file says anew."""
    own, was, new = record(title="Own"), record(title="A", description="x"), record(title="B", description="y")
    both = {OWN: own, LEGACY: was}
    merged = merge(Film(1, was, new, settled(both), both))
    assert merged.record == record(title="Own", description="y")
    assert merged.statements == {OWN: own, LEGACY: new}


@given(was=MAYBE, store=MAYBE)
def test_a_file_that_says_what_it_said_changes_nothing(was, store):
    """Whatever was done in the store meanwhile."""
    if was is None and store is not None:
        return  # a film of which the file never spoke is not looked at
    assert merge(Film(1, was, was, store)).record == store


@given(was=MAYBE, new=MAYBE)
def test_a_store_that_nobody_touched_says_what_the_file_says(was, new):
    """Without a change in the store, a merge gives what a first load gives."""
    assert merge(Film(1, was, new, was)) == Merged(1, new, {}, ())


@given(was=RECORDS, new=RECORDS, store=RECORDS)
def test_every_column_is_the_word_of_one_of_the_sides(was, new, store):
    """Nothing is made up, and each column where the store and the file part is told once."""
    merged = merge(Film(1, was, new, store))
    for column in COLUMNS:
        assert merged.record[column] in (new[column], store[column])
    told = [each.column for each in merged.disagreements]
    assert told == [column for column in COLUMNS if store[column] not in (was[column], new[column])]


@given(st.dictionaries(st.sampled_from([OWN, IMDB, LEGACY]), RECORDS, min_size=1), st.randoms())
def test_the_order_of_loading_does_not_matter(statements, random):
    """What several sources say is settled by precedence alone."""
    items = list(statements.items())
    random.shuffle(items)
    assert settled(dict(items)) == settled(statements)
    for column in COLUMNS:
        believed = [statements[source][column] for source in PRECEDENCE[column] if source in statements]
        said = [value for value in believed if value not in (None, ())]
        assert settled(statements)[column] == (said[0] if said else (() if column in LISTS else None))
