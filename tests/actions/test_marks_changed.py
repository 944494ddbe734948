"""Marks taken back, confirmed, and explained."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Mark, Statement
from debate.selectors import marks as selectors
from tests import factories


def newest(mark: Mark) -> int:
    return selectors.history(mark)[0].pk


def minds(statement: Statement) -> int:
    return Statement.objects.get(pk=statement.pk).changed_minds


def edited(statement: Statement) -> Statement:
    author = statement.author
    return statements.edit(
        statement, by=author, body=f"{statement.body} Again.", revision=statement.revision
    )


def objected(statement: Statement, by: User) -> Statement:
    return statements.reply(statement, by=by, kind="objection", on="truth", body="It is not so.")


def change_sides(statement: Statement, by: User) -> Mark:
    marks.mark(statement, by=by, truth="agree")
    return marks.mark(statement, by=by, truth="disagree")


# ---- undoing


def test_undo_puts_answers_passage_wording_and_time_back(claim: Statement, bob: User) -> None:
    first = marks.mark(claim, by=bob, truth="agree", bears="no", quote=Words("a book back"))
    edited(claim)
    second = marks.mark(claim, by=bob, truth="disagree", bears="yes")
    assert (second.quotation, second.revision) == (None, 2)
    marks.undo(claim, by=bob, change=newest(second))
    now = Mark.objects.get(pk=first.pk)
    assert (now.truth, now.bears, now.revision) == ("agree", "no", 1)
    assert (now.quotation, now.marked_at) == (first.quotation, first.marked_at)


def test_undoing_the_first_mark_leaves_none(claim: Statement, bob: User) -> None:
    placed = marks.mark(claim, by=bob, truth="agree", quote=Words("a book back"))
    marks.undo(claim, by=bob, change=newest(placed))
    placed.refresh_from_db()
    assert (placed.truth, placed.bears, placed.quotation) == ("", "", None)
    claim.refresh_from_db()
    assert (claim.agree_count, claim.status) == (1, "")


def test_undo_moves_counts_status_open_points_and_cruxes(
    debate: Debate, alice: User, bob: User
) -> None:
    objection = factories.ObjectionFactory.create(parent=debate.statements.all()[0], author=bob)
    placed = marks.mark(objection, by=alice, truth="agree")
    assert Debate.objects.get(pk=debate.pk).open_count == 0
    marks.undo(objection, by=alice, change=newest(placed))
    objection.refresh_from_db()
    assert (objection.status, Debate.objects.get(pk=debate.pk).open_count) == ("open", 1)
    crux = factories.CruxFactory.create(debate=debate, author=alice)
    marks.mark(crux, by=alice, truth="agree")
    placed = marks.mark(crux, by=bob, truth="agree")
    crux.refresh_from_db()
    assert crux.crux_state == "settled"
    marks.undo(crux, by=bob, change=newest(placed))
    crux.refresh_from_db()
    assert crux.crux_state == "live"


def test_undone_twice_is_undone_once(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    change = newest(marks.mark(claim, by=bob, truth="disagree"))
    for _ in range(2):
        assert marks.undo(claim, by=bob, change=change).truth == "agree"
    undone = Event.objects.filter(kind="mark.set", data__undone=change)
    assert undone.get().data == {"truth": "agree", "bears": "", "undone": change}


def test_only_the_newest_change_can_be_undone_then_the_one_before(
    claim: Statement, bob: User
) -> None:
    first = newest(marks.mark(claim, by=bob, truth="agree"))
    second = newest(marks.mark(claim, by=bob, truth="disagree"))
    with pytest.raises(Conflict, match="again since"):
        marks.undo(claim, by=bob, change=first)
    marks.undo(claim, by=bob, change=second)
    assert marks.undo(claim, by=bob, change=first).truth == ""


def test_nothing_else_can_be_undone(claim: Statement, alice: User, bob: User) -> None:
    change = newest(marks.mark(claim, by=bob, truth="agree"))
    other = factories.SupportFactory.create(parent=claim)
    for statement, by, number in ((claim, alice, change), (other, bob, change), (claim, bob, 0)):
        with pytest.raises(ValidationError, match="nothing to undo"):
            marks.undo(statement, by=by, change=number)
    Debate.objects.update(state="archived")
    with pytest.raises(PermissionDenied, match="archived"):
        marks.undo(claim, by=bob, change=change)
    assert Mark.objects.get().truth == "agree"


# ---- confirming


def test_a_stale_mark_is_confirmed_for_the_newest_wording(claim: Statement, bob: User) -> None:
    first = marks.mark(claim, by=bob, truth="agree", bears="no", quote=Words("a book back"))
    edited(claim)
    marks.confirm(claim, by=bob)
    now = selectors.own_mark(claim, bob)
    assert now is not None
    assert (now.truth, now.bears, now.quotation) == ("agree", "no", first.quotation)
    assert (now.revision, now.changes.count()) == (2, 2)
    assert not selectors.stale(now, Statement.objects.get(pk=claim.pk))


def test_a_mark_that_is_not_stale_is_left_alone(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    events = Event.objects.count()
    marks.confirm(claim, by=bob)
    assert (Mark.objects.get().changes.count(), Event.objects.count()) == (1, events)


def test_undoing_a_confirmation_makes_the_mark_stale_again(claim: Statement, bob: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    objected(claim, claim.author)
    marks.undo(claim, by=bob, change=newest(marks.confirm(claim, by=bob)))
    now = selectors.own_mark(claim, bob)
    assert now and selectors.stale(now, claim)


def test_without_a_mark_there_is_nothing_to_confirm(claim: Statement, bob: User) -> None:
    with pytest.raises(ValidationError, match="not marked"):
        marks.confirm(claim, by=bob)
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(claim, by=bob, truth="")
    with pytest.raises(ValidationError, match="not marked"):
        marks.confirm(claim, by=bob)


# ---- explaining


@pytest.mark.parametrize("form", ["{label}", " {lower} ", "/s/{pk}/", "https://x.y/s/{pk}/#a"])
def test_who_changed_sides_names_what_changed_their_mind(
    form: str, claim: Statement, alice: User, bob: User
) -> None:
    cause = objected(claim, alice)
    change_sides(claim, bob)
    text = form.format(label=cause.label, lower=cause.label.lower(), pk=cause.pk)
    placed = marks.explain(claim, by=bob, because=text)
    assert selectors.history(placed)[0].because == cause
    assert minds(cause) == 1
    event = Event.objects.latest("id")
    assert (event.kind, event.statement, event.data["because"]) == ("mark.set", claim, cause.pk)


def test_naming_another_moves_the_count_and_nothing_takes_it_back(
    debate: Debate, claim: Statement, bob: User
) -> None:
    position = debate.statements.get(name="Keep four weeks")
    first, second = position, debate.statements.get(name="Lend until asked back")
    change_sides(claim, bob)
    for because, counts in (("P2", (1, 0)), ("P1", (0, 1)), ("P1", (0, 1)), ("", (0, 0))):
        marks.explain(claim, by=bob, because=because)
        assert (minds(first), minds(second)) == counts


def test_a_mind_counts_once_however_often_it_changed(
    debate: Debate, claim: Statement, bob: User, charlie: User
) -> None:
    other = factories.SupportFactory.create(parent=claim)
    for statement, person in ((claim, bob), (other, bob), (claim, charlie)):
        change_sides(statement, person)
        marks.explain(statement, by=person, because="P2")
    assert minds(debate.statements.get(name="Keep four weeks")) == 2


def test_undoing_the_change_takes_its_reason_back(
    debate: Debate, claim: Statement, bob: User
) -> None:
    placed = change_sides(claim, bob)
    marks.explain(claim, by=bob, because="P2")
    marks.undo(claim, by=bob, change=newest(placed))
    assert minds(debate.statements.get(name="Keep four weeks")) == 0


@pytest.mark.parametrize(
    ("truths", "crossed"),
    [
        (("agree",), False),
        (("agree", "agree"), False),
        (("agree", "unsure"), False),
        (("agree", ""), False),
        (("unsure", "disagree"), False),
        (("agree", "unsure", "agree"), False),
        (("agree", "disagree"), True),
        (("disagree", "agree"), True),
        (("agree", "unsure", "disagree"), True),
        (("agree", "", "unsure", "disagree"), True),
        (("agree", "disagree", "disagree"), True),
        (("agree", "disagree", "unsure"), False),
    ],
)
def test_only_a_change_of_sides_can_be_explained(
    truths: tuple[str, ...], crossed: bool, claim: Statement, bob: User
) -> None:
    for truth in truths:
        marks.mark(claim, by=bob, truth=truth)
    if crossed:
        marks.explain(claim, by=bob, because="P2")
    else:
        with pytest.raises(ValidationError, match="not changed sides"):
            marks.explain(claim, by=bob, because="P2")


def test_saying_that_it_bears_does_not_take_the_question_away(claim: Statement, bob: User) -> None:
    change_sides(claim, bob)
    placed = marks.mark(claim, by=bob, bears="no")
    marks.explain(claim, by=bob, because="P2")
    assert [bool(change.because) for change in selectors.history(placed)] == [False, True, False]


def test_what_is_named_must_be_another_statement_of_the_debate_in_sight(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    hidden = objected(claim, alice)
    moderation.hide(hidden, by=mara, reason="Out of tone.")
    elsewhere = factories.PositionFactory.create()
    change_sides(claim, bob)
    for because in (
        claim.label,
        hidden.label,
        f"/s/{hidden.pk}/",
        f"/s/{elsewhere.pk}/",
        "S999",
        "P0",
        "S99999999999999999999",
        "/s/99999999999999999999/",
        "my own thinking",
        "S1\x00",
    ):
        with pytest.raises(ValidationError) as refused:
            marks.explain(claim, by=bob, because=because)
        assert list(refused.value.message_dict) == ["because"]
    assert Mark.objects.get().changes.exclude(because=None).count() == 0
