from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from debate.reasoning.graph import Claim, Edge, Graph, build
from debate.reasoning.proportions import wilson
from debate.reasoning.standing import stand
from debate.reasoning.voices import heard
from tests.reasoning.debates import acyclic, calm

Mark = tuple[str, str, int]
A, B = Claim("a", author="anna"), Claim("b", author="bert")
OBJECTION = Edge("b", "a", "objects")
OWN: list[Mark] = [("anna", "a", 1), ("bert", "b", 1)]


def label(graph: Graph) -> int:
    return int(stand(graph).claims[0])


def test_between_two_people_every_objection_counts() -> None:
    assert label(build([A, B], [OBJECTION], marks=OWN)) == -1


def test_among_three_an_objection_waits_for_a_second() -> None:
    graph = build([A, B], [OBJECTION], marks=[*OWN, ("cora", "a", 0)])
    assert heard(graph).awaiting.tolist() == [True]
    assert label(graph) == 1


@pytest.mark.parametrize(("value", "counts"), [(1, True), (0, False), (-1, False)])
def test_who_agrees_with_it_seconds_an_objection(value: int, counts: bool) -> None:
    graph = build([A, B], [OBJECTION], marks=[*OWN, ("cora", "b", value)])
    assert label(graph) == (-1 if counts else 1)


@pytest.mark.parametrize(
    ("support", "counts"),
    [
        (Claim("c", author="cora"), True),
        (Claim("c", author="bert"), False),
        (Claim("c", author="cora", bot=True), False),
    ],
)
def test_a_person_who_supports_it_seconds_an_objection(support: Claim, counts: bool) -> None:
    edges = [OBJECTION, Edge("c", "b", "supports")]
    graph = build([A, B, support], edges, marks=OWN, taking_part=3)
    assert label(graph) == (-1 if counts else 1)


def test_an_imported_objection_counts_as_seconded() -> None:
    graph = build([A, B._replace(imported=True)], [OBJECTION], marks=OWN, taking_part=3)
    assert label(graph) == -1


def test_a_bot_is_not_seconded_by_its_owner() -> None:
    graph = build([A, B._replace(bot=True)], [OBJECTION], marks=OWN, taking_part=3)
    assert label(graph) == 1


def test_an_undercut_waits_for_a_second_too() -> None:
    claims = [A, B, Claim("c", author="cora")]
    marks = [*OWN, ("dora", "b", 1), ("cora", "c", 1)]
    edges = [OBJECTION, Edge("c", 0, "undercuts")]
    assert label(build(claims, edges, marks=marks)) == -1
    assert label(build(claims, edges, marks=[*marks, ("dora", "c", 1)])) == 1


@pytest.mark.parametrize(
    ("yes", "no", "counts"), [(0, 2, True), (0, 3, False), (1, 3, True), (1, 4, False)]
)
def test_an_objection_that_people_say_does_not_bear_does_not_count(
    yes: int, no: int, counts: bool
) -> None:
    said = [(f"p{n}", 0, 1 if n < yes else -1) for n in range(yes + no)]
    graph = build([A, B], [OBJECTION], bearings=said, taking_part=2)
    assert label(graph) == (-1 if counts else 1)
    assert heard(graph).beside.tolist() == [not counts]


def test_whose_claim_is_attacked_is_not_asked_whether_it_bears() -> None:
    said = [(who, 0, -1) for who in ("anna", "cora", "dora")]
    assert label(build([A, B], [OBJECTION], bearings=said, taking_part=2)) == -1
    undercut = [OBJECTION, Edge("c", 0, "undercuts")]
    said = [(who, 1, -1) for who in ("bert", "cora", "dora")]
    graph = build([A, B, Claim("c", author="cora")], undercut, bearings=said, taking_part=2)
    assert label(graph) == 1  # bert, whose objection the undercut is put to, is one of the three


@settings(calm, max_examples=200)
@given(acyclic(authors=4), st.data())
def test_one_objection_without_a_second_moves_no_label(graph: Graph, data: st.DataObject) -> None:
    claims = [
        Claim(name, author=graph.marks.people[author])
        for name, author in zip(graph.claims, graph.author.tolist(), strict=True)
    ]
    edges, marks = _edges(graph), _marks(graph)
    by = data.draw(st.sampled_from([*graph.marks.people, "a newcomer"]))
    onto = data.draw(st.sampled_from([*graph.claims, *range(len(edges))]))
    new = Edge("new", onto, "objects" if isinstance(onto, str) else "undercuts")
    before = build(claims, edges, marks=marks, taking_part=3)
    after = build(
        [*claims, Claim("new", author=by)],
        [*edges, new],
        marks=[*marks, (by, "new", 1)],
        taking_part=3 + (by == "a newcomer"),
    )
    assert stand(after).claims[:-1].tolist() == stand(before).claims.tolist()


def _edges(graph: Graph) -> list[Edge]:
    names = {1: "supports", -1: "objects", -2: "undercuts"}
    rows = zip(graph.source.tolist(), graph.target.tolist(), graph.kind.tolist(), strict=True)
    return [
        Edge(graph.claims[s], t if kind == -2 else graph.claims[t], names[kind])
        for s, t, kind in rows
    ]


def _marks(graph: Graph) -> list[Mark]:
    marks = graph.marks
    rows = zip(marks.person.tolist(), marks.claim.tolist(), marks.value.tolist(), strict=True)
    return [(marks.people[p], marks.claims[c], value) for p, c, value in rows]


def test_an_interval_of_a_share_holds_it_and_narrows() -> None:
    low, high = wilson([0, 1, 2, 20], [0, 2, 4, 40])
    assert (low[0], high[0]) == (0, 1)
    assert all(low < 1 / 2) and all(high > 1 / 2)
    assert high[1] - low[1] > high[2] - low[2] > high[3] - low[3]
    assert wilson(3, 3)[0] == pytest.approx(3 / (3 + 1.2816**2))
