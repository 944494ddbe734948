"""Finds what people quote in what they answer: exactly, but for typography, or nearly so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from debate.formats.hypertext import shown
from debate.formats.outline import Quote
from debate.text.folding import Folded, fold
from debate.text.nearest import nearest

ALIKE = 0.9
QUOTED_MOST, COMPARED_MOST = 10_000, 1_000
EFFORT = 1_000_000
"""Characters to be drawn, folded or compared for one file, at about a millionth of a second."""
CONTEXT = 32
ENDS = re.compile(r"^(?:\[?(?:\u2026|\.{3,})\]?\s*)+|(?:\s*\[?(?:\u2026|\.{3,})\]?)+$")


@dataclass(frozen=True, slots=True)
class Found:
    """The point in which quoted words stand, and the words as they stand there."""

    key: str
    quote: Quote


class Passages:
    """The texts of points, to look for quotations in; costly steps share one budget."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.folded: dict[str, Folded] = {}
        self.words: dict[str, frozenset[str]] = {}
        self.effort = EFFORT

    def add(self, key: str, body: str) -> None:
        """Take in the Markdown of a point."""
        self.bodies[key] = body

    def text(self, key: str) -> str:
        """What a reader sees of a point."""
        if key not in self.texts:
            body = self.bodies.get(key, "")
            self.texts[key] = shown(body) if self._spends(2 * len(body)) else body
        return self.texts[key]

    def find(self, words: str, keys: Iterable[str]) -> Found | None:
        """Find the words in one of the points, the first that has them; else nothing."""
        words = ENDS.sub("", words.strip())
        places = list(dict.fromkeys(keys))
        if not words or len(words) > QUOTED_MOST:
            return None
        for look in (self._exact, self._but_for_signs, self._nearly):
            for key in places:
                if found := look(key, words):
                    return found
        return None

    def candidates(self, words: str, keys: Iterable[str]) -> tuple[str, ...]:
        """The passages most like the words."""
        told: list[str] = []
        for key in dict.fromkeys(keys):
            if self._may_compare(key, words):
                told += nearest(self.text(key), words, 2)
        return tuple(dict.fromkeys(told))[:3]

    def _exact(self, key: str, words: str) -> Found | None:
        text = self.text(key)
        at = text.find(words)
        return _found(key, text, at, at + len(words)) if at >= 0 else None

    def _but_for_signs(self, key: str, words: str) -> Found | None:
        if not self._spends(0 if key in self.folded else len(self.text(key))):
            return None
        text = self.text(key)
        folded = self.folded.setdefault(key, fold(text))
        places = folded.places(fold(words).text)
        return _found(key, text, *places[0]) if places else None

    def _nearly(self, key: str, words: str) -> Found | None:
        if len(words) > COMPARED_MOST or not self._may_compare(key, words):
            return None
        text = self.text(key)
        for passage in nearest(text, words, 1):
            matcher = SequenceMatcher(a=passage.lower(), b=words.lower(), autojunk=False)
            at = text.find(passage)
            if matcher.ratio() >= ALIKE and at >= 0:
                return _found(key, text, at, at + len(passage))
        return None

    def _may_compare(self, key: str, words: str) -> bool:
        """Whether it is worth it to look for something like the words, and still affordable."""
        sought = set(words.lower().split())
        if key not in self.words:
            self.words[key] = frozenset(self.text(key).lower().split())
        shared = sought & self.words[key]
        return 2 * len(shared) > len(sought) and self._spends(len(self.text(key)) + 4_000)

    def _spends(self, effort: int) -> bool:
        self.effort -= effort
        return self.effort >= 0


def _found(key: str, text: str, start: int, end: int) -> Found:
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return Found(key, Quote(text[start:end], before, after, start, end))
