"""Marks: is it true, and does it bear?"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, statements
from debate.actions.quotations import Words
from debate.models import Debate, Event, Mark, Quotation, Statement
from tests import factories


def _counts(statement: Statement) -> tuple[int, int, int, int, int]:
    row = Statement.objects.get(pk=statement.pk)
    return (
        row.agree_count,
        row.unsure_count,
        row.disagree_count,
        row.bears_count,
        row.beside_count,
    )


def test_a_mark_is_set_changed_and_cleared_and_its_history_kept(
    claim: Statement, bob: User
) -> None:
    for truth, bears in (("agree", "no"), ("disagree", "yes"), ("", "")):
        marks.mark(claim, by=bob, truth=truth, bears=bears)
    mark = Mark.objects.get(statement=claim, person=bob)
    assert (mark.truth, mark.bears) == ("", "")
    assert list(mark.changes.values_list("truth", "bears")) == [
        ("agree", "no"),
        ("disagree", "yes"),
        ("", ""),
    ]
    assert mark.marked_at == mark.changes.latest("id").changed_at
    assert _counts(claim) == (1, 0, 0, 0, 0)


def test_the_two_questions_are_answered_apart(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(claim, by=bob, bears="no")
    marks.mark(claim, by=bob, truth="unsure")
    mark = Mark.objects.get(statement=claim, person=bob)
    assert (mark.truth, mark.bears) == ("unsure", "no")
    marks.mark(claim, by=bob, truth="")
    mark.refresh_from_db()
    assert (mark.truth, mark.bears) == ("", "no")


def test_nothing_to_change_is_refused_and_confirms_nothing(
    claim: Statement, alice: User, bob: User
) -> None:
    with pytest.raises(ValidationError, match="Nothing to change"):
        marks.mark(claim, by=bob)
    assert not Mark.objects.exists()
    first = marks.mark(claim, by=bob, truth="agree")
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    with pytest.raises(ValidationError, match="Nothing to change"):
        marks.mark(claim, by=bob)
    first.refresh_from_db()
    assert (first.revision, first.changes.count()) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"truth": "agree"},
        {"bears": "yes"},
        {"truth": "agree", "bears": "yes"},
        {"truth": "agree", "quote": Words("a book back")},
    ],
)
def test_the_same_mark_again_is_stored_only_where_it_confirms(
    given: dict[str, Any], claim: Statement, alice: User, bob: User
) -> None:
    said: dict[str, Any] = {"truth": "agree", "bears": "yes", "quote": Words("a book back")}
    first = marks.mark(claim, by=bob, **said)
    rows = (Event.objects.count(), Quotation.objects.count())
    again = marks.mark(claim, by=bob, **given)
    assert (again, again.marked_at, again.changes.count()) == (first, first.marked_at, 1)
    assert (Event.objects.count(), Quotation.objects.count()) == rows
    statements.reply(claim, by=alice, kind="objection", on="truth", body="No.")
    confirmed = marks.mark(claim, by=bob, **given)
    assert confirmed.marked_at > first.marked_at
    assert confirmed.changes.count() == 2
    assert Event.objects.latest("id").kind == "mark.set"


def test_another_passage_is_another_mark(claim: Statement, bob: User) -> None:
    for words in ("a book back", "a book", "a book back"):
        marks.mark(claim, by=bob, truth="agree", quote=Words(words))
    mark = Mark.objects.get()
    assert mark.quotation is not None
    assert (mark.quotation.exact, mark.changes.count()) == ("a book back", 3)


def test_clearing_what_was_never_marked_stores_nothing(claim: Statement, bob: User) -> None:
    events = Event.objects.count()
    marks.mark(claim, by=bob, truth="", bears="", whole=True)
    assert (Mark.objects.count(), Event.objects.count()) == (0, events)


def test_each_mark_is_an_event_that_says_how_it_stands(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree", bears="no")
    event = Event.objects.latest("id")
    assert (event.kind, event.actor, event.statement) == ("mark.set", bob, claim)
    assert event.data == {"truth": "agree", "bears": "no"}
    assert event.number == Debate.objects.get(pk=claim.debate_id).event_count


def test_the_author_counts_as_agreeing_unless_they_mark_otherwise(
    claim: Statement, alice: User, bob: User
) -> None:
    assert _counts(claim)[:3] == (1, 0, 0)
    marks.mark(claim, by=bob, truth="agree", bears="yes")
    assert _counts(claim) == (2, 0, 0, 1, 0)
    marks.mark(claim, by=alice, truth="disagree")
    assert _counts(claim)[:3] == (1, 0, 1)
    marks.mark(claim, by=alice, truth="agree")
    assert _counts(claim)[:3] == (2, 0, 0)
    marks.mark(claim, by=alice, truth="", bears="no")
    assert _counts(claim) == (2, 0, 0, 1, 1)


def test_for_a_crux_and_what_a_bot_wrote_only_marks_count(
    debate: Debate, alice: User, rob: User
) -> None:
    crux = factories.CruxFactory.create(debate=debate, author=alice)
    by_bot = factories.SupportFactory.create(parent=crux, author=rob)
    assert _counts(crux)[0] == _counts(by_bot)[0] == 0
    for statement in (crux, by_bot):
        marks.mark(statement, by=alice, truth="agree")
        assert _counts(statement)[0] == 1


@pytest.mark.parametrize(
    ("truth", "bears", "status"),
    [
        ("agree", "", "granted"),
        ("agree", "yes", "granted"),
        ("agree", "no", "granted without bearing"),
        ("unsure", "no", ""),
        ("disagree", "no", ""),
        ("", "no", ""),
    ],
)
def test_another_persons_mark_grants(
    truth: str, bears: str, status: str, claim: Statement, alice: User, bob: User
) -> None:
    marks.mark(claim, by=alice, truth=truth, bears=bears)
    assert Statement.objects.get(pk=claim.pk).status == ""
    marks.mark(claim, by=bob, truth=truth, bears=bears)
    assert Statement.objects.get(pk=claim.pk).status == status
    marks.mark(claim, by=bob, truth="", bears="")
    assert Statement.objects.get(pk=claim.pk).status == ""


def test_a_granted_objection_is_no_longer_open(debate: Debate, alice: User, bob: User) -> None:
    objection = factories.ObjectionFactory.create(parent=debate.statements.all()[0], author=bob)
    assert Debate.objects.get(pk=debate.pk).open_count == 1
    marks.mark(objection, by=alice, truth="agree")
    assert Debate.objects.get(pk=debate.pk).open_count == 0
    marks.mark(objection, by=alice, truth="")
    assert Debate.objects.get(pk=debate.pk).open_count == 1


def test_bots_do_not_mark(claim: Statement, rob: User) -> None:
    with pytest.raises(PermissionDenied, match="Bots do not mark"):
        marks.mark(claim, by=rob, truth="agree")
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("question", {"truth": "agree"}, "truth"),
        ("concession", {"truth": "disagree"}, "truth"),
        ("remark", {"bears": "yes"}, "bears"),
        ("question", {"bears": "no"}, "bears"),
        ("support", {"truth": "true"}, "truth"),
        ("support", {"bears": "agree"}, "bears"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(
    kind: str, given: dict[str, Any], field: str, claim: Statement, bob: User
) -> None:
    statement = factories.StatementFactory.create(parent=claim, author=claim.author, kind=kind)
    with pytest.raises(ValidationError) as refused:
        marks.mark(statement, by=bob, **given)
    assert list(refused.value.message_dict) == [field]
    assert not Mark.objects.exists()


def test_a_mark_may_quote_the_passage_it_agrees_with(claim: Statement, bob: User) -> None:
    mark = marks.mark(claim, by=bob, truth="agree", quote=Words("a book back"))
    assert mark.quotation is not None
    assert mark.quotation.exact == "a book back"
    with pytest.raises(ValidationError) as refused:
        marks.mark(claim, by=bob, truth="unsure", quote=Words("a book forward"))
    assert list(refused.value.message_dict) == ["quote"]
    mark.refresh_from_db()
    assert mark.truth == "agree"
    assert Quotation.objects.count() == 1


def test_the_passage_stays_until_the_answer_about_truth_changes(
    claim: Statement, bob: User
) -> None:
    marks.mark(claim, by=bob, truth="agree", quote=Words("a book back"))
    assert marks.mark(claim, by=bob, truth="agree").quotation
    assert marks.mark(claim, by=bob, bears="no").quotation
    assert marks.mark(claim, by=bob, truth="disagree").quotation is None


def test_the_passage_can_be_dropped_and_the_mark_kept(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree", bears="yes", quote=Words("a book back"))
    kept = marks.mark(claim, by=bob, whole=True)
    assert (kept.truth, kept.bears, kept.quotation) == ("agree", "yes", None)
    assert [c.quotation is None for c in kept.changes.all()] == [False, True]


def test_a_passage_needs_an_answer_about_truth(claim: Statement, bob: User) -> None:
    given: list[dict[str, Any]] = [{"bears": "yes"}, {"truth": ""}, {}]
    for answers in given:
        with pytest.raises(ValidationError) as refused:
            marks.mark(claim, by=bob, quote=Words("a book back"), **answers)
        assert list(refused.value.message_dict) == ["quote"]
    marks.mark(claim, by=bob, truth="unsure")
    assert marks.mark(claim, by=bob, bears="yes", quote=Words("a book back")).quotation


def test_a_closed_debate_takes_marks_and_an_archived_one_none(claim: Statement, bob: User) -> None:
    Debate.objects.update(state="closed")
    marks.mark(claim, by=bob, truth="agree")
    Debate.objects.update(state="archived")
    with pytest.raises(PermissionDenied, match="archived"):
        marks.mark(claim, by=bob, truth="unsure")
