"""The part of a text in which most of what was looked for stands, with what was found marked.

Pieces of plain text come out: whoever shows them escapes them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Piece", "Sought", "excerpt", "fold", "html", "marked"]

MOST = 240
BEFORE = 4  # what is shown before what was found: a fourth of the whole
HITS = 200
_CHINESE = "\u2e80-\u2fff\u3005-\u3007\u3021-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION = (
    r"!-/:-@\[-`{-~\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7"
    r"\u02bc\u060c\u061b\u061f\u06d4\u0964\u0965\u2000-\u206f\u2e00-\u2e7f\u3000-\u3004"
    r"\u3008-\u3020\u30fb"
)
# As crux_words in the database has them.
_WORD = re.compile(rf"[{_CHINESE}]|[^\s{_PUNCTUATION}{_CHINESE}]+")
_AS_LETTERS = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i"}
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sought:
    """Folded words one after the other; `begins`: the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it is what was looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    number: int


def fold(word: str) -> str:
    """A word as it is compared: without case and accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(p for p in parts if not unicodedata.combining(p)).translate(_AS_LETTERS)


def excerpt(text: str, sought: Sequence[Sought], most: int = MOST) -> list[Piece]:
    """At most so many characters of the text, around what was found, or from its beginning."""
    text = _SPACE.sub(" ", text).strip()
    hits = _hits(text, sought)
    start, end = _window(text, hits, most)
    pieces = _pieces(text, start, end, [h for h in hits if start <= h.start and h.end <= end])
    if start > 0:
        pieces.insert(0, Piece("\u2026 "))
    if end < len(text):
        pieces.append(Piece(" \u2026"))
    return pieces


def marked(text: str, sought: Sequence[Sought]) -> list[Piece]:
    """The whole of a text, such as a title, with what was found."""
    return _pieces(text, 0, len(text), _hits(text, sought))


def html(pieces: Iterable[Piece]) -> str:
    """Safe HTML: everything escaped, and what was found in <mark>."""
    return "".join(
        f"<mark>{escape(piece.text)}</mark>" if piece.found else escape(piece.text)
        for piece in pieces
    )


def _hits(text: str, sought: Sequence[Sought]) -> list[_Hit]:
    """Where what was looked for stands, in order, none upon another; the first 200."""
    places = [match.span() for match in _WORD.finditer(text)]
    folded = [fold(text[start:end]) for start, end in places]
    hits: list[_Hit] = []
    free = 0
    for at in range(len(folded)):
        if at < free or len(hits) == HITS:
            continue
        fits = [(len(one.words), n) for n, one in enumerate(sought) if _is_at(one, folded, at)]
        if fits:
            length, number = max(fits, key=lambda fit: (fit[0], -fit[1]))
            free = at + length
            hits.append(_Hit(places[at][0], places[free - 1][1], number))
    return hits


def _is_at(one: Sought, folded: Sequence[str], at: int) -> bool:
    length = len(one.words)
    if not length or at + length > len(folded):
        return False
    last = folded[at + length - 1]
    ends = last.startswith(one.words[-1]) if one.begins else last == one.words[-1]
    return ends and all(folded[at + n] == one.words[n] for n in range(length - 1))


def _window(text: str, hits: Sequence[_Hit], most: int) -> tuple[int, int]:
    """Start and end of the part with the most different things in it, cut between words."""
    if len(text) <= most:
        return 0, len(text)
    start = 0
    if hits:
        before = most // BEFORE
        best = max(hits, key=lambda hit: (_worth(hits, hit, most - before), -hit.start))
        start = max(0, min(best.start - before, len(text) - most))
        space = text.find(" ", start, best.start)
        start = space + 1 if start and space >= 0 else start
    end = min(len(text), start + most)
    space = text.rfind(" ", start, end + 1)
    return start, space if end < len(text) and space > start + most // 2 else end


def _worth(hits: Sequence[_Hit], first: _Hit, room: int) -> int:
    return len({h.number for h in hits if first.start <= h.start and h.end <= first.start + room})


def _pieces(text: str, start: int, end: int, hits: Sequence[_Hit]) -> list[Piece]:
    made: list[Piece] = []
    done = start
    for hit in hits:
        if hit.start > done:
            made.append(Piece(text[done : hit.start]))
        made.append(Piece(text[hit.start : hit.end], found=True))
        done = hit.end
    if end > done:
        made.append(Piece(text[done:end]))
    return made
