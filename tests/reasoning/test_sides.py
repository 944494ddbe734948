"""Who is on which side of a debate."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning import sides
from debate.reasoning.graph import Claim, Graph, build
from tests.reasoning.debates import calm

PAIRS = st.tuples(st.sampled_from(["ann", "bob", "cat"]), st.sampled_from([*"pqrc"]))


def debate(marks: list[tuple[str, str, int]]) -> Graph:
    """Three positions and a claim."""
    return build([*(Claim(name, position=True) for name in "pqr"), "c"], marks=marks)


def parted(marks: list[tuple[str, str, int]]) -> list[tuple[str, bool, list[str]]]:
    graph = debate(marks)
    people = graph.marks.people
    return [
        (
            graph.claims[side.position],
            side.holds,
            [name for name, there in zip(people, side.people, strict=True) if there],
        )
        for side in sides.sides(graph)
    ]


@settings(calm, max_examples=200)
@given(st.dictionaries(PAIRS, st.sampled_from([-1, 0, 1])))
def test_who_disagrees_or_holds_another_position_instead_is_against_it(
    answers: dict[tuple[str, str], int],
) -> None:
    graph = debate([(*pair, value) for pair, value in answers.items()])
    for at in graph.positions.tolist():
        name = graph.claims[at]
        ours, theirs = sides.about(graph, at)
        for person, is_ours, is_theirs in zip(graph.marks.people, ours, theirs, strict=True):
            holds = {one for one in "pqr" if answers.get((person, one)) == 1}
            disagrees = answers.get((person, name)) == -1
            assert is_ours == (name in holds)
            assert is_theirs == (disagrees or (name not in holds and bool(holds)))


def test_each_position_that_is_held_makes_a_side() -> None:
    marks = [("ann", "p", 1), ("bob", "q", 1), ("cat", "p", -1), ("cat", "q", 1)]
    assert parted(marks) == [("p", True, ["ann"]), ("q", True, ["bob", "cat"])]


def test_where_one_position_is_held_those_who_are_against_it_make_a_side() -> None:
    marks = [("ann", "p", 1), ("bob", "p", -1), ("bob", "q", -1)]
    assert parted(marks) == [("p", True, ["ann"]), ("p", False, ["bob"])]
    assert parted(marks[:1]) == [("p", True, ["ann"])]


def test_where_nobody_holds_a_position_nobody_is_on_both_sides() -> None:
    assert parted([("ann", "p", -1), ("ann", "q", -1), ("bob", "q", -1), ("ann", "c", 1)]) == []
