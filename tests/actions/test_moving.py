"""Moving sub-threads, and locking places against new words."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from debate.actions import marks, moderation, statements, structure
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, Statement
from tests import factories
from tests.actions.dumps import dump


@pytest.fixture
def other(debate: Debate) -> Statement:
    return debate.statements.get(name="Keep four weeks")


@pytest.fixture
def said(claim: Statement, bob: User, charlie: User) -> Statement:
    """Bob's question on Alice's claim, quoting it, with a line of answers under it."""
    quote = Words("a book back")
    made = statements.reply(claim, by=bob, kind="question", body="Since when?", quote=quote)
    answer = statements.reply(made, by=charlie, kind="answer", body="Since May.")
    statements.reply(answer, by=bob, kind="objection", on="truth", body="Since June.")
    return Statement.objects.get(pk=made.pk)


def test_a_sub_thread_moves_as_a_whole_and_back(
    said: Statement, claim: Statement, other: Statement, mara: User
) -> None:
    before = dump(said.debate)
    act = structure.move(said, to=other, by=mara, reason="It asks about that.")
    claim.refresh_from_db()
    other.refresh_from_db()
    said.refresh_from_db()
    assert (said.parent, said.root, said.depth) == (other, other, 1)
    assert [one.depth for one in said.debate.statements.filter(root=other).order_by("path")] == [
        1,
        2,
        3,
    ]
    assert (claim.reply_count, other.reply_count, other.total, other.open_total) == (0, 1, 3, 1)
    root = claim.parent
    assert root is not None
    root.refresh_from_db()
    assert (root.total, root.open_total) == (1, 0)
    assert said.quotation is None, "the words do not stand there"
    structure.undo(act, by=mara, reason="No.")
    assert dump(said.debate) == before


def test_a_quotation_is_found_again_where_its_words_stand_too(
    said: Statement, claim: Statement, mara: User
) -> None:
    twin = factories.SupportFactory.create(parent=claim.parent, author=claim.author)
    before = dump(said.debate)
    act = structure.move(said, to=twin, by=mara, reason="It asks about that.")
    said.refresh_from_db()
    assert said.quotation is not None
    assert said.quotation.statement == twin
    structure.undo(act, by=mara, reason="No.")
    assert dump(said.debate) == before


def test_a_quotation_rests_until_its_statement_moves_back(
    said: Statement, claim: Statement, other: Statement, mara: User
) -> None:
    structure.move(said, to=other, by=mara, reason="It asks about that.")
    structure.move(said, to=claim, by=mara, reason="It does not.")
    said.refresh_from_db()
    assert said.quotation is not None
    assert (said.quotation.statement, said.quotation.exact) == (claim, "a book back")


def test_what_is_merged_does_not_come_to_answer_itself(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    first, second = (
        statements.reply(claim, by=charlie, kind="objection", on="truth", body=f"No, {n}.")
        for n in "ab"
    )
    structure.merge(second, into=first, by=mara, reason="The same.")
    for one, to in ((second, first), (first, second)):
        with pytest.raises(ValidationError, match="is merged with what it would answer"):
            structure.move(one, to=to, by=mara, reason="So.")


def test_what_came_under_it_since_moves_back_with_it(
    said: Statement, other: Statement, charlie: User, mara: User
) -> None:
    act = structure.move(said, to=other, by=mara, reason="So.")
    said.refresh_from_db()
    new = statements.reply(said, by=charlie, kind="remark", body="By the way.")
    structure.undo(act, by=mara, reason="No.")
    new.refresh_from_db()
    assert new.root == said.debate.statements.get(name="Lend until asked back")


def test_a_second_move_is_undone_first(
    said: Statement, claim: Statement, other: Statement, mara: User
) -> None:
    first = structure.move(said, to=other, by=mara, reason="So.")
    root = claim.parent
    assert root is not None
    second = structure.move(said, to=root, by=mara, reason="So.")
    with pytest.raises(Conflict, match="moved again"):
        structure.undo(first, by=mara, reason="No.")
    structure.undo(second, by=mara, reason="No.")
    structure.undo(first, by=mara, reason="No.")


def test_a_clarification_follows_its_author_and_a_question_whom_it_asks(
    claim: Statement, other: Statement, alice: User, bob: User, mara: User
) -> None:
    asked = statements.reply(claim, by=bob, kind="question", body="How so?")
    statements.reply(asked, by=alice, kind="clarification", body="Like this.")
    asked.refresh_from_db()
    assert asked.status == "answered"
    structure.move(asked, to=other, by=mara, reason="So.")
    asked.refresh_from_db()
    assert asked.status == "open", "Bob asks himself there, and Alice is not who is asked"


def test_what_cannot_stand_there_is_not_moved(
    said: Statement, claim: Statement, other: Statement, mara: User
) -> None:
    answer = said.replies.get()
    elsewhere = factories.PositionFactory.create()
    for one, to in ((other, claim), (said, answer), (answer, claim), (said, elsewhere)):
        with pytest.raises(ValidationError) as error:
            structure.move(one, to=to, by=mara, reason="So.")
        assert list(error.value.message_dict) == ["to"]
    with pytest.raises(Conflict):
        structure.move(said, to=claim, by=mara, reason="So.")


def test_nothing_moves_but_by_the_act(said: Statement, other: Statement) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.filter(pk=said.pk).update(parent=other)


def test_a_line_does_not_come_to_lie_deeper_than_it_may(
    debate: Debate, claim: Statement, alice: User, mara: User
) -> None:
    deep = claim
    for _ in range(30):
        deep = factories.SupportFactory.create(parent=deep, author=alice)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("debate.actions.moving.DEPTH_MAX", 20)
        with pytest.raises(ValidationError, match="20 replies deep"):
            structure.move(
                claim, to=debate.statements.get(name="Keep four weeks"), by=mara, reason="So."
            )


# ---- locking
def test_in_a_locked_part_nothing_is_written_and_all_else_goes_on(
    said: Statement, claim: Statement, other: Statement, alice: User, charlie: User, mara: User
) -> None:
    act = structure.lock(said.debate, statement=said, by=mara, reason="Cool down.")
    answer = said.replies.get()
    for place in (said, answer):
        with pytest.raises(PermissionDenied, match="locked"):
            statements.reply(place, by=charlie, kind="remark", body="But.")
    with pytest.raises(PermissionDenied, match="locked"):
        statements.edit(answer, by=charlie, body="Since July.", revision=1)
    marks.mark(answer, by=alice, truth="agree")
    statements.reply(claim, by=charlie, kind="remark", body="Beside it.")
    with pytest.raises(Conflict):
        structure.lock(said.debate, statement=said, by=mara, reason="Again.")
    structure.unlock(said.debate, statement=said, by=mara, reason="Better.")
    statements.reply(said, by=charlie, kind="remark", body="But.")
    assert act.undone_by.act == "undo"
    assert Debate.objects.get(pk=said.debate_id).locked == []


def test_in_a_locked_debate_nothing_is_written(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    before = dump(said.debate)
    structure.lock(said.debate, by=mara, reason="Cool down.")
    with pytest.raises(PermissionDenied, match="locked"):
        statements.reply(claim, by=charlie, kind="remark", body="But.")
    moderation.report(claim, by=charlie, reason="spam").delete()
    structure.unlock(said.debate, by=mara, reason="Better.")
    assert dump(said.debate) == before
    with pytest.raises(Conflict, match="not locked"):
        structure.unlock(said.debate, by=mara, reason="Better.")
