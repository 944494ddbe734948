"""The sides of a debate: who holds which position, and who is against it.

A side is what people say they hold; a group is what their marks have in common.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from debate.reasoning.graph import AGREE, DISAGREE, Bools, Graph, Ints, Marks

FIRST = 50
"""Of how many positions, the first ones, sides and cruxes are told: no page shows more of them. An
imported file may have thousands, and each costs a look at all marks."""


@dataclass(frozen=True, slots=True)
class Side:
    """Who holds a position, or who is against it; `people` has a truth for each person."""

    position: int
    holds: bool
    people: Bools


def first(graph: Graph) -> Ints:
    """The positions whose sides and cruxes are told."""
    return graph.positions[:FIRST]


def about(graph: Graph, position: int) -> tuple[Bools, Bools]:
    """S+ and S- of a position, a truth for each person.

    S+ agrees with it; S- disagrees, or agrees with another position and not with this one.
    """
    marks = graph.marks
    holders = _marking(marks, marks.claim == position, AGREE)
    somewhere = _marking(marks, np.isin(marks.claim, graph.positions), AGREE)
    foes = _marking(marks, marks.claim == position, DISAGREE)
    return holders, foes | (somewhere & ~holders)


def sides(graph: Graph) -> list[Side]:
    """A side for each position that somebody holds, of the first fifty.

    Where only one is held, those who are against it make a side; where none is, there are none:
    who is against two positions would be on both sides.
    """
    parted = [(int(one), *about(graph, int(one))) for one in first(graph)]
    held = [(one, holders, foes) for one, holders, foes in parted if holders.any()]
    made = [Side(one, True, holders) for one, holders, _ in held]
    if len(held) == 1:
        made += [Side(one, False, foes) for one, _, foes in held if foes.any()]
    return made


def _marking(marks: Marks, there: Bools, value: int) -> Bools:
    """Who has a mark of this value among those that are `there`, a truth for each person."""
    found = np.zeros(len(marks.people), dtype=bool)
    found[marks.person[there & (marks.value == value)]] = True
    return found
