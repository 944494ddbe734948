from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning.graph import Claim, Edge, Graph, build
from debate.reasoning.influence import flips, gradient, influence, swing
from debate.reasoning.semantics import SEMANTICS
from debate.reasoning.standing import IN, OUT, stand
from debate.reasoning.strength import network, strengths, weights
from tests.reasoning.debates import acyclic, calm, tree, undercut

STEP = 1e-6


@settings(calm, max_examples=100)
@given(acyclic(authors=3), st.sampled_from(["qe", "euler"]))
def test_slopes_are_those_that_small_changes_show(graph: Graph, name: str) -> None:
    semantics = SEMANTICS[name]
    flow, w = network(graph, stand(graph)), weights(graph)
    slopes = gradient(flow, w, strengths(flow, w, semantics), 0, semantics)
    cases = w[:, None] + STEP * np.hstack((np.eye(graph.size), -np.eye(graph.size)))
    found = strengths(flow, cases, semantics)[0]
    shown = (found[: graph.size] - found[graph.size :]) / (2 * STEP)
    assert slopes == pytest.approx(shown, abs=1e-6)


def test_slopes_of_products_leave_out_no_other_edge() -> None:
    claims = [Claim(name, base=base) for name, base in zip("abcd", (0.5, 0.4, 1, 1), strict=True)]
    edges = [Edge(name, "a", "supports", 1.0) for name in "bcd"]
    for some, expected in ((edges[:1], [0.6, 0.5, 0, 0]), (edges, [0, 0, 0, 0])):
        graph = build(claims, some)
        flow, w = network(graph, stand(graph)), weights(graph)
        found = strengths(flow, w, SEMANTICS["dfquad"])
        slopes = gradient(flow, w, found, 0, SEMANTICS["dfquad"])
        assert slopes == pytest.approx(expected, abs=1e-12)


def test_slopes_go_all_ways_round_a_loop() -> None:
    edges = [Edge("a", "b", "supports", 0.9), Edge("b", "c", "supports", 0.8)]
    edges += [
        Edge("c", "a", "objects", 0.7),
        Edge("d", "b", "objects", 0.5),
        Edge("c", "p", "supports"),
    ]
    graph = build([Claim(name, base=0.6) for name in "abcdp"], edges)
    flow, w = network(graph, stand(graph)), weights(graph)
    slopes = gradient(flow, w, strengths(flow, w), 4)
    wide = 1e-3
    cases = w[:, None] + wide * np.hstack((np.eye(5), -np.eye(5)))
    found = strengths(flow, cases)[4]
    assert slopes == pytest.approx((found[:5] - found[5:]) / (2 * wide), abs=5e-3)
    assert (np.abs(slopes) > 0.001).all()


def test_what_hangs_on_nothing_withheld_has_a_slope() -> None:
    graph = camps()
    flow, w = network(graph, stand(graph)), weights(graph)
    s = strengths(flow, w)
    number = {name: place for place, name in enumerate(graph.claims)}
    assert np.isnan(s[number["0.0"]])
    assert np.isnan(s[number["q"]])
    slopes = gradient(flow, w, s, number["p"])
    assert slopes[number["x"]] == pytest.approx(influence_of("x", "p"), rel=0.2)
    assert slopes[number["0.0"]] == 0
    assert np.isnan(gradient(flow, w, s, number["q"])[number["x"]])


def camps() -> Graph:
    """Five camps in a ring, withheld; x is put to one and supports p, q hangs on them."""
    names = [[f"{camp}.{n}" for n in range(20)] for camp in range(5)]
    pairs = zip(names, [*names[1:], names[0]], strict=True)
    edges = [Edge(a, b, "objects", 1.0) for x, y in pairs for a in x for b in y]
    edges += [
        Edge("x", "0.0", "objects"),
        Edge("x", "p", "supports"),
        Edge("0.1", "q", "supports"),
    ]
    claims = [Claim(name, base=0.95) for camp in names for name in camp]
    return build([*claims, "x", "p", "q"], edges)


def influence_of(claim: str, at: str) -> float:
    """By a small change."""
    graph = camps()
    flow, w = network(graph, stand(graph)), weights(graph)
    there = graph.claims.index(at), graph.claims.index(claim)
    changed = w.copy()
    changed[there[1]] += 0.01
    return float(strengths(flow, changed)[there[0]] - strengths(flow, w)[there[0]]) / 0.01


def test_influence_is_what_settling_the_claim_would_move() -> None:
    graph = tree(300)
    flow, w = network(graph, stand(graph)), weights(graph)
    claims = np.array([0, 1, 2, 5, 299])
    found = influence(flow, w, 0, claims)
    for claim, value in zip(claims, found, strict=True):
        ends = []
        for settled in (0.98, 0.02):
            changed = w.copy()
            changed[claim] = settled
            ends.append(strengths(flow, changed)[0])
        assert value == pytest.approx(abs(ends[0] - ends[1]), abs=1e-15)
    assert found[0] > found[1:].max() > 0
    same = np.full(5, 0.3)
    assert swing(flow, w, 0, claims, same, same).tolist() == [0] * 5


def test_a_claim_flips_a_label_where_the_label_hangs_on_it() -> None:
    edges = [Edge("b", "a", "objects"), Edge("c", "b", "objects"), Edge("d", 0, "undercuts")]
    graph = build("abcde", [*edges, Edge("e", "d", "objects")])
    standing = stand(graph)
    assert standing.claims.tolist() == [1, -1, 1, -1, 1]
    found = flips(graph, standing, 0, np.arange(5))
    assert found.tolist() == [True, True, True, False, False]


def test_flips_are_those_of_whole_runs_with_the_claim_settled() -> None:
    seen = {True: 0, False: 0}
    for seed in range(150):
        graph = undercut(seed)
        standing, every = stand(graph), np.arange(graph.size)
        found = flips(graph, standing, 0, every)
        ends = [
            [stand(graph, settled={int(c): end}).claims[0] for c in every] for end in (IN, OUT)
        ]
        assert found.tolist() == [one != other for one, other in zip(*ends, strict=True)], seed
        for flip in found.tolist():
            seen[flip] += 1
    assert min(seen.values()) > 150


def test_a_support_flips_no_label() -> None:
    graph = build("ab", [Edge("b", "a", "supports")])
    assert flips(graph, stand(graph), 0, np.array([1])).tolist() == [False]
