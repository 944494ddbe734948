import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.text.markdown import render
from debate.text.plain import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>one</p>", "one"),
        ("<p>one <em>two</em><strong> three</strong></p>", "one two three"),
        ("<p>one</p>\n<p>two</p>", "one\ntwo"),
        ("<ul>\n<li>one</li>\n<li>\n<p>two</p>\n</li>\n</ul>", "one\ntwo"),
        ("<p>one<br>\ntwo</p>\n<hr>\n<p>three</p>", "one\ntwo\nthree"),
        ("<table>\n<tr>\n<td>1</td>\n<td></td>\n<td>2</td>\n</tr></table>", "1\n2"),
        ("<blockquote></blockquote><p> one </p>", "one"),
    ],
)
def test_blocks_are_lines_and_inline_text_is_joined(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<p>one\ntwo</p>",
        "<p>one  two </p>",
        "<p>one <em> two</em></p>",
        "<p>one<s>\n</s>\ttwo</p>",
    ],
)
def test_spaces_show_as_one(html: str) -> None:
    assert plain(html) == "one two"


def test_code_in_a_block_keeps_its_spaces_inside() -> None:
    html = "<p>a</p><pre><code>  if  x:\n\n    y &lt;\n</code></pre>\n<p>b</p>"
    assert plain(html) == "a\nif  x:\n\n    y <\nb"


def test_signs_written_as_entities_are_signs() -> None:
    html = '<p>a &amp; b &lt;c&gt;&nbsp;&amp;amp; <a href="https://a.b?c&amp;d=&quot;>">x</a></p>'
    assert plain(html) == "a & b <c>\xa0&amp; x"


@pytest.mark.parametrize(
    "text", ["😀 👩‍👩‍👧", "e\u0301\u0316", "שלום אבג", "a\u3000b", "한국어 日本語"]
)
def test_letters_of_all_scripts_stay_as_they_are(text: str) -> None:
    assert plain(render(text).replace("</p>", "</p>\n")) == plain(f"<p>{plain(render(text))}</p>")
    assert text in ("e\u0301\u0316", plain(render(text)))


@settings(max_examples=200, deadline=None)
@given(st.text("ab *_`#>-|\n&<😀é\u0301\u05d0", max_size=80))
def test_the_text_has_no_space_at_its_ends_and_no_empty_lines(source: str) -> None:
    text = plain(render(source))
    assert text == text.strip(" \n\t")
    if "    " not in source and "```" not in source and "\t" not in source:
        assert "\n\n" not in text
        assert "  " not in text or "`" in source
