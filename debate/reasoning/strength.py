"""How strong each claim is: by gradual semantics (Potyka 2018; Rago et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

from debate.reasoning.graph import Floats, Graph, Ints
from debate.reasoning.standing import Standing

SEMANTICS = ("qe", "dfquad", "euler")


@dataclass(frozen=True, slots=True)
class Network:
    """What strength flows along, in the order in which it is worked out: see `network`."""

    size: int
    source: Ints
    target: Ints
    weight: Floats


def weights(graph: Graph, groups: Ints | None = None) -> Floats:
    """w of each claim, shape (n,): (A+1)/(A+D+2), or the mean of it over stable groups.

    `groups`: number of each person's group, -1 for none, shape (people,); None: no groups.
    """
    raise NotImplementedError


def network(graph: Graph, standing: Standing) -> Network:
    """The edges that carry strength, with v and its sign; 0 where an undercut stands."""
    raise NotImplementedError


def strengths(flow: Network, w: Floats, semantics: str = "qe") -> Floats:
    """Strength of each claim, nan where it has no stable value. w: (n,), or (n, k) for k cases."""
    raise NotImplementedError
