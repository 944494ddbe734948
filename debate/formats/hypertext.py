"""Hypertext of other sites as Markdown of ours, with what is quoted in it told apart.

The hypertext is cleaned by nh3 first, so that what is walked here is well formed; the Markdown is
drawn again and compared with what a reader saw, and where it would show anything else the plain
words are taken instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import nh3

from debate.text.markdown import render, unstacked
from debate.text.plain import plain

__all__ = ["Piece", "escaped", "has_markup", "pieces", "shown", "words"]

DEEPEST, LONGEST, CHECKED_MOST = 100, 400_000, 60_000
_INLINE = {
    **dict.fromkeys(("em", "i"), "*"),
    **dict.fromkeys(("strong", "b"), "**"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
}
_HEADINGS = {f"h{level}": "#" * level + " " for level in range(1, 7)}
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "table", "tr", "hr", "details", "summary", *_HEADINGS}
)
_UNCLOSED = frozenset(
    {"br", "hr", "img", "p", "li", "td", "tr", "th", "thead", "tbody", "wbr", "input", "source"}
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"[0-9]{1,8}")
_PLAIN = re.compile(r"(?:[^\W_]|[ ,.;:!?()'\"/%\u2010-\u2027\u00a0-\u00bf])*")
_BREAK = "\x00"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SPECIAL = re.compile(
    r"[\\`*\[\]|]|~(?=~)|(?<=~)~|&(?=[#\w]+;)|<(?=[a-zA-Z/!?])|(?<![^\W_])_|_(?![^\W_])"
)
_STARTS = re.compile(
    r"^([ \t]*)(>|[+-](?=[ \t]|$)|-(?=-*[ \t]*$)|=(?==*[ \t]*$)|#(?=#{0,5}(?:[ \t]|$))"
    r"|\d{1,9}(?=[.)](?:[ \t]|$)))",
    re.MULTILINE,
)
_TICKS = re.compile(r"`+")
_IN_LINK = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C"})

_CLEANER = nh3.Cleaner(
    tags={
        *_INLINE,
        *_BLOCKS,
        *("a", "aside", "blockquote", "br", "code", "img", "li", "pre", "td", "th"),
    },
    clean_content_tags={"script", "style", "template", "title"},
    attributes={
        "a": {"href"},
        "img": {"src", "alt"},
        "ol": {"start"},
        "aside": {"data-post", "data-username"},
        "div": {"class"},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
    strip_comments=True,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: Markdown, or the plain words of a quotation.

    `post` is the number of the post quoted, where the site says it; `inner` tells that a
    quotation within the quotation was left out.
    """

    text: str
    quoted: bool = False
    post: str = ""
    inner: bool = False


def escaped(text: str) -> str:
    """Plain words as Markdown that shows just them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    made = _STARTS.sub(_start, _inline(text))
    if "://" in text and _squeezed(shown(made)) != _squeezed(text):
        made = made.replace("://", "\\://")  # no link then, as signs in links stay as they are
    return made


def _start(found: re.Match[str]) -> str:
    """What would begin a list or heading; of a number it is the sign behind it that does."""
    is_number = found[2][0].isdigit()
    return f"{found[1]}{found[2]}\\" if is_number else f"{found[1]}\\{found[2]}"


def shown(markdown: str) -> str:
    """The text that a reader sees of Markdown; far too long a text comes as it is."""
    if len(markdown) > CHECKED_MOST:
        return markdown
    if _is_plain(markdown):
        return markdown.rstrip()
    return plain(render(unstacked(markdown)))


def has_markup(markdown: str) -> bool:
    """Whether Markdown is more than paragraphs of words: emphasis, links, lists, code ..."""
    if len(markdown) > CHECKED_MOST or _is_plain(markdown):
        return False
    html = render(unstacked(markdown))
    return any(tag not in {"p", "br"} for _, tag in _TAG.findall(html))


def _is_plain(markdown: str) -> bool:
    """Whether it is surely words alone, which is told faster than by drawing it."""
    return bool(_PLAIN.fullmatch(markdown)) and markdown[:1].isalpha() and "  " not in markdown


def words(html: str) -> str:
    """The words of a piece of hypertext on one line, with whatever it is written in left out."""
    return _SPACE.sub(" ", unescape(_ANY_TAG.sub(" ", html))).strip()


def pieces(html: str, *, is_checked: bool = True) -> list[Piece]:
    """What a hypertext says, in order: its own words as Markdown, and what it quotes.

    Unless it is long, or is not to be `is_checked`, the Markdown is drawn again and compared.
    What is nested too deep to mean it, or too long, comes as plain words without any mark-up.
    """
    html = _CONTROL.sub("", html)
    if len(html) > LONGEST or _depth(html) > DEEPEST:
        found = escaped(words(html[:LONGEST]))
        return [Piece(found)] if found else []
    cleaned = _CLEANER.clean(html)
    written = _Walk(cleaned, marked=True).pieces
    if not is_checked or len(cleaned) > CHECKED_MOST:
        return written
    bare = _Walk(cleaned, marked=False).pieces
    if len(written) != len(bare):  # mark-up with nothing in it
        return [one if one.quoted else Piece(escaped(one.text)) for one in bare]
    return [_sound(one, words.text) for one, words in zip(written, bare, strict=True)]


def _sound(piece: Piece, said: str) -> Piece:
    """The piece, or what is said in it without any mark-up where the mark-up fails."""
    if piece.quoted or _squeezed(shown(piece.text)) == _squeezed(said):
        return piece
    return Piece(escaped(said))


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)


def _depth(html: str) -> int:
    """How deep elements are nested, at most; those that need no closing do not count."""
    depth = most = 0
    for closing, name in _TAG.findall(html):
        if name.lower() not in _UNCLOSED:
            depth = max(depth + (-1 if closing else 1), 0)
            most = max(most, depth)
    return most


class _Walk(HTMLParser):
    """One walk through cleaned hypertext. Not `marked`: emphasis and links are left out."""

    def __init__(self, html: str, *, marked: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.marked = marked
        self.pieces: list[Piece] = []
        self.blocks: list[str] = []
        self.inner: list[str] = []  # what a quotation quotes itself
        self.line: list[str] = []
        self.lists: list[list[str]] = []  # the sign of the next item, and the indent of its lines
        self.links: list[tuple[str, int]] = []  # addresses, and where in the line they begin
        self.quotes = self.verbatim = self.title = self.codes = 0
        self.post = self.heading = ""
        self.feed(html)
        self.close()
        self._flush()
        self._end_piece()

    # ---- what the parser finds
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A beginning."""
        given = {name: value or "" for name, value in attrs}
        if tag == "blockquote":
            self._open_quote()
        elif tag == "aside":
            self.post = given.get("data-post", "")
        elif tag == "div" and given.get("class") == "title" and self.post:
            self._flush()
            self.title += 1
        elif tag in _BLOCKS or tag in {"li", "pre"}:
            self._open_block(tag, given)
        else:
            self._open_inline(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """An end; of a list item it ends what the item says."""
        if tag == "blockquote":
            self._close_quote()
        elif tag == "div" and self.title:
            self.line.clear()
            self.title -= 1
        elif tag in _BLOCKS or tag in {"li", "pre", "aside"}:
            self._close_block(tag)
        elif tag in _INLINE:
            self.line.append(self._sign(_INLINE[tag]))
        elif tag == "a" and self.links:
            self._close_link()
        elif tag == "code" and self.codes:
            self._close_code()
        elif tag in {"td", "th"}:
            self.line.append(" ")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self.title:
            self.line.append(_inline(data) if self._marks() and not self.codes else data)

    # ---- quotations
    def _open_quote(self) -> None:
        self._flush()
        if not self.quotes:
            post, self.post = self.post, ""
            self._end_piece()
            self.post = post
        self.quotes += 1

    def _close_quote(self) -> None:
        self._flush()
        self.quotes = max(self.quotes - 1, 0)
        if not self.quotes:
            said = self.blocks or self.inner
            if said:
                has_inner = bool(self.blocks and self.inner)
                self.pieces.append(Piece("\n".join(said), True, self.post, has_inner))
            self.blocks, self.inner, self.post = [], [], ""

    def _end_piece(self) -> None:
        """What stands before a quotation is a piece of its own."""
        if self.quotes:  # never closed
            self.quotes = 1
            self._close_quote()
        text = "\n\n".join(self.blocks).strip()
        if text:
            self.pieces.append(Piece(text))
        self.blocks = []

    # ---- blocks
    def _open_block(self, tag: str, given: dict[str, str]) -> None:
        self._flush()
        self.heading = _HEADINGS.get(tag, "")
        if tag == "ul":
            self.lists.append(["- ", ""])
        elif tag == "ol":
            start = given.get("start", "1")
            self.lists.append([f"{start if _NUMBER.fullmatch(start) else 1}. ", ""])
        elif tag == "li" and self.lists:
            self._open_item(self.lists[-1])
        elif tag == "pre":
            self.verbatim += 1
        elif tag == "hr" and self.marked and not self.quotes:
            self.blocks.append("---")

    def _open_item(self, current: list[str]) -> None:
        """The sign waits for the first line of the item; the next item has the next number."""
        current[1] = current[0]
        number = current[0].removesuffix(". ")
        if _NUMBER.fullmatch(number):
            current[0] = f"{int(number) + 1}. "

    def _close_block(self, tag: str) -> None:
        self._flush()
        self.heading = ""
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.verbatim = max(self.verbatim - 1, 0)

    def _flush(self) -> None:
        """Put down the line that was gathered as a block."""
        text = "".join(self.line)
        self.line, self.links, self.codes = [], [], 0
        if not self.marked or self.quotes:
            self._flush_words(text)
        elif self.verbatim:
            self._flush_code(text)
        else:
            self._flush_lines([line for part in text.split(_BREAK) if (line := _joined(part))])

    def _flush_words(self, text: str) -> None:
        lines = [text] if self.verbatim else [_joined(part) for part in text.split(_BREAK)]
        said = "\n".join(line for line in lines if line.strip())
        if said:
            (self.inner if self.quotes > 1 else self.blocks).append(said)

    def _flush_lines(self, lines: list[str]) -> None:
        if lines and self.heading:
            self.blocks.append(self._indented(self.heading + " ".join(lines)))
        elif lines:
            self.blocks.append(self._indented(_STARTS.sub(_start, "\\\n".join(lines))))

    def _flush_code(self, text: str) -> None:
        text = text.strip("\n")
        if text.strip():
            ticks = max((len(found) for found in _TICKS.findall(text)), default=0)
            fence = "`" * max(3, ticks + 1)
            self.blocks.append(self._indented(f"{fence}\n{text}\n{fence}"))

    def _indented(self, block: str) -> str:
        """The block under the signs of the lists it is in."""
        first = rest = ""
        for current in self.lists:
            first += current[1]
            current[1] = " " * len(current[1])
            rest += current[1]
        return first + block.replace("\n", "\n" + rest)

    # ---- within a line
    def _open_inline(self, tag: str, given: dict[str, str]) -> None:
        if tag in _INLINE:
            self.line.append(self._sign(_INLINE[tag]))
        elif tag == "br":
            self.line.append("\n" if self.verbatim else _BREAK)
        elif tag == "a" and self._marks():
            self.links.append((given.get("href", ""), len(self.line)))
        elif tag == "code" and self._marks():
            self.codes = self.codes or len(self.line) + 1
        elif tag == "img":
            self._picture(given)

    def _marks(self) -> bool:
        return self.marked and not (self.quotes or self.verbatim)

    def _sign(self, sign: str) -> str:
        return sign if self._marks() and not self.codes else ""

    def _cut(self, place: int) -> str:
        """Take what was gathered since then out of the line."""
        text = "".join(self.line[place:])
        del self.line[place:]
        return text

    def _close_link(self) -> None:
        address, place = self.links.pop()
        text = self._cut(place)
        is_link = address and text.strip() and not self.codes
        self.line.append(f"[{text}]({address.translate(_IN_LINK)})" if is_link else text)

    def _close_code(self) -> None:
        text = _SPACE.sub(" ", self._cut(self.codes - 1))
        self.codes = 0
        ticks = "`" * (max((len(found) for found in _TICKS.findall(text)), default=0) + 1)
        gap = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
        self.line.append(f"{ticks}{gap}{text}{gap}{ticks}" if text.strip() else text)

    def _picture(self, given: dict[str, str]) -> None:
        """A picture is a link to it, as everywhere here."""
        address = given.get("src", "")
        text = _joined(given.get("alt", "")) or address
        if not self._marks() or self.codes:
            self.line.append(text)
        elif address and text and not self.links:
            self.line.append(f"[{_inline(text)}]({address.translate(_IN_LINK)})")
        else:
            self.line.append(_inline(text))


def _joined(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _inline(text: str) -> str:
    """Plain words within a line as Markdown."""
    return _SPECIAL.sub(lambda sign: "\\" + sign[0], text)
