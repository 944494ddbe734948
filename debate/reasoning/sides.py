"""The sides of a debate: who holds which position, and who is against it.

A side is what people say they hold; a group is what their marks have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from debate.reasoning.graph import AGREE, DISAGREE, Bools, Graph, Marks


@dataclass(frozen=True, slots=True)
class Side:
    """Who holds a position, or who is against it; `people` has a truth for each person."""

    position: int
    holds: bool
    people: Bools


def about(graph: Graph, position: int) -> tuple[Bools, Bools]:
    """S+ and S- of a position, a truth for each person.

    S+ agrees with it; S- disagrees, or agrees with another position and not with this one.
    """
    holders = _marking(graph.marks, position, AGREE)
    elsewhere = np.zeros_like(holders)
    for other in graph.positions[graph.positions != position]:
        elsewhere |= _marking(graph.marks, int(other), AGREE)
    return holders, _marking(graph.marks, position, DISAGREE) | (elsewhere & ~holders)


def sides(graph: Graph) -> list[Side]:
    """A side for each position that somebody holds.

    Where only one position is held, or none, those who are against it make a side.
    """
    parted = [(int(one), *about(graph, int(one))) for one in graph.positions]
    held = [Side(one, True, holders) for one, holders, _ in parted if holders.any()]
    if len(held) > 1:
        return held
    of = {side.position for side in held} or {one for one, *_ in parted}
    return held + [Side(one, False, foes) for one, _, foes in parted if foes.any() and one in of]


def _marking(marks: Marks, claim: int, value: int) -> Bools:
    found = np.zeros(len(marks.people), dtype=bool)
    found[marks.person[(marks.claim == claim) & (marks.value == value)]] = True
    return found
