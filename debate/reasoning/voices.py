"""Which objections count: not by one voice, and not those that people say do not bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from debate.reasoning.graph import AGREE, NOBODY, OBJECTS, SUPPORTS, UNDERCUTS, Bools, Graph, Ints
from debate.reasoning.proportions import wilson

SEVERAL = 3
"""From so many people on, one voice is not enough; and so many say what does not bear."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Of each edge, shape (m,): whether it waits for a second, whether people say 'beside'."""

    awaiting: Bools
    beside: Bools

    @property
    def counted(self) -> Bools:
        """Which edges count; supports always do."""
        counted: Bools = ~self.awaiting & ~self.beside
        return counted


def heard(graph: Graph) -> Voices:
    """Hear who is behind each objection."""
    objections = np.isin(graph.kind, (OBJECTS, UNDERCUTS))
    alone = ~seconded(graph)[graph.source]
    awaiting: Bools = objections & alone & (graph.taking_part >= SEVERAL)
    return Voices(awaiting, objections & _beside(graph))


def seconded(graph: Graph) -> Bools:
    """Of each claim: whether a person besides its author agrees with it or supports it, (n,).

    A bot speaks with its owner's voice and seconds nobody. What is imported counts as seconded.
    """
    found = graph.imported.copy()
    marks = graph.marks
    agreed = (marks.value == AGREE) & (graph.author[marks.claim] != marks.person)
    found[marks.claim[agreed]] = True
    supports = graph.edges(SUPPORTS)
    by, onto = graph.source[supports], graph.target[supports]
    other = (graph.author[by] != NOBODY) & (graph.author[by] != graph.author[onto])
    found[onto[other & ~graph.bot[by]]] = True
    return found


def _beside(graph: Graph) -> Bools:
    """Of each edge: whether more than half surely say that it does not bear, (m,).

    The author of what it attacks is not asked.
    """
    others = graph.bearer != _attacked(graph)[graph.bearing]
    size = len(graph.source)
    n = np.bincount(graph.bearing[others], minlength=size)
    no = np.bincount(graph.bearing[others & (graph.bears < 0)], minlength=size)
    sure: Bools = (n >= SEVERAL) & (wilson(no, n)[0] > 1 / 2)
    return sure


def _attacked(graph: Graph) -> Ints:
    """Who wrote what each edge is put to, (m,): of an undercut, where the attacked edge begins."""
    claim = graph.target.copy()
    undercuts = graph.edges(UNDERCUTS)
    claim[undercuts] = graph.source[graph.target[undercuts]]
    return graph.author[claim]
