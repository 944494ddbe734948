"""The graph that the reasoning sees of a debate in the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import structure
from debate.models import Debate, Reliance, Statement
from debate.reasoning.cruxes import declared
from debate.reasoning.graph import KINDS, UNDERCUTS, Graph
from debate.reasoning.standing import IN, OUT, stand
from debate.selectors.arguments import Arguments, arguments
from tests import factories

NAMES = {number: name for name, number in KINDS.items()}


@pytest.fixture
def seed(db: None) -> Arguments:
    call_command("seed", verbosity=0)
    return arguments(Debate.objects.get().pk)


def edges(graph: Graph) -> set[tuple[str, str, str]]:
    """Source, kind and target of each edge; an edge is named by where it begins."""
    found = set()
    rows = zip(graph.source.tolist(), graph.target.tolist(), graph.kind.tolist(), strict=True)
    for source, target, kind in rows:
        onto = graph.source[target] if kind == UNDERCUTS else target
        found.add((graph.claims[source], NAMES[kind], graph.claims[onto]))
    return found


def marks(graph: Graph) -> set[tuple[str, str, int]]:
    made = graph.marks
    rows = zip(made.person.tolist(), made.claim.tolist(), made.value.tolist(), strict=True)
    return {(made.people[p], made.claims[c], value) for p, c, value in rows}


def labelled(graph: Graph, label: int) -> set[str]:
    found = stand(graph).claims
    return {name for name, given in zip(graph.claims, found, strict=True) if given == label}


def test_of_the_seed_four_claims_are_out_and_all_others_in(seed: Arguments) -> None:
    assert labelled(seed.graph, OUT) == {"P1", "S15", "S20", "S36"}
    assert labelled(seed.graph, IN) == set(seed.graph.claims) - {"P1", "S15", "S20", "S36"}


def test_of_the_seed_every_claim_and_edge_is_there(seed: Arguments) -> None:
    graph = seed.graph
    without = {f"S{n}" for n in (7, 9, 11, 12, 21, 25)}  # questions and concessions
    everything = {f"S{n}" for n in range(1, 37)} | {"P1", "P2", *(f"C{n}" for n in range(1, 6))}
    assert set(graph.claims) == everything - without
    assert [graph.claims[p] for p in graph.positions] == ["P1", "P2"]
    found = edges(graph)
    assert {("S16", "undercuts", "S10"), ("S26", "undercuts", "S16")} <= found
    assert {("S23", "objects", "S15"), ("S5", "supports", "S4")} <= found
    assert {("C1", "relies", "P1"), ("C1", "relies", "P2"), ("C3", "relies", "P2")} <= found
    assert len(found) == 13 + 7 + 5 + 5  # supports, objections, undercuts, reliances
    assert graph.taking_part == 0  # imported speakers only
    assert {point for point in graph.points.names} == {
        *(f"S{n}" for n in (11, 13, 23, 24, 26, 30, 32, 33, 35))
    }
    assert seed.ids["S16"] == Statement.objects.get(ordinal=16, parent__isnull=False).pk


def test_reliances_weigh_as_people_mark_what_they_rely_on(seed: Arguments) -> None:
    graph = seed.graph
    relies = graph.edges(KINDS["relies"])
    weights = {
        (graph.claims[graph.source[e]], graph.claims[graph.target[e]]): graph.weight[e]
        for e in relies
    }
    assert weights[("C1", "P1")] == -0.5
    assert weights[("C1", "P2")] == 0.5
    assert weights[("C2", "P1")] == 0.5
    with_numbers = Reliance.objects.filter(position=seed.ids["P2"], claim=seed.ids["C1"])
    assert with_numbers.update(now=90, otherwise=20) == 1
    again = arguments(Debate.objects.get().pk).graph
    assert sorted(again.weight[again.edges(KINDS["relies"])]) == [-0.5, -0.5, 0.5, 0.5, 0.7]


def test_authors_agree_with_what_they_say_unless_they_mark_it(
    claim: Statement, hers: Statement, alice: User, bob: User, rob: User
) -> None:
    crux = factories.CruxFactory.create(debate=claim.debate, author=alice)
    said = factories.SupportFactory.create(parent=claim, author=rob)
    factories.MarkFactory.create(statement=hers, person=alice, truth="unsure")
    factories.MarkFactory.create(statement=claim, person=bob, truth="", bears="no")
    factories.MarkFactory.create(statement=crux, person=bob, truth="disagree")
    graph = arguments(claim.debate_id).graph
    own = {row for row in marks(graph) if row[1] in (hers.label, claim.label)}
    assert own == {(str(alice.pk), hers.label, 0), (str(alice.pk), claim.label, 1)}
    assert {row for row in marks(graph) if row[1] == crux.label} == {(str(bob.pk), crux.label, -1)}
    assert said.label not in {row[1] for row in marks(graph)}
    assert graph.marks.people[graph.author[graph.claims.index(said.label)]] == str(bob.pk)
    assert graph.bears.tolist() == [-1]


def test_what_is_gone_is_no_claim_and_what_is_put_to_it_hangs_on_nothing(
    claim: Statement, hers: Statement, bob: User
) -> None:
    objection = factories.ObjectionFactory.create(parent=claim, author=bob)
    beside = factories.ObjectionFactory.create(parent=objection, author=bob, on="relevance")
    factories.MarkFactory.create(statement=claim, person=bob, truth="agree", bears="yes")
    assert edges(arguments(claim.debate_id).graph) == {
        (claim.label, "supports", hers.label),
        (objection.label, "objects", claim.label),
        (beside.label, "undercuts", objection.label),
    }
    for column in ("hidden_at", "withdrawn_at"):
        Statement.objects.filter(pk=claim.pk).update(**{column: timezone.now()})
        graph = arguments(claim.debate_id).graph
        assert claim.label not in graph.claims
        assert {objection.label, beside.label} <= set(graph.claims)
        assert edges(graph) == set()
        assert len(graph.bears) == 0
        Statement.objects.filter(pk=claim.pk).update(**{column: None})


def test_only_people_who_are_here_take_part(claim: Statement, rob: User, charlie: User) -> None:
    assert arguments(claim.debate_id).graph.taking_part == 2
    factories.RemarkFactory.create(parent=claim, author=rob)
    speaker = factories.UserFactory.create(kind="imported")
    factories.SupportFactory.create(parent=claim, author=speaker)
    assert arguments(claim.debate_id).graph.taking_part == 2
    factories.MarkFactory.create(statement=claim, person=charlie, truth="unsure")
    assert arguments(claim.debate_id).graph.taking_part == 3


def test_a_reliance_counts_while_its_position_is_held(
    claim: Statement, hers: Statement, alice: User
) -> None:
    given: dict[str, Any] = {"position": hers, "claim": claim, "person": alice}
    reliance = factories.RelianceFactory.create(**given, words="", now=80, otherwise=60)
    graph = arguments(claim.debate_id).graph
    assert graph.weight[graph.edges(KINDS["relies"])].tolist() == [0.2]
    assert graph.reliances.moves.tolist() == [False]
    type(reliance).objects.update(otherwise=55)
    assert arguments(claim.debate_id).graph.reliances.moves.tolist() == [True]
    factories.MarkFactory.create(statement=hers, person=alice, truth="unsure")
    assert len(arguments(claim.debate_id).graph.reliances.person) == 0


def test_a_debate_of_any_size_is_read_in_five_queries(claim: Statement, bob: User) -> None:
    with CaptureQueriesContext(connection) as few:
        arguments(claim.debate_id)
    for _ in range(5):
        said = factories.ObjectionFactory.create(parent=claim, author=bob)
        factories.MarkFactory.create(statement=said, truth="agree")
    with CaptureQueriesContext(connection) as many:
        arguments(claim.debate_id)
    assert len(few) == len(many) == 5


# ---- links and duplicates
def test_a_link_is_an_edge_like_a_reply(
    claim: Statement, debate: Debate, bob: User, mara: User
) -> None:
    other = debate.statements.get(name="Keep four weeks")
    structure.link(claim, to=other, kind="objection", on="truth", by=mara, reason="So.")
    graph = arguments(claim.debate_id).graph
    assert edges(graph) == {("S1", "supports", "P1"), ("S1", "objects", "P2")}
    said = factories.ObjectionFactory.create(parent=other, author=bob)
    structure.link(said, to=claim, kind="objection", on="relevance", by=mara, reason="So.")
    assert len(arguments(claim.debate_id).graph.source) == 4


def test_duplicates_are_one_claim_with_the_replies_and_marks_of_both(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    twin = factories.SupportFactory.create(parent=claim.parent, author=bob)
    factories.ObjectionFactory.create(parent=twin, author=charlie)
    factories.MarkFactory.create(statement=twin, person=charlie, truth="agree", bears="yes")
    factories.MarkFactory.create(statement=claim, person=charlie, truth="disagree", bears="no")
    structure.merge(twin, into=claim, by=mara, reason="The same.")
    found = arguments(claim.debate_id)
    assert edges(found.graph) == {("S1", "supports", "P1"), ("S3", "objects", "S1")}
    assert (str(charlie.pk), "S1", -1) in marks(found.graph)
    assert (str(bob.pk), "S1", 1) in marks(found.graph), "who wrote the twin agrees"
    assert found.graph.bears.tolist() == [-1]
    assert "S2" not in found.ids


def test_cruxes_that_were_merged_are_one_with_the_marks_and_reliances_of_both(
    crux: Statement,
    twin: Statement,
    hers: Statement,
    his: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    factories.MarkFactory.create(statement=crux, person=alice, truth="agree")
    factories.MarkFactory.create(statement=twin, person=bob, truth="disagree")
    numbers: dict[str, Any] = {"words": "", "now": 90, "otherwise": 10}
    factories.RelianceFactory.create(position=hers, claim=twin, person=alice, **numbers)
    numbers["now"] = 80
    factories.RelianceFactory.create(position=hers, claim=crux, person=alice, **numbers)
    factories.RelianceFactory.create(position=his, claim=twin, person=bob, **numbers)
    structure.merge(twin, into=crux, by=mara, reason="The same.")
    found = arguments(crux.debate_id)
    assert found.merged == {twin.label: crux.label}
    assert twin.label not in found.graph.claims
    told = {row for row in marks(found.graph) if row[1] == crux.label}
    assert told == {(str(alice.pk), crux.label, 1), (str(bob.pk), crux.label, -1)}
    assert found.graph.reliances.now.tolist() == [80, 80]
    assert [one.double for one in declared(found.graph)] == [True]
