"""Suspending people from the whole site: they and their bots read, and write nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions as accounts
from accounts.models import User
from debate import rules
from debate.actions import (
    appeals,
    cruxes,
    drafts,
    exports,
    following,
    leaving,
    mailing,
    marks,
    moderation,
    proposals,
    reliances,
    sitewide,
    statements,
    undoing,
)
from debate.actions.decided import Decided
from debate.actions.refusals import Conflict
from debate.models import Debate, ModerationAct, Notification, Statement, Suspension
from debate.selectors import acts, notifications
from debate.selectors import moderation as log
from tests import factories

SAID = drafts.Wording("remark", body="So.")
Deed = Callable[[Statement, Statement, User], object]
WRITES: dict[str, Deed] = {
    "reply": lambda claim, his, bob: statements.reply(claim, by=bob, kind="remark", body="So."),
    "edit": lambda claim, his, bob: statements.edit(his, by=bob, body="No.", revision=1),
    "withdraw": lambda claim, his, bob: statements.withdraw(his, by=bob),
    "mark": lambda claim, his, bob: marks.mark(claim, by=bob, truth="agree"),
    "report": lambda claim, his, bob: moderation.report(claim, by=bob, reason="spam"),
    "keep": lambda claim, his, bob: drafts.keep(claim, by=bob, key="k", wording=SAID),
    "rely": lambda claim, his, bob: reliances.rely(his, by=bob, claim=claim, words="would go"),
    "put forward": lambda claim, his, bob: cruxes.put_forward(
        claim.debate, by=bob, name="A", body="B"
    ),
    "propose": lambda claim, his, bob: proposals.propose(
        claim.debate, proposals.Wanted("retype", claim, becomes="remark"), by=bob, reason="So."
    ),
    "start": lambda claim, his, bob: rules.require(rules.may_start_debate(bob)),
    "import": lambda claim, his, bob: rules.require(rules.may_import(bob)),
    "join": lambda claim, his, bob: rules.require(rules.may_join(bob)),
    "make a bot": lambda claim, his, bob: accounts.create_bot(by=bob, username="bobs-bot"),
    "rename": lambda claim, his, bob: accounts.rename(bob, by=bob, username="rude", name=""),
}


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def suspend(person: User, by: User, days: int = 0, **fields: bool) -> ModerationAct:
    until = timezone.now() + timedelta(days=days) if days else None
    return sitewide.suspend(person, by=by, reason="Keeps attacking people.", until=until, **fields)


def end_time() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Suspension.objects.update(until=past)
    User.objects.exclude(suspended_until=None).update(suspended_until=past)


@pytest.mark.parametrize("deed", WRITES)
def test_who_is_suspended_writes_nothing_anywhere_and_is_told_why(
    claim: Statement, his: Statement, bob: User, mara: User, deed: str
) -> None:
    act = suspend(bob, mara, 7)
    told = "make none while suspended|unless you are suspended|Keeps attacking people"
    with pytest.raises(PermissionDenied, match=told):
        WRITES[deed](claim, his, fresh(bob))
    undoing.undo(act, by=mara, reason="Has said sorry.")
    WRITES[deed](claim, his, fresh(bob))


def test_their_bots_write_no_more_and_again_after_it(
    claim: Statement, bob: User, rob: User, mara: User
) -> None:
    act = suspend(bob, mara)
    with pytest.raises(PermissionDenied, match="You are suspended, and may only read"):
        statements.reply(claim, by=fresh(rob), kind="remark", body="So.", generated_by="model")
    undoing.undo(act, by=mara, reason="Has said sorry.")
    statements.reply(claim, by=fresh(rob), kind="remark", body="So.", generated_by="model")


def test_it_ends_by_itself_and_can_be_given_again(claim: Statement, bob: User, mara: User) -> None:
    act = suspend(bob, mara, 7)
    with pytest.raises(PermissionDenied, match=r"until .* UTC"):
        marks.mark(claim, by=fresh(bob), truth="agree")
    end_time()
    marks.mark(claim, by=fresh(bob), truth="agree")
    with pytest.raises(Conflict, match="is over"):
        undoing.undo(act, by=mara, reason="Has said sorry.")
    suspend(bob, mara)
    with pytest.raises(PermissionDenied):
        marks.mark(claim, by=fresh(bob), truth="disagree")


def test_what_is_ones_own_stays_open_reading_following_export_and_leaving(
    debate: Debate, bob: User, mara: User
) -> None:
    suspend(bob, mara)
    him = fresh(bob)
    following.follow_debate(debate, by=him, level="followed")
    mailing.choose(by=him, pace="weekly", follows_by_itself=True)
    exports.start(by=him)
    leaving.leave(by=him, withdraw=False)
    left = fresh(bob)
    assert (left.is_suspended, left.suspended_until) == (False, None)
    assert ModerationAct.objects.get().person == left


def test_moderators_suspend_people_but_neither_one_another_nor_themselves(
    alice: User, bob: User, rob: User, mara: User
) -> None:
    other = factories.UserFactory.create(is_staff=True)
    admin = factories.UserFactory.create(is_superuser=True)
    imported = factories.UserFactory.create(kind="imported")
    for whom in (mara, other, admin, imported, rob):
        with pytest.raises(PermissionDenied):
            suspend(whom, mara)
    with pytest.raises(PermissionDenied, match="Only moderators"):
        suspend(bob, alice)
    assert not ModerationAct.objects.exists()


def test_a_reason_and_a_time_to_come_are_asked_for(bob: User, mara: User) -> None:
    with pytest.raises(ValidationError) as refused:
        past = timezone.now() - timedelta(days=1)
        sitewide.suspend(bob, by=mara, reason=" ", until=past)
    assert set(refused.value.error_dict) == {"reason", "until"}


def test_a_second_moderator_is_told_who_has_done_it(bob: User, mara: User) -> None:
    suspend(bob, mara)
    other = factories.UserFactory.create(is_staff=True)
    with pytest.raises(Decided, match="Suspended, by Mara"):
        suspend(bob, other)
    assert ModerationAct.objects.count() == 1


def test_it_is_told_in_the_inbox_and_by_mail_and_stands_in_the_log(bob: User, mara: User) -> None:
    act = suspend(bob, mara, 7)
    [told] = notifications.some(fresh(bob), [Notification.objects.get().pk])
    assert told.sentence == "You are suspended from the whole site; you can appeal"
    assert (told.address, told.debate) == (f"/moderation/acts/{act.pk}/", None)
    assert (fresh(bob).unread_count, Notification.objects.get().waits) == (1, True)
    [entry] = log.log(bob).entries
    assert (entry.person, entry.reason, entry.is_sitewide) == (
        "Bob",
        "Keeps attacking people.",
        True,
    )


def test_an_internal_reason_is_for_moderators_and_whom_it_concerns(
    alice: User, bob: User, mara: User
) -> None:
    act = acts.act(suspend(bob, mara, internal=True).pk, bob)
    assert acts.told(act, fresh(bob)).reason == "Keeps attacking people."
    assert acts.told(act, mara).reason == "Keeps attacking people."
    assert acts.told(act, alice).reason == ""
    assert log.log(alice).entries[0].reason == ""


def test_they_appeal_once_and_another_moderator_decides(
    claim: Statement, bob: User, mara: User
) -> None:
    other = factories.UserFactory.create(is_staff=True)
    act = suspend(bob, mara)
    made = appeals.appeal(act, by=fresh(bob), text="It was not me.")
    with pytest.raises(Conflict, match="can do so once"):
        appeals.appeal(act, by=fresh(bob), text="Again.")
    with pytest.raises(PermissionDenied, match="Somebody else decides"):
        appeals.overturn(made, by=mara, reason="Hm.")
    appeals.overturn(made, by=other, reason="It was somebody else.")
    marks.mark(claim, by=fresh(bob), truth="agree")
    rows = list(Notification.objects.order_by("pk").values_list("pk", flat=True))
    assert [one.sentence for one in notifications.some(fresh(bob), rows)] == [
        "You are suspended from the whole site; you can appeal",
        "Your suspension from the whole site was ended",
    ]
    with pytest.raises(Decided, match="decided already"):
        appeals.uphold(made, by=other, reason="No.")


def test_an_appeal_that_fails_is_answered(bob: User, mara: User) -> None:
    made = appeals.appeal(suspend(bob, mara), by=fresh(bob), text="It was not me.")
    appeals.uphold(made, by=factories.UserFactory.create(is_staff=True), reason="It was.")
    told = Notification.objects.latest("pk")
    [notice] = notifications.some(fresh(bob), [told.pk])
    assert notice.sentence == "Your appeal was looked at: what was done stands"
    assert fresh(bob).only_reads


def test_the_only_moderator_there_is_decides_the_appeal(bob: User, mara: User) -> None:
    made = appeals.appeal(suspend(bob, mara), by=fresh(bob), text="It was not me.")
    appeals.overturn(made, by=mara, reason="I was mistaken.")
    assert not fresh(bob).only_reads


def test_a_moderator_by_name_does_not_moderate_while_suspended(bob: User, mara: User) -> None:
    suspend(bob, mara)
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert not fresh(bob).is_moderator


def test_writing_asks_no_further_query_of_whom_nothing_keeps(
    claim: Statement, bob: User, mara: User
) -> None:
    him = fresh(bob)
    with CaptureQueriesContext(connection) as asked:
        assert rules.may_act(him)
        assert rules.may_start_debate(him)
    assert not asked
