"""Which claims stand: grounded labelling, with edges as arguments (Dung 1995; Caminada 2006).

An edge is IN iff its source is IN and every undercut of it is OUT; OUT iff its source is OUT or an
undercut of it is IN. A claim is IN iff every objection onto it is OUT; OUT iff one is IN. What the
least fixpoint leaves open is undecided. Supports do not change a label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import rustworkx

from debate.reasoning import voices
from debate.reasoning.graph import OBJECTS, UNDERCUTS, Bools, Graph, Ints

IN, UNDECIDED, OUT = 1, 0, -1
WORDS = {IN: "in", OUT: "out", UNDECIDED: "undecided"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Labels IN, OUT, UNDECIDED of claims (n,) and edges (m,).

    counted (m,): whether an objection counts. undercut (m,): whether an undercut of it is IN.
    """

    claims: Ints
    edges: Ints
    counted: Bools
    undercut: Bools


def stand(
    graph: Graph, *, counted: Bools | None = None, settled: Mapping[int, int] | None = None
) -> Standing:
    """The least fixpoint. `counted`: which objections count (else as `voices` hears it).

    `settled` gives claims a label that nothing moves: as if the question were settled.
    """
    if counted is None:
        counted = voices.heard(graph).counted
    labels = _fixpoint(graph, counted, settled or {})
    claims, edges = labels[: graph.size], labels[graph.size :]
    cutting = (graph.kind == UNDERCUTS) & counted & (edges == IN)
    undercut = np.zeros(len(edges), dtype=bool)
    undercut[graph.target[cutting]] = True
    return Standing(claims, edges, counted, undercut)


def _fixpoint(graph: Graph, counted: Bools, settled: Mapping[int, int]) -> Ints:
    """Labels of claims and then edges, by counters and a work list: O(claims + edges).

    Each of them needs that its claims are IN (an edge: its source) and its attackers OUT. `left`
    says how many needs are not met yet: at none it is IN; one need that fails makes it OUT.
    """
    tail, head = _needs(graph, counted)
    size = graph.size + len(graph.source)
    needing = head[np.argsort(tail, kind="stable")].tolist()
    begin = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=size)))).tolist()
    left = np.bincount(head, minlength=size).tolist()
    labels = [UNDECIDED] * size
    work = [one for one in range(size) if not left[one] and one not in settled]
    for one in work:
        labels[one] = IN
    for one, label in settled.items():
        labels[one] = label
        work.append(one)
    while work:
        one = work.pop()
        is_met = (labels[one] == IN) == (one < graph.size)
        for other in needing[begin[one] : begin[one + 1]]:
            if labels[other]:
                continue
            left[other] -= is_met
            if not is_met or not left[other]:
                labels[other] = IN if is_met else OUT
                work.append(other)
    return np.array(labels, dtype=np.int64)


def _needs(graph: Graph, counted: Bools) -> tuple[Ints, Ints]:
    """Which claims and edges others need: each edge its source, what is attacked its attackers."""
    edge = graph.size + np.arange(len(graph.source))
    attacks = np.flatnonzero(np.isin(graph.kind, (OBJECTS, UNDERCUTS)) & counted)
    onto_edges = graph.kind[attacks] == UNDERCUTS
    attacked = graph.target[attacks] + graph.size * onto_edges
    return np.concatenate((graph.source, edge[attacks])), np.concatenate((edge, attacked))


def loops(graph: Graph, standing: Standing) -> dict[int, list[int]]:
    """Of each undecided claim that is in a loop, the claims of that loop; not of those behind."""
    tail, head = _needs(graph, standing.counted)
    labels = np.concatenate((standing.claims, standing.edges))
    both = (labels[tail] == UNDECIDED) & (labels[head] == UNDECIDED)
    drawn = rustworkx.PyDiGraph()
    drawn.add_nodes_from(range(len(labels)))
    drawn.add_edges_from_no_data(list(zip(tail[both].tolist(), head[both].tolist(), strict=True)))
    found: dict[int, list[int]] = {}
    for part in rustworkx.strongly_connected_components(drawn):
        claims = sorted(one for one in part if one < graph.size)
        if len(part) > 1:
            found |= dict.fromkeys(claims, claims)
    return found
