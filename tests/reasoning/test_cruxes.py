"""Cruxes: those that people declare, and those that their marks give away."""

from __future__ import annotations

from dataclasses import replace
from math import log2, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning import cruxes, sides
from debate.reasoning.disagreement import told_marked
from debate.reasoning.graph import Claim, Edge, Graph, Relied, build, marks_of
from debate.reasoning.influence import influence
from debate.reasoning.proportions import wilson
from debate.reasoning.standing import stand
from debate.reasoning.strength import network, strengths, weights
from tests.reasoning.debates import calm
from tests.reasoning.planted import POSITION, Plan, Planted, planted, precision

SIXTY, THOUSAND = Plan(), Plan(people=1000, missing=0.9)
DEBATES, AHEAD = 60, 0.20
VARIED = (
    {"deep": 0.5},
    {"coherent": False},
    {"likeness": (0.3, 0.5)},
    {"smaller_side": (0.2, 0.3)},
    {"agreed": (8, 15)},
    {"others": (20, 40)},
)


def worked_out(graph: Graph) -> list[cruxes.Crux]:
    standing = stand(graph)
    flow, w = network(graph, standing), weights(graph)
    at = int(graph.positions[0])
    return cruxes.computed(graph, standing, flow, w, strengths(flow, w), at)


@pytest.mark.parametrize(("plan", "wanted"), [(SIXTY, 0.85), (THOUSAND, 0.90)])
def test_planted_cruxes_come_first(plan: Plan, wanted: float) -> None:
    found = precision(plan, DEBATES)
    assert found["cruxes"] >= wanted
    assert found["cruxes"] >= found["largest disagreement"] + AHEAD
    assert found["cruxes"] >= found["largest influence"] + AHEAD


@pytest.mark.parametrize("varied", VARIED)
@pytest.mark.parametrize("people", [60, 1000])
def test_planted_cruxes_come_first_in_debates_of_other_shapes(
    people: int, varied: dict[str, float]
) -> None:
    plan = Plan(people=people, missing=0.4 if people == 60 else 0.9, **varied)  # type: ignore[arg-type]  # a plan's fields
    assert precision(plan, 30)["cruxes"] >= 0.80


@pytest.mark.parametrize("plan", [Plan(sided=0.4), replace(THOUSAND, sided=0.1)])
def test_planted_cruxes_come_first_where_few_say_where_they_stand(plan: Plan) -> None:
    assert precision(plan, 30)["cruxes"] >= 0.85


def test_who_says_nothing_counts_for_the_side_their_other_marks_tell_of() -> None:
    graph = small([1, 1, 1, 1], [-1, -1, -1, -1])
    sided = sides.about(graph, 0)
    both = np.append(sided[0], [False] * 3), np.append(sided[1], [False] * 3)
    rows = [(f"{side}{n}", "d", value) for side, value in (("a", 1), ("b", -1)) for n in range(4)]
    silent = [("x", "c", 1), ("x", "d", 1), ("y", "d", -1), ("z", "c", 1), ("z", "d", -1)]
    marks = marks_of([*_rows(graph), *rows, *silent], people=graph.marks.people)
    alone = cruxes.part(marks_of([*_rows(graph), *rows], people=marks.people), both)
    told = cruxes.part(marks, both)
    assert np.array_equal(told.rates, alone.rates)
    c, d = marks.claims.index("c"), marks.claims.index("d")
    assert told.sure[c] < alone.sure[c]  # z is of two minds: what it says of d goes against c
    assert told.information[d] != alone.information[d]
    only = marks_of([*_rows(graph), *rows, ("y", "d", -1)], people=marks.people)
    assert np.array_equal(cruxes.part(only, both).information, alone.information)


def _rows(graph: Graph) -> list[tuple[str, str, int]]:
    rows = zip(graph.marks.person, graph.marks.claim, graph.marks.value, strict=True)
    return [(graph.marks.people[p], graph.marks.claims[c], int(v)) for p, c, v in rows]


def test_a_crux_says_how_it_divides_the_sides_and_what_would_follow() -> None:
    made = planted(np.random.default_rng(5), Plan(deep=0, coherent=True))
    told = told_marked(made.graph)["cruxes"]
    ranks = [one["rank"] for one in told]
    assert ranks == sorted(ranks, reverse=True)
    best = told[0]
    assert best["claim"] in made.cruxes
    assert best["kept"]
    assert not best["ask"]
    ours, theirs = best["sides"]
    assert abs(ours["share"] - theirs["share"]) > 0.5
    assert best["n"] == ours["n"] + theirs["n"]
    assert 0 < best["swing"] <= best["influence"] <= 1
    assert best["score"] == pytest.approx(best["influence"] * best["information"])


def test_few_marks_are_ranked_by_swing_and_many_by_score() -> None:
    chance = np.random.default_rng(1)
    assert told_marked(planted(chance, SIXTY).graph)["ranked_by"] == "swing"
    assert told_marked(planted(chance, THOUSAND).graph)["ranked_by"] == "score"


def test_cruxes_come_best_first_and_the_position_is_none() -> None:
    made = planted(np.random.default_rng(2), SIXTY)
    graph = _read(made)
    found = worked_out(graph)
    ranks = [crux.rank for crux in found]
    assert ranks == sorted(ranks, reverse=True)
    assert POSITION not in {graph.claims[crux.claim] for crux in found}


def _read(made: Planted) -> Graph:
    rows = [(person, claim, value) for person, claim, value in made.graph["marks"]]
    claims = [Claim(name, position=name == POSITION) for name in made.graph["claims"]]
    return build(claims, [Edge(*edge) for edge in made.graph["edges"]], marks=rows)


def small(ours: list[int], theirs: list[int], edge: str = "supports") -> Graph:
    """A claim that bears on a position, and how three people or more of either side mark it."""
    people = [(f"a{n}", 1, v) for n, v in enumerate(ours)]
    people += [(f"b{n}", -1, v) for n, v in enumerate(theirs)]
    marks = [(name, "p", side) for name, side, _ in people]
    marks += [(name, "c", value) for name, _, value in people]
    return build([Claim("p", position=True), "c"], [Edge("c", "p", edge)], marks=marks)


def test_influence_and_swing_are_what_the_position_would_move() -> None:
    graph = small([1, 1, 1, 1, -1], [-1, -1, -1, -1, 1])
    (crux,) = worked_out(graph)

    def strength(w: float) -> float:
        flow = network(graph, stand(graph))
        return float(strengths(flow, np.array([weights(graph)[0], w]))[0])

    assert crux.influence == pytest.approx(strength(0.98) - strength(0.02))
    assert crux.swing == pytest.approx(strength(5 / 7) - strength(2 / 7))
    assert (crux.agree, crux.marked) == ((4, 1), (5, 5))
    (one, other), (of_one, of_other) = (wilson(np.array([4, 1]), 5)[end] for end in (0, 1))
    assert crux.low == pytest.approx(max(strength(one) - strength(of_other), 0))
    assert crux.high == pytest.approx(strength(of_one) - strength(other))


def test_the_interval_of_a_swing_holds_it_and_narrows_with_marks() -> None:
    few, many = (worked_out(small([1, 1, 1, -1] * n, [-1, -1, 1, -1] * n))[0] for n in (1, 25))
    for crux in (few, many):
        assert 0 <= crux.low <= crux.swing <= crux.high <= crux.influence + 0.05
    assert few.low == 0
    assert many.low > 0
    assert many.high - many.low < few.high - few.low


def test_information_is_that_of_the_mark_and_the_side() -> None:
    graph = small([1, 1, 1, 1, -1], [-1, -1, -1, -1, 1])
    found = cruxes.part(graph.marks, sides.about(graph, 0))
    joint = [[0.5 * 5 / 7, 0.5 * 2 / 7], [0.5 * 2 / 7, 0.5 * 5 / 7]]
    expected = sum(p * log2(p / 0.25) for row in joint for p in row)
    assert float(found.information[1]) == pytest.approx(expected)


@settings(calm, max_examples=200)
@given(
    st.lists(st.sampled_from([-1, 0, 1]), min_size=3, max_size=12),
    st.lists(st.sampled_from([-1, 0, 1]), min_size=3, max_size=12),
)
def test_it_is_the_same_which_side_is_called_the_first(ours: list[int], theirs: list[int]) -> None:
    found = [worked_out(small(*pair)) for pair in ((ours, theirs), (theirs, ours))]
    first, second = (
        [(one.kept, one.ask, one.information) for one in of_graph] for of_graph in found
    )
    assert [one[:2] for one in first] == [one[:2] for one in second]
    assert [one[2] for one in first] == pytest.approx([one[2] for one in second])


def test_a_claim_all_agree_on_is_kept_nowhere_and_one_few_have_marked_is_asked_about() -> None:
    agreed = worked_out(small([1] * 12, [1] * 12))[0]
    assert not agreed.kept
    assert not agreed.ask
    unknown = worked_out(small([1, 1, 0], [0, -1, 1]))[0]
    assert not unknown.kept
    assert unknown.ask


def test_sides_of_two_have_no_computed_cruxes() -> None:
    assert worked_out(small([1, 1], [-1, -1, -1])) == []
    assert worked_out(small([1, 1, 1], [-1, -1, -1])) != []


def test_settling_a_claim_that_objects_flips_the_position() -> None:
    assert worked_out(small([-1] * 4, [1] * 4, "objects"))[0].flips
    assert not worked_out(small([1] * 4, [-1] * 4))[0].flips


def test_in_a_large_debate_the_claims_that_matter_are_among_those_looked_at() -> None:
    size = 3000
    claims: list[Claim | str] = [Claim("p", position=True), *(str(n) for n in range(1, size))]
    edges = [Edge(str(n), "p" if n < 40 else str(n // 40), "supports") for n in range(1, size)]
    chance = np.random.default_rng(0)
    marks = []
    for person in range(60):
        side = 1 if person % 2 else -1
        marks.append((str(person), "p", side))
        marks += [(str(person), str(n), int(chance.choice([-1, 1]))) for n in range(1, 100)]
        marks.append((str(person), "7", side))
    graph = build(claims, edges, marks=marks)
    found = worked_out(graph)
    assert graph.claims[found[0].claim] == "7"
    standing = stand(graph)
    exact = influence(network(graph, standing), weights(graph), 0, np.array([7]))
    assert found[0].influence == pytest.approx(float(exact[0]))


def declared(rows: list[Relied], marks: list[tuple[str, str, int]]) -> list[tuple[str, bool]]:
    claims: list[Claim | str] = [Claim(n, position=n in "pq") for n in "pqcd"]
    graph = build(claims, reliances=rows, marks=marks)
    return [(graph.claims[one.claim], one.double) for one in cruxes.declared(graph)]


ANN, BOB = Relied("ann", "p", "c", 80, 30), Relied("bob", "q", "c", nan, nan)
OPPOSED = [("ann", "c", 1), ("bob", "c", -1)]


def test_a_double_crux_is_what_holders_of_two_positions_rely_on_and_mark_oppositely() -> None:
    assert declared([ANN, BOB], OPPOSED) == [("c", True)]


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        ([ANN], OPPOSED),
        ([ANN, BOB._replace(position="p")], OPPOSED),
        ([ANN, BOB._replace(moves=False)], OPPOSED),
        ([ANN, BOB], [("ann", "c", 1), ("bob", "c", 1)]),
        ([ANN, BOB], [("ann", "c", 1), ("bob", "c", 0)]),
        ([ANN, BOB], [("ann", "c", 1)]),
    ],
)
def test_anything_less_is_relied_on_and_not_double(
    rows: list[Relied], marks: list[tuple[str, str, int]]
) -> None:
    assert declared(rows, marks) == [("c", False)]


def test_double_cruxes_come_before_what_more_people_rely_on() -> None:
    more = [Relied(name, "p", "d") for name in ("x", "y", "z")]
    assert declared([*more, ANN, BOB], OPPOSED) == [("c", True), ("d", False)]
