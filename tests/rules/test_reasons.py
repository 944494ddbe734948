"""Each refusal by its reason, so that every branch of what decides about rights is taken."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts import limits
from accounts import rules as of_accounts
from accounts.models import User
from debate import calling, grammar, moderating, proposing, review, rules
from debate.models import Debate, Statement
from debate.models.debates import State
from debate.models.statements import DEPTH_MAX
from tests import factories

pytestmark = pytest.mark.django_db
SUSPENDED = "This account is suspended."
ARCHIVED = "This debate is archived: it can only be read."
LOCKED = "locked: nothing is written here for now."


@pytest.fixture
def gone(db: None) -> User:
    """Somebody who is switched off."""
    return factories.UserFactory.create(is_active=False)


@pytest.fixture
def imported(db: None) -> User:
    """Somebody who speaks in an imported debate."""
    return factories.UserFactory.create(kind="imported")


@pytest.fixture
def guide(debate: Debate) -> User:
    """A facilitator who has written nothing here."""
    made = factories.UserFactory.create(username="guide")
    factories.ParticipationFactory.create(debate=debate, person=made, role="facilitator")
    return made


def says(answer: rules.Answer, reason: str) -> bool:
    """Whether it is a no for this reason."""
    return not answer and reason in answer.reason


# ---- one's account
def test_jobs_are_for_administrators(mara: User) -> None:
    for one in (AnonymousUser(), mara):
        assert says(rules.may_see_jobs(one), "Only administrators")
    mara.is_superuser = True
    assert rules.may_see_jobs(mara)


def test_exports_and_imports_are_for_people(bob: User, rob: User, gone: User, mara: User) -> None:
    assert rules.may_export(bob)
    assert says(rules.may_export(rob), "An export is for people")
    assert says(rules.may_export(gone), SUSPENDED)
    assert rules.may_import(bob)
    assert says(rules.may_import(rob), "Imports are for people")
    assert says(rules.may_import(gone), SUSPENDED)
    bob.standing = mara.standing = "new"
    assert says(rules.may_import_publicly(bob), "unlisted or private at first")
    assert rules.may_import_publicly(mara)


def test_who_alone_looks_after_the_site_cannot_leave(
    bob: User, rob: User, gone: User, mara: User
) -> None:
    assert rules.may_leave(bob)
    assert says(rules.may_leave(rob), "A bot leaves with its owner")
    assert says(rules.may_leave(gone), SUSPENDED)
    assert says(rules.may_leave(mara), "the last moderator")
    other = factories.UserFactory.create(is_staff=True, is_superuser=True)
    assert rules.may_leave(mara)
    assert says(rules.may_leave(other), "the last administrator")
    User.objects.filter(pk=mara.pk).update(is_superuser=True)
    assert rules.may_leave(other)


def test_one_follows_others(bob: User, alice: User, gone: User) -> None:
    assert rules.may_follow_person(alice, bob)
    assert says(rules.may_follow_person(bob, bob), "follow yourself")
    assert says(rules.may_follow_person(alice, gone), SUSPENDED)


def test_people_join_by_a_link(bob: User, rob: User, imported: User) -> None:
    assert rules.may_join(bob)
    for one in (rob, imported):
        assert says(rules.may_join(one), "Bots do not join by a link")


def test_addresses_are_called_for_who_has_them(bob: User, rob: User, alice: User) -> None:
    hook = factories.WebhookFactory.create(account=rob)
    assert calling.may_keep_webhook(hook, rob)
    assert calling.may_keep_webhook(hook, bob)
    assert says(calling.may_keep_webhook(hook, alice), "somebody else's")
    bob.is_active = False
    assert says(calling.may_keep_webhook(hook, bob), SUSPENDED)


def test_superusers_switch_others(bob: User, mara: User) -> None:
    assert not of_accounts.may_switch(bob, mara)
    mara.is_superuser = True
    assert of_accounts.may_switch(bob, mara)
    assert not of_accounts.may_switch(mara, mara)
    assert not of_accounts.may_switch(mara, bob)


def test_moderators_say_how_far_other_people_are_trusted(bob: User, rob: User, mara: User) -> None:
    assert of_accounts.may_set_standing(bob, mara)
    for account, by in ((bob, bob), (mara, mara), (rob, mara)):
        assert not of_accounts.may_set_standing(account, by)


def test_exports_imports_and_names_have_budgets_of_their_own(bob: User, alice: User) -> None:
    both = [*limits.of_export(bob), *limits.of_import(bob), *limits.of_export(alice)]
    assert len({one.key for one in both}) == len(both) == 3
    name = next(name for name, door in limits.DOORS.items() if door.names)
    [field] = [*limits.DOORS[name].names][:1]
    asked = [
        limits.of_request(name, account=None, token=None, address="::1", sent=sent)
        for sent in ({field: "a"}, {field: " "}, {})
    ]
    assert [len(one) for one in asked] == [2, 1, 1]


# ---- what is locked, gone or another kind
def test_what_is_locked_takes_nothing(claim: Statement, alice: User, bob: User) -> None:
    claim.debate.locked = [claim.parent_id or 0]
    assert says(rules.may_reply(claim, bob), LOCKED)
    assert says(rules.may_edit(claim, alice), LOCKED)
    claim.debate.locked, claim.debate.is_locked = [], True
    assert says(rules.may_reply(claim, bob), LOCKED)
    proposal = factories.ProposalFactory.create(debate=claim.debate, author=bob)
    assert says(proposing.may_accept(proposal, alice), LOCKED)


def test_roots_that_are_there_have_names(claim: Statement, hers: Statement, alice: User) -> None:
    assert rules.may_rename(hers, alice)
    assert says(rules.may_rename(claim, alice), "Only positions and cruxes")
    hers.hidden_at = timezone.now()
    assert says(rules.may_rename(hers, alice), "removed or withdrawn")


def test_what_is_gone_is_read_by_its_author_and_moderators(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    Statement.objects.filter(pk=claim.pk).update(hidden_at=timezone.now())
    there = {
        one: Statement.objects.filter(rules.readable_by(one), pk=claim.pk).exists()
        for one in (alice, bob, mara)
    }
    assert there == {alice: True, bob: False, mara: True}


def test_clarifying_goes_by_what_is_known_of_ones_own(claim: Statement, bob: User) -> None:
    assert grammar.may_clarify(claim, bob, [claim.parent_id or 0])
    assert not grammar.may_clarify(claim, bob, [])
    for kind in ("position", "crux", "wish"):
        assert "kind" in grammar.refusal_of_reply(claim, bob, kind, "")


def test_too_deep_a_line_is_not_answered(claim: Statement, bob: User) -> None:
    claim.depth = DEPTH_MAX
    assert "higher up" in grammar.refusal_of_reply(claim, bob, "remark", "")["kind"]


def test_nothing_is_linked_to_what_is_gone_or_to_what_answers_nothing(
    claim: Statement, his: Statement
) -> None:
    link = proposing.Change("link", claim, his, becomes="objection", on="relevance")
    assert set(proposing.refusal_of(link)) == {"on"}
    his.withdrawn_at = timezone.now()
    assert "removed" in proposing.refusal_of(link)["to"]


def test_visitors_look_after_nothing(debate: Debate) -> None:
    assert not proposing.looks_after(debate, AnonymousUser())


def test_names_of_proposals_about_what_is_gone_are_for_moderators(
    claim: Statement, bob: User, mara: User
) -> None:
    claim.hidden_at = timezone.now()
    shape = {"kind": "retype", "becomes": "remark", "revision": 1, "name": "", "body": ""}
    made = factories.ProposalFactory.create(
        debate=claim.debate, statement=claim, author=bob, **shape
    )
    assert not proposing.may_read_words(made, bob, decides=True)
    assert proposing.may_read_words(made, mara, decides=False)


# ---- people of a debate
def test_roles_go_to_who_can_have_them(
    debate: Debate, alice: User, rob: User, gone: User, imported: User
) -> None:
    assert rules.may_have_role(debate, alice, "facilitator")
    assert says(rules.may_have_role(debate, imported, "participant"), "imported debate")
    assert says(rules.may_have_role(debate, gone, "participant"), "not in use")
    assert says(rules.may_have_role(debate, rob, "facilitator"), "Bots do not facilitate")
    factories.SuspensionFactory.create(debate=debate, person=alice)
    debate.suspended = [alice.pk]
    assert says(rules.may_have_role(debate, alice, "facilitator"), "End the suspension first")


def test_a_debate_keeps_a_facilitator(debate: Debate, bob: User, rob: User, guide: User) -> None:
    for one in (bob, rob):
        assert rules.may_lose_role(debate, one)
    assert says(rules.may_lose_role(debate, guide), "keeps a facilitator")
    factories.ParticipationFactory.create(debate=debate, person=bob, role="facilitator")
    assert rules.may_lose_role(debate, guide)


def test_who_can_be_suspended_within_a_debate(
    debate: Debate, bob: User, mara: User, guide: User, imported: User
) -> None:
    reasons = {
        guide: "suspend yourself",
        imported: "writes nothing",
        mara: "Moderators cannot",
    }
    assert rules.may_suspend(debate, bob, guide)
    assert says(rules.may_suspend(debate, guide, bob), "Only facilitators")
    for person, reason in reasons.items():
        assert says(rules.may_suspend(debate, person, guide), reason)
    assert says(rules.may_suspend(debate, guide, mara), "Take that role away first")


def test_who_can_be_suspended_from_the_site(
    bob: User, rob: User, mara: User, gone: User, imported: User
) -> None:
    boss = factories.UserFactory.create(is_superuser=True)
    assert moderating.may_suspend(bob, mara)
    assert says(moderating.may_suspend(bob, bob), "Only moderators")
    for person, reason in {
        mara: "suspend yourself",
        imported: "writes nothing",
        rob: "owner answers for it",
        boss: "Moderators cannot",
        gone: "not in use",
    }.items():
        assert says(moderating.may_suspend(person, mara), reason)


# ---- acts, and appeals against them
def test_statements_are_restructured_by_who_looks_after_them(
    claim: Statement, alice: User, bob: User, guide: User
) -> None:
    assert moderating.may_restructure(claim, guide)
    assert moderating.may_restructure(claim, alice, proposed=True)
    for one, proposed in ((alice, False), (bob, True)):
        answer = moderating.may_restructure(claim, one, proposed=proposed)
        assert says(answer, "Only facilitators")
    claim.withdrawn_at = timezone.now()
    assert says(moderating.may_restructure(claim, guide), "removed or withdrawn")
    claim.debate.state = State.ARCHIVED
    assert says(moderating.may_restructure(claim, guide), ARCHIVED)


def test_nobody_acts_alone_who_wrote_answered_marked_or_reported_it(
    claim: Statement, hers: Statement, guide: User, mara: User
) -> None:
    """`mara`: else the guide would be the only one who looks after anything."""
    factories.RemarkFactory.create(parent=hers, author=guide)  # beside it
    on_it = factories.RemarkFactory.create(parent=claim)
    factories.RemarkFactory.create(parent=on_it, author=guide)  # beneath an answer
    factories.MarkFactory.create(statement=hers, person=guide)
    assert moderating.stands_apart(guide, claim)
    assert not moderating.stands_apart(guide, on_it)
    assert not moderating.stands_apart(guide, claim, on_it)
    others = factories.SupportFactory.create(parent=hers)
    assert moderating.stands_apart(hers.author, others), "nearly all answers some position"
    for party in (
        claim.author,
        on_it.author,
        factories.MarkFactory.create(statement=claim).person,
        factories.ReportFactory.create(statement=claim).reporter,
    ):
        assert says(moderating.stands_apart(party, claim), "You take part in this")


def test_debates_are_locked_by_who_looks_after_them(
    debate: Debate, bob: User, guide: User
) -> None:
    assert moderating.may_lock(debate, guide)
    assert says(moderating.may_lock(debate, bob), "Only facilitators")
    debate.state = State.ARCHIVED
    assert says(moderating.may_lock(debate, guide), ARCHIVED)


def test_acts_are_undone_by_who_may(claim: Statement, bob: User, mara: User, guide: User) -> None:
    by_guide = factories.ModerationActFactory.create(statement=claim, moderator=guide)
    debate = by_guide.debate
    assert debate
    other = factories.UserFactory.create()
    factories.ParticipationFactory.create(debate=claim.debate, person=other, role="facilitator")
    for one in (guide, other, mara):
        assert moderating.may_undo(by_guide, one)
    assert says(moderating.may_undo(by_guide, bob), "Only facilitators")
    by_guide.act = "dismiss"
    assert says(moderating.may_undo(by_guide, guide), "Only moderators")
    by_guide.act = "undo"
    assert says(moderating.may_undo(by_guide, mara), "an undoing is not undone")
    by_guide.act, debate.state = "move", State.ARCHIVED
    assert says(moderating.may_undo(by_guide, mara), ARCHIVED)
    by_guide.act = "hide"
    assert moderating.may_undo(by_guide, mara)
    by_guide.moderator = mara
    assert says(moderating.may_undo(by_guide, guide), "A moderator did this")
    by_guide.debate = None
    assert says(moderating.may_undo(by_guide, guide), "Only moderators")
    assert moderating.may_undo(by_guide, mara)


def test_appeals_come_from_whom_it_concerns(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    act = factories.ModerationActFactory.create(statement=claim, moderator=mara)
    assert moderating.may_appeal(act, alice)
    assert says(moderating.may_appeal(act, bob), "Only whom an act concerns")
    alice.is_active = False
    assert says(moderating.may_appeal(act, alice), SUSPENDED)
    alice.is_active, act.act = True, "restore"
    assert says(moderating.may_appeal(act, alice), "nothing to appeal against here")
    act.moderator = alice
    assert says(moderating.may_appeal(act, alice), "You did this yourself")


def test_reasons_that_are_internal_are_for_who_looks_after_and_whom_it_keeps_out(
    claim: Statement, alice: User, mara: User
) -> None:
    act = factories.ModerationActFactory.create(statement=claim, moderator=mara, is_internal=True)
    assert moderating.may_read_reason(act, mara)
    assert moderating.may_read_reason(act, AnonymousUser(), looks_after=True)
    assert not moderating.may_read_reason(act, alice)
    act.debate = None
    assert moderating.may_read_reason(act, alice)


def test_moderators_look_into_what_is_not_private(debate: Debate) -> None:
    assert review.may_be_looked_into(debate)
    debate.visibility = "private"
    assert not review.may_be_looked_into(debate)
