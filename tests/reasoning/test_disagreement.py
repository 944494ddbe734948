"""What is told of a debate, as JSON."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings

from debate.reasoning import cruxes, disagreement, groups
from debate.reasoning.disagreement import share, told
from debate.reasoning.graph import Claim, Edge, Floats, Graph, build
from debate.reasoning.influence import gradient
from debate.reasoning.standing import stand
from debate.reasoning.strength import network, strengths, weights
from tests.reasoning.debates import acyclic, calm


def all_of(graph: Graph) -> dict[str, Any]:
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph)
    found = groups.find(graph.marks, resamples=3)
    return told(graph, standing, flow, w, strengths(flow, w), found)


def looped(seed: int) -> Graph:
    """Two positions and edges from anywhere to anywhere, with marks of a dozen people."""
    chance = random.Random(seed)
    names = [str(number) for number in range(12)]
    claims = [Claim(name, position=name in "01") for name in names]
    pairs = [(chance.choice(names), chance.choice(names)) for _ in range(24)]
    edges = [Edge(*pair, chance.choice(["supports", "objects"])) for pair in pairs]
    marks = [(f"u{p}", n, chance.choice([-1, 0, 1])) for p in range(12) for n in names]
    return build(claims, edges, marks=marks)


@settings(calm, max_examples=50)
@given(acyclic())
def test_every_debate_can_be_told_as_json(graph: Graph) -> None:
    assert json.dumps(all_of(graph), allow_nan=False)


@pytest.mark.parametrize("seed", range(30))
def test_debates_with_loops_can_be_told_too(seed: int) -> None:
    found = all_of(looped(seed))
    assert json.dumps(found, allow_nan=False)
    for crux in found["cruxes"]["computed"]:
        assert crux["position"] in "01"
        assert crux["claim"] not in "01"
        assert 0 <= crux["low"] <= crux["swing"] <= crux["high"] <= 1


def test_a_debate_in_which_nobody_has_said_anything_can_be_told() -> None:
    assert all_of(build([]))["cruxes"]["computed"] == []
    found = all_of(build([Claim("p", position=True), "c"], [Edge("c", "p", "supports")]))
    assert found["sides"] == {"p": {"for": 0, "against": 0}}
    assert found["common_ground"] == []


def test_of_thousands_of_positions_the_first_fifty_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"p{n}" for n in range(2000)]
    marks = [(f"u{n}", name, 1) for n, name in enumerate(names)]
    looked_at: dict[str, list[int]] = {"slopes": [], "cruxes": []}

    def slopes(*asked: Any) -> Floats:
        looked_at["slopes"].append(asked[-1])
        return gradient(*asked)

    def computed(*asked: Any) -> list[cruxes.Crux]:
        looked_at["cruxes"].append(asked[-1])
        return []

    monkeypatch.setattr(disagreement, "gradient", slopes)
    monkeypatch.setattr(cruxes, "computed", computed)
    found = all_of(build([Claim(name, position=True) for name in names], marks=marks))
    first = list(range(50))
    assert looked_at == {"slopes": first, "cruxes": first}
    assert list(found["sides"]) == names[:50]
    assert found["sides"]["p7"] == {"for": 1, "against": 1999}


def test_no_share_is_told_of_fewer_than_three_people() -> None:
    assert share(2, 2) == {"share": None, "agree": 2, "n": 2, "low": None, "high": None}
    three = share(2, 3)
    assert three["share"] == 2 / 3
    assert three["low"] < three["share"] < three["high"]


def test_groups_that_are_stable_take_the_place_of_sides() -> None:
    claims = [Claim("p", position=True), *(Claim(f"c{n}") for n in range(12))]
    marks = []
    for person in range(60):
        side = 1 if person % 2 else -1
        marks += [(f"u{person}", f"c{n}", 1 if n < 4 else side) for n in range(12)]
        marks.append((f"u{person}", "p", side))
    found = all_of(build(claims, marks=marks))
    assert found["groups"]["stable"]
    held = [one for one in found["common_ground"] if one["held_by_all"]]
    assert {one["claim"] for one in held} == {"c0", "c1", "c2", "c3"}
    assert [side["group"] for side in held[0]["sides"]] == [0, 1]
    assert all(one["at_least"] > 0.9 for one in held)
