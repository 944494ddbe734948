"""A quotation, and edits at random of what it quotes: for the test and the proof of anchoring."""

from __future__ import annotations

import re
from collections import Counter

from django.contrib.auth.models import AnonymousUser
from hypothesis import strategies as st

from accounts.models import User
from debate.actions.statements import refusal_of_body
from debate.models import Quotation, Statement
from debate.selectors import rows
from debate.text import markdown, plain, quotations
from debate.text.words import cuts

Edit = tuple[str, int, int, str]
"""Where a stretch of the source begins (near an edge of the quoted words, or from the beginning),
how long it is, and what replaces it."""

PIECES = ["the ", "model ", "agrees ", "is ", "a function ", "of text", ". ", ", ", "\n\n", "\n"]
PIECES += [
    "**so** ",
    "*sure*",
    "`x_1` ",
    "[link](https://a.b) ",
    "- item\n",
    "> ",
    "&amp; ",
    "<b>",
]
PIECES += [
    "é",
    "e\u0301",
    "x\u0302",
    "\u0301",
    "\u0323",
    "👩\u200d👧\u200d👦 ",
    "👩",
    "\u200d",
    "👍🏽",
    "🏽",
]
PIECES += [
    "🇩🇪",
    "🇫🇷",
    "🇩",
    "❤\ufe0f",
    "1\ufe0f\u20e3 ",
    "שָׁלוֹם ",
    "עולם ",
    "مرحبا ",
    "\u0651",
    "\u200f",
]
PIECES += [
    "\u202e",
    "\u202c",
    "同意",
    "不",
    "한글 ",
    "ᄒ",
    "\u00ad",
    "\u00a0",
    "“so” ",
    "can't ",
    "-",
]
PLACES = st.integers(0, 120)
mixed = st.lists(st.sampled_from(PIECES), min_size=2, max_size=30).map("".join)
framed = mixed.map(
    "Nobody said that it learns **while** it runs: {} Whether that is so is open.".format
)
sources = st.one_of(mixed, framed, framed)
few = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
edits = st.one_of(
    st.tuples(st.just("anywhere"), PLACES, st.integers(0, 14), few),
    st.tuples(st.sampled_from(["start", "end"]), st.integers(-2, 2), st.integers(0, 2), few),
)
stories = st.tuples(sources, PLACES, st.integers(1, 40), st.lists(edits, min_size=1, max_size=4))
"""A source, start and length of what is quoted of its text, and the edits that follow."""

MARKED = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)
AUTHOR = User(standing="exempt", pk=1, username="alice")


def follow(source: str, start: int, length: int, changes: list[Edit]) -> Counter[str]:
    """Quote, edit, and check after each edit what a reader is shown; returns how often which was.

    Either the quotation stands in the newest wording, as an exact slice that cuts no word which
    was whole, and is marked there; or it is shown as quoted from an earlier wording, and is an
    exact slice of that.
    """
    seen: Counter[str] = Counter()
    if refusal_of_body(source, AUTHOR):
        return seen
    statement = Statement(pk=1, kind="support", author=AUTHOR, body=source)
    _write(statement, source)
    quotation = _quoted(statement, start, length)
    if quotation is None:
        return seen
    first = statement.body_html
    _check_slice(quotation, first, (quotation.start, quotation.end))
    reply = Statement(pk=2, kind="objection", on="truth", author=AUTHOR, parent=statement)
    reply.quotation = quotation
    for change in changes:
        body = _edited(statement.body, quotation.exact, change)
        if refusal_of_body(body, AUTHOR) or markdown.clean(body).strip() == statement.body:
            continue
        statement.revision += 1
        _write(statement, body)
        seen[_shown(reply, statement, quotation, first)] += 1
    return seen


def _edited(body: str, words: str, change: Edit) -> str:
    near, at, length, new = change
    edge = {"anywhere": 0, "start": body.find(words), "end": body.find(words) + len(words)}[near]
    start = max(0, edge + at)
    return body[:start] + new + body[start + length :]


def _write(statement: Statement, body: str) -> None:
    statement.body = markdown.clean(body).strip()
    statement.body_html = markdown.render(statement.body)


def _quoted(statement: Statement, start: int, length: int) -> Quotation | None:
    """The passage as the action anchors it; None where there are no words to quote."""
    text = plain.plain(statement.body_html)
    try:
        found = quotations.find(text, text[start : start + length], start=start)
    except (ValueError, quotations.Ambiguous, quotations.NotThere):
        return None
    return Quotation(
        pk=3,
        statement=statement,
        revision=1,
        exact=found.exact,
        prefix=found.prefix,
        suffix=found.suffix,
        start=found.start,
        end=found.end,
    )


def _shown(reply: Statement, statement: Statement, quotation: Quotation, first: str) -> str:
    """Check what a reader is shown of the quotation now, and say which of the two it is."""
    reading = rows.Reading(AnonymousUser(), quotations={statement.pk: [quotation]})
    quote = rows.row(reply, statement, reading).quote
    assert quote is not None and quote.text == quotation.exact
    place = rows.place_of(statement, quotation)
    if place is None:
        assert quote.from_revision == 1 and "/revisions/1/?quote=3#quoted" in quote.href
        assert "<mark" not in rows.row(statement, None, reading).body
        _check_slice(quotation, first, (quotation.start, quotation.end))
        return "flagged"
    assert quote.from_revision == 0
    _check_slice(quotation, statement.body_html, place)
    _check_edges(quotation, plain.plain(statement.body_html), place)
    assert _marked(rows.row(statement, None, reading).body) == _squeezed(quotation.exact)
    return "found"


def _check_slice(quotation: Quotation, html: str, place: tuple[int, int]) -> None:
    assert plain.plain(html)[slice(*place)] == quotation.exact
    span = plain.Span(*place, 1, "quoted")
    assert _marked(plain.highlight(html, [span])) == _squeezed(quotation.exact)


def _check_edges(quotation: Quotation, text: str, place: tuple[int, int]) -> None:
    around = quotation.prefix + quotation.exact + quotation.suffix
    start = len(quotation.prefix)
    for edge, own in zip(place, (start, start + len(quotation.exact)), strict=True):
        assert cuts(around, own) or not cuts(text, edge)


def _marked(html: str) -> str:
    """The words in the marks, without spaces: HTML has more of them than the text it shows."""
    inside = "".join(MARKED.findall(html))
    return _squeezed(plain.plain(f"<pre>{inside}</pre>"))


def _squeezed(text: str) -> str:
    return "".join(text.split())
