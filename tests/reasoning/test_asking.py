"""What to ask next, and in which order open points matter."""

from __future__ import annotations

import numpy as np
import pytest

from debate.reasoning import asking, cruxes
from debate.reasoning.graph import Claim, Edge, Marks, Point, Relied, build, marks_of
from debate.reasoning.influence import gradient
from debate.reasoning.projection import project
from debate.reasoning.standing import stand
from debate.reasoning.strength import bearing, network, strengths, weights


def rows(claim: str, agree: int, passes: int, disagree: int) -> list[tuple[str, str, int]]:
    values = [1] * agree + [0] * passes + [-1] * disagree
    return [(f"u{number}", claim, value) for number, value in enumerate(values)]


def test_priority_is_polis_s_formula() -> None:
    marks = marks_of(rows("a", 5, 2, 3) + rows("b", 1, 0, 4) + rows("c", 0, 0, 0))
    extreme = project(marks).extremity
    for claim, (agree, passes, seen) in enumerate([(5, 2, 10), (1, 0, 5)]):
        importance = (1 - (passes + 1) / (seen + 2)) * (extreme[claim] + 1)
        importance *= (agree + 1) / (seen + 2)
        expected = (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2
        assert asking.priority(marks, extreme)[claim] == pytest.approx(expected)


def test_new_claims_come_first_in_polis_s_priority() -> None:
    marks = marks_of(rows("old", 20, 0, 20) + rows("new", 1, 0, 1))
    old, new = asking.priority(marks, project(marks).extremity)
    assert new > old


def two_sides() -> tuple[Marks, cruxes.Parting]:
    """Claims 'split' and 'same', marked by ten people of either side."""
    made = []
    for person in range(10):
        made += [(f"a{person}", "split", 1), (f"b{person}", "split", -1)]
        made += [(f"a{person}", "same", 1), (f"b{person}", "same", 1)]
    marks = marks_of(made)
    first = np.array([name[0] == "a" for name in marks.people])
    return marks, cruxes.part(marks, (first, ~first))


def test_an_answer_that_tells_the_side_is_worth_more_while_the_side_is_unknown() -> None:
    marks, parting = two_sides()
    split, same = asking.worth(marks, parting, {}, 0.5) - asking.worth(marks, None, {})
    assert split > 0.4
    assert same == pytest.approx(0, abs=0.01)
    known, _ = asking.worth(marks, parting, {}, 0.999) - asking.worth(marks, None, {})
    assert known < split / 10


def test_cruxes_and_unsure_shares_are_worth_asking_about() -> None:
    marks = marks_of(rows("a", 10, 0, 10) + rows("b", 10, 0, 10) + rows("c", 1, 0, 1))
    a, b, c = asking.worth(marks, None, {1: 0.3})
    assert b == pytest.approx(a + 1)
    assert c > a


def test_who_agrees_with_one_side_leans_to_it() -> None:
    marks, parting = two_sides()
    assert asking.leaning(marks, parting, marks.people.index("a0")) > 0.8
    assert asking.leaning(marks, parting, marks.people.index("b0")) < 0.2


def test_one_question_in_ten_is_drawn_from_any_place() -> None:
    worths, left = np.arange(50.0), np.arange(50)
    firsts = [int(asking.order(worths, left, np.random.default_rng(n))[0]) for n in range(500)]
    assert 0.86 < np.mean([first == 49 for first in firsts]) < 0.95
    for seed in range(5):
        order = asking.order(worths, left, np.random.default_rng(seed))
        assert sorted(order.tolist()) == left.tolist()


def test_points_that_move_a_position_are_more_pressing() -> None:
    claims = [Claim("p", position=True), Claim("s"), Claim("t"), Claim("o1"), Claim("o2")]
    edges = [Edge("s", "p", "supports"), Edge("t", "s", "supports")]
    edges += [Edge("o1", "s", "objects"), Edge("o2", "t", "objects")]
    points = [Point("o2", "", "t"), Point("o1", "", "s"), Point("q", "", "s"), Point("r", "", "x")]
    graph = build(claims, edges, points=points)
    flow, w = network(graph, stand(graph)), weights(graph)
    s = strengths(flow, w)
    slopes = gradient(flow, w, s, 0)
    found = asking.pressing(graph, s, bearing(graph), slopes)
    assert found[1] > found[0] > 0
    assert found[1] == pytest.approx(s[3] * 0.5 * abs(slopes[1]))
    assert found[2] == pytest.approx(0.25 * abs(slopes[1]))
    assert found[3] == 0


def test_a_point_weighs_by_what_it_is_put_to_and_not_by_what_else_it_leads_to() -> None:
    claims = [Claim("p", position=True), Claim("s"), Claim("o")]
    edges = [Edge("s", "p", "supports"), Edge("o", "s", "objects"), Edge("o", "p", "objects")]
    graph = build(
        claims,
        edges,
        marks=[("ann", "p", 1), ("ann", "o", -1)],
        bearings=[(name, 1, -1) for name in ("x", "y", "z")],
        reliances=[Relied("ann", "p", "o")],
        points=[Point("o", "", "s")],
    )
    v, slopes = bearing(graph), np.ones(graph.size)
    assert v.tolist() == pytest.approx([0.5, 0.2, 0.5, 0.5])
    s = np.full(graph.size, 0.5)
    assert asking.pressing(graph, s, v, slopes).tolist() == pytest.approx([0.5 * 0.2])
