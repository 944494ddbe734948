"""The text a reader sees of sanitised HTML, and passages of it marked in that HTML.

`plain` joins the inline text of a block, shows each run of spaces as one, and puts one "\\n"
between blocks and for a line break. A quotation's offsets count code points of this text.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from itertools import pairwise

__all__ = ["Span", "highlight", "plain"]

_BLOCKS = frozenset(
    {"blockquote", "br", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
_TOKEN = re.compile(
    r"""<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?:[^<>"]|"[^"]*")*>"""
    r"|(?P<words>[^<&\s]+(?:[ \n][^<&\s]+)*|[^<& \t\n\r\f])"
    r"|(?P<space>[ \t\n\r\f]+)"
    r"|(?P<entity>&[^;<&\s]*;)"
    r"|(?P<other>[<&])"
)
# A popular passage may be quoted in hundreds of overlapping ways: beyond this depth a
# passage goes unmarked, but for its beginning, so that the page grows with their number only.
MAX_OVERLAP = 8


@dataclass(frozen=True, slots=True)
class Span:
    """A passage to mark: its place in the plain text, its number there, its id in the page.

    `tail` is safe HTML without text, set behind the passage.
    """

    start: int
    end: int
    number: int
    id: str
    tail: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of plain text and the stretch of HTML it is written as."""

    start: int
    text: str
    html_start: int
    html_end: int

    def at(self, position: int) -> int:
        """Return the place in the HTML of a position in the plain text."""
        if position <= self.start:
            return self.html_start
        if len(self.text) != self.html_end - self.html_start:
            return self.html_end
        return min(self.html_start + position - self.start, self.html_end)


@lru_cache(maxsize=1024)  # pages look for many quotations in the same texts
def plain(html: str) -> str:
    """Return the text a reader sees of sanitised HTML."""
    parts: list[str] = []
    length = 0
    for run in _runs(html):
        if run.start > length:
            parts.append("\n")
        parts.append(run.text)
        length = run.start + len(run.text)
    return "".join(parts)


def highlight(html: str, spans: Sequence[Span]) -> str:
    """Return the HTML with each span of its plain text in `<mark>`; the text stays the same.

    A span in several pieces has its id on the first. Spans that overlap are marks in marks.
    """
    if not spans:
        return html
    parts: list[str] = []
    done = 0
    opened: set[int] = set()
    tails: list[tuple[int, str]] = []
    pieces = list(_pieces(html, spans))
    last = {i: number for number, (_, _, active) in enumerate(pieces) for i in active}
    for number, (start, end, active) in enumerate(pieces):
        parts += _between(html, done, start, tails)
        parts += (_opening(spans[i], i not in opened) for i in active)
        parts += html[start:end], "</mark>" * len(active)
        opened.update(active)
        done = end
        ending = "".join(spans[i].tail for i in active if last[i] == number)
        if ending:
            tails.append((_behind_link(html, end), ending))
    return "".join([*parts, *_between(html, done, len(html), tails)])


def _between(html: str, start: int, end: int, tails: list[tuple[int, str]]) -> Iterator[str]:
    """Yield the HTML from start to end with the tails that belong there, which are taken out."""
    while tails and tails[0][0] <= end:
        at, tail = tails.pop(0)
        yield html[start:at]
        yield tail
        start = at
    yield html[start:end]


def _behind_link(html: str, position: int) -> int:
    """Return the position, or the end of the link it is in: links do not nest."""
    if html.rfind("<a ", 0, position) <= html.rfind("</a>", 0, position):
        return position
    return html.index("</a>", position) + len("</a>")


def _opening(span: Span, first: bool) -> str:
    """Return the tag that opens one piece of a span."""
    name = f' id="{escape(span.id)}"' if first else ""
    return f'<mark{name} data-span="{span.number}">'


def _pieces(html: str, spans: Sequence[Span]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield stretches of HTML inside one text node, each with the indexes of the spans on it."""
    stretches = list(_stretches(spans))
    last: tuple[int, int, tuple[int, ...]] | None = None
    first = 0
    for run in _runs(html):
        run_end = run.start + len(run.text)
        while first < len(stretches) and stretches[first][1] <= run.start:
            first += 1
        for start, end, active in _from(stretches, first, run_end):
            piece = run.at(start), run.at(end), active
            if last and last[1] == piece[0] and last[2] == active:
                last = last[0], piece[1], active
                continue
            if last:
                yield last
            last = piece
    if last:
        yield last


def _from(
    stretches: list[tuple[int, int, tuple[int, ...]]], first: int, limit: int
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the stretches from the first on that begin before the limit."""
    for index in range(first, len(stretches)):
        if stretches[index][0] >= limit:
            return
        yield stretches[index]


def _stretches(spans: Sequence[Span]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield the stretches of plain text between all starts and ends, with the spans on each."""
    order = sorted(range(len(spans)), key=lambda i: (spans[i].start, -spans[i].end))
    points = sorted({p for s in spans if s.start < s.end for p in (max(s.start, 0), s.end)})
    active: list[int] = []
    waiting = iter([*order, None])
    coming = next(waiting)
    for start, end in pairwise(points):
        active = [i for i in active if spans[i].end > start][:MAX_OVERLAP]
        while coming is not None and spans[coming].start <= start:
            if spans[coming].end > start:
                active.append(coming)
            coming = next(waiting)
        if active:
            yield start, end, tuple(active)


def _runs(html: str) -> Iterator[_Run]:
    """Yield the stretches of text that a reader sees, in order, with the place of each."""
    position, fresh = 0, True
    gaps: list[re.Match[str]] = []
    for token, as_is, broken in _tokens(html):
        if broken:
            fresh = True
            gaps.clear()
        if token.lastgroup == "space":
            if not fresh and (as_is or not gaps):
                gaps.append(token)
            continue
        position += fresh and position > 0
        for seen in (*gaps, token):
            run = _run(seen, position, as_is=as_is)
            position += len(run.text)
            yield run
        fresh = False
        gaps.clear()


def _tokens(html: str) -> Iterator[tuple[re.Match[str], bool, bool]]:
    """Yield each bit of text, whether its spaces show as they are, and whether a block began."""
    preformatted, broken = 0, True
    for token in _TOKEN.finditer(html):
        if token.lastgroup != "tag":
            yield token, preformatted > 0, broken
            broken = False
            continue
        name = token["tag"].lower()
        broken = broken or name in _BLOCKS
        if name == "pre":
            preformatted += -1 if token["close"] else 1


def _run(token: re.Match[str], position: int, *, as_is: bool) -> _Run:
    """Return the run of a token that starts at this position of the plain text."""
    text = token[0]
    if token.lastgroup == "entity":
        text = unescape(text)
    elif not as_is:
        text = " " if token.lastgroup == "space" else text.replace("\n", " ")
    return _Run(position, text, token.start(), token.end())


def excerpt(html: str, most: int) -> str:
    """Return the first words of sanitised HTML on one line, at most so many characters."""
    return textwrap.shorten(plain(html), most, placeholder=" …")
