"""Which claims stand: grounded labelling, with edges as arguments (Dung 1995; Caminada 2006).

An edge is IN iff its source is IN and every undercut of it is OUT; OUT iff its source is OUT or an
undercut of it is IN. A claim is IN iff every objection onto it is OUT; OUT iff one is IN. What the
least fixpoint leaves open is undecided. Supports do not change a label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Web:
    """Who needs whom: an edge needs its source to be IN, what is attacked its attackers to be OUT.

    Claims are numbered first, then edges. Who needs `one`: `needing[begin[one] : begin[one + 1]]`;
    what it needs itself is in `needs`, in the same way.
    """

    claims: int
    begin: list[int]
    needing: list[int]
    begins: list[int]
    needs: list[int]

    @property
    def size(self) -> int:
        """How many claims and edges there are."""
        return len(self.begin) - 1


def stand(
    graph: Graph, *, counted: Bools | None = None, settled: Mapping[int, int] | None = None
) -> Standing:
    """The least fixpoint. `counted`: which objections count (else as `voices` hears it).

    `settled` gives claims a label that nothing moves: as if the question were settled.
    """
    if counted is None:
        counted = voices.heard(graph).counted
    settled = settled or {}
    web = web_of(graph, counted)
    labels = [settled.get(one, UNDECIDED) for one in range(web.size)]
    work_out(web, labels, [one for one in range(web.size) if one not in settled], settled)
    found = np.array(labels, dtype=np.int64)
    claims, edges = found[: graph.size], found[graph.size :]
    cutting = (graph.kind == UNDERCUTS) & counted & (edges == IN)
    undercut = np.zeros(len(edges), dtype=bool)
    undercut[graph.target[cutting]] = True
    return Standing(claims, edges, counted, undercut)


def web_of(graph: Graph, counted: Bools) -> Web:
    """Who needs whom in a debate where only these objections count."""
    size = graph.size + len(graph.source)
    needed, needing = _pairs(graph, counted)
    return Web(graph.size, *_sorted(needed, needing, size), *_sorted(needing, needed, size))


def _pairs(graph: Graph, counted: Bools) -> tuple[Ints, Ints]:
    """What is needed, and what needs it: each edge its source, what is attacked its attackers."""
    edge = graph.size + np.arange(len(graph.source))
    attacks = np.flatnonzero(np.isin(graph.kind, (OBJECTS, UNDERCUTS)) & counted)
    onto_edges = graph.kind[attacks] == UNDERCUTS
    attacked = graph.target[attacks] + graph.size * onto_edges
    return np.concatenate((graph.source, edge[attacks])), np.concatenate((edge, attacked))


def _sorted(by: Ints, values: Ints, size: int) -> tuple[list[int], list[int]]:
    begin = np.concatenate(([0], np.cumsum(np.bincount(by, minlength=size))))
    return begin.tolist(), values[np.argsort(by, kind="stable")].tolist()


def work_out(web: Web, labels: list[int], among: Iterable[int], decided: Iterable[int]) -> None:
    """Give those of `among` their labels, in place; `decided`: what they need that has one.

    By counters and a work list, in O(claims + edges). `left` says how many needs are not met yet:
    at none it is IN; one need that fails makes it OUT.
    """
    begin, needing, claims = web.begin, web.needing, web.claims
    left = {one: web.begins[one + 1] - web.begins[one] for one in among}
    work = [one for one, needs in left.items() if not needs]
    for one in work:
        labels[one] = IN
    work += decided
    while work:
        one = work.pop()
        is_met = (labels[one] == IN) == (one < claims)
        for other in needing[begin[one] : begin[one + 1]]:
            if labels[other] or other not in left:
                continue
            left[other] -= is_met
            if not is_met or not left[other]:
                labels[other] = IN if is_met else OUT
                work.append(other)


def behind(web: Web, claim: int) -> set[int]:
    """All claims and edges whose labels may hang on that of a claim, without itself."""
    found, work = {claim}, [claim]
    while work:
        one = work.pop()
        fresh = set(web.needing[web.begin[one] : web.begin[one + 1]]) - found
        found |= fresh
        work += fresh
    return found - {claim}


def loops(graph: Graph, standing: Standing) -> dict[int, list[int]]:
    """Of each undecided claim that is in a loop, the claims of that loop; not of those behind."""
    tail, head = _pairs(graph, standing.counted)
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
