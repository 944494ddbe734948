"""Debates for tests of the reasoning: drawn by hypothesis, or at random from a seed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from debate.reasoning.graph import Claim, Edge, Graph, build

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For machines that have other things to do as well."""

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the data of others is not at hand")


def framework(seed: int) -> Graph:
    """Up to 30 claims with attacks between any of them, on themselves too."""
    chance = random.Random(seed)
    names = [str(number) for number in range(chance.randint(1, 30))]
    many = chance.randint(0, 2 * len(names))
    pairs = [(chance.choice(names), chance.choice(names)) for _ in range(many)]
    return build(names, [Edge(one, other, "objects") for one, other in pairs])


def undercut(seed: int) -> Graph:
    """Up to 20 claims with edges of all kinds, undercuts of undercuts and circles among them."""
    chance = random.Random(seed)
    names = [str(number) for number in range(chance.randint(1, 20))]
    many = chance.randint(1, 2 * len(names))
    edges = []
    for _ in range(many):
        kind = chance.choice(["supports", "objects", "undercuts"])
        target = chance.randrange(many) if kind == "undercuts" else chance.choice(names)
        edges.append(Edge(chance.choice(names), target, kind))
    return build(names, edges)


def tree(size: int, *, seed: int = 0) -> Graph:
    """A debate as people write it: each claim answers an earlier one, a fifth by an undercut."""
    chance = random.Random(seed)
    names = [str(number) for number in range(size)]
    edges: list[Edge] = []
    for number in range(1, size):
        to = chance.randrange(max(0, number - 200), number)
        kind = chance.choice(["supports", "objects"])
        if to and chance.random() < 1 / 5:
            edges.append(Edge(names[number], to - 1, "undercuts"))
        else:
            edges.append(Edge(names[number], names[to], kind))
    return build(names, edges)


@st.composite
def acyclic(draw: st.DrawFn, *, authors: int = 0) -> Graph:
    """A debate without cycles, with marks on claims and edges, by up to nine people."""
    size = draw(st.integers(2, 9))
    people = [f"p{number}" for number in range(9)]
    by = st.sampled_from(people[:authors]) if authors else st.just("")
    claims = [Claim(str(number), author=draw(by)) for number in range(size)]
    edges: list[Edge] = []
    for number in range(1, size):
        kind = draw(st.sampled_from(["supports", "objects", "undercuts"]))
        if kind == "undercuts" and edges:
            edges.append(Edge(str(number), draw(st.integers(0, len(edges) - 1)), kind))
        else:
            target = str(draw(st.integers(0, number - 1)))
            edges.append(Edge(str(number), target, kind.replace("undercuts", "objects")))
    which = st.tuples(st.sampled_from(people), st.sampled_from([c.name for c in claims]))
    marks = draw(st.dictionaries(which, st.sampled_from([-1, 0, 1]), max_size=30))
    onto = st.tuples(st.sampled_from(people), st.integers(0, len(edges) - 1))
    bears = draw(st.dictionaries(onto, st.sampled_from([-1, 1]), max_size=12))
    return build(
        claims,
        edges,
        marks=[(*pair, value) for pair, value in marks.items()],
        bearings=[(*pair, value) for pair, value in bears.items()],
        people=people,
    )
