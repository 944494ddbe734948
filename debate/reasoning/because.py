"""Why: where a claim's label and strength come from, and what would change them.

Nothing here is a rule of thumb: what would change a label is found by changing one thing at a time
and working the labels out anew, nearest first and not endlessly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from debate.reasoning import voices
from debate.reasoning.disagreement import share
from debate.reasoning.graph import OBJECTS, RELIES, UNDERCUTS, Graph
from debate.reasoning.influence import FALSE, TRUE, gradient, moved_to, settled
from debate.reasoning.semantics import QE
from debate.reasoning.standing import IN, OUT, WORDS, Web, behind, stand, web_of
from debate.reasoning.strength import bearing, fading
from debate.reasoning.supposing import Worked, number

NEAR = 60
"""How many claims are settled for a try to see whether they would change a label."""
TRIES = 20
"""How many objections are counted, or not, for a try; how many edges are told."""
MOST = 10
"""How many changes are told."""
MOVERS = 5
"""How many claims are told that would move a strength most."""
PAIR = 2
SETTLED = {IN: "settled_in", OUT: "settled_out"}


class Change(NamedTuple):
    """One change that would give a claim another label.

    `how`: the other claim were settled in or out; it were seconded; people said it does not bear.
    """

    how: str
    claim: int
    label: int


def because(case: Worked, claim: int, told: dict[str, Any]) -> dict[str, Any]:
    """Everything about one claim, as JSON, claims by their names.

    `told`: what `results.claims` has of it: label, reason, marks, strength.
    """
    graph = case.graph
    agreed = share(int(told["agree"]), int(told["n"]))
    return {
        **told,
        "share": agreed["share"],
        "share_low": agreed["low"],
        "share_high": agreed["high"],
        "objections": list(_objections(case, claim)),
        "changes": [
            {"how": one.how, "claim": graph.claims[one.claim], "label": WORDS[one.label]}
            for one in changes(case, claim)
        ],
        "together": _together(case, claim),
        "weight": float(case.w[claim]),
        "reasons": _reasons(case, claim),
        "movers": _movers(case, claim),
    }


# ---- the label
def _objections(case: Worked, claim: int) -> Iterator[dict[str, Any]]:
    """The objections to a claim: what became of each, who meets it, who says that it bears."""
    graph, edges = case.graph, case.standing.edges
    onto = np.flatnonzero((graph.kind == OBJECTS) & (graph.target == claim))
    for edge in onto.tolist():
        source = int(graph.source[edge])
        yes = int(((graph.bearing == edge) & (graph.bears > 0)).sum())
        n = int((graph.bearing == edge).sum())
        yield {
            "claim": graph.claims[source],
            "label": WORDS[int(edges[edge])],
            "met_by": [graph.claims[one] for one in _meeting(case, source, OBJECTS)],
            "undercut_by": [graph.claims[one] for one in _meeting(case, edge, UNDERCUTS)],
            "bears": share(yes, n),
        }


def _meeting(case: Worked, target: int, kind: int) -> list[int]:
    """The claims whose objections onto a claim, or undercuts of an edge, stand and count."""
    graph = case.graph
    onto = (graph.kind == kind) & (graph.target == target) & (case.standing.edges == IN)
    return [int(one) for one in graph.source[onto & case.standing.counted]]


def changes(case: Worked, claim: int) -> list[Change]:
    """Single changes that would give the claim another label, the nearest first; ten at most."""
    web = web_of(case.graph, case.standing.counted)
    labels = [*case.standing.claims.tolist(), *case.standing.edges.tolist()]
    near = list(_needed(web, claim))
    attacks = _attacks(case.graph, {claim, *near})
    found = [
        *_if_settled(web, labels, claim, near),
        *_if_beside(case, web, labels, claim, attacks),
        *_if_seconded(case, claim, attacks),
    ]
    return found[:MOST]


def _needed(web: Web, claim: int) -> Iterator[int]:
    """The claims that the label of a claim hangs on, the nearest first, without itself; 60."""
    seen, waiting, many = {claim}, deque([claim]), 0
    while waiting and many < NEAR:
        one = waiting.popleft()
        for other in web.needs[web.begins[one] : web.begins[one + 1]]:
            if other not in seen:
                seen.add(other)
                waiting.append(other)
        if one < web.claims and one != claim:
            many += 1
            yield one


def _if_settled(web: Web, labels: list[int], claim: int, near: Iterable[int]) -> Iterator[Change]:
    for other in near:
        moving = behind(web, other)
        for label in (IN, OUT):
            if labels[other] != label:
                found = settled(web, labels, moving, other, label)[claim]
                if found != labels[claim]:
                    yield Change(SETTLED[label], other, found)


def _if_beside(
    case: Worked, web: Web, labels: list[int], claim: int, attacks: Iterable[int]
) -> Iterator[Change]:
    """If people said of an objection that it does not bear: the same as if its edge were OUT."""
    for edge in attacks:
        at = web.claims + edge
        if not case.standing.counted[edge] or labels[at] == OUT:
            continue
        found = settled(web, labels, behind(web, at), at, OUT)[claim]
        if found != labels[claim]:
            yield Change("beside", int(case.graph.source[edge]), found)


def _if_seconded(case: Worked, claim: int, attacks: Iterable[int]) -> Iterator[Change]:
    """If an objection that waits for a second had one."""
    graph, before = case.graph, case.standing
    heard = voices.heard(graph)
    for edge in attacks:
        if not heard.awaiting[edge] or heard.beside[edge]:
            continue
        counted = before.counted.copy()
        counted[edge] = True
        label = int(stand(graph, counted=counted).claims[claim])
        if label != before.claims[claim]:
            yield Change("seconded", int(graph.source[edge]), label)


def _together(case: Worked, claim: int) -> dict[str, Any] | None:
    """What label it would have if none of the objections that stand now did; None below two."""
    graph = case.graph
    standing = _meeting(case, claim, OBJECTS)
    if len(standing) < PAIR:
        return None
    found = stand(graph, counted=case.standing.counted, settled=dict.fromkeys(standing, OUT))
    label = WORDS[int(found.claims[claim])]
    return {"claims": [graph.claims[one] for one in standing], "label": label}


def _attacks(graph: Graph, claims: set[int]) -> list[int]:
    """The objections onto these claims, and the undercuts of those; twenty at most."""
    onto = np.isin(graph.target, list(claims)) & (graph.kind == OBJECTS)
    undercuts = np.flatnonzero(graph.kind == UNDERCUTS)
    on_those = undercuts[onto[graph.target[undercuts]]]
    return [*np.flatnonzero(onto).tolist(), *on_those.tolist()][:TRIES]


# ---- the strength
def _reasons(case: Worked, claim: int) -> list[dict[str, Any]]:
    """What moves a claim away from its weight, the most first: 20 at most.

    `n`: the marks that count for its strength. `weight`: that, with its sign, times the strength
    is what it `adds`. It is `bearing`, the share of those who say that it bears, drawn towards one
    half, times `fading`, what is left of it as a further point of one author; both are None where
    the weight is given: of who `relies` on it, how far they would move. `without`: the strength
    the claim would have without it, all else being as it is.
    """
    graph, flow = case.graph, case.flow
    v, left, given = bearing(graph), fading(graph), ~np.isnan(graph.weight)
    onto = np.flatnonzero(flow.target == claim)
    adds = flow.weight[onto] * case.s[flow.source[onto]]
    order = np.argsort(-np.nan_to_num(np.abs(adds)), kind="stable")[:TRIES]
    energy = adds.sum() - adds
    without = QE.settle(np.full(len(onto), case.w[claim]), energy)
    found = zip(order.tolist(), onto[order].tolist(), flow.edge[onto[order]].tolist(), strict=True)
    return [
        {
            "claim": graph.claims[flow.source[place]],
            "supports": bool(flow.weight[place] > 0),
            "strength": number(case.s[flow.source[place]]),
            "n": int(case.counted[flow.source[place]]),
            "relies": bool(graph.kind[edge] == RELIES),
            "weight": float(abs(flow.weight[place])),
            "bearing": None if given[edge] else float(v[edge]),
            "fading": None if given[edge] else float(left[edge]),
            "adds": number(adds[at]),
            "without": number(without[at]),
        }
        for at, place, edge in found
    ]


def _movers(case: Worked, claim: int) -> list[dict[str, Any]]:
    """The other claims that would move a claim most if they were settled, and where to."""
    graph, flow, w, s = case.graph, case.flow, case.w, case.s
    slope = np.nan_to_num(np.abs(gradient(flow, w, s, claim)))
    slope[claim] = 0
    first = np.argsort(-slope, kind="stable")[:MOVERS]
    first = first[slope[first] > 0]
    if not len(first):
        return []
    ends = (moved_to(flow, w, claim, first, np.full(len(first), end)) for end in (TRUE, FALSE))
    return [
        {"claim": graph.claims[one], "if_in": number(high), "if_out": number(low)}
        for one, high, low in zip(first.tolist(), *ends, strict=True)
    ]
