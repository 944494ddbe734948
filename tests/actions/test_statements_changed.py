"""Editing and withdrawing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Mark, Quotation, Revision, Statement
from tests import factories

NEW = "Most readers bring a book back within *one* month."


def test_an_edit_keeps_the_words_before_it(claim: Statement, alice: User) -> None:
    old = claim.body
    edited = statements.edit(claim, by=alice, body=NEW, revision=1, reason=" a slip ")
    stored = Statement.objects.get(pk=claim.pk)
    assert (stored.body, stored.revision) == (NEW, 2) == (edited.body, edited.revision)
    assert "<em>one</em>" in stored.body_html
    assert stored.edited_at is not None
    kept = Revision.objects.get(statement=claim)
    assert (kept.number, kept.body, kept.reason, kept.replaced_by) == (1, old, "a slip", alice)
    event = Event.objects.latest("id")
    assert (event.kind, event.data) == ("statement.edited", {"revision": 2})


def test_of_two_edits_of_one_wording_the_second_is_a_conflict(
    claim: Statement, alice: User
) -> None:
    statements.edit(claim, by=alice, body=NEW, revision=1)
    with pytest.raises(Conflict):
        statements.edit(claim, by=alice, body="Something else.", revision=1)
    assert Statement.objects.get(pk=claim.pk).body == NEW
    assert Revision.objects.count() == 1


def test_an_edit_that_changes_nothing_is_refused(claim: Statement, alice: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.edit(claim, by=alice, body=f" {claim.body}\r\n", revision=1)
    assert list(refused.value.message_dict) == ["body"]
    assert not Revision.objects.exists()


@pytest.mark.parametrize("reason", ["x" * 501, "\x00", "\ud800"])
def test_a_reason_is_short_plain_text(reason: str, claim: Statement, alice: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.edit(claim, by=alice, body=NEW, revision=1, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]


def test_only_the_author_edits_and_withdraws(claim: Statement, bob: User, mara: User) -> None:
    for other in (bob, mara):
        with pytest.raises(PermissionDenied):
            statements.edit(claim, by=other, body=NEW, revision=1)
        with pytest.raises(PermissionDenied):
            statements.withdraw(claim, by=other)


def test_what_was_hidden_meanwhile_cannot_be_edited(
    claim: Statement, alice: User, mara: User
) -> None:
    moderation.hide(Statement.objects.get(pk=claim.pk), by=mara, reason="Attack.")
    with pytest.raises(PermissionDenied):
        statements.edit(claim, by=alice, body=NEW, revision=1)


def test_a_bot_says_how_an_edit_and_a_withdrawal_came_about(claim: Statement, rob: User) -> None:
    own = factories.SupportFactory.create(parent=claim, author=rob)
    with pytest.raises(ValidationError):
        statements.edit(own, by=rob, body=NEW, revision=1)
    with pytest.raises(ValidationError):
        statements.withdraw(own, by=rob)
    statements.edit(own, by=rob, body=NEW, revision=1, generated_by="model")
    statements.withdraw(own, by=rob, generated_by="program")
    told = list(Event.objects.filter(statement=own).values_list("generated_by", flat=True))
    assert told[-2:] == ["model", "program"]
    assert Revision.objects.get(statement=own).generated_by == "model"


def test_marks_and_quotations_keep_the_revision_they_were_made_on(
    claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    statements.reply(claim, by=bob, kind="remark", body="So.", quote=Words("a book back"))
    statements.edit(claim, by=alice, body=NEW, revision=1)
    assert Mark.objects.get(statement=claim, person=bob).revision == 1
    assert Quotation.objects.get().revision == 1
    marks.mark(claim, by=bob, truth="disagree")
    assert Mark.objects.get(statement=claim, person=bob).revision == 2


def test_withdrawing_leaves_a_tombstone_with_its_replies_and_marks(
    claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="unsure")
    reply = factories.SupportFactory.create(parent=claim, author=bob)
    gone = statements.withdraw(claim, by=alice)
    assert gone.is_gone
    assert gone.status == Statement.objects.get(pk=claim.pk).status == "withdrawn"
    assert list(gone.replies.all()) == [reply]
    assert (gone.unsure_count, gone.reply_count) == (1, 1)
    assert Event.objects.latest("id").kind == "statement.withdrawn"


def test_a_statement_is_withdrawn_once(claim: Statement, alice: User) -> None:
    statements.withdraw(claim, by=alice)
    with pytest.raises(PermissionDenied, match="already"):
        statements.withdraw(claim, by=alice)


def test_withdrawing_changes_the_statuses_above(claim: Statement, alice: User, bob: User) -> None:
    question = statements.reply(claim, by=bob, kind="question", body="Which?")
    answer = statements.reply(question, by=alice, kind="answer", body="All.")

    def status_of(*rows: Statement) -> list[str]:
        return [Statement.objects.get(pk=row.pk).status for row in rows]

    assert status_of(claim, question) == ["", "answered"]
    statements.withdraw(answer, by=alice)
    assert status_of(claim, question, answer) == ["asked about", "open", "withdrawn"]
    assert Debate.objects.get(pk=claim.debate_id).open_count == 1
    statements.withdraw(question, by=bob)
    assert status_of(claim, question) == ["", "withdrawn"]
    assert Debate.objects.get(pk=claim.debate_id).open_count == 0


def test_an_objections_withdrawal_leaves_its_target_unanswered(
    claim: Statement, bob: User
) -> None:
    objection = statements.reply(claim, by=bob, kind="objection", on="truth", body="No.")
    statements.withdraw(objection, by=bob)
    claim.refresh_from_db()
    assert claim.status == ""
    root = Statement.objects.get(replies=claim)
    assert (root.total, root.open_total) == (2, 0)


def test_a_closed_debate_still_lets_authors_withdraw(claim: Statement, alice: User) -> None:
    Debate.objects.filter(pk=claim.debate_id).update(state="closed")
    assert statements.withdraw(claim, by=alice).is_gone
