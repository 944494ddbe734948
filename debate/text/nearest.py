"""The passages of a text most like given words, for saying what may have been meant."""

import re
from difflib import SequenceMatcher
from itertools import accumulate

__all__ = ["nearest"]

MAX_COMPARED = 240
MAX_CANDIDATES = 10
LEAST_ALIKE = 0.5

# Scripts without spaces make words without end: they are taken in bits.
_WORD = re.compile(r"\S{1,16}")


def nearest(plain: str, words: str, limit: int = 3) -> list[str]:
    """Return up to `limit` passages of the text most like the words, the likest first."""
    sought = " ".join(words.split())[:MAX_COMPARED]
    size = len(_WORD.findall(sought))
    if not size:
        return []
    passages = [plain[start:end] for start, end in _candidates(plain, sought, size)]
    matcher = SequenceMatcher(b=sought.lower(), autojunk=False)
    ranked: list[tuple[float, str]] = []
    for passage in dict.fromkeys(passages):
        matcher.set_seq1(passage[: 2 * MAX_COMPARED].lower())
        ranked.append((matcher.ratio(), passage))
    ranked.sort(key=lambda pair: -pair[0])
    return [passage for ratio, passage in ranked if ratio >= LEAST_ALIKE][:limit]


def _candidates(plain: str, sought: str, size: int) -> list[tuple[int, int]]:
    """Return the places of so many words that share most with what is sought, none overlapping."""
    places = [match.span() for match in _WORD.finditer(plain)]
    size = min(size, len(places))
    pairs = _pairs(sought)
    totals = [0, *accumulate(len(pairs & _pairs(plain[start:end])) for start, end in places)]
    windows = sorted(
        range(len(places) - size + 1), key=lambda first: totals[first] - totals[first + size]
    )
    chosen: list[int] = []
    for first in windows:
        if all(abs(first - other) >= size for other in chosen):
            chosen.append(first)
        if len(chosen) == MAX_CANDIDATES:
            break
    return [(places[first][0], places[first + size - 1][1]) for first in chosen if size]


def _pairs(text: str) -> set[str]:
    """Return all pairs of characters that follow each other."""
    lowered = text.lower()
    return {lowered[i : i + 2] for i in range(len(lowered) - 1)}
