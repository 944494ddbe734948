"""Reports, and what moderators make of them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, moderation, statements, structure
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Mark, ModerationAct, Quotation, Report, Statement
from debate.models.events import CONFIDENTIAL
from tests import factories


def test_a_report_waits_for_the_moderators_and_its_event_is_confidential(
    claim: Statement, bob: User
) -> None:
    made = moderation.report(claim, by=bob, reason="attack", note=" On a person. ")
    assert (made.state, made.note, made.reporter) == ("open", "On a person.", bob)
    event = Event.objects.latest("id")
    assert event.kind == "statement.reported"
    assert event.kind in CONFIDENTIAL
    assert event.data == {}


def test_nobody_reports_their_own_statement(claim: Statement, alice: User) -> None:
    with pytest.raises(PermissionDenied, match="your own"):
        moderation.report(claim, by=alice, reason="spam")


def test_bots_do_not_report(claim: Statement, rob: User) -> None:
    with pytest.raises(PermissionDenied, match="Bots"):
        moderation.report(claim, by=rob, reason="spam", generated_by="program")


def test_a_second_report_by_the_same_person_is_a_conflict_while_the_first_waits(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    first = moderation.report(claim, by=bob, reason="spam")
    with pytest.raises(Conflict):
        moderation.report(claim, by=bob, reason="attack")
    moderation.report(claim, by=charlie, reason="spam")
    moderation.dismiss(first, by=mara, reason="Not spam.")
    moderation.report(claim, by=bob, reason="attack")
    assert Report.objects.filter(state="open").count() == 2


def test_what_is_gone_is_not_reported(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Spam.")
    with pytest.raises(PermissionDenied, match="gone"):
        moderation.report(claim, by=bob, reason="spam")
    moderation.restore(claim, by=mara, reason="No spam.")
    statements.withdraw(claim, by=alice)
    with pytest.raises(PermissionDenied, match="gone"):
        moderation.report(claim, by=bob, reason="spam")


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        ("", "", "reason"),
        ("envy", "", "reason"),
        ("other", "  ", "note"),
        ("spam", "x" * 1001, "note"),
        ("spam", "\x00", "note"),
        ("spam", "\udfff", "note"),
    ],
)
def test_a_report_without_a_proper_reason_is_refused(
    reason: str, note: str, field: str, claim: Statement, bob: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        moderation.report(claim, by=bob, reason=reason, note=note)
    assert list(refused.value.message_dict) == [field]


def test_hiding_upholds_the_open_reports_and_is_logged(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    for person in (bob, charlie):
        moderation.report(claim, by=person, reason="spam")
    act = moderation.hide(claim, by=mara, reason=" Spam. ")
    assert set(Report.objects.values_list("state", flat=True)) == {"upheld"}
    assert (act.act, act.moderator, act.reason, act.statement) == ("hide", mara, "Spam.", claim)
    hidden = Statement.objects.get(pk=claim.pk)
    assert (hidden.is_gone, hidden.status) == (True, "hidden")
    assert Event.objects.latest("id").kind == "statement.hidden"


def test_hiding_and_restoring_lose_no_mark_quotation_or_reply(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    words = Words("a book back")
    reply = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.", quote=words)
    marks.mark(claim, by=charlie, truth="agree", quote=words)
    before = Statement.objects.filter(pk=claim.pk).values().get()
    moderation.hide(claim, by=mara, reason="Spam.")
    assert Mark.objects.get(statement=claim).quotation is not None
    assert Quotation.objects.filter(statement=claim).count() == 2
    moderation.restore(claim, by=mara, reason="No spam.")
    assert Statement.objects.filter(pk=claim.pk).values().get() == before
    assert list(claim.replies.all()) == [reply]
    acts = list(ModerationAct.objects.values_list("act", flat=True))
    assert acts == ["restore", "hide"]


def test_a_hidden_objection_neither_answers_nor_is_open(
    claim: Statement, bob: User, mara: User
) -> None:
    objection = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    moderation.hide(objection, by=mara, reason="Attack.")
    claim.refresh_from_db()
    assert claim.status == ""
    assert Debate.objects.get(pk=claim.debate_id).open_count == 0
    moderation.restore(objection, by=mara, reason="It was fair.")
    claim.refresh_from_db()
    assert claim.status == "answered"
    assert Debate.objects.get(pk=claim.debate_id).open_count == 1


def test_what_is_hidden_and_then_withdrawn_stays_withdrawn_when_restored(
    claim: Statement, alice: User, mara: User
) -> None:
    moderation.hide(claim, by=mara, reason="Attack.")
    assert statements.withdraw(claim, by=alice).status == "hidden"
    moderation.restore(claim, by=mara, reason="It was fair.")
    assert Statement.objects.get(pk=claim.pk).status == "withdrawn"


def test_dismissing_leaves_the_statement_and_the_other_reports(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    one = moderation.report(claim, by=bob, reason="spam")
    other = moderation.report(claim, by=charlie, reason="spam")
    moderation.dismiss(one, by=mara, reason="Fair.")
    one.refresh_from_db()
    other.refresh_from_db()
    claim.refresh_from_db()
    assert (one.state, other.state, claim.is_gone) == ("dismissed", "open", False)
    assert Event.objects.latest("id").kind in CONFIDENTIAL
    with pytest.raises(Conflict):
        moderation.dismiss(one, by=mara, reason="Again.")


def test_what_is_hidden_is_hidden_once_and_what_is_not_is_not_restored(
    claim: Statement, mara: User
) -> None:
    with pytest.raises(Conflict):
        moderation.restore(claim, by=mara, reason="Why not.")
    moderation.hide(claim, by=mara, reason="Spam.")
    with pytest.raises(Conflict):
        moderation.hide(claim, by=mara, reason="Spam.")
    assert ModerationAct.objects.count() == 1


def test_only_moderators_act(claim: Statement, alice: User, bob: User, rob: User) -> None:
    report = moderation.report(claim, by=bob, reason="spam")
    for person in (alice, bob, rob):
        with pytest.raises(PermissionDenied):
            moderation.hide(claim, by=person, reason="Mine.")
        with pytest.raises(PermissionDenied):
            moderation.restore(claim, by=person, reason="Mine.")
        with pytest.raises(PermissionDenied):
            moderation.dismiss(report, by=person, reason="Mine.")
    assert not ModerationAct.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\x00", "\ud800"])
def test_an_act_needs_a_reason_that_all_can_read(
    reason: str, claim: Statement, mara: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        moderation.hide(claim, by=mara, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]
    assert not Statement.objects.get(pk=claim.pk).is_gone


# ---- facilitators
def test_a_facilitator_hides_and_restores_in_their_own_debate(
    claim: Statement, bob: User, mara: User
) -> None:
    with pytest.raises(PermissionDenied):
        moderation.hide(claim, by=bob, reason="Spam.")
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    moderation.hide(claim, by=bob, reason="Spam.")
    moderation.restore(claim, by=bob, reason="Not spam.")
    claim.refresh_from_db()
    assert claim.hidden_at is None
    moderation.hide(claim, by=mara, reason="Spam it is.")
    with pytest.raises(PermissionDenied, match="only moderators may restore"):
        moderation.restore(claim, by=bob, reason="Not spam.")
    other = factories.PositionFactory.create()
    with pytest.raises(PermissionDenied):
        moderation.hide(other, by=bob, reason="Spam.")


def test_what_a_moderator_hid_stays_so_when_they_step_down(
    claim: Statement, bob: User, mara: User
) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    act = moderation.hide(claim, by=mara, reason="Spam.")
    User.objects.filter(pk=mara.pk).update(is_staff=False)
    with pytest.raises(PermissionDenied, match="only moderators may restore"):
        moderation.restore(claim, by=bob, reason="Not spam.")
    act = ModerationAct.objects.get(pk=act.pk)
    with pytest.raises(PermissionDenied, match="only moderators may undo"):
        structure.undo(act, by=bob, reason="Not spam.")


def test_what_a_moderator_has_hidden_again_by_an_undoing_a_facilitator_does_not_restore(
    claim: Statement, bob: User, mara: User
) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    moderation.hide(claim, by=bob, reason="Spam.")
    hidden = ModerationAct.objects.get()
    act = moderation.restore(claim, by=bob, reason="Not spam.")
    structure.undo(act, by=mara, reason="It is.")
    with pytest.raises(PermissionDenied, match="only moderators may restore"):
        moderation.restore(claim, by=bob, reason="Not spam.")
    with pytest.raises(PermissionDenied, match="only moderators may restore"):
        structure.undo(hidden, by=bob, reason="Not spam.")


def test_rights_are_asked_of_the_debate_as_it_is_under_the_lock(
    claim: Statement, bob: User
) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    factories.SuspensionFactory.create(debate=claim.debate, person=bob)
    assert claim.debate.suspended == []
    Debate.objects.filter(pk=claim.debate_id).update(suspended=[bob.pk])
    with pytest.raises(PermissionDenied, match="suspended"):
        moderation.hide(claim, by=bob, reason="Spam.")


def test_a_facilitator_dismisses_no_report(claim: Statement, bob: User) -> None:
    factories.ParticipationFactory.create(debate=claim.debate, person=bob, role="facilitator")
    report = factories.ReportFactory.create(statement=claim)
    with pytest.raises(PermissionDenied):
        moderation.dismiss(report, by=bob, reason="No.")
