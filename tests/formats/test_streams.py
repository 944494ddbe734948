"""Writers give files piece by piece: of a long debate they keep keys and numbers alone."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from debate.formats.outline import Header, Link, Mark, Options, Outline, Person, Point
from debate.formats.registry import FORMATS
from tests.formats.sketches import written

WHEN = datetime(2026, 11, 25, tzinfo=UTC)
POINTS, WORDS = 3_000, "Readers bring books back when they are asked to, as a rule. " * 10
PIECE, KEPT = 100_000, 1_000  # bytes: of one piece, and of what is kept for each point
KINDS = ("support", "objection", "question", "remark")
OURS = ("argdown", "aif", "xaif", "kialo", "polis", "graphml", "dot")


@dataclass(frozen=True)
class Points:
    """So many points, made anew each time; each under one of the last few."""

    number: int

    def __iter__(self) -> Iterator[Point]:
        for n in range(self.number):
            if n % 100 == 0:
                yield Point(f"P{n}", "position", WORDS, "", "@a", name=f"Name {n}", at=WHEN)
            else:
                parent = f"S{n - 1}" if n % 100 > 1 else f"P{n - 1}"
                kind = KINDS[n % 2] if n % 10 < 8 else KINDS[n % 4]
                on = "truth" if kind == "objection" else ""
                yield Point(f"S{n}", kind, f"{WORDS}{n}", parent, "@b", on, at=WHEN)


@dataclass(frozen=True)
class Marks:
    number: int

    def __iter__(self) -> Iterator[Mark]:
        for point in Points(self.number):
            if point.kind != "question":
                yield Mark(point.key, "@c", "agree", at=WHEN)


def long_debate(number: int = POINTS) -> Outline:
    people = [Person(f"@{name}", name.upper(), name) for name in "abc"]
    links = [Link(f"S{n}", f"P{n + 99}", "support") for n in range(1, number - 100, 100)]
    points, marks = Points(number), Marks(number)
    return Outline(Header("Should books have due dates?"), people, [], points, links, marks)


@pytest.mark.parametrize("name", OURS)
def test_a_long_debate_is_written_piece_by_piece(name: str) -> None:
    outline = long_debate()
    tracemalloc.start()
    size = 0
    for part in FORMATS[name].writer()(outline, lambda loss: None):
        size += len(part)
        assert len(part) < PIECE
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > (5_000 if name == "polis" else POINTS * 100)
    assert most < 1_000_000 + POINTS * KEPT


@pytest.mark.parametrize("name", ("argdown", "aif", "kialo", "polis"))
def test_a_long_debate_can_be_read_again(name: str) -> None:
    data, _ = written(name, long_debate(2_000))
    outline = FORMATS[name].reader()(data, Options()).outline
    assert len(list(outline.points)) > 300
