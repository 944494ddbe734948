"""Text with the differences folded away that people do not mean when they quote.

Curly and straight quotation marks, kinds of dash, dots and ellipsis, runs of spaces, soft
hyphens, and composed or decomposed letters are the same here. Each folded character knows where
it came from.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Folded", "fold"]

_SINGLE = "\u2018\u2019\u201a\u201b\u2039\u203a\u2032\u02bc\u00b4"
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_UNSEEN = "\u00ad\u200b\u2060\ufeff"
_PART = re.compile(
    rf"(?P<unseen>[{_UNSEEN}]+)|(?P<space>\s[\s{_UNSEEN}]*)|(?P<dash>[{_DASHES}]+)"
    rf"|(?P<dots>\.{{3,}}|\u2026)|(?P<single>[{_SINGLE}])|(?P<double>[{_DOUBLE}])|(?P<other>.)"
)
_SIGNS = {"space": " ", "dash": "-", "dots": "\u2026", "single": "'", "double": '"'}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters where it starts and ends in the original."""

    text: str
    starts: list[int]
    ends: list[int]

    def places(self, words: str) -> list[tuple[int, int]]:
        """Return start and end in the original of every place of these folded words."""
        found: list[tuple[int, int]] = []
        index = self.text.find(words) if words else -1
        while index >= 0:
            last = index + len(words)
            if self._is_edge(index) and self._is_edge(last):
                found.append((self.starts[index], self.ends[last - 1]))
            index = self.text.find(words, index + 1)
        return found

    def _is_edge(self, index: int) -> bool:
        """Say whether no character of the original is cut here, nor a letter from its accents."""
        if not 0 < index < len(self.text):
            return True
        inside = self.starts[index] == self.starts[index - 1]
        return not inside and not unicodedata.combining(self.text[index])


def fold(text: str) -> Folded:
    """Return the folded text, without space at its ends."""
    letters, starts, ends = [], [], []
    for letter, start, end in _letters(text):
        letters.append(letter)
        starts.append(start)
        ends.append(end)
    if not text.isascii():
        _sort_accents(letters)
    first = 1 if letters and letters[0] == " " else 0
    last = len(letters) - 1 if letters and letters[-1] == " " else len(letters)
    return Folded("".join(letters[first:last]), starts[first:last], ends[first:last])


def _letters(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each folded letter with start and end of what it stands for."""
    for part in _PART.finditer(text):
        kind = str(part.lastgroup)
        if kind == "unseen":
            continue
        start, end = part.span()
        if kind != "other" or part[0].isascii():
            yield _SIGNS.get(kind, part[0]), start, end
            continue
        for letter in unicodedata.normalize("NFD", part[0]):
            yield letter, start, end


def _sort_accents(letters: list[str]) -> None:
    """Put the accents of each letter in canonical order, in place."""
    index = 0
    while index < len(letters):
        first = index
        while index < len(letters) and unicodedata.combining(letters[index]):
            index += 1
        if index - first > 1:
            letters[first:index] = sorted(letters[first:index], key=unicodedata.combining)
        index += 1
