"""Appeals, and who is told of acts and decisions."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from debate.actions import moderation, notifying, statements, structure, suspensions
from debate.actions.refusals import Conflict
from debate.models import Debate, ModerationAct, Report, Statement
from debate.selectors import notifications
from debate.selectors.listings import Cut
from tests import factories


@pytest.fixture
def other(db: None) -> User:
    return factories.UserFactory.create(username="otto", is_staff=True)


@pytest.fixture
def hidden(claim: Statement, bob: User, mara: User) -> ModerationAct:
    moderation.report(claim, by=bob, reason="spam")
    return moderation.hide(claim, by=mara, reason="Spam.")


def told(person: User) -> list[tuple[str, str]]:
    notifying.notify()
    rows = notifications.inbox(person, Cut(50), unread=False).part.rows
    return [(one.sentence, one.address) for one in rows]


def test_an_author_is_told_with_the_way_to_appeal_and_appeals_once(
    hidden: ModerationAct, alice: User, bob: User
) -> None:
    assert told(alice)[0] == ("S1 was hidden; you can appeal", f"/moderation/acts/{hidden.pk}/")
    with pytest.raises(PermissionDenied, match="Only whom"):
        structure.appeal(hidden, by=bob, text="It is not.")
    with pytest.raises(ValidationError, match="Say why"):
        structure.appeal(hidden, by=alice, text=" ")
    structure.appeal(hidden, by=alice, text="It is no spam.")
    with pytest.raises(Conflict, match="once"):
        structure.appeal(hidden, by=alice, text="It is no spam.")


def test_another_moderator_overturns_and_the_reports_are_dismissed(
    hidden: ModerationAct, claim: Statement, alice: User, mara: User, other: User
) -> None:
    appeal = structure.appeal(hidden, by=alice, text="It is no spam.")
    with pytest.raises(PermissionDenied, match="Somebody else"):
        structure.overturn(appeal, by=mara, reason="Right.")
    with pytest.raises(PermissionDenied):
        structure.overturn(appeal, by=alice, reason="Right.")
    done = structure.overturn(appeal, by=other, reason="Right.")
    claim.refresh_from_db()
    assert (done.state, done.decided_by, claim.hidden_at) == ("overturned", other, None)
    assert Report.objects.get().state == "dismissed"
    assert "Your appeal was looked at: what was done is undone" in [s for s, _ in told(alice)]
    with pytest.raises(Conflict, match="decided already"):
        structure.uphold(appeal, by=other, reason="Wrong.")


def test_an_act_that_stands_on_appeal_stands(
    hidden: ModerationAct, claim: Statement, alice: User, other: User
) -> None:
    appeal = structure.appeal(hidden, by=alice, text="It is no spam.")
    structure.uphold(appeal, by=other, reason="It is.")
    claim.refresh_from_db()
    assert claim.hidden_at is not None
    assert told(alice)[0][0] == "Your appeal was looked at: what was done stands"


def test_a_party_to_the_dispute_does_not_decide(
    claim: Statement, alice: User, mara: User, other: User
) -> None:
    statements.reply(claim, by=other, kind="objection", on="truth", body="Never.")
    act = moderation.hide(claim, by=mara, reason="Spam.")
    appeal = structure.appeal(act, by=alice, text="It is no spam.")
    with pytest.raises(PermissionDenied, match="take part in this"):
        structure.uphold(appeal, by=other, reason="It is.")


def test_who_is_suspended_can_appeal(debate: Debate, bob: User, mara: User, other: User) -> None:
    suspensions.suspend(debate, bob, by=mara, reason="Rude.")
    act = ModerationAct.objects.get()
    assert (act.act, act.person, act.statement) == ("suspend", bob, None)
    appeal = structure.appeal(act, by=bob, text="I was not.")
    structure.overturn(appeal, by=other, reason="He was not.")
    debate.refresh_from_db()
    assert debate.suspended == []
    assert not debate.suspensions.in_force().exists()
    assert [sentence for sentence, _ in told(bob)] == [
        "Your appeal was looked at: what was done is undone",
        "Otto ended your suspension in this debate",
        "Mara suspended you in this debate; you can appeal",
    ]


def test_an_owner_appeals_for_their_bot(
    claim: Statement, bob: User, rob: User, mara: User
) -> None:
    said = statements.reply(
        claim, by=rob, kind="remark", body="Summed up.", generated_by="program"
    )
    act = moderation.hide(said, by=mara, reason="Spam.")
    assert act.person == bob
    assert told(bob)[0][1] == f"/moderation/acts/{act.pk}/"
    structure.appeal(act, by=bob, text="It is useful.")


def test_what_is_undone_is_not_appealed_against(
    hidden: ModerationAct, alice: User, mara: User
) -> None:
    back = structure.undo(hidden, by=mara, reason="Mistaken.")
    assert Report.objects.get().state == "open"
    for act in (hidden, back):
        with pytest.raises((Conflict, PermissionDenied)):
            structure.appeal(act, by=alice, text="So what.")


def test_an_appeal_is_over_once_the_act_is_undone_or_the_statement_shown_again(
    claim: Statement, hidden: ModerationAct, alice: User, mara: User, other: User
) -> None:
    appeal = structure.appeal(hidden, by=alice, text="It is not.")
    structure.undo(hidden, by=mara, reason="Mistaken.")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.decided_by) == ("overturned", "Mistaken.", mara)
    again = moderation.hide(claim, by=mara, reason="Spam after all.")
    appeal = structure.appeal(again, by=alice, text="It is not.")
    moderation.restore(claim, by=other, reason="No spam.", internal=True)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.decided_by) == ("overturned", "", other)


def test_of_a_suspension_that_has_ended_by_itself_an_appeal_can_still_be_decided(
    debate: Debate, bob: User, mara: User, other: User
) -> None:
    suspensions.suspend(debate, bob, by=mara, reason="Rude.")
    appeal = structure.appeal(ModerationAct.objects.get(), by=bob, text="I was not.")
    debate.suspensions.update(until=timezone.now())
    structure.overturn(appeal, by=other, reason="He was not.")
    appeal.refresh_from_db()
    assert appeal.state == "overturned"
    assert ModerationAct.objects.count() == 1
