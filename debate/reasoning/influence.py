"""What hangs on a claim: how far a position would move if the claim were settled."""

from __future__ import annotations

from debate.reasoning.graph import Bools, Floats, Graph, Ints
from debate.reasoning.standing import Standing
from debate.reasoning.strength import Network


def gradient(flow: Network, w: Floats, s: Floats, at: int, semantics: str = "qe") -> Floats:
    """ds_at/dw_c for all claims c, shape (n,): one pass backwards. `s` are the strengths at w."""
    raise NotImplementedError


def influence(flow: Network, w: Floats, at: int, claims: Ints) -> Floats:
    """I(c) = |s_at with w_c = .98 - s_at with w_c = .02| of each of the claims, exactly."""
    raise NotImplementedError


def swing(flow: Network, w: Floats, at: int, claims: Ints, one: Floats, other: Floats) -> Floats:
    """|s_at with w_c = one - s_at with w_c = other| of each of the claims, exactly.

    one, other: a weight for each of `claims`, as the rates of agreement of the two sides.
    """
    raise NotImplementedError


def flips(graph: Graph, standing: Standing, at: int, claims: Ints) -> Bools:
    """Whether the label of `at` depends on which way each of the claims is settled."""
    raise NotImplementedError
