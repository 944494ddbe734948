from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning.files import weighted
from debate.reasoning.graph import Claim, Edge, Graph, build
from debate.reasoning.semantics import SEMANTICS
from debate.reasoning.standing import stand
from debate.reasoning.strength import bearing, counted, network, strengths, weights
from tests.reasoning.debates import DATA, acyclic, calm, needs_data, tree

NAMES = {"dfquad": "DFQuAD", "qe": "QuadraticEnergy", "euler": "Euler"}
EXACT, NEAR = 1e-12, 1e-4
DEMOCRACY = {
    "args": dict(A1=0.5, A2=0.5, P1=0.7, P2=0.5, P3=0.9, C1=0.2, C2=0.2, C3=0.6, C4=0.5),
    "att": [["C1", "A2"], ["C2", "P2"], ["C3", "P2"], ["C4", "P2"]],
    "sup": [["P1", "A1"], ["P2", "A1"], ["P3", "A2"]],
}


def strong(graph: Graph, semantics: str = "qe") -> dict[str, float]:
    flow = network(graph, stand(graph))
    found = strengths(flow, weights(graph), SEMANTICS[semantics])
    return dict(zip(graph.claims, found.tolist(), strict=True))


def loop(w: float, weight: float = 1.0, *, size: int = 2) -> Graph:
    """Claims that all attack one another."""
    names = [str(n) for n in range(size)]
    edges = [Edge(a, b, "objects", weight) for a in names for b in names if a != b]
    return build([Claim(name, base=w) for name in names], edges)


@needs_data
def test_strengths_are_those_of_two_independent_tools() -> None:
    expected = json.loads((DATA / "qbaf" / "expected.json").read_text())
    compared: dict[str, int] = {"qbafpy": 0, "rk4": 0}
    for data in expected.values():
        for semantics, name in NAMES.items():
            found = strong(weighted.read(data), semantics)
            for tool, most in (("qbafpy", EXACT), ("rk4", NEAR)):
                values = data[tool][name]
                if isinstance(values, dict):  # one of the tools refuses graphs with cycles
                    assert found == pytest.approx(values, abs=most)
                    compared[tool] += 1
    assert compared == {"qbafpy": 3, "rk4": 6}


@pytest.mark.parametrize(
    ("semantics", "published"),
    [("qe", (0.71985, 0.66443, 0.18587)), ("dfquad", (0.862, 0.85, 0.08))],
)
def test_the_debate_on_democracy_comes_out_as_published(
    semantics: str, published: tuple[float, ...]
) -> None:
    found = strong(weighted.read(DEMOCRACY), semantics)
    assert [found[name] for name in ("A1", "A2", "P2")] == pytest.approx(published, abs=5e-6)


def test_a_weight_is_the_share_that_agrees_drawn_to_one_half() -> None:
    marks = [("u", "a", 1), ("v", "a", 1), ("w", "a", -1)]
    assert weights(build("ab", marks=marks)).tolist() == [3 / 5, 1 / 2]


def test_who_is_unsure_counts_half_for_either_side() -> None:
    marks = [("u", "a", 1), ("v", "a", 1), ("w", "a", 0)]
    assert weights(build("a", marks=marks)).tolist() == [3.5 / 5]


def test_with_groups_the_weight_is_the_mean_over_them() -> None:
    marks = [("u", "a", 1), ("v", "a", 1), ("w", "a", -1), ("x", "a", -1)]
    graph = build("ab", marks=marks)
    groups = np.array([0, 0, 1, -1])
    assert weights(graph, groups).tolist() == [(3 / 4 + 1 / 3) / 2, 1 / 2]
    assert counted(graph, groups).tolist() == [3, 0]
    assert counted(graph).tolist() == [4, 0]


def test_an_edge_weighs_what_people_say_it_bears() -> None:
    graph = build(
        "abc",
        [Edge("b", "a", "supports"), Edge("c", "a", "objects")],
        bearings=[("u", 0, 1), ("v", 0, -1), ("w", 0, -1)],
    )
    assert bearing(graph).tolist() == [2 / 5, 1 / 2]
    assert network(graph, stand(graph)).weight.tolist() == [2 / 5, -1 / 2]


def test_what_one_author_adds_weighs_less_and_less() -> None:
    said = [Claim(name, author=by) for name, by in zip("bcde", "uuvu", strict=True)]
    kinds = ["supports", "objects", "supports", "supports"]
    edges = [Edge(name, "a", kind) for name, kind in zip("bcde", kinds, strict=True)]
    edges.append(Edge("c", "b", "supports"))  # another target: begins anew
    graph = build(["a", *said], edges)
    flow = network(graph, stand(graph))
    to_a = flow.target == 0
    assert flow.weight[to_a].tolist() == [1 / 2, -1 / 4, 1 / 2, 1 / 8]
    assert flow.weight[~to_a].tolist() == [1 / 2]


def test_an_undercut_that_stands_takes_the_edge_away() -> None:
    edges = [Edge("b", "a", "supports"), Edge("c", 0, "undercuts"), Edge("d", "c", "objects")]
    assert strong(build("abc", edges[:2]))["a"] == 1 / 2
    assert strong(build("abcd", edges))["a"] > 1 / 2


def test_a_reliance_carries_strength_and_moves_no_label() -> None:
    edges = [Edge("c", "p", "relies", -0.8)]
    graph = build(["c", Claim("p", position=True)], edges)
    assert strong(graph)["p"] < 1 / 2
    assert stand(graph).claims.tolist() == [1, 1]


def test_one_pass_is_what_each_claim_says_of_itself() -> None:
    """Against the definition, claim by claim, on a debate of two thousand."""
    graph = tree(2000)
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph)
    found = strengths(flow, w)
    for claim in range(graph.size):
        onto = flow.target == claim
        energy = float((flow.weight[onto] * found[flow.source[onto]]).sum())
        h = energy**2 / (1 + energy**2)
        expected = w[claim] + (1 - w[claim]) * h if energy > 0 else w[claim] * (1 - h)
        assert found[claim] == pytest.approx(expected, abs=EXACT)
    assert len(np.unique(found.round(6))) > 100


@settings(calm, max_examples=100)
@given(acyclic(), st.sampled_from(list(NAMES)))
def test_strengths_stay_between_none_and_full(graph: Graph, semantics: str) -> None:
    assert all(0 <= value <= 1 for value in strong(graph, semantics).values())


def test_many_cases_at_once_are_each_what_it_is_alone() -> None:
    graph = loop(0.6, 0.4)
    flow = network(graph, stand(graph))
    cases = np.array([[0.6, 0.1, 0.9], [0.6, 0.8, 0.2]])
    found = strengths(flow, cases)
    for column in range(3):
        assert strengths(flow, cases[:, column]).tolist() == found[:, column].tolist()


def test_two_that_object_to_each_other_come_to_rest() -> None:
    found = strong(loop(0.5))
    assert found["0"] == found["1"]
    energy = found["0"]
    assert found["0"] == pytest.approx(0.5 - 0.5 * energy**2 / (1 + energy**2), abs=1e-5)


def ring(camps: int, many: int = 20) -> Graph:
    """Camps in a ring, of claims that all object to all of the next; c hangs on one, d on none."""
    names = [[f"{camp}.{n}" for n in range(many)] for camp in range(camps)]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    edges = [Edge(a, b, "objects", 1.0) for camp, after in pairs for a in camp for b in after]
    claims = [Claim(name, base=0.95) for camp in names for name in camp]
    return build([*claims, Claim("c"), Claim("d")], [*edges, Edge("0.0", "c", "supports")])


def test_no_strength_is_given_where_a_nudge_decides() -> None:
    """Of two camps either may win: between them they rest on an edge, which is no stable value."""
    found = strong(ring(2))
    assert [name for name, value in found.items() if not math.isnan(value)] == ["d"]


def test_no_strength_is_given_where_any_would_do() -> None:
    """By DF-QuAD each is what the other one leaves: .3 and .7 would do as well as halves."""
    assert all(math.isnan(value) for value in strong(loop(1.0), "dfquad").values())
    assert strong(loop(0.9), "dfquad") == pytest.approx({"0": 9 / 19, "1": 9 / 19}, abs=1e-5)


def test_no_strength_is_given_where_it_goes_round_for_ever() -> None:
    found = strong(ring(5))
    assert [name for name, value in found.items() if not math.isnan(value)] == ["d"]


def test_a_ring_that_comes_to_rest_has_its_strengths() -> None:
    assert not any(math.isnan(value) for value in strong(ring(3)).values())
    assert not any(math.isnan(value) for value in strong(ring(5, many=2)).values())
