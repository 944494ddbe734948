"""Markdown as people write it, turned into HTML that is safe to show to anyone.

CommonMark with tables, strikethrough and bare `https://` links. Raw HTML is shown as text.
Pictures become links to themselves, since a page loads nothing from elsewhere. Headings become
strong paragraphs: a statement may stand at any depth of a page, so no level would be right.
"""

import importlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape

import nh3
from linkify_it import LinkifyIt  # type: ignore[import-untyped]  # it comes without types
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

__all__ = ["clean", "render", "unstacked"]

MAX_NESTING = 20
MAX_EMPTY_CELLS = 200
MAX_ADDRESS = 2_000
"""In a text: what follows each "://" is read for its end. Between < and > it may be longer."""
MARKS_MAX = 30
"""Marks on one letter, as in Unicode's Stream-Safe Text (UAX #15): languages need no ten."""
TAGS = frozenset(
    {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
LINK_REL = "nofollow noopener noreferrer ugc"

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# Parsers of addresses take "https:/logout" and "https:logout" as absolute, browsers as paths of
# our own site, so the slashes are required here.
_ABSOLUTE = re.compile(r"(?:https?://[^/\\?#\s]|mailto:[^\s?])", re.IGNORECASE)
_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
# What is left of a link whose address no browser could read, as "https://[".
_NO_LINK = re.compile(f'<a rel="{LINK_REL}">(.*?)</a>', re.DOTALL)
_LINK_ENDS = frozenset({"link_open", "link_close"})
_TO_CHECK = frozenset({"link_open", "image"})

# The limit is a module's constant, and the package exports a function under the module's name.
vars(importlib.import_module("markdown_it.rules_block.table"))["MAX_AUTOCOMPLETED_CELLS"] = (
    MAX_EMPTY_CELLS
)


class Unwritable(ValueError):
    """What no text may have: `sign`, such as "U+0000"; where empty, too many marks on a letter."""

    def __init__(self, sign: str = "") -> None:
        super().__init__(sign or f"more than {MARKS_MAX} marks on one letter")
        self.sign = sign


def clean(source: str) -> str:
    r"""Return `source` in NFC with only \n as line end.

    Raise Unwritable on control characters, and on more marks on a letter than anybody could read.
    """
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    if found := _NOT_TEXT.search(text):
        raise Unwritable(f"U+{ord(found[0]):04X}")
    if text.isascii():
        return text
    if unstacked(text) != text:  # putting them in order takes time with the square of their number
        raise Unwritable
    return unicodedata.normalize("NFC", text)


def unstacked(text: str) -> str:
    """Return the text without the marks that are too many on a letter."""
    if text.isascii():
        return text
    kept, stacked = [], 0
    for sign in text:
        stacked = stacked + 1 if unicodedata.combining(sign) else 0
        if stacked <= MARKS_MAX:
            kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=16)  # a text is rendered to be checked, and again to be stored
def render(source: str) -> str:
    """Return the safe HTML of Markdown; raise ValueError where `clean` does.

    What is nested too deep, swells too much or would show nothing at all is shown as written.
    """
    source = clean(source)
    limit = 10 * len(source) + 4000
    tokens = _PARSER.parse(source)
    html = "" if _is_cut_short(tokens) else _written(tokens, limit)
    return html if 0 < len(html) <= limit else _CLEANER.clean(_as_written(source)).strip()


def _written(tokens: list[Token], limit: int) -> str:
    """Return the safe HTML of parsed Markdown; nothing if it is longer than the limit."""
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return _NO_LINK.sub(r"\1", _CLEANER.clean(html)).strip() if len(html) <= limit else ""


def _as_written(source: str) -> str:
    """Return the HTML that shows the source itself, for what is too deep or swells too much."""
    paragraphs = (part for part in source.split("\n\n") if part.strip())
    return "".join(f"<p>{escape(part, quote=False)}</p>\n" for part in paragraphs)


def _is_cut_short(tokens: list[Token]) -> bool:
    """Say whether blocks lie so deep that the parser left out what is in them."""
    return any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in tokens)


class _Parser(MarkdownIt):
    """A parser that takes absolute web and mail addresses as links, and leaves others as text."""

    def validateLink(self, url: str) -> bool:
        """Say whether a link may go to this address."""
        return bool(_ABSOLUTE.match(url))


class _Renderer(RendererHTML):
    """The usual writer of HTML, but for headings."""

    def heading_open(self, *_: Sequence[Token] | int | OptionsDict | EnvType) -> str:
        """Return what opens a heading."""
        return "<p><strong>"

    def heading_close(self, *_: Sequence[Token] | int | OptionsDict | EnvType) -> str:
        """Return what closes a heading."""
        return "</strong></p>\n"


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Take an address as a link at its "://"; one without a scheme, as "setup.py", is none.

    The parser's own rule reads all the text before each "://" and so is slow on hostile input.
    """
    scheme = _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])
    if not scheme or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    begin = state.pos - len(scheme[1])
    url = _bare_url(state.src[begin : begin + MAX_ADDRESS + 2])  # where it is cut is not its end
    if not url or not (silent or state.pending.endswith(scheme[1])):
        return False
    if not silent:
        state.pending = state.pending.removesuffix(scheme[1])
        state.push("link_open", "a", 1).attrs = {"href": state.md.normalizeLink(url)}
        state.push("text", "", 0).content = state.md.normalizeLinkText(url)
        state.push("link_close", "a", -1)
    state.pos += len(url) - len(scheme[1])
    return True


def _bare_url(text: str) -> str:
    """Return the web address a text starts with, without what is rather the sentence's; or ""."""
    found = _LINKIFY.match_at_start(text)
    if not found or len(found.url) > MAX_ADDRESS:
        return ""
    url = str(found.url).rstrip("*~")
    return url if _ABSOLUTE.match(url) else ""


def _only_our_links(state: StateCore) -> None:
    """Replace every picture by a link to it, and every link to nowhere by its text."""
    for block in state.tokens:
        if block.children and any(token.type in _TO_CHECK for token in block.children):
            block.children = list(_with_our_links(block.children))


def _with_our_links(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens of a text; a picture inside a link becomes its description alone."""
    link: Token | None = None
    for token in tokens:
        if token.type == "link_open":
            link = token
        if token.type == "image":
            yield from _picture_as_link(token, in_link=bool(link and link.attrs["href"]))
        elif token.type not in _LINK_ENDS or (link and link.attrs["href"]):
            yield token
        if token.type == "link_close":
            link = None


def _picture_as_link(picture: Token, *, in_link: bool) -> Iterator[Token]:
    """Yield a link to a picture, or only its text if it is in a link or has no address."""
    address = str(picture.attrs["src"])
    text = Token("text", "", 0, content=_description(picture) or address)
    if in_link or not address:
        yield text
        return
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield text
    yield Token("link_close", "a", -1)


def _description(picture: Token) -> str:
    """Return the words that stand for a picture."""
    parts = (" " if part.type == "softbreak" else part.content for part in picture.children or ())
    return "".join(parts).strip()


def _make_parser() -> MarkdownIt:
    """Return the parser of every body in the program."""
    parser = _Parser(
        "commonmark",
        {"html": False, "maxNesting": MAX_NESTING, "xhtmlOut": False},
        renderer_cls=_Renderer,
    )
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.after("text", "bare_link", _bare_link)
    parser.core.ruler.push("our_links", _only_our_links)
    return parser


_LINKIFY = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False})
_PARSER = _make_parser()
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=LINK_REL,
    strip_comments=True,
)
