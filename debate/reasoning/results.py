"""Results as JSON: what is stored of a debate, served by the API and printed by `analyse`.

Claims and people appear under their names in the graph. No number is given without how many
people it comes from and an interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np

from debate.reasoning import disagreement, groups, voices
from debate.reasoning.graph import AGREE, DISAGREE, OBJECTS, UNSURE, Floats, Graph, Ints
from debate.reasoning.influence import leverage
from debate.reasoning.standing import IN, OUT, WORDS, Standing, loops, stand
from debate.reasoning.strength import Network, counted, network, strengths, weights, weights_within

VERSION = 3
"""Raised when the same debate would come out otherwise: then all are worked out anew."""
MOST = 10
"""How many claims of a loop are named."""


def told(graph: Graph, *, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything about a debate. `before`: what this gave last time, so that groups keep names."""
    found = groups.find(graph.marks, before=(before or {}).get("groups"))
    grouped = found.of if found.stable else None
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph, grouped)
    s = strengths(flow, w)
    return {
        "labels": labels(graph, standing),
        "strengths": told_strengths(graph, s),
        "claims": claims(graph, standing, flow, w, s, grouped),
        **disagreement.told(graph, standing, flow, w, s, found),
    }


def labels(graph: Graph, standing: Standing) -> dict[str, str]:
    """in, out or undecided of each claim."""
    return {
        name: WORDS[label]
        for name, label in zip(graph.claims, standing.claims.tolist(), strict=True)
    }


def told_strengths(graph: Graph, s: Floats) -> dict[str, float | None]:
    """The strength of each claim, None where none is stable."""
    return dict(zip(graph.claims, _numbers(s), strict=True))


def claims(
    graph: Graph,
    standing: Standing,
    flow: Network,
    w: Floats,
    s: Floats,
    grouped: Ints | None,
) -> dict[str, dict[str, Any]]:
    """Of each claim its label, why it has it, and its strength with the marks it comes from.

    The interval of a strength is what its own marks leave open, all else being as it is. Of the n
    marks on it those are `counted` that the strength comes from.
    """
    low, high = weights_within(graph, grouped)
    slope = leverage(flow, w, s)
    columns = {
        "label": [WORDS[label] for label in standing.claims.tolist()],
        "strength": _numbers(s),
        "low": _numbers(s + slope * np.minimum(low - w, 0)),
        "high": _numbers(s + slope * np.maximum(high - w, 0)),
        "n": counted(graph).tolist(),
        "counted": counted(graph, grouped).tolist(),
        "agree": graph.marks.count(AGREE).tolist(),
        "unsure": graph.marks.count(UNSURE).tolist(),
        "disagree": graph.marks.count(DISAGREE).tolist(),
    }
    told = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    reasons = why(graph, standing)
    return {
        name: {**one, **reason}
        for name, one, reason in zip(graph.claims, told, reasons, strict=True)
    }


def why(graph: Graph, standing: Standing) -> list[dict[str, Any]]:
    """Of each claim why it has its label: its objections, by what became of them."""
    became: list[dict[str, list[str]]] = [defaultdict(list) for _ in graph.claims]
    heard = voices.heard(graph)
    for edge in graph.edges(OBJECTS).tolist():
        fate = _fate(
            int(standing.edges[edge]), bool(heard.awaiting[edge]), bool(heard.beside[edge])
        )
        became[graph.target[edge]][fate].append(graph.claims[graph.source[edge]])
    found = loops(graph, standing)
    told = []
    for claim, label in enumerate(standing.claims.tolist()):
        objections = became[claim]
        reason = {"why": _reason(label, objections), **{fate: objections[fate] for fate in FATES}}
        loop = found.get(claim, [])
        others = [graph.claims[other] for other in loop[: MOST + 1] if other != claim]
        told.append({**reason, "loop": others[:MOST], "loop_size": len(loop)})
    return told


FATES = ("standing", "met", "undecided", "awaiting", "beside")
"""Of objections: it stands; it is met; it is in a loop; it waits for a second; people say that it
does not bear."""


def _fate(label: int, awaiting: bool, beside: bool) -> str:
    fits = (
        ("met", label == OUT),
        ("beside", beside),
        ("awaiting", awaiting),
        ("standing", label == IN),
        ("undecided", True),
    )
    return next(fate for fate, fit in fits if fit)


def _reason(label: int, objections: dict[str, list[str]]) -> str:
    """The reason in one word: challenged, loop; of what stands awaiting, met or unopposed."""
    if label != IN:
        return "challenged" if label == OUT else "loop"
    if objections["awaiting"]:
        return "awaiting"
    return "met" if objections["met"] or objections["beside"] else "unopposed"


def _numbers(values: Floats) -> list[float | None]:
    return [None if isnan(value) else value for value in values.tolist()]
