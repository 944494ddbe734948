"""What a debate turns on: its cruxes, and how each side stands to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from debate import rules
from debate.models import Drop, Statement
from debate.models.statements import CruxState
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
    holders: int


@dataclass(slots=True)
class Hinge:
    """A claim with each side's stance; who dropped it and why, where it is a dropped crux."""

    claim: Statement
    text: str
    is_double: bool
    stances: list[Stance]
    dropped: Drop | None = None


def hinges(
    debate_id: int,
    held: Sequence[Side],
    viewer: Viewer,
    cruxes: Sequence[Statement],
    double: Collection[int],
) -> list[Hinge]:
    """These cruxes and the other claims that are double cruxes, with the sides' stances.

    Double ones first, dropped ones last, else in the order they were put forward. One query; one
    more where a claim that is no crux is a double one, and one where a crux is dropped.
    """
    others = set(double) - {crux.pk for crux in cruxes}
    claims = [
        *cruxes,
        *(Statement.objects.filter(pk__in=others).order_by("path") if others else ()),
    ]
    claims = [claim for claim in claims if rules.may_read_text(claim, viewer)]
    marked = sides.stances([claim.pk for claim in claims], debate_id)
    dropped = drops(claims)
    made = [
        Hinge(
            claim,
            plain.plain(claim.body_html),
            claim.pk in double,
            _stances(held, marked.get(claim.pk, {}), viewer),
            dropped.get(claim.pk),
        )
        for claim in claims
    ]
    return sorted(made, key=lambda hinge: (hinge.dropped is not None, not hinge.is_double))


def drops(claims: Sequence[Statement]) -> dict[int, Drop]:
    """Who dropped which of these claims, and why. One query where a crux is dropped."""
    dropped = [claim.pk for claim in claims if claim.crux_state == CruxState.DROPPED]
    if not dropped:
        return {}
    found = Drop.objects.filter(crux__in=dropped, taken_up_at=None)
    return {drop.crux_id: drop for drop in found.select_related("person__owner")}


def _stances(held: Sequence[Side], of_crux: sides.Stances, viewer: Viewer) -> list[Stance]:
    return [
        Stance(
            letter=side.letter,
            name=sides.name(side.position, viewer),
            verdict=sides.verdict(of_crux.get(side.position.pk, {})),
            counts=of_crux.get(side.position.pk, {}),
            holders=side.count,
        )
        for side in held
    ]
