"""A person's page: what it shows, what it must not show, and what it costs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from debate.actions import marks, moderation, reliances, statements
from debate.models import Debate, Statement
from debate.rules import Viewer
from debate.selectors import people
from tests import factories

VISITOR = AnonymousUser()


def _debates(person: User, viewer: Viewer) -> list[str]:
    return [part.debate.slug for part in people.parts(person, viewer)]


def _said(person: User, viewer: Viewer) -> list[int]:
    return [one.row.id for one in people.said(person, viewer).shown]


def test_the_speakers_of_the_seed_turn_on_two_claims_each_against_the_other(db: None) -> None:
    call_command("seed", verbosity=0)
    first = people.person("first-speaker", AnonymousUser())
    [part] = people.parts(first, VISITOR)
    assert [(letter, one.label) for letter, one in part.positions] == [("a", "P1")]
    told = [(t.claim.label, t.pair.truth, t.pair.others) for t in part.turns_on]
    second = [("second-speaker", "Second speaker")]
    assert told == [("C1", "disagree", second), ("C2", "agree", second)]
    assert {rest.reliance.claim.label for rest in part.rests} == {"C1", "C2"}
    assert len(people.said(first, VISITOR).shown) == 17


def test_a_debate_is_listed_where_one_said_or_marked_something_that_is_there(
    debate: Debate, claim: Statement, alice: User, charlie: User, mara: User
) -> None:
    assert _debates(charlie, VISITOR) == []
    marks.mark(claim, by=charlie, truth="agree")
    assert _debates(charlie, VISITOR) == [debate.slug]
    marks.mark(claim, by=charlie, truth="")
    assert _debates(charlie, VISITOR) == []
    remark = statements.reply(claim, by=charlie, kind="remark", body="So it is.")
    assert _debates(charlie, alice) == [debate.slug]
    moderation.hide(remark, by=mara, reason="Attack.")
    for viewer in (VISITOR, alice, charlie, mara):
        assert (_debates(charlie, viewer), _said(charlie, viewer)) == ([], [])


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [("public", {"visitor", "alice", "bob", "mara"}), ("unlisted", {"alice"}), ("private", set())],
)
def test_unlisted_debates_are_on_ones_own_page_only_and_private_ones_on_none_for_strangers(
    visibility: str, seen_by: set[str], claim: Statement, alice: User, bob: User, mara: User
) -> None:
    Debate.objects.update(visibility=visibility)
    viewers: dict[str, Viewer] = {"visitor": VISITOR, "alice": alice, "bob": bob, "mara": mara}
    assert {who for who, viewer in viewers.items() if _debates(alice, viewer)} == seen_by
    assert {who for who, viewer in viewers.items() if _said(alice, viewer)} == seen_by


def test_in_a_private_debate_its_people_see_each_other(
    debate: Debate, alice: User, bob: User
) -> None:
    for person in (alice, bob):
        factories.ParticipationFactory.create(debate=debate, person=person)
    Debate.objects.update(visibility="private")
    assert _debates(alice, bob) == [debate.slug]


def test_a_claim_that_is_gone_is_neither_turned_nor_rested_on(
    debate: Debate, claim: Statement, alice: User, mara: User
) -> None:
    position = debate.statements.get(author=alice, kind="position")
    reliances.rely(position, by=alice, claim=claim, words="would go")
    [part] = people.parts(alice, VISITOR)
    assert [rest.reliance.claim for rest in part.rests] == [claim]
    moderation.hide(claim, by=mara, reason="Attack.")
    assert people.parts(alice, mara)[0].rests == []
    statements.withdraw(position, by=alice)
    assert people.parts(alice, VISITOR) == []


def test_what_was_said_comes_twenty_at_a_time_the_newest_first(
    claim: Statement, bob: User
) -> None:
    made = [factories.RemarkFactory.create(parent=claim, author=bob).pk for _ in range(23)]
    first = people.said(bob, VISITOR)
    assert [one.row.id for one in first.shown] == made[:2:-1]
    rest = people.said(bob, VISITOR, first.more)
    position = Statement.objects.get(author=bob, kind="position").pk
    assert [one.row.id for one in rest.shown] == [*made[2::-1], position]
    assert rest.more is None


def test_a_page_costs_the_same_however_much_a_person_did(alice: User, bob: User) -> None:
    counts = []
    for _ in range(2):
        for _ in range(3):
            debate = factories.DebateFactory.create()
            own = factories.PositionFactory.create(debate=debate, author=alice)
            other = factories.PositionFactory.create(debate=debate, author=bob, name="Not so")
            crux = factories.CruxFactory.create(debate=debate)
            for position, truth in ((own, "agree"), (other, "disagree")):
                marks.mark(crux, by=position.author, truth=truth)
                reliances.rely(position, by=position.author, claim=crux, words="would go")
        with CaptureQueriesContext(connection) as queries:
            found = people.parts(alice, VISITOR)
            people.said(alice, VISITOR)
        assert all(part.turns_on and part.rests for part in found)
        counts.append(len(queries))
    assert counts == [9, 9]
