"""Text: the keys that names and titles are compared and ordered by."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from normalize.text import compose, look_alike_key, single_blanks, sort_key


def test_the_sort_key_folds_case_accents_and_yo_but_keeps_short_i():
    """Titles are ordered without case and accents, ё as е; й is a letter of its own."""
    titles = ["Ёлки", "ЁЛКИ", "Elfe", "Élan", "Йога", "Straße"]
    assert [sort_key(title) for title in titles] == ["елки", "елки", "elfe", "elan", "йога", "strasse"]


def test_names_look_alike_without_case_accents_blanks_and_punctuation():
    """What differs in nothing else looks alike."""
    alike = ["J.J. Abrams", "JJ Abrams", "j. j. abrams", "J J Ábrams"]
    assert {look_alike_key(name) for name in alike} == {"jjabrams"}


def test_every_kind_of_blank_becomes_one_space():
    """Tabs, line ends and no-break spaces in a name count as blanks."""
    assert single_blanks("\u00a0 Ann\t\n Lee\u2003") == "Ann Lee"


@given(st.text())
def test_a_key_does_not_depend_on_the_unicode_form(text):
    """The same text composed and decomposed has the same keys."""
    composed, decomposed = compose(text), unicodedata.normalize("NFD", text)
    assert sort_key(composed) == sort_key(decomposed)
    assert look_alike_key(composed) == look_alike_key(decomposed)


@given(st.text())
def test_cleaning_text_twice_is_cleaning_it_once(text):
    """A cleaned text is clean."""
    once = single_blanks(compose(text))
    assert single_blanks(compose(once)) == once
