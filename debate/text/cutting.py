"""Cutting a passage out of Markdown, so that what a reader sees is divided and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from debate.text.markdown import render
from debate.text.plain import plain

__all__ = ["Uncuttable", "cut"]

MOST = 120
"""So many ways to cut are tried."""
MOST_BREAKS = 2
"""So many line breaks, left where a passage was cut out, may be between lines of one block."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_MARKER = re.compile(r"(?:^|\n)[ \t]*(?:[-*+>][ \t]+|\d{1,9}[.)][ \t]+)+$")
_OPENING, _CLOSING = "*_~`[(", "*_~`])"


class Uncuttable(ValueError):
    """The passage cannot be cut out without changing what is left of the text."""


def cut(source: str, start: int, end: int) -> tuple[str, str]:
    """Return the Markdown of the passage from start to end of the plain text, and of the rest.

    Raises Uncuttable where either would be empty or would read otherwise than before: where a
    cut goes through a word, or through what Markdown holds together.
    """
    text = plain(render(source))
    passage, rest = _told(text[start:end]), _told(f"{text[:start]} {text[end:]}")
    if not passage or not rest or _in_word(text, start) or _in_word(text, end):
        raise Uncuttable
    for tried, (first, last) in enumerate(_places(source, text, start, end)):
        if tried >= MOST:
            break
        part = source[first:last].strip()
        if not part or _told(plain(render(part))) != passage:
            continue
        for left in _joined(source[:first], source[last:]):
            if _told(plain(render(left))) == rest:
                return part, left
    raise Uncuttable


def _told(text: str) -> str:
    return " ".join(text.split())


def _in_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _places(source: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the passage may begin and end in the source, the widest place first."""
    forward = _aligned(text, source)
    backward = {
        len(text) - there: len(source) - here
        for there, here in _aligned(text[::-1], source[::-1]).items()
    }
    words = list(_TOKEN.finditer(text, start, end))
    sides = (forward, backward)
    begins = {side[words[0].start()] for side in sides if words[0].start() in side}
    ends = {side[words[-1].end()] for side in sides if words[-1].end() in side}
    for begin, stop in product(sorted(begins), sorted(ends, reverse=True)):
        if begin < stop:
            yield from _widened(source, begin, stop)


def _aligned(text: str, source: str) -> dict[int, int]:
    """Where the edges of the words and signs of a text stand in its source, read in order."""
    edges: dict[int, int] = {}
    there = iter(list(_TOKEN.finditer(source)))
    for match in _TOKEN.finditer(text):
        for found in there:
            if found[0] == match[0]:
                edges[match.start()], edges[match.end()] = found.start(), found.end()
                break
        else:
            break
    return edges


def _widened(source: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the place with the Markdown around it that may belong to it, the widest first."""
    first, last = begin, stop
    while first > 0 and source[first - 1] in _OPENING:
        first -= 1
    while last < len(source) and source[last] in _CLOSING:
        last += 1
    marker = _MARKER.search(source[:first])
    starts = [marker.start()] if marker else []
    for one in dict.fromkeys([*starts, first, begin]):
        for other in dict.fromkeys([last, stop]):
            yield one, other


def _joined(left: str, right: str) -> Iterator[str]:
    """Yield what is left when the passage is gone, joined in the ways that may be right."""
    before, after = left.rstrip(), right.lstrip()
    if not before or not after:
        yield before or after
        return
    space = left[len(before) :] + right[: len(right) - len(after)]
    lines = space.count("\n")
    if lines:
        yield before + ("\n\n" if "\n\n" in space or lines > MOST_BREAKS else "\n") + after
    yield f"{before} {after}"
    yield before + after
    yield f"{before}\n\n{after}"
