"""Which claims stand: grounded labelling, with edges as arguments (Dung 1995; Caminada 2006)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from debate.reasoning.graph import Bools, Graph, Ints

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
    """The least fixpoint. `counted`: which objections count (else `voices.counted`).

    `settled` gives claims a label that nothing moves: as if the question were settled.
    """
    raise NotImplementedError
