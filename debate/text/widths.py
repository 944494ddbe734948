"""How wide a text is in our fonts, and how it breaks into lines; for drawings, which do not wrap.

Widths are those of the fonts in static/fonts, rounded up: a line may be a little shorter than it
could be, and never longer. Letters with accents are as wide as those without.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

WIDE, OTHER = 1000, 720
"""Of characters that our fonts do not have: Chinese ones and their like; all others."""
ELLIPSIS = " …"


class Font(dict[str, int]):
    """How wide each character is, in thousandths of the size."""

    def __missing__(self, character: str) -> int:
        if unicodedata.combining(character):
            return 0
        base = unicodedata.normalize("NFKD", character)
        if base != character and base[0] in self:
            return sum(self[part] for part in base)
        return WIDE if unicodedata.east_asian_width(character) in "WF" else OTHER


def _table(by_width: Mapping[int, str]) -> Font:
    return Font({character: width for width, those in by_width.items() for character in those})


SERIF = _table(
    {
        120: "\u202f",
        140: "\u2009",
        200: "'",
        240: " \xa0\u2018\u2019\u201a",
        260: "\u2032",
        300: "|\xa6",
        320: "!,.:;j\xa1\xb7\u2022\u2039\u203a",
        340: "-il\u0131\u0142",
        360: "/[\\]\xb0",
        380: "()ft{}\u017f",
        400: "IJ`\xaa\xb2\xb3\xb9\u0167",
        420: '"\xba',
        440: "?\xbf",
        460: "*\u201c\u201d\u201e",
        480: "rs\xae",
        500: "z",
        520: "\xa4\xa7",
        540: "0123456789#$_ce\xa2\xa3\xa5\u2013\u20ac",
        560: "+<=>S^a~\xab\xac\xb1\xbb\xd7\xf7\u2212",
        580: "gvx\xf0",
        600: "Zoy\xf8",
        620: "FLdkq\xb6\xfe\u0111\u0138\u0141\u0166",
        640: "EPbpu\xb5\xde",
        660: "Thn\xdf\u0127\u014b",
        680: "BCXY",
        700: "R",
        720: "AKV",
        740: "&GOQ\xd8",
        760: "DU\xa9\xd0\u0110",
        780: "N\u014a",
        820: "H\u0126",
        840: "\xe6\u2014\u2190\u2192\u2264\u2265",
        860: "@w",
        920: "\u0153",
        940: "M",
        960: "%m\xc6",
        980: "\u0152",
        1020: "W",
    }
)

SANS = _table(
    {
        100: "\u2009\u202f",
        200: " \xa0",
        280: "ijl|\xa6\u0131",
        300: "',.:;I\xb7\u2018\u2019\u201a\u2032\u2039\u203a",
        320: "\u017f",
        340: "!()-[]f{}\xa1\u2022",
        360: "/\\\xaa\xb0\u0142",
        380: "t\xb2\xb3\xb9\xba\u0167",
        400: "r",
        440: "s",
        460: "*?z\xae\xbf",
        480: "c\xab\xbb\u2013",
        500: "_x",
        520: ('0123456789"$+<=>FJLY^evy~\xa2\xa3\xa4\xa7\xac\xb1\xd7\xf7\u201c\u201d\u201e\u2212'),
        540: "#agk\xa5\u0138\u0141\u20ac",
        560: "ESTVXZ`o\xf0\xf8\u0166",
        580: "ACbdhnpqu\xfe\u0111\u0127\u014b",
        600: "P\xb5",
        620: "BKR\xb6\xde\xdf",
        640: "DG",
        660: "&U\xd0\u0110\u014a",
        680: "HNOQ\xd8",
        720: "\u0126",
        760: "M\xa9",
        780: "w",
        800: "\xe6\u2014",
        820: "W",
        840: "\xc6\u0153\u2190\u2192\u2264\u2265",
        860: "%m",
        880: "\u0152",
        900: "@",
    }
)


def width(text: str, font: Font, size: float) -> float:
    """How wide a text is in one line, at most."""
    return sum(map(font.__getitem__, text)) * size / 1000


def shorten(text: str, room: float, font: Font, size: float) -> str:
    """A text, cut between words or within the first one so that it fits into one line."""
    return next(iter(wrap(text, room, font, size, most=1)), "")


def wrap(text: str, room: float, font: Font, size: float, *, most: int) -> list[str]:
    """The lines of a text, none wider than `room`; what is left over is cut off with an ellipsis.

    Words that are wider than a line are broken.
    """
    lines: list[str] = []
    line, used = "", 0.0
    space = width(" ", font, size)
    for piece, wide, begins in _pieces(text, room, font, size):
        gap = space if line and begins else 0.0
        if line and used + gap + wide > room:
            lines.append(line)
            if len(lines) == most:
                return [*lines[:-1], _cut(line, room, font, size)]
            line, used, gap = "", 0.0, 0.0
        line += (" " if gap else "") + piece
        used += gap + wide
    return [*lines, line] if line else lines


def _pieces(text: str, room: float, font: Font, size: float) -> Iterable[tuple[str, float, bool]]:
    """Words, or parts of them, with their widths, and whether a space comes before them."""
    for word in text.split():
        begins = True
        for part in _breakable(word):
            wide = width(part, font, size)
            if wide <= room:
                yield part, wide, begins
                begins = False
                continue
            for bit in _broken(part, room, font, size):
                yield bit, width(bit, font, size), begins
                begins = False


def _breakable(word: str) -> list[str]:
    """A word in the parts between which a line may end: Chinese may anywhere."""
    if word.isascii() or not any(unicodedata.east_asian_width(c) in "WF" for c in word):
        return [word]
    return list(word)


def _broken(word: str, room: float, font: Font, size: float) -> Iterable[str]:
    """A word in pieces, none wider than `room`, of one character at least."""
    bit, used = "", 0.0
    for character in word:
        wide = width(character, font, size)
        if bit and used + wide > room:
            yield bit
            bit, used = "", 0.0
        bit += character
        used += wide
    yield bit


def _cut(line: str, room: float, font: Font, size: float) -> str:
    """A line with an ellipsis behind it, without as many words or letters as that takes."""
    while line and width(line + ELLIPSIS, font, size) > room:
        shorter = line.rpartition(" ")[0]
        line = shorter or line[:-1]
    return line.rstrip(",;:.–— ") + ELLIPSIS
