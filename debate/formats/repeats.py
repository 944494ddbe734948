"""What a plain text says again: second copies of whole stretches, and passages that are quoted."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from debate.text.differences import Budget, shared
from debate.text.folding import fold
from debate.text.words import tokens

COPIED_MOST = 3
"""So many long lines in the order of earlier ones are a second copy; a person quotes fewer."""
LONG, QUOTED_LEAST, NEARLY_LEAST = 5, 4, 6  # words
GAP = 2  # lines of a second copy that the first does not have, one after another
NEARLY = 0.9  # of the words of a quotation, in order
SPREAD = 1.3  # times as long as it is, the passage is at most
CANDIDATES = 200
"""So many lines, the latest, are looked through for what a line says again."""
STEPS = 1_000_000
"""How many steps the comparisons of one pass over a file take: well under half a second."""
PART = re.compile(r"[^\W_]+")
ENDS = " .,;:!?\"'()\u2026"


@dataclass(frozen=True)
class Line:
    """A paragraph of a plain text: the number of its line, from 1, and its words.

    `quoted` where its writer marked it as a quotation; then `text` is without the mark.
    """

    number: int
    text: str
    quoted: bool = False

    @cached_property
    def folded(self) -> str:
        """The text without differences of typography and case, and without signs at its ends."""
        return fold(self.text).text.casefold().strip(ENDS)

    @cached_property
    def words(self) -> list[str]:
        """The words of the folded text, in order."""
        return [word for word in tokens(self.folded) if word[0].isalnum()]

    @cached_property
    def counted(self) -> Counter[str]:
        """How often each word is in it."""
        return Counter(self.words)

    @cached_property
    def parts(self) -> frozenset[str]:
        """Its runs of letters and digits: what has its words whole has all of them."""
        return frozenset(PART.findall(self.folded))

    def pieces(self) -> list[str]:
        """The folded text at its omissions, as '... [...] ...' of a quotation."""
        whole = self.folded.replace("[\u2026]", "\u2026").replace("(\u2026)", "\u2026")
        return [piece for part in whole.split("\u2026") if (piece := part.strip(ENDS))]


def copies(lines: Sequence[Line]) -> dict[int, int]:
    """Give the lines of second copies, each with the line it repeats whole, by number.

    A copy is a stretch of at least COPIED_MOST long lines that repeat earlier ones in their order;
    up to GAP lines in a row may be new in it. Its short lines that repeat belong to it too.
    """
    first: dict[str, int] = {}
    pairs = []
    for line in lines:
        if not line.quoted:
            earlier = first.setdefault(line.folded, line.number)
            if earlier != line.number:
                pairs.append((line, earlier))
    found: dict[int, int] = {}
    for stretch in _stretches(_rising(pairs), lines):
        if sum(len(line.words) >= LONG for line, _ in stretch) >= COPIED_MOST:
            found |= {line.number: earlier for line, earlier in stretch}
    return found


def _rising(pairs: Sequence[tuple[Line, int]]) -> list[tuple[Line, int]]:
    """The longest run of pairs whose earlier lines rise (patience sorting)."""
    ends: list[int] = []  # the smallest earlier line that ends a run of each length
    places: list[int] = []
    back: list[int | None] = []
    for place, (_, earlier) in enumerate(pairs):
        length = bisect_left(ends, earlier)
        back.append(places[length - 1] if length else None)
        ends[length : length + 1] = [earlier]
        places[length : length + 1] = [place]
    made, at = [], places[-1] if places else None
    while at is not None:
        made.append(pairs[at])
        at = back[at]
    return made[::-1]


def _stretches(
    pairs: Sequence[tuple[Line, int]], lines: Sequence[Line]
) -> Iterator[list[tuple[Line, int]]]:
    """The pairs, cut where more than GAP lines stand between two of them."""
    order = {line.number: place for place, line in enumerate(lines)}
    stretch: list[tuple[Line, int]] = []
    for pair in pairs:
        if stretch and order[pair[0].number] - order[stretch[-1][0].number] > GAP + 1:
            yield stretch
            stretch = []
        stretch.append(pair)
    if stretch:
        yield stretch


class Told:
    """Lines that were said, found again by their words."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.by_part: defaultdict[str, list[Line]] = defaultdict(list)

    def add(self, line: Line) -> None:
        """Take a line in, in the order of their numbers."""
        self.lines.append(line)
        for part in line.parts:
            self.by_part[part].append(line)

    def alike(self, line: Line, before: int) -> list[Line]:
        """The lines before a number that may say what this one says, the latest of them.

        One that has almost all of its words has some of its rarest ones.
        """
        parts = sorted(line.parts, key=lambda part: (len(self.by_part.get(part, ())), part))
        found: dict[int, Line] = {}
        for part in parts[: len(parts) // 4 + 1]:
            said = self.by_part.get(part, [])
            end = bisect_left(said, before, key=lambda one: one.number)
            found |= {one.number: one for one in said[max(0, end - CANDIDATES) : end]}
        return [found[number] for number in sorted(found)][-CANDIDATES:]


@dataclass(frozen=True, slots=True)
class Said:
    """Where words were said before: the line, and whether they stand there sign for sign."""

    line: Line
    exact: bool


def said_before(line: Line, earlier: Sequence[Line], budget: Budget) -> list[Said]:
    """Give the earlier lines that say what this one says, whole or in part, the latest first.

    Those that have it exactly or but for typography, else those that nearly have it. Short lines
    say nothing again, unless they are marked as quotations. Where the budget is spent, nothing
    nearly has them.
    """
    if len(line.words) < (1 if line.quoted else QUOTED_LEAST):
        return []
    found = [one for one in reversed(earlier) if _holds(one, line)]
    if not found and len(line.words) >= NEARLY_LEAST:
        found = [one for one in reversed(earlier) if _nearly_holds(one, line, budget)]
    return [Said(one, line.text.strip() in one.text) for one in found]


def _holds(one: Line, quotation: Line) -> bool:
    """Whether a line has all pieces of a quotation, in their order and with their words whole."""
    pieces = quotation.pieces()
    at = 0
    for piece in pieces:
        at = _place(one.folded, piece, at)
        if at < 0:
            return False
        at += len(piece)
    return bool(pieces)


def _place(text: str, piece: str, at: int) -> int:
    """Where a piece stands as whole words from `at` on; -1 where it does not."""
    while (at := text.find(piece, at)) >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(piece) :][:1]
        if not before.isalnum() and not after.isalnum():
            return at
        at += 1
    return -1


def _nearly_holds(one: Line, quotation: Line, budget: Budget) -> bool:
    """Whether a line has almost all words of a quotation close together and in their order."""
    wanted = NEARLY * len(quotation.words)
    there, counted = one.counted, quotation.counted
    if sum(min(number, there[word]) for word, number in counted.items()) < wanted:
        return False
    blocks = shared(one.words, quotation.words, budget)
    alike = sum(block.size for block in blocks)
    spread = blocks[-1].a + blocks[-1].size - blocks[0].a if blocks else 0
    return alike >= wanted and spread <= SPREAD * len(quotation.words)


def nearest(line: Line, earlier: Collection[Line], most: int = 3) -> list[int]:
    """Give the numbers of the earlier lines that share most words with this one, best first."""
    mine = set(line.words)
    shared = {one.number: len(mine & set(one.words)) for one in earlier}
    ranked = sorted(shared, key=lambda number: (-shared[number], -number))
    return [number for number in ranked[:most] if shared[number] * 2 >= len(mine)]
