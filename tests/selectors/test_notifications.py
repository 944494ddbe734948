"""What people are told, in words."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.actions import (
    cruxes,
    following,
    marks,
    moderation,
    notifying,
    participations,
    reliances,
    settings,
    statements,
    suspensions,
)
from debate.actions.quotations import Words
from debate.models import Debate, Statement
from debate.selectors import notifications
from debate.selectors.listings import Cut

pytestmark = pytest.mark.django_db


def said(person: User) -> list[tuple[str, str]]:
    """All that a person is told, the first first."""
    notifying.notify()
    part = notifications.listed(person, Cut(100))
    return [(one.sentence, one.because) for one in reversed(part.rows)]


def test_every_kind_of_reply_is_said_in_its_own_words(
    claim: Statement, alice: User, bob: User
) -> None:
    kinds: dict[str, Any] = {
        "support": {},
        "objection": {"on": "truth"},
        "question": {},
        "concession": {},
        "remark": {"quote": Words(claim.body.split(".")[0])},
    }
    for kind, more in kinds.items():
        statements.reply(claim, by=bob, kind=kind, body="As it is said.", **more)
    assert said(alice) == [
        ("Bob supports S1 with S2", "because you were answered"),
        ("Bob objects to S1 with S3", "because you were answered"),
        ("Bob asks about S1 in S4", "because you were answered"),
        ("Bob concedes S1 in S5", "because you were answered"),
        ("Bob remarks on S1 in S6", "because you were quoted"),
    ]


def test_cruxes_reliances_and_marks_are_said_in_their_own_words(
    claim: Statement, hers: Statement, alice: User, charlie: User, bob: User
) -> None:
    crux = cruxes.put_forward(claim.debate, by=charlie, name="Honest readers", body="They are.")
    reliances.rely(hers, by=alice, claim=crux, words="I would think again.")
    marks.mark(claim, by=charlie, truth="agree")
    statements.edit(claim, by=alice, body="Otherwise.", revision=1)
    following.follow_person(charlie, by=bob, level="followed")
    statements.reply(claim, by=charlie, kind="question", body="How so?")
    assert said(charlie) == [
        ("Alice relies on C1", "because somebody relies on your crux"),
        ("Alice edited S1", "because your mark is to be looked at again"),
    ]
    assert said(bob) == [("Charlie asks about S1 in S2", "because you follow Charlie")]


def test_decisions_are_said_without_their_maker_but_for_roles(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    report = moderation.report(claim, by=bob, reason="spam")
    moderation.dismiss(report, by=mara, reason="It is none.")
    moderation.report(claim, by=bob, reason="spam")
    moderation.hide(claim, by=mara, reason="Rude.")
    moderation.restore(claim, by=mara, reason="Not so.")
    participations.add(claim.debate, by=mara, username="charlie", role="facilitator")
    suspensions.suspend(claim.debate, bob, by=charlie, reason="Rude.")
    decided = "because it was decided about you or your words"
    reported = "because you reported it"
    appeal = "S1 was hidden; you can appeal"
    assert said(alice) == [(appeal, decided), ("S1 is shown again", decided)]
    assert said(bob) == [
        ("S1, which you reported, stays as it is", reported),
        ("S1, which you reported, was hidden", reported),
        ("Charlie suspended you in this debate; you can appeal", decided),
    ]
    assert said(charlie) == [("Mara made you a facilitator", decided)]


def test_who_reported_it_reads_no_words_of_what_was_hidden(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    moderation.report(claim, by=bob, reason="spam")
    moderation.hide(claim, by=mara, reason="Rude.")
    notifying.notify()
    [of_bob] = notifications.listed(bob, Cut(9)).rows
    [of_alice] = notifications.listed(alice, Cut(9)).rows
    assert of_bob.words == ""
    assert of_alice.words in claim.body  # her own


def test_a_reliance_for_a_position_that_is_gone_is_not_told(
    crux: Statement, hers: Statement, alice: User, charlie: User
) -> None:
    reliances.rely(hers, by=alice, claim=crux, words="I would think again.")
    assert len(said(charlie)) == 1
    statements.withdraw(hers, by=alice)
    assert said(charlie) == []
    notifying.notify()
    charlie.refresh_from_db()
    assert charlie.unread_count == 0


def test_what_becomes_of_a_debate_is_told_to_who_follows_it(
    claim: Statement, bob: User, mara: User
) -> None:
    following.follow_debate(claim.debate, by=bob, level="followed")
    settings.set_state(claim.debate, by=mara, state="closed")
    assert said(bob) == [("Mara closed this debate", "because you follow this debate")]


def test_a_page_of_which_nothing_may_be_told_is_passed_over(
    claim: Statement, hers: Statement, alice: User, bob: User, charlie: User
) -> None:
    statements.reply(claim, by=bob, kind="remark", body="As it is said.")
    his = claim.debate.statements.get(author=bob, kind="position")
    marks.mark(his, by=charlie, truth="agree")
    reliances.rely(his, by=charlie, claim=claim, words="It would go.")
    notifying.notify()
    whole = notifications.listed(alice, Cut(9)).rows
    statements.withdraw(his, by=bob)
    first = notifications.listed(alice, Cut(1))
    assert [one.row for one in first.rows] == [whole[-1].row]
    assert not first.has_next


def test_in_an_unlisted_debate_who_follows_it_is_told_though_they_follow_the_speaker_too(
    claim: Statement, bob: User, charlie: User
) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(visibility="unlisted")
    statements.reply(claim, by=charlie, kind="remark", body="As it is said.")
    following.follow_person(bob, by=charlie, level="followed")
    notifying.notify()
    statements.reply(claim, by=bob, kind="remark", body="And so it is.")
    assert ("Bob remarks on S1 in S3", "because you follow this debate") in said(charlie)
