import re

from hypothesis import given, settings
from hypothesis import strategies as st

from debate.text.markdown import render
from debate.text.plain import MAX_OVERLAP, Span, highlight, plain
from tests.cpu import costs

MARK = re.compile(r"<mark[^>]*>|</mark>")
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")


def span_of(html: str, words: str, number: int = 1) -> Span:
    """Return the span of these words in the text of the HTML."""
    start = plain(html).index(words)
    return Span(start, start + len(words), number, f"s10-q{number}")


def is_well_nested(html: str) -> bool:
    """Say whether each tag closes the one opened last."""
    opened: list[str] = []
    for closing, name in TAG.findall(html):
        if closing and (not opened or opened.pop() != name):
            return False
        if not closing and name not in ("br", "hr"):
            opened.append(name)
    return not opened


def test_without_spans_the_html_is_the_same_object() -> None:
    html = "<p>one</p>"
    assert highlight(html, []) is html


def test_a_span_is_marked() -> None:
    html = "<p>one two three</p>"
    assert highlight(html, [span_of(html, "two", 2)]) == (
        '<p>one <mark id="s10-q2" data-span="2">two</mark> three</p>'
    )


def test_a_span_over_inline_elements_is_cut_and_only_its_first_piece_has_the_id() -> None:
    html = "<p>one <em>two</em> three</p>"
    assert highlight(html, [span_of(html, "ne two th")]) == (
        '<p>o<mark id="s10-q1" data-span="1">ne </mark>'
        '<em><mark data-span="1">two</mark></em>'
        '<mark data-span="1"> th</mark>ree</p>'
    )


def test_a_span_over_blocks_marks_nothing_between_them() -> None:
    html = "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
    assert highlight(html, [span_of(html, "one\ntwo")]) == (
        '<ul>\n<li><mark id="s10-q1" data-span="1">one</mark></li>\n'
        '<li><mark data-span="1">two</mark></li>\n</ul>'
    )


def test_spans_that_overlap_are_marks_in_marks_each_with_its_own_id() -> None:
    html = "<p>one two three</p>"
    assert highlight(html, [span_of(html, "one two", 1), span_of(html, "two three", 2)]) == (
        '<p><mark id="s10-q1" data-span="1">one </mark>'
        '<mark data-span="1"><mark id="s10-q2" data-span="2">two</mark></mark>'
        '<mark data-span="2"> three</mark></p>'
    )


def test_an_entity_and_a_run_of_spaces_are_marked_whole() -> None:
    html = "<p>a &amp;   b</p>"
    assert highlight(html, [Span(2, 4, 1, "x")]) == (
        '<p>a <mark id="x" data-span="1">&amp;   </mark>b</p>'
    )


def test_an_empty_span_and_one_outside_the_text_mark_nothing() -> None:
    html = "<p>one</p>"
    assert highlight(html, [Span(1, 1, 1, "a"), Span(3, 9, 2, "b"), Span(9, 12, 3, "c")]) == html


def test_a_span_that_reaches_beyond_the_text_is_marked_as_far_as_it_goes() -> None:
    marked = highlight("<p>one</p>", [Span(-2, 9, 1, "a")])
    assert marked == '<p><mark id="a" data-span="1">one</mark></p>'


def test_an_id_cannot_break_out_of_its_attribute() -> None:
    assert 'id="&quot;&gt;"' in highlight("<p>one</p>", [Span(0, 1, 1, '">')])


def test_hundreds_of_overlapping_spans_stay_small_and_all_have_their_ids() -> None:
    html = render("word " * 1000)
    spans = [Span(5 * i, 5 * i + 2500, i, f"q{i}") for i in range(400)]
    marked = highlight(html, spans)
    assert costs(0.5, lambda: highlight(html, spans))
    assert len(marked) < len(html) + len(spans) * (2 * MAX_OVERLAP + 1) * 40
    assert all(f'id="q{i}"' in marked for i in range(400))
    assert plain(marked) == plain(html)


PIECES = [
    "one ",
    "**two** ",
    "*th\nree*",
    "`co de`",
    "\n\n",
    "- item ",
    "> ",
    "&amp;",
    "😀",
    "e\u0301",
]
PIECES += ["שלום ", "|a|\n|-|\n|b|\n", "~~x~~", "[l](https://a.b)", "  \n", "\n    code\n", "a  b"]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90)), max_size=12),
)
def test_marking_never_changes_the_text_nor_the_other_tags(
    source: str, ends: list[tuple[int, int]]
) -> None:
    html = render(source)
    text = plain(html)
    spans = [Span(start, end, i, f"q{i}") for i, (start, end) in enumerate(ends)]
    marked = highlight(html, spans)
    assert MARK.sub("", marked) == html
    assert plain(marked) == text
    assert is_well_nested(marked)
    assert len(re.findall(' id="', marked)) == len(set(re.findall(' id="(q[0-9]+)"', marked)))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join),
    st.integers(0, 60),
    st.integers(1, 40),
)
def test_what_is_marked_is_what_was_meant(source: str, start: int, length: int) -> None:
    html = render(source)
    text = plain(html)
    marked = highlight(html, [Span(start, start + length, 1, "q")])
    inside = "".join(re.findall("<mark[^>]*>(.*?)</mark>", marked, re.DOTALL))
    seen = plain(f"<pre>x{inside}x</pre>")[1:-1]
    expected = text[start : start + length]
    assert re.sub(r"\s", "", seen) == re.sub(r"\s", "", expected)
    assert bool(inside) == bool(expected.replace("\n", ""))


def test_a_tail_stands_behind_the_passage_and_never_in_a_link() -> None:
    html = '<p>See <a href="https://example.org">this long page</a> now.</p>'
    inside = Span(4, 8, 1, "q1", '<a class="by"></a>')
    beyond = Span(9, 22, 2, "q2", '<a class="by">2</a>')
    assert highlight(html, [inside, beyond]) == (
        '<p>See <a href="https://example.org"><mark id="q1" data-span="1">this</mark> '
        '<mark id="q2" data-span="2">long page</mark></a><a class="by"></a>'
        '<mark data-span="2"> now</mark><a class="by">2</a>.</p>'
    )
