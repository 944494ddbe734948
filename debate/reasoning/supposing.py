"""What if: a debate worked out as if a claim were settled one way or the other.

Settled, a claim has its label whatever is said against it, and the weight that `influence` gives
it: all labels, strengths and cruxes are worked out anew, by the same code as the debate itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from debate.reasoning import cruxes
from debate.reasoning.graph import Floats, Graph, Ints
from debate.reasoning.influence import FALSE, TRUE
from debate.reasoning.standing import IN, OUT, WORDS, Standing, stand
from debate.reasoning.strength import Network, counted, network, strengths, weights

LABELS = {"in": IN, "out": OUT}
MOST = 50
"""How many claims are told that would move."""
LEAST = 0.005
"""What moves by less, half a point of 100, does not move."""
CRUXES = 10
"""How many cruxes of a position are told, of how many positions."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A debate worked out: labels, and strengths s from weights w, which come from so many marks
    (`counted`).
    """

    graph: Graph
    standing: Standing
    flow: Network
    w: Floats
    s: Floats
    counted: Ints


def worked(
    graph: Graph, grouped: Ints | None = None, settled: Mapping[int, int] | None = None
) -> Worked:
    """Work a debate out; `grouped`: as for `weights`; `settled`: claims with the labels given."""
    standing = stand(graph, settled=settled)
    flow, w = network(graph, standing), weights(graph, grouped).copy()
    for claim, label in (settled or {}).items():
        w[claim] = TRUE if label == IN else FALSE
    return Worked(graph, standing, flow, w, strengths(flow, w), counted(graph, grouped))


def grouped(graph: Graph, groups: Mapping[str, Any] | None) -> Ints | None:
    """The number of each person's group, -1 for none, from the groups of a result.

    None where they are not stable: then there are none for `weights`.
    """
    if not groups or not groups.get("stable"):
        return None
    of = groups["of"]
    place = {name: number for number, name in enumerate(sorted(set(of.values())))}
    return np.array([place.get(of.get(name), -1) for name in graph.marks.people], dtype=np.int64)


def what_if(before: Worked, claim: int, label: str, groups: Ints | None = None) -> dict[str, Any]:
    """What else would move if the claim were settled: 'in' or 'out'; as JSON, claims by names.

    Of labels and strengths `moved` says how many, the first 50 are told: the farthest first.
    """
    graph = before.graph
    after = worked(graph, groups, {claim: LABELS[label]})
    return {
        "claim": graph.claims[claim],
        "settled": label,
        "labels": _labels(before, after, claim),
        "strengths": _strengths(before, after, claim),
        "cruxes": _cruxes(before, after, claim),
    }


def _labels(before: Worked, after: Worked, claim: int) -> dict[str, Any]:
    graph = before.graph
    one, other = before.standing.claims, after.standing.claims
    moved = np.flatnonzero((one != other) & (np.arange(graph.size) != claim))
    first = sorted(moved.tolist(), key=lambda c: (c not in graph.positions, c))[:MOST]
    told = [
        {"claim": graph.claims[c], "before": WORDS[int(one[c])], "after": WORDS[int(other[c])]}
        for c in first
    ]
    return {"moved": len(moved), "claims": told}


def _strengths(before: Worked, after: Worked, claim: int) -> dict[str, Any]:
    """What moves by half a point or more, or has a strength in one case only; positions first.

    `n`: how many marks on it count.
    """
    graph, one, other = before.graph, before.s, after.s
    far = np.abs(one - other)
    far[np.isnan(one) != np.isnan(other)] = 1
    far[claim] = 0
    moved = np.flatnonzero(far >= LEAST)
    order = sorted(moved.tolist(), key=lambda c: (c not in graph.positions, -far[c], c))[:MOST]
    told = [
        {
            "claim": graph.claims[c],
            "before": number(one[c]),
            "after": number(other[c]),
            "n": int(before.counted[c]),
        }
        for c in order
    ]
    return {"moved": len(moved), "claims": told}


def _cruxes(before: Worked, after: Worked, claim: int) -> list[dict[str, Any]]:
    """The cruxes of each position, with their swing as it is and as it would be.

    `before` or `after` is None where the claim is no crux: the one that is settled is none.
    """
    told = []
    for at in before.graph.positions.tolist()[:CRUXES]:
        one, other = (_kept(case, at) for case in (before, after))
        other.pop(claim, None)
        for crux in list(dict.fromkeys((*one, *other)))[: 2 * CRUXES]:
            was, would = one.get(crux), other.get(crux)
            if was is not None and would is not None and abs(was - would) < LEAST:
                continue
            names = {"position": before.graph.claims[at], "claim": before.graph.claims[crux]}
            told.append({**names, "before": was, "after": would})
    return told


def _kept(case: Worked, at: int) -> dict[int, float]:
    """The swing of each of the first cruxes that the marks show of a position."""
    found = cruxes.computed(case.graph, case.standing, case.flow, case.w, case.s, at)
    return {one.claim: one.swing for one in found if one.kept and one.swing >= LEAST}


def number(value: float) -> float | None:
    """A strength for JSON: None where there is none."""
    return None if isnan(value) else float(value)
