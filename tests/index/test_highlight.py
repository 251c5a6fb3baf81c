"""Why a film was found: the words of its texts marked, as HTML."""

import unicodedata
from html import unescape

from hypothesis import example, given
from hypothesis import strategies as st

from index.highlight import highlights
from index.search import SearchHit


def marked(found, text, meant=()):
    """Give what is marked of a film."""
    return highlights(found, text, dict(meant))


def film(title="Nothing", **more):
    """Give a film as a search gives it."""
    return SearchHit("tt0000001", title, None, None, more.pop("genre", ()), **more)


def test_each_field_shows_its_words():
    """Titles whole, of lists the values that have a word, fields without a word not at all; stop words never."""
    found = film(
        "Звёздные войны", genre=("War", "Drama"), actors=("Марк Хэмилл", "Лукас Хаас"), directors=("Джордж Лукас",)
    )
    assert marked(found, "и звездная война лукаса war") == {
        "title": ("<em>Звёздные</em> <em>войны</em>",),
        "genres": ("<em>War</em>",),
        "actors": ("<em>Лукас</em> Хаас",),
        "directors": ("Джордж <em>Лукас</em>",),
    }


def test_near_words_are_marked_where_the_word_itself_is_not_there():
    """'storm' marks Storm alone where it is, else Stork."""
    assert marked(film("Storm of a Stork"), "storm") == {"title": ("<em>Storm</em> of a Stork",)}
    assert marked(film("The Stork"), "storm") == {"title": ("The <em>Stork</em>",)}
    assert marked(film("Up"), "us") == {}


def test_what_a_word_was_taken_for_is_marked():
    """A misspelt word marks what it was likely meant to be, beside what is near to it as it was typed."""
    taken = {"returnign": "returning", "nobdy": "nobody"}
    assert marked(film("Star Returning"), "star returnign", taken) == {"title": ("<em>Star</em> <em>Returning</em>",)}
    assert marked(film("The Returnigns of a Return"), "returnign", taken) == {
        "title": ("The <em>Returnigns</em> of a <em>Return</em>",)
    }
    assert marked(film("Up"), "returnign", taken) == {}


def test_all_else_is_escaped():
    """What stands in a film is text, never HTML."""
    found = film("<b>Star</b> & Co", description='<script>alert("star")</script>')
    assert marked(found, "star b") == {
        "title": ("&lt;<em>b</em>&gt;<em>Star</em>&lt;/<em>b</em>&gt; &amp; Co",),
        "description": ('&lt;script&gt;alert("<em>star</em>")&lt;/script&gt;',),
    }


def test_a_long_description_is_shown_in_pieces():
    """At most three, of whole words, with dots where something is left out; near ones are one piece."""
    far = " word" * 40
    found = film(description=f"A star and a star.{far} Star!{far} Stars.{far} A fourth star.")
    before, after = "word " * 12, " word" * 11
    assert marked(found, "star")["description"] == (
        f"A <em>star</em> and a <em>star</em>.{after}…",
        f"…{before}<em>Star</em>!{after}…",
        f"…{before}<em>Stars</em>.{after}…",
    )


@given(text=st.text(max_size=300), typed=st.text(max_size=20))
@example(text="映画" * 100, typed="映")
@example(text="a" * 200 + " star " + "b" * 200, typed="star")
@example(text="İstanbul İ̇ star", typed="star")
@example(text="И\u0306од ё е\u0308ж", typed="йод еж")
def test_pieces_are_parts_of_the_text(text, typed):
    """Without marks and dots every piece is a part of the text, and nothing in it is HTML but the marks."""
    for piece in marked(film(description=text), typed).get("description", ()):
        plain = piece.replace("<em>", "").replace("</em>", "")
        assert "<" not in plain
        assert ">" not in plain
        assert unescape(plain.strip("…")) in unicodedata.normalize("NFC", text)
