"""The labels of imported statements: those that the file has, where it has them all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from debate.formats.outline import Point
from debate.models import Statement
from debate.models.statements import LETTERS, Kind

LABEL = re.compile(r"([PCS])([1-9][0-9]{0,8})")
IMPORTED = "imported"
"""Under this name `Statement.source` holds what the place it comes from calls a statement."""


def ordinals(points: Sequence[Point]) -> dict[str, int]:
    """The number of each statement in its series, by key: the file's, else as they were said."""
    found = {point.key: _own(point) for point in points}
    if all(found.values()):
        return {key: number or 0 for key, number in found.items()}
    counted: dict[str, int] = {}
    for point in sorted(points, key=lambda one: one.number):
        letter = _letter(point.kind)
        counted[letter] = counted.get(letter, 0) + 1
        found[point.key] = counted[letter]
    return {key: number or 0 for key, number in found.items()}


def _own(point: Point) -> int | None:
    label = LABEL.fullmatch(point.key)
    return int(label[2]) if label and label[1] == _letter(point.kind) else None


def _letter(kind: str) -> str:
    return LETTERS.get(Kind(kind), "S")


def highest(statements: Iterable[Statement]) -> tuple[int, int, int]:
    """The highest numbers of statements, positions and cruxes."""
    found = {"S": 0, "P": 0, "C": 0}
    for one in statements:
        letter = _letter(one.kind)
        found[letter] = max(found[letter], one.ordinal)
    return found["S"], found["P"], found["C"]
