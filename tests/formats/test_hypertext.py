"""Hypertext of other sites as Markdown: the same words, and what is quoted told apart."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from debate.formats.bounds import NOT_TEXT
from debate.formats.hypertext import Piece, escaped, has_markup, pieces, shown
from debate.formats.markings import pieces_of_markdown
from debate.text.markdown import render
from debate.text.plain import plain
from tests.cpu import costs
from tests.formats.sketches import NASTY, bodies


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One <em>two</em> <b>three</b></p><p>four</p>", "One *two* **three**\n\nfour"),
        ("<p>1 * 2 _x_ [y] a_b</p>", "1 \\* 2 \\_x\\_ \\[y\\] a_b"),
        ("<p># not a heading<br>- nor a list</p>", "\\# not a heading\\\n\\- nor a list"),
        ("<a href='https://a.b/(c)'>there</a>", "[there](https://a.b/%28c%29)"),
        ("<a href='javascript:alert(1)'>there</a>", "there"),
        ("<a href='/posts/x'>there</a>", "there"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n\n  - b\n\n- c"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n\n4. b"),
        ("<h2>Head</h2><hr><p>x</p>", "## Head\n\n---\n\nx"),
        ("<pre>a\n  *b*\n</pre>", "```\na\n  *b*\n```"),
        ("<p>say <code>x`y</code></p>", "say ``x`y``"),
        ("<img src='https://a.b/c.png' alt='a cat'>", "[a cat](https://a.b/c.png)"),
        ("<script>alert(1)</script><p onclick='x()'>y</p>", "y"),
        ("a<em> b </em>c", "a b c"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("<p>\x00x\ud800</p>", "x"),
        ("no tags at all", "no tags at all"),
    ],
)
def test_hypertext_becomes_markdown(html: str, markdown: str) -> None:
    assert [one.text for one in pieces(html)] == [markdown]


def test_quotations_are_pieces_of_their_own_in_order() -> None:
    html = "<p>Hi.</p><blockquote><p>a</p><p>b</p></blockquote><p>No.</p><blockquote>c"
    assert pieces(html) == [
        *(Piece("Hi."), Piece("a\nb", quoted=True), Piece("No."), Piece("c", quoted=True))
    ]


def test_of_a_quotation_within_a_quotation_the_outer_one_counts() -> None:
    [piece] = pieces("<blockquote><blockquote>first</blockquote>second</blockquote>")
    assert piece == Piece("second", quoted=True, inner=True)
    [piece] = pieces("<blockquote><blockquote>first</blockquote></blockquote>")
    assert piece == Piece("first", quoted=True)


def test_discourse_says_which_post_is_quoted() -> None:
    html = (
        '<aside class="quote" data-post="3"><div class="title"><img src="https://a.b/c">ann</div>'
        "<blockquote><p>words</p></blockquote></aside><p>Agree.</p>"
    )
    assert pieces(html) == [Piece("words", quoted=True, post="3"), Piece("Agree.")]


@given(bodies)
@settings(max_examples=300, deadline=None)
def test_our_own_hypertext_comes_back_with_its_words(body: str) -> None:
    html = render(body)
    said = "".join(one.text if one.quoted else shown(one.text) for one in pieces(html))
    if "<blockquote>" not in html:
        assert squeezed(said) == squeezed(plain(html))


@given(st.text(max_size=80) | st.sampled_from(NASTY))
@settings(max_examples=300, deadline=None)
def test_escaped_words_show_just_the_words(text: str) -> None:
    text = unicodedata.normalize("NFC", NOT_TEXT.sub("", text)).strip()
    if text:
        assert squeezed(plain(render(escaped(text)))) == squeezed(text)


@given(bodies)
@example("_0_")
@example("see _here_ now")
@example("1. One")
@settings(max_examples=200, deadline=None)
def test_what_is_shown_is_what_is_rendered(body: str) -> None:
    assert shown(body) == plain(render(body))
    assert has_markup(body) or not any(tag in render(body) for tag in ("<em>", "<ol>"))


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<blockquote>" * 50_000 + "x",
        "<b>" * 50_000 + "x",
        "<b><p>" * 30_000 + "x",
        "<a " + "x=1 " * 50_000 + ">y",
        "<ul><li>" * 20_000 + "x",
        "<!--" * 50_000,
        "&amp;" * 60_000,
        "<p>" + "*" * 100_000,
        "<p>" + "`" * 100_000,
        "<p>" + "[" * 100_000,
        "<code>" * 50_000,
        "<" * 300_000,
        "<br>" * 90_000,
        "x" * 1_000_000,
        "<table><tr><td>" * 20_000,
    ],
)
def test_hostile_hypertext_is_read_quickly(html: str) -> None:
    assert costs(2, lambda: pieces(html))


def test_markdown_of_other_sites_is_cut_at_its_quotations() -> None:
    text = "Hi.\n\n> a\n> b\n\nNo.\n> c\nlazy\n\n>!spoiler!<"
    assert pieces_of_markdown(text) == [
        Piece("Hi."),
        Piece("a b", quoted=True),
        Piece("No."),
        Piece("c lazy", quoted=True),
        Piece(">!spoiler!<"),
    ]
    assert pieces_of_markdown("> > one\n> two")[0] == Piece("two", quoted=True, inner=True)


def test_mark_up_with_nothing_in_it_says_nothing() -> None:
    assert pieces("<s></s>") == []
    assert pieces("<b></b><blockquote>a <i>b</i></blockquote>*c*") == [
        Piece("a b", quoted=True),
        Piece(r"\*c\*"),
    ]
