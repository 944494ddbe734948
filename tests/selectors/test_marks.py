"""What asks for another look, and marks as pages show them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from debate.actions import marks as actions
from debate.actions import moderation, statements
from debate.actions.quotations import Words
from debate.models import Debate, Mark, Statement
from debate.selectors import listings, marks, threads, verdicts
from debate.selectors.marks import Stale
from debate.selectors.verdicts import Group
from tests import factories
from tests.plans import rows_read

VISITOR = AnonymousUser()


def why(statement: Statement, person: User) -> Stale:
    statement.refresh_from_db()
    mark = marks.own_mark(statement, person)
    assert mark is not None
    return marks.stale(mark, statement)


def names(group: Group) -> tuple[list[str], list[str]]:
    fresh, stale = ([v.person.name for v in part] for part in (group.fresh, group.stale))
    return fresh, stale


def test_an_edit_and_an_objection_since_make_a_mark_stale(
    claim: Statement, alice: User, bob: User
) -> None:
    early = factories.ObjectionFactory.create(parent=claim, author=alice)
    Statement.objects.filter(pk=early.pk).update(created_at=early.created_at - timedelta(days=1))
    actions.mark(claim, by=bob, truth="agree")
    assert not why(claim, bob)
    for kind in ("support", "question", "remark"):
        statements.reply(claim, by=alice, kind=kind, body="No objection.")
    assert not why(claim, bob)
    late = statements.reply(claim, by=alice, kind="objection", on="truth", body="No.")
    assert why(claim, bob) == Stale(False, late.pk, late.label)
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    assert why(claim, bob) == Stale(True, late.pk, late.label)


def test_ones_own_objections_and_those_that_are_gone_make_no_mark_stale(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    actions.mark(claim, by=bob, truth="agree")
    statements.reply(claim, by=bob, kind="objection", on="framing", body="Loosely put.")
    hidden = statements.reply(claim, by=alice, kind="objection", on="truth", body="No.")
    moderation.hide(hidden, by=mara, reason="Out of tone.")
    withdrawn = statements.reply(claim, by=alice, kind="objection", on="truth", body="No.")
    statements.withdraw(withdrawn, by=alice)
    assert not why(claim, bob)
    moderation.restore(hidden, by=mara, reason="A mistake.")
    assert why(claim, bob)


def test_a_cleared_mark_and_one_on_what_is_gone_are_never_stale(
    claim: Statement, alice: User, bob: User
) -> None:
    actions.mark(claim, by=bob, truth="agree")
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    actions.mark(claim, by=alice, bears="no")
    assert [mark.person for mark in verdicts.own(bob, stale=True)] == [bob]
    statements.withdraw(claim, by=alice)
    assert not why(claim, bob)
    assert not verdicts.own(bob, stale=True)
    assert verdicts.own(bob)


def test_the_list_of_stale_marks_is_that_of_the_rows(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    marked = [factories.SupportFactory.create(parent=claim, author=alice) for _ in range(8)]
    for index, statement in enumerate(marked):
        actions.mark(statement, by=bob, truth="agree")
        if index & 1:
            statements.edit(statement, by=alice, body="Other words.", revision=1)
        if index & 2:
            statements.reply(statement, by=alice, kind="objection", on="truth", body="No.")
        if index & 4:
            moderation.hide(statement, by=mara, reason="Out of tone.")
    told = {mark.statement_id for mark in verdicts.own(bob, stale=True)}
    assert told == {statement.pk for statement in marked if why(statement, bob)}
    assert len(told) == 3


def test_ones_marks_in_a_private_debate_are_listed_while_one_is_let_in(
    claim: Statement, bob: User
) -> None:
    actions.mark(claim, by=bob, truth="agree")
    Debate.objects.update(visibility="private")
    assert not verdicts.own(bob)
    factories.ParticipationFactory.create(debate=claim.debate, person=bob)
    assert verdicts.own(bob)


def test_pages_of_marks_take_a_fixed_number_of_queries(
    claim: Statement,
    alice: User,
    bob: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        other = factories.SupportFactory.create(parent=claim)
        actions.mark(other, by=bob, truth="agree", quote=Words("a book back"))
        person = factories.UserFactory.create()
        actions.mark(claim, by=person, truth="agree", quote=Words("a book back"))
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    with django_assert_num_queries(1):
        assert len(verdicts.shown(verdicts.own(bob), bob)) == 5
    fresh = Statement.objects.select_related("author__owner").get(pk=claim.pk)
    with django_assert_num_queries(3):
        told = verdicts.verdicts(fresh, VISITOR)
    assert sum(len(group.stale) for group in told.groups) == 5


def test_marks_read_without_the_query_builder_are_the_same(
    claim: Statement, alice: User, bob: User
) -> None:
    others = [factories.SupportFactory.create(parent=claim, author=alice) for _ in range(3)]
    for one in (claim, *others):
        actions.mark(one, by=bob, truth="agree", quote=Words("a book back"))
    for author in (alice, bob, alice):
        factories.ObjectionFactory.create(parent=claim, author=author)
        factories.QuestionFactory.create(parent=others[0], author=author)
    gone = factories.ObjectionFactory.create(parent=others[1], author=alice)
    statements.withdraw(gone, by=alice)

    def told(mark: Mark) -> tuple[object, ...]:
        return (mark.pk, mark.truth, mark.revision, mark.quotation, vars(mark)["objection"])

    slow = {mark.statement_id: told(mark) for mark in marks.looked_over(Mark.objects.all())}
    quick = marks.own_marks(bob, [claim.pk, *(one.pk for one in others)])
    assert {pk: told(mark) for pk, mark in quick.items()} == slow
    assert slow[claim.pk][-1] is not None
    assert slow[others[1].pk][-1] is None


def test_marks_are_looked_over_without_reading_every_objection(
    debate: Debate, claim: Statement, alice: User, bob: User
) -> None:
    actions.mark(claim, by=bob, truth="agree")
    for _ in range(60):
        factories.ObjectionFactory.create(parent=claim, author=alice)
    for _ in range(60):
        factories.MarkFactory.create(statement=claim)
    found = marks.looked_over(claim.marks.order_by("id"))
    sql, params = found.query.sql_with_params()
    assert rows_read(sql, params) < 20 * len(found)
    newest = claim.replies.latest("id")
    first, *others = (marks.stale(mark, claim) for mark in found)
    assert first == Stale(False, newest.pk, newest.label)
    assert not any(others)


def test_the_latest_marks_of_many_are_read_alone(claim: Statement, bob: User) -> None:
    others = [factories.SupportFactory.create(parent=claim) for _ in range(60)]
    Mark.objects.bulk_create(Mark(statement=one, person=bob, revision=1) for one in others)
    sql, params = (
        Mark.objects.filter(person=bob).order_by("-marked_at", "-id")[:5].query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert rows_read(sql, params) <= 10


def test_a_row_tells_its_reader_of_their_own_mark_alone(
    claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    actions.mark(claim, by=bob, truth="agree", quote=Words("a book back"))
    statements.edit(claim, by=alice, body="Few bring any back.", revision=1)
    claim.refresh_from_db()
    mine = threads.alone(claim, bob).mine
    assert mine is not None
    assert (mine.truth, mine.passage, mine.from_revision) == ("agree", "a book back", 1)
    assert mine.stale.edited
    assert threads.alone(claim, charlie).mine is None
    assert threads.alone(claim, VISITOR).mine is None


def test_who_marked_what_goes_by_side_with_the_stale_apart(
    claim: Statement, alice: User, bob: User, charlie: User, mara: User
) -> None:
    actions.mark(claim, by=charlie, truth="disagree", bears="no")
    statements.edit(claim, by=alice, body="Other words.", revision=1)
    actions.mark(claim, by=bob, truth="agree", quote=Words("Other words"))
    told = verdicts.verdicts(Statement.objects.get(pk=claim.pk), VISITOR)
    assert [group.letter for group in told.groups] == ["a", "b", ""]
    assert [names(group) for group in told.groups] == [
        (["Alice"], []),
        (["Bob"], []),
        ([], ["Charlie"]),
    ]
    [author] = told.groups[0].fresh
    assert (author.truth, author.wrote) == ("agree", True)
    assert told.groups[1].fresh[0].passage == "Other words"
    assert told.shared == "Both sides hold it (1 and 1)."


@pytest.mark.parametrize(
    ("alices", "bobs", "shared"),
    [
        ("agree", "agree", "Both sides hold it (1 and 1)."),
        ("disagree", "disagree", "Both sides reject it (1 and 1)."),
        ("agree", "disagree", ""),
        ("unsure", "unsure", ""),
        ("agree", "", ""),
    ],
)
def test_what_both_sides_do_alike_is_said_in_people(
    alices: str, bobs: str, shared: str, claim: Statement, alice: User, bob: User, charlie: User
) -> None:
    actions.mark(claim, by=alice, truth=alices)
    actions.mark(claim, by=bob, truth=bobs)
    actions.mark(claim, by=charlie, truth="unsure")  # on no side
    assert verdicts.verdicts(claim, VISITOR).shared == shared


def test_a_side_that_has_not_spoken_holds_nothing(
    debate: Debate, claim: Statement, bob: User
) -> None:
    factories.PositionFactory.create(debate=debate, name="Lend nothing")
    actions.mark(claim, by=bob, truth="agree")
    assert verdicts.verdicts(claim, VISITOR).shared == ""


def test_who_holds_two_positions_is_on_both_sides(
    claim: Statement, hers: Statement, alice: User, bob: User
) -> None:
    actions.mark(hers, by=bob, truth="agree")
    actions.mark(claim, by=bob, truth="agree")
    told = verdicts.verdicts(claim, VISITOR)
    assert [names(group) for group in told.groups] == [(["Alice", "Bob"], []), (["Bob"], [])]
    assert told.shared == "Both sides hold it (2 and 1)."


def test_people_stand_under_their_own_position_where_letters_have_run_out(
    debate: Debate, claim: Statement
) -> None:
    factories.PositionFactory.create_batch(24, debate=debate)
    late = factories.PositionFactory.create(debate=debate, name="Lend by the week")
    factories.PositionFactory.create(debate=debate, name="Lend by the month")
    mark = factories.MarkFactory.create(statement=claim, person=late.author, truth="agree")
    told = verdicts.verdicts(claim, VISITOR)
    assert [group.name for group in told.groups] == ["Lend until asked back", "Lend by the week"]
    part = listings.marks_of(claim, VISITOR, listings.Cut(10))
    assert [(row.mark, row.position) for row in part.rows] == [(mark, late.pk)]


def test_at_most_five_hundred_people_are_shown(
    claim: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        factories.MarkFactory.create(statement=claim)
    assert not verdicts.verdicts(claim, VISITOR).is_cut
    monkeypatch.setattr(verdicts, "MOST", 2)
    assert verdicts.verdicts(claim, VISITOR).is_cut


def test_of_what_is_cut_nothing_is_said_of_whole_sides(
    debate: Debate, claim: Statement, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.mark(claim, by=bob, truth="agree")
    person = factories.UserFactory.create()
    actions.mark(debate.statements.get(name="Keep four weeks"), by=person, truth="agree")
    actions.mark(claim, by=person, truth="disagree")
    monkeypatch.setattr(verdicts, "MOST", 1)
    assert verdicts.verdicts(claim, VISITOR).shared == ""


def test_an_author_who_disagrees_late_is_not_said_to_agree(
    claim: Statement, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        factories.MarkFactory.create(statement=claim)
    actions.mark(claim, by=alice, truth="disagree")
    monkeypatch.setattr(verdicts, "MOST", 2)
    [own] = verdicts.verdicts(claim, VISITOR).groups[0].fresh
    assert (own.person.name, own.truth, own.wrote) == ("Alice", "disagree", False)


def test_a_person_whose_mind_went_back_and_forth_is_listed_once(
    debate: Debate, claim: Statement, bob: User, charlie: User
) -> None:
    cause = debate.statements.get(name="Keep four weeks")
    for person, truths in ((bob, "agree disagree agree"), (charlie, "agree disagree")):
        for truth in truths.split():
            actions.mark(claim, by=person, truth=truth)
            if Mark.objects.get(statement=claim, person=person).changes.count() > 1:
                actions.explain(claim, by=person, because=cause.label)
    cause.refresh_from_db()
    told = verdicts.minds(cause, VISITOR)
    assert [(mind.person.name, mind.after) for mind in told] == [
        ("Charlie", "disagree"),
        ("Bob", "agree"),
    ]
    assert cause.changed_minds == len(told)


def test_minds_about_what_is_gone_take_no_place_in_the_list(
    debate: Debate, claim: Statement, bob: User, mara: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = debate.statements.get(name="Keep four weeks")
    hidden = factories.SupportFactory.create(parent=claim)
    for statement in (claim, hidden):
        for truth in ("agree", "disagree"):
            actions.mark(statement, by=bob, truth=truth)
        actions.explain(statement, by=bob, because=cause.label)
    moderation.hide(hidden, by=mara, reason="Out of tone.")
    cause.refresh_from_db()
    monkeypatch.setattr(verdicts, "MINDS", 1)
    assert [mind.on for mind in verdicts.minds(cause, VISITOR)] == [claim]


def test_a_changed_mind_is_told_unless_it_is_about_what_is_gone(
    debate: Debate, claim: Statement, bob: User, mara: User
) -> None:
    for truth in ("disagree", "agree"):
        actions.mark(claim, by=bob, truth=truth)
    actions.explain(claim, by=bob, because="P2")
    cause = debate.statements.get(name="Keep four weeks")
    [mind] = verdicts.minds(cause, VISITOR)
    assert (mind.person.name, mind.on, mind.before, mind.after) == (
        "Bob",
        claim,
        "disagree",
        "agree",
    )
    moderation.hide(claim, by=mara, reason="Out of tone.")
    assert verdicts.minds(cause, VISITOR) == []
    assert len(verdicts.minds(cause, mara)) == 1


def test_those_who_may_have_changed_a_mind_are_the_newest_replies_of_others(
    claim: Statement, alice: User, bob: User
) -> None:
    replies = [factories.RemarkFactory.create(parent=claim, author=alice) for _ in range(7)]
    factories.RemarkFactory.create(parent=claim, author=bob)
    statements.withdraw(replies[-1], by=alice)
    found = [cause.statement for cause in verdicts.causes(claim, bob)]
    assert found == replies[1:6][::-1]


def test_marks_are_newest_first_and_cleared_ones_left_out(claim: Statement, bob: User) -> None:
    others = [factories.SupportFactory.create(parent=claim) for _ in range(2)]
    for statement in (*others, claim):
        actions.mark(statement, by=bob, truth="agree")
    actions.mark(others[0], by=bob, truth="disagree")
    actions.mark(claim, by=bob, truth="")
    assert [mark.statement for mark in verdicts.own(bob)] == others
    assert Mark.objects.count() == 3
