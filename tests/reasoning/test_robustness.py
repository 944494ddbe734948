"""What a few people can move by marking alike, in debates without cycles."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning.graph import Graph, Ints, Marks, build
from debate.reasoning.proportions import smoothed
from debate.reasoning.standing import stand
from debate.reasoning.strength import network, strengths, weights
from tests.reasoning.debates import acyclic, calm

POOLED, IN_ONE_OF_TWO = 0.20, 0.10
MANY = st.integers(0, 40)


def with_marks(graph: Graph, rows: list[tuple[int, int, int]]) -> Graph:
    """The graph with these marks (person, claim, value) alone."""
    people = tuple(str(number) for number in range(2000))
    person, claim, value = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    marks = Marks(people, graph.claims, person, claim, value)
    fields = {name: getattr(graph, name) for name in graph.__slots__}
    return Graph(**{**fields, "marks": marks})


def strong(graph: Graph, claim: int, groups: Ints | None = None) -> float:
    return float(strengths(network(graph, stand(graph)), weights(graph, groups))[claim])


def marks_on(claim: int, counts: tuple[int, int, int], begin: int) -> list[tuple[int, int, int]]:
    values = [1] * counts[0] + [0] * counts[1] + [-1] * counts[2]
    return [(begin + place, claim, value) for place, value in enumerate(values)]


@settings(calm, max_examples=300)
@given(acyclic(), st.data(), st.tuples(MANY, MANY, MANY), st.sampled_from([-1, 0, 1]))
def test_a_fifth_of_its_marks_moves_a_claim_by_a_fifth_at_most(
    graph: Graph, data: st.DataObject, counts: tuple[int, int, int], value: int
) -> None:
    claim = data.draw(st.integers(0, graph.size - 1))
    others = [(9 + c, c, v) for c in range(graph.size) if c != claim for v in (1,)]
    fair = others + marks_on(claim, counts, 100)
    flood = [(1000 + place, claim, value) for place in range(sum(counts) // 4)]
    before, after = with_marks(graph, fair), with_marks(graph, fair + flood)
    assert abs(strong(after, claim) - strong(before, claim)) <= POOLED


@settings(calm, max_examples=300)
@given(
    acyclic(),
    st.data(),
    st.tuples(MANY, MANY, MANY),
    st.tuples(MANY, MANY, MANY),
    st.sampled_from([-1, 0, 1]),
)
def test_a_fifth_of_one_of_two_groups_moves_a_claim_by_a_tenth_at_most(
    graph: Graph,
    data: st.DataObject,
    ours: tuple[int, int, int],
    theirs: tuple[int, int, int],
    value: int,
) -> None:
    claim = data.draw(st.integers(0, graph.size - 1))
    fair = marks_on(claim, ours, 0) + marks_on(claim, theirs, 500)
    flood = [(1000 + place, claim, value) for place in range(sum(ours) // 4)]
    before, after = with_marks(graph, fair), with_marks(graph, fair + flood)

    person = np.arange(2000)
    groups = np.where((person >= 500) & (person < 1000), 1, 0)
    moved = strong(after, claim, groups) - strong(before, claim, groups)
    assert abs(moved) <= IN_ONE_OF_TWO


def test_leaving_out_who_is_unsure_would_break_the_bound() -> None:
    """Why the weight is not (A + 1) / (A + D + 2): forty are unsure, ten of fifty agree."""
    before, after = smoothed(0, 0), smoothed(10, 0)
    assert after - before > 2 * POOLED
    graph = with_marks(build(["a"]), marks_on(0, (0, 40, 0), 0))
    flooded = with_marks(build(["a"]), marks_on(0, (10, 40, 0), 0))
    assert abs(strong(flooded, 0) - strong(graph, 0)) < POOLED / 2


def test_the_bounds_are_nearly_reached() -> None:
    graph = with_marks(build(["a"]), [(n, 0, -1) for n in range(400)])
    flooded = with_marks(build(["a"]), [(n, 0, 1 if n >= 400 else -1) for n in range(500)])
    moved = strong(flooded, 0) - strong(graph, 0)
    assert POOLED - 0.01 < moved <= POOLED
