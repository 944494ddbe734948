"""Earlier wordings as pages show them: what they say, to whom, and at what cost."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from debate.actions import marks, moderation, statements
from debate.actions.quotations import Words
from debate.models import Revision, Statement
from debate.selectors import revisions, threads
from debate.selectors import statements as selectors
from debate.text.differences import Run
from tests import factories

BODY = "Most readers bring a book back unasked within two months."
NEW = "Some readers bring a book back within two months."
VISITOR = AnonymousUser()


def edited(statement: Statement, *bodies: str, reason: str = "") -> Statement:
    for body in bodies:
        now = Statement.objects.get(pk=statement.pk)
        statements.edit(now, by=now.author, body=body, revision=now.revision, reason=reason)
    return selectors.statement(statement.pk, VISITOR)


def test_edits_come_latest_first_with_author_reason_and_what_they_changed(
    claim: Statement, alice: User
) -> None:
    now = edited(edited(claim, NEW, reason="Too strong."), f"{NEW} Or three.")
    latest, first = revisions.changes(now, VISITOR)
    assert (latest.number, latest.reason, first.number, first.reason) == (2, "", 1, "Too strong.")
    assert first.by == "Alice"
    assert latest.runs == [Run("equal", NEW), Run("inserted", " Or three.")]
    assert [run.text for run in first.runs if run.kind == "deleted"] == ["Most", "unasked "]


def test_of_many_edits_the_latest_few_are_compared_at_the_same_cost(
    claim: Statement, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = edited(claim, *(f"Wording {n}." for n in range(2, 56)))
    with django_assert_num_queries(2):
        found = revisions.changes(now, VISITOR)
    assert [change.number for change in found] == list(range(54, 4, -1))
    assert [bool(change.runs) for change in found] == [True] * 5 + [False] * 45
    assert [run.text for run in found[4].runs if run.kind != "equal"] == ["50", "51"]


def test_an_earlier_wording_is_beside_the_newest_or_the_next(
    claim: Statement, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = edited(claim, NEW, "Something else entirely.")
    with django_assert_num_queries(2):
        beside_now = revisions.earlier(now, 1, VISITOR)
    beside_next = revisions.earlier(now, 1, VISITOR, to="next")
    assert (beside_now.to, beside_next.to) == (3, 2)
    for made, words in ((beside_now, "Something else entirely."), (beside_next, NEW)):
        assert "".join(run.text for run in made.runs if run.kind != "inserted") == BODY
        assert "".join(run.text for run in made.runs if run.kind != "deleted") == words
        assert BODY in made.body


@pytest.mark.parametrize("number", [0, 3, 4, 10**30])
def test_there_is_no_earlier_wording_of_another_number(claim: Statement, number: int) -> None:
    now = edited(claim, NEW, BODY)
    with pytest.raises(Revision.DoesNotExist):
        revisions.earlier(now, number, VISITOR)


def test_quoted_words_are_marked_in_the_wording_they_are_from(claim: Statement, bob: User) -> None:
    words = Words("book back unasked")
    reply = statements.reply(claim, by=bob, kind="remark", body="So.", quote=words)
    now = edited(claim, NEW)
    found = revisions.earlier(now, 1, VISITOR, quote=reply.quotation_id)
    assert '<mark id="quoted" data-span="1">book back unasked</mark>' in found.body
    assert (found.quotation, found.quoted_in) == (reply.quotation, reply)
    for other in (reply.pk + 1000, 10**30, -1):
        assert revisions.earlier(now, 1, VISITOR, quote=other).quotation is None
    again = edited(now, BODY, NEW)
    assert revisions.earlier(again, 3, VISITOR, quote=reply.quotation_id).quotation is None


def test_what_a_reply_quotes_that_is_gone_is_not_marked(
    claim: Statement, bob: User, mara: User
) -> None:
    words = Words("book back unasked")
    reply = statements.reply(claim, by=bob, kind="remark", body="So.", quote=words)
    now = edited(claim, NEW)
    moderation.hide(reply, by=mara, reason="Attack.")
    for viewer, marked in ((VISITOR, False), (bob, True), (mara, True)):
        found = revisions.earlier(now, 1, viewer, quote=reply.quotation_id)
        assert ("<mark" in found.body, found.quoted_in is not None) == (marked, marked)


def test_earlier_wordings_of_what_is_gone_are_for_author_and_moderators(
    claim: Statement, alice: User, bob: User, mara: User
) -> None:
    edited(claim, NEW)
    moderation.hide(Statement.objects.get(pk=claim.pk), by=mara, reason="Attack.")
    for viewer, reads in ((VISITOR, False), (bob, False), (alice, True), (mara, True)):
        now = selectors.statement(claim.pk, viewer)
        assert bool(revisions.changes(now, viewer)) == reads
        for read in (revisions.earlier, revisions.compared, revisions.meanwhile):
            if reads:
                assert read(now, 1, viewer)
                continue
            with pytest.raises(Revision.DoesNotExist):
                read(now, 1, viewer)
        if not reads:
            with pytest.raises(Revision.DoesNotExist):
                revisions.compared(now, 2, viewer)


def test_meanwhile_tells_all_edits_since_a_wording(claim: Statement) -> None:
    now = edited(claim, NEW, f"{NEW} Or three.")
    found = revisions.meanwhile(now, 1, VISITOR)
    assert [change.number for change in found.changes] == [2, 1]
    assert [run.text for run in found.runs if run.kind == "inserted"] == ["Some", " Or three."]
    with pytest.raises(Revision.DoesNotExist):
        revisions.meanwhile(now, 3, VISITOR)


# ---- marks that are older than the newest wording
def since(statement: Statement) -> str:
    return threads.alone(selectors.statement(statement.pk, VISITOR), VISITOR).since


def test_an_edited_statement_says_how_many_of_its_marks_are_older(
    claim: Statement, bob: User, charlie: User, mara: User
) -> None:
    marks.mark(claim, by=bob, truth="agree")
    assert since(claim) == ""
    edited(claim, NEW)
    assert since(claim) == "edited since its only mark"
    marks.mark(claim, by=charlie, bears="no")
    assert since(claim) == "edited since 1 of 2 marks"
    edited(claim, BODY)
    assert since(claim) == "edited since both marks"
    marks.mark(claim, by=mara, truth="unsure")
    assert since(claim) == "edited since 2 of 3 marks"
    edited(claim, NEW)
    assert since(claim) == "edited since all 3 marks"
    for person in (bob, charlie, mara):
        marks.mark(claim, by=person, truth="disagree")
    assert since(claim) == ""


def test_marks_that_were_cleared_do_not_count(claim: Statement, bob: User, charlie: User) -> None:
    marks.mark(claim, by=bob, truth="agree")
    marks.mark(claim, by=charlie, truth="agree")
    marks.mark(claim, by=charlie, truth="")
    edited(claim, NEW)
    assert since(claim) == "edited since its only mark"


def test_older_marks_are_read_with_the_statements(
    claim: Statement, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [factories.SupportFactory.create(parent=claim) for _ in range(3)]
    with CaptureQueriesContext(connection) as before:
        threads.thread(claim.debate, VISITOR)
    for statement in (claim, *others):
        edited(statement, NEW)
    with django_assert_num_queries(len(before)):
        made = threads.thread(claim.debate, VISITOR)
    shown = [row for tree in made.positions for row in tree.rows]
    assert [row.edited for row in shown] == [True] * 4
