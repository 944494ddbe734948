"""What hangs on a claim: how far a position would move if the claim were settled.

The slopes for all claims come from one pass backwards (reverse-mode differentiation); where a
difference matters, the strength is worked out anew.
"""

from __future__ import annotations

import numpy as np

from debate.reasoning.graph import Bools, Floats, Graph, Ints
from debate.reasoning.order import Block
from debate.reasoning.semantics import QE, Semantics
from debate.reasoning.standing import IN, OUT, UNDECIDED, Standing, Web, behind, web_of, work_out
from debate.reasoning.strength import Network, rest, strengths

TRUE, FALSE = 0.98, 0.02
"""The weights of a claim that is settled one way or the other."""


def gradient(flow: Network, w: Floats, s: Floats, at: int, semantics: Semantics = QE) -> Floats:
    """ds_at/dw_c for all claims c, (n,), in O(edges). `s`: the strengths at w.

    Of what hangs on a strength that is withheld, nothing is known: nan.
    """
    onto = np.zeros(flow.size)  # how s_at moves with each strength
    onto[at] = 1
    slope = np.zeros(flow.size)
    reached = np.zeros(flow.size, dtype=bool)
    for block in reversed(flow.blocks):
        reached[block.claims] = True
        by_w, by_source = _slopes(flow, block, w, s, semantics)
        given = _through(flow, block, onto, by_source) if block.is_loop else onto[block.claims]
        slope[block.claims] = _times(given, by_w)
        _pass_on(flow, block, given, by_source, onto)
    return np.where(reached, slope, onto)


def _times(given: Floats, slope: Floats) -> Floats:
    """What is passed on; nothing where nothing is given, though the slope is not known."""
    passed: Floats = np.where(given == 0, 0, given * slope)
    return passed


def leverage(flow: Network, w: Floats, s: Floats, semantics: Semantics = QE) -> Floats:
    """How each claim moves with its own weight, all others being as they are; (n,)."""
    slope = np.ones(flow.size)
    for block in flow.blocks:
        slope[block.claims] = _slopes(flow, block, w, s, semantics)[0]
    return slope


def _slopes(
    flow: Network, block: Block, w: Floats, s: Floats, semantics: Semantics
) -> tuple[Floats, Floats]:
    """How each claim of a block moves with its w; and, for each edge, with where it comes from."""
    edges = slice(block.first, block.last)
    a, source = flow.weight[edges], s[flow.source[edges]]
    energy = semantics.energy(a, source, block.begin)
    by_w, by_energy = semantics.settle_slopes(w[block.claims], energy)
    return by_w, _spread(by_energy, block) * semantics.energy_slope(a, source, block.begin)


def _spread(values: Floats, block: Block) -> Floats:
    """A value of each claim of a block, for each of the claim's edges."""
    return np.repeat(values, np.diff(np.append(block.begin, block.last - block.first)))


def _pass_on(flow: Network, block: Block, given: Floats, by_source: Floats, onto: Floats) -> None:
    """Add to `onto` what the sources of a block's edges do through its claims, in place.

    What is within a loop is done when its own turn comes, and is not looked at again.
    """
    source = flow.source[block.first : block.last]
    passed = _times(_spread(given, block), by_source)
    there = ~np.isin(source, block.claims) if block.is_loop else np.ones(len(source), dtype=bool)
    np.add.at(onto, source[there], passed[there])


def _through(flow: Network, block: Block, onto: Floats, by_source: Floats) -> Floats:
    """What the claims of a loop do to s_at, all ways round the loop together.

    The implicit function theorem at rest: x = onto + Jᵀx, followed as the loop itself is.
    """
    place = np.full(flow.size, -1)
    place[block.claims] = np.arange(len(block.claims))
    source = place[flow.source[block.first : block.last]]
    inner = source >= 0
    first = onto[block.claims]
    if not first.any():
        return first

    def moved(x: Floats) -> Floats:
        passed = _spread(x[:, 0], block) * by_source
        back = np.bincount(source[inner], passed[inner], minlength=len(first))
        total: Floats = (first + back)[:, None]
        return total

    return rest(moved, first[:, None])[:, 0]


def influence(flow: Network, w: Floats, at: int, claims: Ints) -> Floats:
    """I(c) = |s_at with w_c = .98 - s_at with w_c = .02| of each of the claims, exactly."""
    many = len(claims)
    return swing(flow, w, at, claims, np.full(many, TRUE), np.full(many, FALSE))


def swing(flow: Network, w: Floats, at: int, claims: Ints, one: Floats, other: Floats) -> Floats:
    """|s_at with w_c = one - s_at with w_c = other| of each of the claims, exactly.

    one, other: a weight for each of `claims`, as the rates of agreement of two sides.
    """
    many = len(claims)
    found = moved_to(flow, w, at, np.tile(claims, 2), np.concatenate((one, other)))
    moved: Floats = np.abs(found[:many] - found[many:])
    return moved


def moved_to(flow: Network, w: Floats, at: int, claims: Ints, weights: Floats) -> Floats:
    """s_at if one claim had another weight, for each of the claims with its weight."""
    cases = np.repeat(w[:, None], len(claims), axis=1)
    cases[claims, np.arange(len(claims))] = weights
    found: Floats = strengths(flow, cases)[at]
    return found


def flips(graph: Graph, standing: Standing, at: int, claims: Ints) -> Bools:
    """Whether the label of `at` depends on which way each of the claims is settled.

    Only what is behind the claim is worked out anew.
    """
    web = web_of(graph, standing.counted)
    labels = [*standing.claims.tolist(), *standing.edges.tolist()]
    return np.array([c == at or _flips(web, labels, at, c) for c in claims.tolist()], dtype=bool)


def _flips(web: Web, labels: list[int], at: int, claim: int) -> bool:
    moving = behind(web, claim)
    if at not in moving:
        return False
    return len({settled(web, labels, moving, claim, label)[at] for label in (IN, OUT)}) > 1


def settled(web: Web, labels: list[int], moving: set[int], claim: int, label: int) -> list[int]:
    """All labels if a claim had this one; `moving`, what is `behind` it, is worked out anew."""
    fresh = labels.copy()
    for one in moving:
        fresh[one] = UNDECIDED
    fresh[claim] = label
    needed = {n for one in moving for n in web.needs[web.begins[one] : web.begins[one + 1]]}
    work_out(web, fresh, moving, [one for one in needed - moving if fresh[one]])
    return fresh
