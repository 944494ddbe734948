"""What a debate turns on: its cruxes, and how each side stands to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from debate import rules
from debate.models import Debate, Statement
from debate.rules import Viewer
from debate.selectors import sides
from debate.selectors.sides import Side
from debate.text import plain


@dataclass(slots=True)
class Stance:
    """How one side marks a claim: "unsure" where it is split, empty where nobody did."""

    letter: str
    name: str
    verdict: str
    counts: dict[str, int]


@dataclass(slots=True)
class Hinge:
    """A claim with each side's stance."""

    claim: Statement
    text: str
    is_double: bool
    stances: list[Stance]


def hinges(
    debate: Debate, held: Sequence[Side], viewer: Viewer, cruxes: Sequence[Statement]
) -> list[Hinge]:
    """The debate's cruxes and the other claims that are double cruxes, with the sides' stances.

    Double ones first, then in the order they were put forward. 2 queries; 3 where a claim that is
    no crux is a double one.
    """
    double = sides.double_cruxes(debate.pk)
    others = set(double) - {crux.pk for crux in cruxes}
    claims = [
        *cruxes,
        *(Statement.objects.filter(pk__in=others).order_by("path") if others else ()),
    ]
    claims = [claim for claim in claims if rules.may_read_text(claim, viewer)]
    marked = sides.stances([claim.pk for claim in claims], debate.pk)
    made = [
        Hinge(
            claim,
            plain.plain(claim.body_html),
            claim.pk in double,
            _stances(held, marked.get(claim.pk, {})),
        )
        for claim in claims
    ]
    return sorted(made, key=lambda hinge: not hinge.is_double)


def _stances(held: Sequence[Side], of_crux: sides.Stances) -> list[Stance]:
    return [
        Stance(
            letter=side.letter,
            name=side.position.name,
            verdict=sides.verdict(of_crux.get(side.position.pk, {})),
            counts=of_crux.get(side.position.pk, {}),
        )
        for side in held
    ]
