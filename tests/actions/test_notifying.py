"""Who is told what, and why; that nothing is told twice or missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from debate.actions import (
    following,
    marks,
    moderation,
    notifying,
    participations,
    proposals,
    reliances,
    settings,
    statements,
    suspensions,
)
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.models import Debate, Following, Notification, NotifiedUpTo, Statement
from debate.models.following import Level
from tests import factories

pytestmark = pytest.mark.django_db


def reply(parent: Statement, by: User, kind: str = "support", **more: Any) -> Statement:
    return statements.reply(parent, by=by, kind=kind, body="As it is said.", **more)


def told(person: User) -> list[tuple[str, str]]:
    """What a person has been told: kinds of events, with the reasons."""
    notifying.notify()
    found = Notification.objects.filter(person=person).order_by("pk")
    person.refresh_from_db()
    assert person.unread_count == found.filter(read_at=None).count()
    return list(found.values_list("event__kind", "reason"))


PUBLISHED = "statement.published"


def test_who_is_answered_or_quoted_is_told_so(claim: Statement, alice: User, bob: User) -> None:
    reply(claim, bob)
    reply(claim, bob, quote=Words(claim.body.split(".")[0][:20]))
    assert told(alice) == [(PUBLISHED, "answered"), (PUBLISHED, "quoted")]
    assert told(bob) == []


def test_nothing_is_told_twice_and_what_comes_later_is_told_later(
    claim: Statement, alice: User, bob: User
) -> None:
    reply(claim, bob)
    assert notifying.notify() == 1
    assert notifying.notify() == 0
    reply(claim, bob)
    assert len(told(alice)) == 2
    assert NotifiedUpTo.objects.get(debate=claim.debate).number == 2


def test_who_speaks_in_a_debate_follows_it_from_then_on(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    reply(claim, charlie)
    reply(claim, bob)
    assert told(charlie) == [(PUBLISHED, "debate")]
    assert told(bob) == []
    assert Following.objects.get(person=charlie).is_automatic
    bob.follows_by_itself = False
    bob.save()
    alices = factories.RemarkFactory.create(parent=claim, author=alice)
    reply(alices, charlie)
    assert [reason for _, reason in told(alice)] == ["answered", "answered", "answered"]
    assert told(bob) == [(PUBLISHED, "debate")]


def test_a_person_who_wants_nothing_by_itself_follows_nothing(
    claim: Statement, bob: User, rob: User
) -> None:
    bob.follows_by_itself = False
    bob.save()
    reply(claim, bob)
    reply(claim, rob, generated_by="program")
    notifying.notify()
    assert not Following.objects.exists()


def test_who_stopped_is_not_made_to_follow_by_the_next_reply(
    claim: Statement, bob: User, charlie: User
) -> None:
    reply(claim, charlie)
    notifying.notify()
    following.follow_debate(claim.debate, by=charlie, level="stopped")
    reply(claim, charlie)
    notifying.notify()
    reply(claim, bob)
    assert told(charlie) == []
    assert Following.objects.get(person=charlie).level == Level.STOPPED


def test_a_sub_thread_is_followed_below_its_statement_alone(
    claim: Statement, hers: Statement, bob: User, charlie: User
) -> None:
    following.follow_statement(claim, by=charlie, level="followed")
    deeper = reply(reply(claim, bob), bob)
    reply(hers, bob)
    assert told(charlie) == [(PUBLISHED, "subthread")] * 2
    following.follow_statement(claim, by=charlie, level="stopped")
    reply(deeper, bob)
    assert len(told(charlie)) == 2
    assert not Following.objects.filter(person=charlie).exists()


def test_a_person_is_followed_where_a_list_may_show_it(
    claim: Statement, bob: User, charlie: User
) -> None:
    following.follow_person(bob, by=charlie, level="followed")
    reply(claim, bob)
    assert told(charlie) == [(PUBLISHED, "person")]
    factories.ParticipationFactory.create(debate=claim.debate, person=bob)
    for visibility in ("unlisted", "private"):
        Debate.objects.update(visibility=visibility)
        reply(claim, bob)
        assert len(told(charlie)) == 1
    factories.ParticipationFactory.create(debate=claim.debate, person=charlie)
    reply(claim, bob)
    assert len(told(charlie)) == 2


def test_what_was_before_one_followed_is_not_told(
    claim: Statement, bob: User, charlie: User
) -> None:
    reply(claim, bob)
    following.follow_debate(claim.debate, by=charlie, level="followed")
    assert told(charlie) == []
    reply(claim, bob)
    assert told(charlie) == [(PUBLISHED, "debate")]


def test_the_strongest_reason_is_given(claim: Statement, alice: User, bob: User) -> None:
    following.follow_debate(claim.debate, by=alice, level="followed")
    following.follow_person(bob, by=alice, level="followed")
    following.follow_statement(claim, by=alice, level="followed")
    other = factories.RemarkFactory.create(parent=claim, author=factories.UserFactory.create())
    reply(other, bob)
    assert told(alice) == [(PUBLISHED, "subthread")]
    reply(claim, bob)
    assert told(alice)[-1] == (PUBLISHED, "answered")


MUTES: list[Callable[[Statement, User, User], None]] = [
    lambda claim, bob, by: following.follow_debate(claim.debate, by=by, level="muted"),
    lambda claim, bob, by: following.follow_statement(claim, by=by, level="muted"),
    lambda claim, bob, by: following.follow_person(bob, by=by, level="muted"),
]


@pytest.mark.parametrize("mute", MUTES, ids=["debate", "sub-thread", "person"])
def test_who_has_muted_it_is_told_nothing(
    mute: Callable[[Statement, User, User], None],
    claim: Statement,
    alice: User,
    bob: User,
    charlie: User,
) -> None:
    following.follow_debate(claim.debate, by=charlie, level="followed")
    mute(claim, bob, alice)
    reply(claim, bob)
    moderation.hide(reply(claim, bob), by=factories.UserFactory.create(is_staff=True), reason="x")
    assert told(alice) == []
    assert told(charlie) == [(PUBLISHED, "debate")]


def test_a_muted_person_is_muted_with_their_bots_and_bots_by_their_switch(
    claim: Statement, alice: User, bob: User, rob: User
) -> None:
    reply(claim, rob, generated_by="program")
    assert told(alice) == [(PUBLISHED, "answered")]
    following.follow_person(bob, by=alice, level="muted")
    reply(claim, rob, generated_by="program")
    assert len(told(alice)) == 1
    following.follow_person(bob, by=alice, level="stopped")
    User.objects.filter(pk=alice.pk).update(hides_bots=True)
    reply(claim, rob, generated_by="program")
    assert len(told(alice)) == 1
    reply(claim, bob)
    assert len(told(alice)) == 2


def test_marks_to_look_at_again_are_told_until_they_are_given_again(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    marks.mark(claim, by=charlie, truth="agree")
    marks.mark(claim, by=bob, truth="disagree")
    statements.edit(claim, by=alice, body="Otherwise.", revision=1)
    marks.mark(claim, by=bob, truth="disagree")
    assert told(charlie) == [("statement.edited", "mark")]
    assert told(bob) == []
    statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    assert told(charlie)[-1] == (PUBLISHED, "mark")
    assert told(bob) == []


def test_reliances_and_changed_minds_are_told_to_whose_words_they_are(
    claim: Statement, crux: Statement, hers: Statement, alice: User, charlie: User
) -> None:
    reliances.rely(hers, by=alice, claim=crux, words="I would think again.")
    assert told(charlie) == [("reliance.declared", "relied")]
    dora = factories.UserFactory.create()
    marks.mark(hers, by=dora, truth="agree")
    because = factories.ObjectionFactory.create(parent=hers, author=charlie)
    marks.mark(hers, by=dora, truth="disagree")
    marks.explain(hers, by=dora, because=because.label)
    assert told(charlie)[-1] == ("mark.set", "changed")


def test_decisions_are_told_to_whom_they_are_about(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    moderation.report(claim, by=bob, reason="spam")
    moderation.hide(claim, by=mara, reason="Not here.")
    moderation.restore(claim, by=mara, reason="It may stay.")
    participations.add(claim.debate, by=mara, username="charlie", role="facilitator")
    suspensions.suspend(claim.debate, bob, by=mara, reason="Rude.")
    assert told(alice) == [
        ("statement.hidden", "decision"),
        ("statement.restored", "decision"),
    ]
    assert told(bob) == [("statement.hidden", "report"), ("person.suspended", "decision")]
    assert told(charlie) == [("facilitator.named", "decision")]
    assert told(mara) == []


def test_a_dismissed_report_is_told_to_who_made_it_alone(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    first = moderation.report(claim, by=bob, reason="spam")
    moderation.report(claim, by=charlie, reason="spam")
    moderation.dismiss(first, by=mara, reason="It is none.")
    assert told(bob) == [("report.dismissed", "report")]
    assert told(charlie) == []


def test_what_is_gone_before_anybody_was_told_is_told_to_nobody(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    statements.withdraw(reply(claim, bob), by=bob)
    moderation.hide(reply(claim, bob), by=mara, reason="Rude.")
    assert told(alice) == []
    assert told(bob) == [("statement.hidden", "decision")]


def test_what_goes_later_does_not_wait_in_the_inbox(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    first, second = reply(claim, bob), reply(claim, bob)
    assert len(told(alice)) == 2
    statements.withdraw(first, by=bob)
    moderation.hide(second, by=mara, reason="Rude.")
    told(alice)
    assert alice.unread_count == 0
    assert not Notification.objects.filter(person=alice, waits=True).exists()


def test_who_is_removed_from_a_private_debate_has_nothing_of_it_waiting(
    claim: Statement, bob: User, charlie: User, alice: User
) -> None:
    for person, role in ((alice, "facilitator"), (bob, "participant"), (charlie, "participant")):
        factories.ParticipationFactory.create(debate=claim.debate, person=person, role=role)
    Debate.objects.update(visibility="private")
    following.follow_debate(claim.debate, by=charlie, level="followed")
    reply(claim, bob)
    assert len(told(charlie)) == 1
    participations.remove(claim.debate, charlie, by=alice)
    reply(claim, bob)
    assert len(told(charlie)) == 1
    assert charlie.unread_count == 0


def test_accounts_that_are_not_in_use_are_told_nothing(
    claim: Statement, alice: User, bob: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    reply(claim, bob)
    assert told(alice) == []


def test_reading_marks_what_is_named_and_nothing_of_others(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    following.follow_debate(claim.debate, by=charlie, level="followed")
    said = [reply(claim, bob) for _ in range(4)]
    told(alice), told(charlie)
    first, *_, last = Notification.objects.filter(person=alice).order_by("pk")
    others = Notification.objects.filter(person=charlie).latest("pk")
    assert notifying.read(by=alice, ids=[first.pk, others.pk]) == 1
    notifying.look(said[1].pk, by=alice)
    assert alice.unread_count == 2
    assert notifying.read(by=alice, up_to=last.pk - 1) == 1
    assert notifying.read(by=alice, debate="elsewhere") == 0
    assert notifying.read(by=alice) == 1
    told(charlie)
    assert (alice.unread_count, charlie.unread_count) == (0, 4)


def test_what_was_read_long_ago_is_removed(claim: Statement, alice: User, bob: User) -> None:
    reply(claim, bob), reply(claim, bob)
    told(alice)
    old = timezone.now() - notifying.KEPT
    Notification.objects.update(made_at=old)
    Notification.objects.filter(pk=Notification.objects.latest("pk").pk).update(read_at=old)
    assert notifying.forget() == 1
    assert Notification.objects.count() == 1


def test_telling_takes_as_many_queries_for_many_as_for_few(
    claim: Statement, alice: User, bob: User
) -> None:
    def cost(events: int, people: int) -> int:
        for _ in range(people):
            following.follow_debate(
                claim.debate, by=factories.UserFactory.create(), level="followed"
            )
        for _ in range(events):
            reply(claim, bob)
        with CaptureQueriesContext(connection) as queries:
            notifying.notify()
        return len(queries)

    cost(1, 1)
    few, many = cost(1, 1), cost(30, 20)
    assert few == many <= 24, (few, many)


def test_following_is_refused_for_oneself_for_nonsense_and_beyond_the_most(
    debate: Debate, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PermissionDenied):
        following.follow_person(alice, by=alice, level="followed")
    with pytest.raises(ValidationError):
        following.follow_debate(debate, by=alice, level="loved")
    monkeypatch.setattr(following, "MOST", 1)
    following.follow_debate(debate, by=alice, level="followed")
    following.follow_debate(debate, by=alice, level="muted")
    with pytest.raises(ValidationError):
        following.follow_debate(factories.DebateFactory.create(), by=alice, level="followed")


def test_nothing_waits_of_a_debate_that_was_made_private(
    debate: Debate, alice: User, charlie: User
) -> None:
    following.follow_debate(debate, by=charlie, level="followed")
    position = debate.statements.filter(kind="position").first()
    assert position is not None
    reply(position, alice)
    assert len(told(charlie)) == 1
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    settings.change(debate, by=alice, visibility="private")
    told(charlie)
    assert charlie.unread_count == 0


def test_who_could_not_decide_on_a_proposal_is_not_asked_to(
    debate: Debate, alice: User, bob: User
) -> None:
    hers = factories.BotFactory.create(owner=alice)
    sent = {"reason": "It turns on this.", "generated_by": "model"}
    wanted = Wanted("crux", name="It comes back", body="It comes back.")
    proposals.propose(debate, wanted, by=hers, **sent)
    closed = proposals.propose(
        debate, Wanted("crux", name="C", body="Other."), by=bob, reason="So."
    )
    proposals.withdraw(closed, by=bob)
    assert told(alice) == []
