"""Why a claim has its label and strength, and what would change them: found by trying it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning import results, voices
from debate.reasoning.because import because, changes
from debate.reasoning.graph import OBJECTS, UNDERCUTS, Claim, Edge, Graph, Relied, build
from debate.reasoning.standing import IN, OUT, WORDS, Standing, stand
from debate.reasoning.strength import strengths
from debate.reasoning.supposing import worked
from tests.reasoning.debates import calm, framework, undercut

PEOPLE = [(f"p{n}", "a", 1) for n in range(5)]


def of(graph: Graph, name: str) -> dict[str, Any]:
    case = worked(graph)
    told = results.claims(graph, case.standing, case.flow, case.w, case.s, None)
    return because(case, graph.claims.index(name), told[name])


def how(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(one["how"], one["claim"], one["label"]) for one in found["changes"]}


def test_what_is_challenged_would_stand_if_its_one_objection_did_not() -> None:
    graph = build(["a", "b", "c"], [Edge("b", "a", "objects"), Edge("c", "b", "supports")])
    found = of(graph, "a")
    assert found["label"] == "out"
    assert how(found) == {("settled_out", "b", "in"), ("beside", "b", "in")}
    assert found["together"] is None


def test_where_two_objections_stand_no_single_change_helps_but_both_together() -> None:
    graph = build(["a", "b", "c"], [Edge("b", "a", "objects"), Edge("c", "a", "objects")])
    found = of(graph, "a")
    assert how(found) == set()
    assert found["together"] == {"claims": ["b", "c"], "label": "in"}


def test_what_has_been_met_hangs_on_what_meets_it() -> None:
    graph = build(["a", "b", "c"], [Edge("b", "a", "objects"), Edge("c", "b", "objects")])
    found = of(graph, "a")
    [objection] = found["objections"]
    assert (objection["claim"], objection["label"], objection["met_by"]) == ("b", "out", ["c"])
    assert how(found) == {
        ("settled_in", "b", "out"),
        ("settled_out", "c", "out"),
        ("beside", "c", "out"),
    }


def test_an_undercut_meets_an_objection() -> None:
    graph = build(["a", "b", "c"], [Edge("b", "a", "objects"), Edge("c", 0, "undercuts")])
    found = of(graph, "a")
    assert found["objections"][0]["undercut_by"] == ["c"]
    assert ("beside", "c", "out") in how(found)


def test_an_objection_that_waits_would_challenge_once_it_is_seconded() -> None:
    claims = [Claim("a", author="x"), Claim("b", author="y")]
    graph = build(claims, [Edge("b", "a", "objects")], marks=PEOPLE)
    found = of(graph, "a")
    assert found["why"] == "awaiting"
    assert how(found) == {("seconded", "b", "out")}


def test_nothing_would_change_what_nobody_objects_to() -> None:
    assert of(build(["a"]), "a")["changes"] == []


def edges_of(graph: Graph, claim: int) -> list[int]:
    return [int(edge) for edge in graph.edges(OBJECTS, UNDERCUTS) if graph.source[edge] == claim]


def without(graph: Graph, edge: int) -> Standing:
    """The labels if this objection did not count."""
    counted = voices.heard(graph).counted.copy()
    counted[edge] = False
    return stand(graph, counted=counted)


@pytest.mark.parametrize("seed", range(60))
def test_every_change_that_is_told_does_what_it_says(seed: int) -> None:
    graph = undercut(seed) if seed % 2 else framework(seed)
    case = worked(graph)
    for claim in range(graph.size):
        for one in changes(case, claim):
            if one.how in ("settled_in", "settled_out"):
                label = IN if one.how == "settled_in" else OUT
                found = [stand(graph, settled={one.claim: label})]
            else:
                found = [without(graph, edge) for edge in edges_of(graph, one.claim)]
            labels = {int(each.claims[claim]) for each in found}
            assert one.label in labels
            assert one.label != case.standing.claims[claim]


@pytest.mark.parametrize("seed", range(30))
def test_no_change_of_a_small_debate_is_left_out(seed: int) -> None:
    graph = framework(seed)
    case = worked(graph)
    for claim in range(graph.size):
        told = changes(case, claim)
        wanted = {
            (WORDS[label], other)
            for other in range(graph.size)
            for label in (IN, OUT)
            if other != claim
            and case.standing.claims[other] != label
            and stand(graph, settled={other: label}).claims[claim] != case.standing.claims[claim]
        }
        settled = {(one.how[8:], one.claim) for one in told if one.how.startswith("settled")}
        assert settled <= wanted
        assert len(told) == 10 or settled == wanted


def test_what_makes_a_strength_adds_up() -> None:
    edges = [Edge("b", "a", "supports"), Edge("c", "a", "objects"), Edge("d", "a", "supports")]
    claims = [
        Claim(name, base=base) for name, base in zip("abcd", (0.5, 0.9, 0.4, 0.2), strict=True)
    ]
    graph = build(claims, edges)
    case = worked(graph)
    found = of(graph, "a")
    assert [row["claim"] for row in found["reasons"]] == ["b", "c", "d"]
    for row in found["reasons"]:
        without = build(claims, [edge for edge in edges if edge.source != row["claim"]])
        assert worked(without).s[0] == pytest.approx(row["without"])
    total = sum(row["adds"] for row in found["reasons"])
    assert total == pytest.approx(0.5 * 0.9 - 0.5 * 0.4 + 0.5 * 0.2)
    assert found["strength"] == pytest.approx(float(case.s[0]))


def test_what_a_reason_weighs_is_told_with_what_it_is_made_of() -> None:
    claims = [Claim("p", position=True), Claim("b", "x"), Claim("c", "x"), Claim("d")]
    graph = build(
        claims,
        [Edge("b", "p", "supports"), Edge("c", "p", "supports")],
        marks=[("ann", "p", 1), ("ann", "d", 1)],
        bearings=[("ann", 1, 1)],
        reliances=[Relied("ann", "p", "d", 80, 50)],
    )
    told = {row["claim"]: row for row in of(graph, "p")["reasons"]}
    made = {
        name: (row["weight"], row["bearing"], row["fading"], row["relies"], row["n"])
        for name, row in told.items()
    }
    assert made["b"] == (0.5, 0.5, 1, False, 0)
    assert made["c"] == (pytest.approx(1 / 3), pytest.approx(2 / 3), 0.5, False, 0)
    assert made["d"] == (pytest.approx(0.3), None, None, True, 1)


@settings(calm, max_examples=15)
@given(st.integers(0, 500))
def test_what_would_move_a_strength_moves_it_so_far(seed: int) -> None:
    graph = framework(seed)
    case = worked(graph)
    told = results.claims(graph, case.standing, case.flow, case.w, case.s, None)
    for claim, name in enumerate(graph.claims):
        for one in because(case, claim, told[name])["movers"]:
            w = case.w.copy()
            w[graph.claims.index(one["claim"])] = 0.98
            if one["if_in"] is not None:
                again = strengths(case.flow, w)[claim]
                assert again == pytest.approx(one["if_in"], abs=1e-4)
