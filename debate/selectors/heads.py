"""The head of a debate, the same on all its views: who holds what, and what it turns on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from debate import rules
from debate.models import Debate
from debate.rules import Viewer
from debate.selectors import gists
from debate.selectors.cruxes import Hinge
from debate.selectors.gists import Gist, Place
from debate.selectors.sides import Side, Sides


@dataclass(frozen=True, slots=True)
class Stand:
    """A side with the name of its position, which is empty where that is gone from sight.

    `place` says where the position stands, once that is worked out.
    """

    side: Side
    name: str
    shown: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class Head:
    """The sides of a debate, the double cruxes between them, and the short of its analysis."""

    stands: list[Stand]
    hinges: list[Hinge]
    gist: Gist | None


def head(debate: Debate, held: Sides, hinges: Sequence[Hinge], viewer: Viewer) -> Head:
    """The head from the sides and hinges that a view has read. No query."""
    gist = gists.of(debate)
    stands = []
    for side in held.sides:
        shown = rules.may_read_text(side.position, viewer)
        place = gist.places.get(side.position.pk) if gist and shown else None
        stands.append(Stand(side, side.position.name if shown else "", shown, place))
    return Head(stands, [hinge for hinge in hinges if hinge.is_double], gist)
