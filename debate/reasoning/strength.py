"""How strong each claim is, by gradual semantics (Potyka 2018; Rago et al. 2016).

Every claim begins with a weight w. What its supporters and objectors bring together is its energy
E; E moves it from w up towards 1 or down towards 0. The three semantics differ only in how energy
is gathered and how far it moves a claim: see `semantics`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

import numpy as np

from debate.reasoning.graph import (
    AGREE,
    DISAGREE,
    NOBODY,
    OBJECTS,
    RELIES,
    SUPPORTS,
    UNSURE,
    Floats,
    Graph,
    Ints,
    Marks,
)
from debate.reasoning.order import Block, blocks
from debate.reasoning.proportions import smoothed, wilson
from debate.reasoning.semantics import QE, Semantics
from debate.reasoning.standing import Standing

STEP = 0.5
"""How far a step goes at first, in time."""
MOST = 500
NEAR = 1e-6
NUDGE = 0.01
"""A value that is not come back to from so far away, up to a tenth of it, is not stable."""


@dataclass(frozen=True, slots=True)
class Network:
    """The edges that carry strength, in the order of their targets' `blocks`.

    weight (edges,): from -1 to 1, above 0 for support. edge (edges,): their numbers in the graph.
    A block is worked out at once.
    """

    size: int
    source: Ints
    target: Ints
    weight: Floats
    blocks: tuple[Block, ...]
    edge: Ints


def weights(graph: Graph, groups: Ints | None = None) -> Floats:
    """w of each claim, (n,): (A + U/2 + 1) / (A + U + D + 2).

    Who is unsure counts half for either side: were they left out, a few could move a claim that
    most are unsure of as far as they like. groups (people,): the number of each person's stable
    group, -1 for none; w is then the mean over groups, so that a flood inside one of k moves it by
    1/k at most. A group in which nobody has marked a claim counts as one half.
    """
    each = [smoothed(*_sides(marks)) for marks in _parts(graph, groups)]
    return np.where(np.isnan(graph.base), np.mean(each, axis=0), graph.base)


def weights_within(graph: Graph, groups: Ints | None = None) -> tuple[Floats, Floats]:
    """The ends of the 80 % interval of each weight; with groups the means of theirs."""
    ends = []
    for marks in _parts(graph, groups):
        yes, no = _sides(marks)
        ends.append(wilson(yes, yes + no))
    given = ~np.isnan(graph.base)
    low, high = (np.where(given, graph.base, end) for end in np.mean(ends, axis=0))
    return low, high


def counted(graph: Graph, groups: Ints | None = None) -> Ints:
    """How many marks the weight of each claim comes from, (n,); with groups, those of theirs."""
    marks = graph.marks if groups is None else graph.marks.among(groups >= 0)
    return np.bincount(marks.claim, minlength=graph.size)


def _parts(graph: Graph, groups: Ints | None) -> list[Marks]:
    """The marks of each group, or all of them."""
    if groups is None:
        return [graph.marks]
    return [graph.marks.among(groups == group) for group in range(int(groups.max()) + 1)]


def _sides(marks: Marks) -> tuple[Floats, Floats]:
    """How many agree with each claim and how many do not; who is unsure is half of each."""
    half = marks.count(UNSURE) / 2
    return marks.count(AGREE) + half, marks.count(DISAGREE) + half


def network(graph: Graph, standing: Standing) -> Network:
    """The edges that carry strength: with v of their marks, and nothing where an undercut stands.

    One author's further edges onto one claim weigh a half, a quarter, ... of what they would.
    """
    given = ~np.isnan(graph.weight)
    v = np.where(given, graph.weight, bearing(graph) * fading(graph))
    signed = np.where(graph.kind == OBJECTS, -v, v)
    carries = np.isin(graph.kind, (SUPPORTS, OBJECTS, RELIES)) & ~standing.undercut & (signed != 0)
    used = np.flatnonzero(carries)
    source, target = graph.source[used], graph.target[used]
    order, found = blocks(graph.size, source, target)
    edges = used[order]
    return Network(graph.size, source[order], target[order], signed[edges], found, edges)


def bearing(graph: Graph) -> Floats:
    """v of each edge, (m,): the share of those who say that it bears."""
    size = len(graph.source)
    yes = np.bincount(graph.bearing[graph.bears > 0], minlength=size)
    return smoothed(yes, np.bincount(graph.bearing[graph.bears < 0], minlength=size))


def fading(graph: Graph) -> Floats:
    """1, 1/2, 1/4, ... for one author's edges onto one claim, in their order; (m,)."""
    author = graph.author[graph.source]
    whose = np.flatnonzero(np.isin(graph.kind, (SUPPORTS, OBJECTS)) & (author != NOBODY))
    pair = author[whose] * graph.size + graph.target[whose]
    order = np.argsort(pair, kind="stable")
    begins = np.flatnonzero(np.diff(pair[order], prepend=-1))
    many = np.diff(np.append(begins, len(order)))
    factor = np.ones(len(graph.source))
    factor[whose[order]] = 0.5 ** (np.arange(len(order)) - np.repeat(begins, many))
    return factor


def strengths(flow: Network, w: Floats, semantics: Semantics = QE) -> Floats:
    """Strength of each claim, nan where it has no stable value. w: (n,), or (n, k) for k cases."""
    cases = w[:, None] if w.ndim == 1 else w
    s = cases.copy()
    for block in flow.blocks:
        worked_out = _stable if block.is_loop else _moved
        s[block.claims] = worked_out(flow, block, cases, s, semantics)
    return s.reshape(w.shape)


def _moved(flow: Network, block: Block, w: Floats, s: Floats, semantics: Semantics) -> Floats:
    """Where the edges move the claims of a block, while all claims are as strong as `s` says."""
    edges = slice(block.first, block.last)
    energy = semantics.energy(flow.weight[edges, None], s[flow.source[edges]], block.begin)
    return semantics.settle(w[block.claims], energy)


def _stable(flow: Network, block: Block, w: Floats, s: Floats, semantics: Semantics) -> Floats:
    """Where a loop comes to rest from w, as ds/dt = F(s) - s has it; nan where it does not.

    Nor where it rests on an edge: it must come back after a nudge.
    """

    def moved(x: Floats) -> Floats:
        s[block.claims] = x
        return _moved(flow, block, w, s, semantics)

    found = rest(moved, w[block.claims])
    nudge = np.random.default_rng(0).uniform(-NUDGE, NUDGE, (len(found), 1))
    back = rest(moved, np.clip(found + nudge, 0, 1))
    is_stable = np.abs(back - found).max(axis=0) < NUDGE / 10
    return np.where(is_stable, found, nan)


def rest(moved: Callable[[Floats], Floats], x: Floats) -> Floats:
    """Follow dx/dt = moved(x) - x until it rests; nan in columns that do not.

    By steps of Runge and Kutta, which turn with what circles on its way to rest. A column whose
    direction turns back has gone too far: its steps become half as long. One that rests stays.
    """
    step, before = np.full(x.shape[1], STEP), np.zeros(x.shape)
    for _ in range(MOST):
        change = moved(x) - x
        size = np.abs(change).max(axis=0)
        moves = size >= NEAR
        if not moves.any():
            break
        step = np.where((change * before).sum(axis=0) < 0, step / 2, step)
        before = change
        x = _step(moved, x, change, np.where(moves, step, 0))
    return np.where(size < NEAR, x, nan)


def _step(moved: Callable[[Floats], Floats], x: Floats, first: Floats, step: Floats) -> Floats:
    """One step of the fourth order, which begins in the direction `first`."""
    slope, total = first, first
    for part, weight in ((step / 2, 2), (step / 2, 2), (step, 1)):
        there = x + part * slope
        slope = moved(there) - there
        total = total + weight * slope
    return x + step / 6 * total
