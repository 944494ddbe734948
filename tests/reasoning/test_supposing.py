"""What would move if a claim were settled: the same as if the debate were worked out so."""

from __future__ import annotations

import numpy as np
import pytest

from debate.reasoning.graph import Claim, Edge, build
from debate.reasoning.standing import IN, OUT, WORDS
from debate.reasoning.supposing import grouped, what_if, worked
from tests.reasoning.debates import framework, undercut


def test_settling_an_objection_moves_what_it_is_put_to() -> None:
    graph = build(
        [Claim("p", position=True), "a", "b"],
        [Edge("a", "p", "objects"), Edge("b", "a", "objects")],
    )
    found = what_if(worked(graph), 2, "out")
    assert (found["claim"], found["settled"]) == ("b", "out")
    assert found["labels"] == {
        "moved": 2,
        "claims": [
            {"claim": "p", "before": "in", "after": "out"},
            {"claim": "a", "before": "out", "after": "in"},
        ],
    }
    told = {one["claim"]: (one["before"], one["after"]) for one in found["strengths"]["claims"]}
    assert told["a"][0] < told["a"][1]


def test_settling_it_as_it_is_moves_no_label() -> None:
    graph = build(["p", "a"], [Edge("a", "p", "objects")])
    assert what_if(worked(graph), 1, "in")["labels"] == {"moved": 0, "claims": []}


@pytest.mark.parametrize("seed", range(40))
def test_labels_and_strengths_are_those_of_the_debate_so_settled(seed: int) -> None:
    graph = undercut(seed) if seed % 2 else framework(seed)
    before = worked(graph)
    for claim in range(graph.size):
        for label, word in ((IN, "in"), (OUT, "out")):
            after = worked(graph, None, {claim: label})
            assert after.standing.claims[claim] == label
            told = what_if(before, claim, word)
            moved = {one["claim"]: one["after"] for one in told["labels"]["claims"]}
            for other, name in enumerate(graph.claims):
                if other == claim:
                    continue
                was = int(before.standing.claims[other])
                assert moved.get(name, WORDS[was]) == WORDS[int(after.standing.claims[other])]
            assert told["labels"]["moved"] == len(moved)


def test_what_was_worked_out_before_is_left_as_it_was() -> None:
    graph = build(["p", "a"], [Edge("a", "p", "objects")])
    before = worked(graph)
    kept = before.w.copy(), before.s.copy(), before.standing.claims.copy()
    what_if(before, 1, "out")
    assert all(
        np.array_equal(one, other)
        for one, other in zip(kept, (before.w, before.s, before.standing.claims), strict=True)
    )


def test_a_settled_crux_divides_nobody_any_more() -> None:
    claims = [Claim("p", position=True), Claim("q", position=True), Claim("c"), Claim("d")]
    marks = [(f"a{n}", "p", 1) for n in range(8)] + [(f"b{n}", "q", 1) for n in range(8)]
    for crux in "cd":
        marks += [(f"a{n}", crux, 1) for n in range(8)] + [(f"b{n}", crux, -1) for n in range(8)]
    graph = build(claims, [Edge("c", "p", "supports"), Edge("d", "p", "supports")], marks=marks)
    told = what_if(worked(graph), 2, "in")["cruxes"]
    of_p = {one["claim"]: (one["before"], one["after"]) for one in told if one["position"] == "p"}
    assert of_p["c"][0] > 0
    assert of_p["c"][1] is None


def test_of_what_would_move_it_is_told_how_many_marks_on_it_count() -> None:
    marks = [(person, "a", 1) for person in "xyz"]
    graph = build(["a", "b"], [Edge("b", "a", "supports")], marks=marks)
    in_groups = np.array([0, 0, -1])
    for groups, n in ((None, 3), (in_groups, 2)):
        [told] = what_if(worked(graph, groups), 1, "out", groups)["strengths"]["claims"]
        assert (told["claim"], told["n"]) == ("a", n)


def test_groups_count_only_where_they_are_stable() -> None:
    graph = build(["a"], marks=[("x", "a", 1), ("y", "a", 1), ("z", "a", -1)])
    of = {"x": 4, "y": 4, "z": 7}
    assert grouped(graph, {"stable": False, "of": of}) is None
    assert grouped(graph, None) is None
    found = grouped(graph, {"stable": True, "of": {"x": 4, "z": 7}})
    assert found is not None
    assert found.tolist() == [0, -1, 1]
