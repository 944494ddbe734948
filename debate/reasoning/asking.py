"""What to ask next, and which open points matter most.

Polis shows the claims first that its priority puts first (Small et al. 2021). We would rather ask
what tells most: of a person's side, of what the debate turns on, of shares that are still unsure.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from debate.reasoning.cruxes import Parting
from debate.reasoning.graph import (
    AGREE,
    DISAGREE,
    RELIES,
    UNSURE,
    Bools,
    Floats,
    Graph,
    Ints,
    Marks,
)
from debate.reasoning.proportions import wilson

EXPLORING = 0.1
"""How often the next question is any that is left, so that nothing is never asked."""
NEW, FADING = 8, 5
UNKNOWN = 0.25
"""What a question weighs in place of strength and bearing: both are one half."""


def priority(marks: Marks, extremity: Floats) -> Floats:
    """Polis's priority of each claim: higher for what divides people, is agreed to, or is new.

    extremity (claims,): see `projection.Plane`.
    """
    agree, passes = marks.count(AGREE), marks.count(UNSURE)
    seen = agree + passes + marks.count(DISAGREE)
    importance = (1 - (passes + 1) / (seen + 2)) * (extremity + 1) * (agree + 1) / (seen + 2)
    return np.asarray((importance * (1 + NEW * 2.0 ** (-seen / FADING))) ** 2)


def worth(
    marks: Marks, parting: Parting | None, crux: Mapping[int, float], leaning: float = 0.5
) -> Floats:
    """What an answer to each claim would tell, 0 to 3: of a side, of a crux, of its share.

    parting: how claims divide two sides, None where there are none; crux: the scores of cruxes;
    leaning: how likely the person is on the first side.
    """
    agree, n = marks.count(AGREE), np.bincount(marks.claim, minlength=len(marks.claims))
    low, high = wilson(agree, n)
    scores = np.zeros(len(marks.claims))
    scores[list(crux)] = list(crux.values())
    side = np.zeros(len(scores)) if parting is None else told(parting.rates, parting.sure, leaning)
    return np.asarray(side + scores / max(scores.max(initial=0), 1e-12) + (high - low))


def leaning(marks: Marks, parting: Parting, person: int) -> float:
    """How likely a person is on the first side, by what they have marked."""
    own = (marks.person == person) & (marks.value != UNSURE)
    return likely(parting.rates[:, marks.claim[own]], marks.value[own] == AGREE)


def likely(rates: Floats, agrees: Bools) -> float:
    """How likely somebody is on the first side who answered so (naive Bayes).

    rates (2, answers): the share of each side that agrees; agrees: whether they do.
    """
    odds = np.log(np.where(agrees, rates, 1 - rates)).sum(axis=1)
    return float(1 / (1 + np.exp(odds[1] - odds[0])))


def order(worths: Floats, left: Ints, rng: np.random.Generator) -> Ints:
    """The claims that are left, in the order to ask them; one in ten is drawn from any place."""
    best = list(left[np.argsort(-worths[left], kind="stable")])
    asked = []
    while best:
        place = int(rng.integers(len(best))) if rng.random() < EXPLORING else 0
        asked.append(best.pop(place))
    return np.array(asked, dtype=np.int64)


def pressing(graph: Graph, s: Floats, v: Floats, slopes: Floats) -> Floats:
    """How much each open point matters, (points,): s·v·|ds_p/dw| of what it is put to.

    v (edges,): how far edges bear; slopes (claims,): how far the positions move with each claim.
    Of a point's edges the first counts, which is what it does where it stands; links come later.
    """
    points = graph.points
    force = np.full(len(points.names), UNKNOWN)
    known = points.claim >= 0
    bears = np.full(graph.size, 0.5)
    own = np.flatnonzero(graph.kind != RELIES)
    source, place = np.unique(graph.source[own], return_index=True)  # of each the first place
    bears[source] = v[own[place]]
    claims = points.claim[known]
    force[known] = np.nan_to_num(s[claims], nan=0.5) * bears[claims]
    return np.asarray(np.where(points.to >= 0, force * np.abs(slopes[points.to]), 0.0))


def told(rates: Floats, sure: Floats, first: float) -> Floats:
    """Bits that an answer to each claim would tell of the side of somebody who leans so.

    rates (2, claims), sure (claims,): as in `cruxes.Parting`.
    """
    ours, theirs = rates
    agrees = first * ours + (1 - first) * theirs
    left = agrees * _bits(first * ours / agrees)
    left += (1 - agrees) * _bits(first * (1 - ours) / (1 - agrees))
    return np.asarray(np.maximum(_bits(np.array(first)) - left, 0) * sure)


def _bits(share: Floats) -> Floats:
    safe = np.clip(share, 1e-12, 1 - 1e-12)
    return np.asarray(-(safe * np.log2(safe) + (1 - safe) * np.log2(1 - safe)))
