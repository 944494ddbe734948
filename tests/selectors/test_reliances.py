"""Who relies on what, told in several ways that must agree."""

from __future__ import annotations

import random

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import cruxes, marks, moderation, statements
from debate.models import Debate, Mark, Reliance, Statement
from debate.reasoning.cruxes import declared
from debate.selectors import reliances, sides
from debate.selectors.arguments import arguments
from tests import factories
from tests.plans import rows_read


def _rely(person: User, position: Statement, claim: Statement, **fields: object) -> Reliance:
    fields = fields or {"words": "would change it"}
    return Reliance.objects.create(person=person, position=position, claim=claim, **fields)


def test_both_ways_to_tell_who_holds_a_position_agree(
    debate: Debate, crux: Statement, mara: User, rob: User
) -> None:
    """`by_holders` against `holder_ids`, after marks at random on positions of all sorts."""
    dice = random.Random(7)
    people = [factories.UserFactory.create() for _ in range(6)]
    factories.PositionFactory.create(debate=debate, author=rob, name="Lend to bots")
    gone = factories.PositionFactory.create(debate=debate, author=people[0], name="Sell them")
    positions = list(debate.statements.filter(kind="position").select_related("author"))
    for position in positions:
        for person in {*people, position.author}:
            _rely(person, position, crux)
            truth = dice.choice(["agree", "agree", "unsure", "disagree", "", None])
            if truth is not None and not person.is_bot:
                marks.mark(position, by=person, truth=truth)
    moderation.hide(gone, by=mara, reason="Attack.")
    held = {(p.pk, who) for p in positions if p != gone for who in sides.holder_ids(p)}
    said = Reliance.objects.all().by_holders()
    found = {(one.position_id, one.person_id) for one in said}
    assert found == held != set()
    for person in people:
        assert {pk for pk, who in held if who == person.pk} == sides.held_by(person.pk, debate.pk)
    assert sides.held(debate.pk) == {pk for pk, _ in held}


def test_claims_are_counted_by_position_and_double_ones_are_known_wherever_they_are(
    debate: Debate,
    hers: Statement,
    his: Statement,
    crux: Statement,
    claim: Statement,
    alice: User,
    bob: User,
    mara: User,
) -> None:
    marks.mark(hers, by=mara, truth="agree")
    for person, position in ((alice, hers), (mara, hers), (bob, his)):
        _rely(person, position, crux)
    _rely(alice, hers, claim, now=80, otherwise=70)
    with CaptureQueriesContext(connection) as queries:
        found = reliances.rests(debate.pk, [crux.pk, claim.pk])
    assert len(queries) == 1
    assert found.by_claim == {crux.pk: [("P1", 2), ("P2", 1)], claim.pk: [("P1", 1)]}
    assert found.double == set()
    marks.mark(crux, by=mara, truth="agree")
    marks.mark(crux, by=bob, truth="disagree")
    assert reliances.rests(debate.pk, [claim.pk]).double == {crux.pk}
    assert sides.double_cruxes(debate.pk) == [crux.pk]
    cruxes.drop(crux, by=crux.author, reason="A matter of words.")
    assert reliances.rests(debate.pk, [crux.pk]).double == set()
    assert sides.double_cruxes(debate.pk) == []


def test_after_marks_and_words_at_random_all_ways_find_the_same_double_cruxes(
    debate: Debate, hers: Statement, his: Statement
) -> None:
    dice = random.Random(11)
    people = [factories.UserFactory.create() for _ in range(5)]
    claims = [factories.CruxFactory.create(debate=debate, name=f"No {n}") for n in range(5)]
    for twin in claims[3:]:
        factories.LinkFactory.create(statement=twin, to=claims[2], kind="duplicate")
    for _ in range(60):
        person, position = dice.choice(people), dice.choice([hers, his])
        claim = dice.choice(claims)
        marks.mark(position, by=person, truth=dice.choice(["agree", "disagree"]))
        marks.mark(claim, by=person, truth=dice.choice(["agree", "disagree", "unsure"]))
        number = dice.choice([None, 80])
        other = 60 if number else None
        Reliance.objects.filter(person=person, position=position, claim=claim).delete()
        _rely(person, position, claim, words="would go", now=number, otherwise=other)
        double = sides.double_cruxes(debate.pk)
        assert reliances.rests(debate.pk, []).double == set(double)
        pairs = {pair.claim_id for one in people for pair in reliances.pairs(one, [debate.pk])}
        assert pairs == set(double)
        found = arguments(debate.pk)
        told = {found.graph.claims[one.claim] for one in declared(found.graph) if one.double}
        assert {found.ids[label] for label in told} == set(double)
        assert not set(double) & {twin.pk for twin in claims[3:]}


def test_what_many_rely_on_is_read_in_proportion_to_them(
    debate: Debate, hers: Statement, his: Statement, crux: Statement
) -> None:
    people = User.objects.bulk_create(User(username=f"many-{n}") for n in range(300))
    for index, person in enumerate(people):
        position, truth = ((hers, "agree"), (his, "disagree"))[index % 2]
        for statement, said in ((position, "agree"), (crux, truth)):
            Mark.objects.create(statement=statement, person=person, truth=said, revision=1)
        _rely(person, position, crux)
    params = {"debates": [debate.pk], "claims": [crux.pk], "person": people[0].pk}
    for sql in (reliances.RESTS, reliances.PAIRS, sides.DOUBLE):
        assert rows_read(sql, params) < 40 * len(people)
    assert sides.double_cruxes(debate.pk) == [crux.pk]


def test_a_pair_names_who_says_otherwise_and_counts_the_rest(
    debate: Debate, hers: Statement, his: Statement, crux: Statement, alice: User, bob: User
) -> None:
    others = [bob, *(factories.UserFactory.create() for _ in range(4))]
    _rely(alice, hers, crux)
    marks.mark(crux, by=alice, truth="agree")
    for person in others:
        marks.mark(his, by=person, truth="agree")
        marks.mark(crux, by=person, truth="disagree")
        _rely(person, his, crux)
    [pair] = reliances.pairs(alice, [debate.pk])
    assert (pair.claim_id, pair.truth, pair.count, len(pair.others)) == (crux.pk, "agree", 5, 3)
    assert pair.others[0] == ("bob", "Bob")
    [of_bob] = reliances.pairs(bob, [debate.pk])
    assert (of_bob.truth, of_bob.others) == ("disagree", [("alice", "Alice")])
    assert reliances.pairs(alice, [factories.DebateFactory.create().pk]) == []


def test_reliances_come_side_by_side_without_those_of_who_left(
    debate: Debate, hers: Statement, his: Statement, crux: Statement, alice: User, bob: User
) -> None:
    _rely(bob, his, crux)
    _rely(alice, hers, crux, now=80, otherwise=30)
    held = sides.of_debate(debate.pk, ()).sides
    groups, _ = reliances.on(crux, held, None)
    assert [(g.position, g.letter, len(g.reliances)) for g in groups] == [
        (hers, "a", 1),
        (his, "b", 1),
    ]
    marks.mark(his, by=bob, truth="unsure")
    assert [group.position for group in reliances.on(crux, held, None)[0]] == [hers]
    statements.withdraw(hers, by=alice)
    assert reliances.on(crux, held, None) == ([], {})
