"""Who of the legacy file is whom of IMDb: a name, a role and a film in common prove it, a name alone does not."""

from hypothesis import given
from hypothesis import strategies as st

from normalize.merge.matches import FOLLOWS, ONE, OTHER, SEVERAL, Match, evidence, match
from normalize.precedence import IMDB, LEGACY
from normalize.record import saying

ANN, BO = ("legacy_actors", "1"), ("legacy_writers", "w1")
P, Q = 10**12 + 1, 10**12 + 2
"""Numbers of people of the legacy file."""
NUMBERS = {f"nm{number}": number for number in range(1, 5)}


def both(legacy, imdb, role="actors"):
    """Make what two sources say of a film's role, of (id, name) each."""
    more = {"directors": (None,), "writers": (None,), "actors": (None, None)}[role]
    lists = [tuple((*each, *more) for each in entries) for entries in (imdb, legacy)]
    return dict(zip((IMDB, LEGACY), (saying(**{role: entries}) for entries in lists), strict=True))


def found(words, leads):
    """Settle who is who."""
    done = match(*evidence(words), leads, NUMBERS)
    return done.leads, [(each.id, each.nconst, each.outcome) for each in done.matches]


def test_the_same_name_in_the_same_role_of_a_film_is_one_person():
    """The evidence is each film and role."""
    words = {1: both([("1", "Ann")], [("nm1", "Ann")]), 2: both([("1", "Ann")], [("nm1", "Ann"), ("nm2", "Bo")])}
    done = match(*evidence(words), {ANN: P}, NUMBERS)
    assert done.leads == {ANN: 1}
    assert done.matches == [Match("Ann", ANN, "nm1", ((1, "actors"), (2, "actors")), ONE)]


def test_another_role_another_film_or_another_name_proves_nothing():
    """Nor does a film of which one source alone speaks."""
    words = {
        1: both([("1", "Ann")], []) | {},
        2: both([], [("nm1", "Ann")]),
        3: {LEGACY: both([("1", "Ann")], [])[LEGACY]},
        4: both([("1", "Ann")], [("nm1", "Ann B")]),
    }
    assert found(words, {ANN: P}) == ({}, [])


def test_a_name_that_a_list_has_twice_proves_nothing():
    """Which of the two it is nobody knows."""
    assert found({1: both([("1", "Ann")], [("nm1", "Ann"), ("nm2", "Ann")])}, {ANN: P}) == ({}, [])
    assert found({1: both([("1", "Ann"), ("2", "Ann")], [("nm1", "Ann")])}, {ANN: P}) == ({}, [])


def test_whoever_the_file_takes_for_the_same_follows():
    """They lead to the same person before, so they do after."""
    leads, told = found({1: both([("1", "Ann")], [("nm1", "Ann")])}, {ANN: P, BO: P})
    assert leads == {ANN: 1, BO: 1}
    assert told == [(ANN, "nm1", ONE), (BO, "nm1", FOLLOWS)]


def test_the_evidence_parts_whom_the_file_takes_for_the_same():
    """An actor and a writer of one name are two people to IMDb; one without evidence stays who it was."""
    third = ("legacy_directors", "Ann")
    words = {1: both([("1", "Ann")], [("nm1", "Ann")]), 2: both([("w1", "Ann")], [("nm2", "Ann")], "writers")}
    assert found(words, {ANN: P, BO: P, third: P}) == ({ANN: 1, BO: 2}, [(ANN, "nm1", ONE), (BO, "nm2", ONE)])


def test_an_id_that_is_several_people_to_imdb_stays_apart():
    """The file takes two people for one: nobody is made somebody else."""
    words = {1: both([("1", "Ann")], [("nm1", "Ann")]), 2: both([("1", "Ann")], [("nm2", "Ann")])}
    assert found(words, {ANN: P}) == ({}, [(ANN, "nm1", SEVERAL), (ANN, "nm2", SEVERAL)])


def test_two_whom_the_file_keeps_apart_are_not_one():
    """A list could have both, and one person is in a list once."""
    other = ("legacy_actors", "2")
    words = {1: both([("1", "Ann")], [("nm1", "Ann")]), 2: both([("2", "Ann")], [("nm1", "Ann")])}
    assert found(words, {ANN: P, other: Q}) == ({}, [(ANN, "nm1", SEVERAL), (other, "nm1", SEVERAL)])


def test_who_was_matched_stays_matched():
    """Evidence for somebody else is told, and changes nothing."""
    words = {1: both([("1", "Ann")], [("nm2", "Ann")])}
    assert found(words, {ANN: 1}) == ({}, [(ANN, "nm2", OTHER)])
    assert found(words, {ANN: 2}) == ({}, [(ANN, "nm2", ONE)])


LISTS = st.lists(st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["Ann", "Bo"])), max_size=3)
OTHERS = st.lists(st.tuples(st.sampled_from(sorted(NUMBERS)), st.sampled_from(["Ann", "Bo"])), max_size=3)
FILMS = st.dictionaries(st.integers(1, 4), st.builds(both, LISTS, OTHERS, st.sampled_from(["actors", "writers"])))


@given(FILMS, st.randoms())
def test_the_order_of_films_does_not_matter(words, random):
    """And nobody is matched twice, nor without a film or somebody to follow."""
    leads = {(source, each): P + int(each) for source in ("legacy_actors", "legacy_writers") for each in "12"}
    items = list(words.items())
    random.shuffle(items)
    done = match(*evidence(words), leads, NUMBERS)
    assert match(*evidence(dict(items)), leads, NUMBERS) == done
    told = [each.id for each in done.matches if each.outcome in (ONE, FOLLOWS)]
    assert sorted(told) == sorted(done.leads)
