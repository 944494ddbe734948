"""The head of a debate, the same on all its views: who holds what, and what it turns on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from debate import rules
from debate.rules import Viewer
from debate.selectors.cruxes import Hinge
from debate.selectors.sides import Side, Sides


@dataclass(frozen=True, slots=True)
class Stand:
    """A side with the name of its position, which is empty where that is gone from sight."""

    side: Side
    name: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The sides of a debate, and the double cruxes between them."""

    stands: list[Stand]
    hinges: list[Hinge]


def head(held: Sides, hinges: Sequence[Hinge], viewer: Viewer) -> Head:
    """The head from the sides and hinges that a view has read. No query."""
    stands = []
    for side in held.sides:
        shown = rules.may_read_text(side.position, viewer)
        stands.append(Stand(side, side.position.name if shown else "", shown))
    return Head(stands, [hinge for hinge in hinges if hinge.is_double])
