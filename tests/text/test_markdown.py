import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from debate.text.markdown import _CLEANER, MARKS_MAX, MAX_ADDRESS, clean, render, unstacked

SPEC = Path(__file__).parents[2].parent / "shared/data/security/commonmark-spec.txt"
REL = 'rel="nofollow noopener noreferrer ugc"'
OWN_TAGS = re.compile(r"</?(?!(?:a|h[1-6]|img)\b)[a-z]+[^>]*>")


def test_markdown_becomes_html() -> None:
    source = "It *is* a **function**.\n\n- one\n- ~~two~~\n\n> said\n\n1. `code`"
    assert render(source) == (
        "<p>It <em>is</em> a <strong>function</strong>.</p>\n"
        "<ul>\n<li>one</li>\n<li><s>two</s></li>\n</ul>\n"
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
        "<ol>\n<li><code>code</code></li>\n</ol>"
    )


def test_a_table_becomes_a_table_without_styles() -> None:
    html = render("|a|b|\n|:-|-:|\n|1|2|")
    assert "<th>a</th>" in html
    assert "<td>2</td>" in html
    assert "style" not in html


@pytest.mark.parametrize("source", ["# Why", "###### Why", "Why\n==="])
def test_a_heading_becomes_a_strong_paragraph(source: str) -> None:
    assert render(source) == "<p><strong>Why</strong></p>"


def test_raw_html_is_shown_as_text() -> None:
    assert render("<b>x</b> <!-- y -->") == "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt;</p>"


@pytest.mark.parametrize(
    ("source", "address", "text"),
    [
        ("[a](https://b.c)", "https://b.c", "a"),
        ("<mailto:a@b.c>", "mailto:a@b.c", "mailto:a@b.c"),
        ("https://a.b/_x_/y_(z)?q=1", "https://a.b/_x_/y_(z)?q=1", "https://a.b/_x_/y_(z)?q=1"),
        ("![a *picture*](https://b.c/d.png)", "https://b.c/d.png", "a picture"),
        ("![](https://b.c/d.png)", "https://b.c/d.png", "https://b.c/d.png"),
        ("[![a](https://b.c/d.png)](https://e.f)", "https://e.f", "a"),
    ],
)
def test_an_absolute_address_becomes_a_link(source: str, address: str, text: str) -> None:
    assert render(source) == f'<p><a href="{address}" {REL}>{text}</a></p>'


@pytest.mark.parametrize(
    "address",
    "/x //x.y x #x ?x https:/x https:x http:///x https:\\\\x javascript:x JAVASCRIPT:x "
    "data:text/html,x ftp://x.y mailto: tel:1".split(),
)
@pytest.mark.parametrize("form", ["[a]({})", "![a]({})", "[a][b]\n\n[b]: {}", "<{}>", "{}"])
def test_any_other_address_does_not(form: str, address: str) -> None:
    assert "<a" not in render(form.format(address))


@pytest.mark.parametrize("text", ["setup.py", "www.a.b", "a.b/c", "x@a.b", "xhttp://a.b"])
def test_what_has_no_scheme_is_no_link(text: str) -> None:
    assert render(text) == f"<p>{text}</p>"


def test_a_link_or_picture_to_nowhere_is_its_text() -> None:
    assert render("[a *b*]() ![c]() [![e](https://f.g)]()") == (
        f'<p>a <em>b</em> c <a href="https://f.g" {REL}>e</a></p>'
    )


@pytest.mark.parametrize("address", ["https://[", "http://a:99999", "http://%00", "http://a^b"])
def test_a_link_to_an_address_nobody_can_read_is_its_text(address: str) -> None:
    assert render(f"[a *b*]({address}) c") == "<p>a <em>b</em> c</p>"


def test_no_title_comes_through() -> None:
    assert render('[a](https://b.c "d")') == f'<p><a href="https://b.c" {REL}>a</a></p>'


def test_a_bare_address_ends_where_the_sentence_goes_on() -> None:
    html = render("(https://a.b), **https://c.d** ~~https://e.f~~ [https://g.h](https://i.j).")
    assert re.findall('href="(.*?)"', html) == [
        "https://a.b",
        "https://c.d",
        "https://e.f",
        "https://i.j",
    ]


def test_a_bare_address_without_end_is_none() -> None:
    longest = "https://a.b/".ljust(MAX_ADDRESS, "c")
    assert f'href="{longest}"' in render(f"See {longest} there.")
    for more in ("c", ".c", "*c", "?c"):
        assert "href" not in render(f"See {longest}{more} there.")
    assert f'href="{longest}c"' in render(f"See <{longest}c> there.")


@pytest.mark.parametrize("source", ["> " * 30 + "deep", "- " * 15 + "deep", "[a]: https://b.c"])
def test_what_would_not_be_shown_is_shown_as_written(source: str) -> None:
    assert render(source) == f"<p>{source.replace('>', '&gt;')}</p>"


def test_what_is_nested_as_deep_as_it_may_be_is_shown_nested() -> None:
    for depth, shown in ((18, 18), (19, 0)):
        assert render("> " * depth + "deep").count("<blockquote>") == shown


def test_nothing_becomes_nothing() -> None:
    assert render("") == render(" \n\n ") == ""


def test_cleaning_composes_letters_and_line_ends() -> None:
    assert clean("e\u0301\r\na\rb\tc") == "\u00e9\na\nb\tc"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x0b", "\x1b", "\x1f", "\ud800", "\udfff"])
def test_a_control_character_is_refused(character: str) -> None:
    for refuse in (clean, render):
        with pytest.raises(ValueError, match=f"{ord(character):04X}"):
            refuse(f"a{character}b")


def test_marks_are_refused_that_are_too_many_on_a_letter() -> None:
    whole = "q" + "\u0301" * MARKS_MAX + "q\u0316"
    assert clean(whole) == whole
    for refuse in (clean, render):
        with pytest.raises(ValueError, match="more than 30 marks"):
            refuse(f"{whole}q" + "\u0301\u0316" * MARKS_MAX)


def test_what_is_too_many_can_be_taken_away() -> None:
    assert unstacked("aq" + "\u0301" * 99 + "b\u0301") == "aq" + "\u0301" * MARKS_MAX + "b\u0301"
    assert unstacked("\u0301" * 99) == "\u0301" * MARKS_MAX


@pytest.fixture(scope="module")
def examples() -> list[tuple[str, str]]:
    if not SPEC.exists():
        pytest.skip("the CommonMark specification is not here")
    found = re.findall(
        r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", SPEC.read_text(), re.DOTALL | re.MULTILINE
    )
    return [(source.replace("→", "\t"), html.replace("→", "\t")) for source, html in found]


def test_the_parser_conforms_to_commonmark(examples: list[tuple[str, str]]) -> None:
    parser = MarkdownIt("commonmark")
    wrong = [source for source, html in examples if parser.render(source) != html]
    assert len(examples) >= 652
    assert len(wrong) <= 3


def test_our_html_is_that_of_commonmark_where_we_mean_to_follow_it(
    examples: list[tuple[str, str]],
) -> None:
    """Examples without raw HTML, headings, pictures and links, which we treat in our own way."""
    followed = [
        (source, html)
        for source, html in examples
        if html.strip() and not re.search(r"[<\0]|https?:|~~|&#0;|^ *\[.*\]:", source, re.M | re.S)
        if "<" not in OWN_TAGS.sub("", html)
    ]
    empty = "<blockquote>\n</blockquote>"
    wrong = [
        (source, html, render(source))
        for source, html in followed
        if render(source) != _CLEANER.clean(html.replace(empty, empty.replace("\n", ""))).strip()
    ]
    assert len(followed) >= 350
    assert wrong == []


def test_what_has_no_marks_is_left_as_it_is() -> None:
    assert unstacked("plain") == "plain"
