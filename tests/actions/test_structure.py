"""Links, other kinds, duplicates: what they change, who may, and that undoing puts all back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, statements, structure
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Link, ModerationAct, Statement
from tests import factories
from tests.actions.dumps import dump


@pytest.fixture
def said(claim: Statement, bob: User, charlie: User) -> Statement:
    """Bob's objection to Alice's claim, which Charlie finds right."""
    made = statements.reply(claim, by=bob, kind="objection", on="truth", body="It is not so.")
    marks.mark(made, by=charlie, truth="agree")
    made.refresh_from_db()
    return made


def refused(error: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return list(error.value.message_dict)


# ---- who may
def test_members_and_bots_do_not_restructure(
    said: Statement, alice: User, bob: User, charlie: User, rob: User
) -> None:
    for person in (alice, bob, charlie, rob):
        with pytest.raises(PermissionDenied):
            structure.retype(said, kind="remark", by=person, reason="So.")


def test_an_author_may_what_somebody_else_proposed(
    said: Statement, alice: User, bob: User
) -> None:
    with pytest.raises(PermissionDenied):
        structure.retype(said, kind="remark", by=alice, reason="So.", proposed=True)
    structure.retype(said, kind="remark", by=bob, reason="So.", proposed=True)
    said.refresh_from_db()
    assert said.kind == "remark"


def test_a_facilitator_may_in_their_debate_but_not_alone_in_a_dispute_of_theirs(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    dan = factories.UserFactory.create()
    for person in (charlie, dan):
        factories.ParticipationFactory.create(
            debate=said.debate, person=person, role="facilitator"
        )
    with pytest.raises(PermissionDenied, match="take part in this"):
        structure.retype(said, kind="remark", by=charlie, reason="So.")
    act = structure.retype(said, kind="remark", by=dan, reason="So.")
    statements.reply(said, by=mara, kind="question", body="Why?")
    with pytest.raises(PermissionDenied, match="take part in this"):
        structure.undo(act, by=mara, reason="No.")
    structure.undo(act, by=dan, reason="No.")


def test_a_facilitator_does_not_undo_what_a_moderator_did(said: Statement, mara: User) -> None:
    dan = factories.UserFactory.create()
    factories.ParticipationFactory.create(debate=said.debate, person=dan, role="facilitator")
    act = structure.retype(said, kind="remark", by=mara, reason="So.")
    with pytest.raises(PermissionDenied, match="only moderators may undo"):
        structure.undo(act, by=dan, reason="No.")


def test_nothing_is_done_in_an_archive_nor_without_a_reason(said: Statement, mara: User) -> None:
    with pytest.raises(ValidationError) as error:
        structure.retype(said, kind="remark", by=mara, reason=" ")
    assert refused(error) == ["reason"]
    Debate.objects.filter(pk=said.debate_id).update(state="archived")
    with pytest.raises(PermissionDenied, match="archived"):
        structure.retype(said, kind="remark", by=mara, reason="So.")


# ---- kinds
def test_another_kind_settles_status_counts_and_what_its_author_is_taken_to_hold(
    said: Statement, claim: Statement, mara: User
) -> None:
    before = dump(said.debate)
    act = structure.retype(said, kind="remark", by=mara, reason="It attacks nothing.")
    said.refresh_from_db()
    claim.refresh_from_db()
    assert (said.kind, said.on, said.agree_count) == ("remark", "", 2)
    assert claim.status == ""
    assert Event.objects.latest("id").kind == "statement.retyped"
    assert (act.person, act.label) == (said.author, said.label)
    structure.undo(act, by=mara, reason="It does.")
    assert dump(said.debate) == before


@pytest.mark.parametrize(
    ("kind", "on", "field"),
    [
        ("position", "", "kind"),
        ("objection", "", "on"),
        ("support", "truth", "on"),
        ("answer", "", "kind"),
        ("concession", "", "kind"),
        ("question", "", "kind"),
        ("nonsense", "", "kind"),
    ],
)
def test_a_kind_that_cannot_stand_there_is_refused(
    kind: str, on: str, field: str, said: Statement, mara: User
) -> None:
    with pytest.raises(ValidationError) as error:
        structure.retype(said, kind=kind, on=on, by=mara, reason="So.")
    assert refused(error) == [field]


def test_the_same_kind_is_a_conflict_and_roots_keep_theirs(
    said: Statement, debate: Debate, mara: User
) -> None:
    with pytest.raises(Conflict):
        structure.retype(said, kind="objection", on="truth", by=mara, reason="So.")
    structure.retype(said, kind="objection", on="framing", by=mara, reason="So.")
    root = factories.PositionFactory.create(debate=debate)
    with pytest.raises(ValidationError, match="stay what they are"):
        structure.retype(root, kind="remark", by=mara, reason="So.")


def test_a_question_with_answers_stays_one(claim: Statement, bob: User, mara: User) -> None:
    asked = statements.reply(claim, by=bob, kind="question", body="Since when?")
    statements.reply(asked, by=claim.author, kind="answer", body="Since May.")
    with pytest.raises(ValidationError, match="answers"):
        structure.retype(asked, kind="remark", by=mara, reason="So.")


# ---- links
def test_a_link_is_made_once_and_undone(said: Statement, debate: Debate, mara: User) -> None:
    other = debate.statements.get(name="Keep four weeks")
    before = dump(debate)
    act = structure.link(said, to=other, kind="support", by=mara, reason="It says so.")
    made = Link.objects.get()
    assert (made.statement, made.to, made.kind) == (said, other, "support")
    assert act.other == other
    with pytest.raises(Conflict):
        structure.link(said, to=other, kind="objection", on="truth", by=mara, reason="So.")
    gone = structure.unlink(made, by=mara, reason="It does not.")
    with pytest.raises(Conflict, match="Undo what came later"):
        structure.undo(act, by=mara, reason="Wrong.")
    structure.undo(gone, by=mara, reason="It does.")
    assert Link.objects.get() == made
    structure.undo(act, by=mara, reason="Wrong.")
    assert dump(debate) == before
    with pytest.raises(Conflict, match="already"):
        structure.undo(act, by=mara, reason="Wrong.")


def test_links_that_say_nothing_are_refused(
    said: Statement, claim: Statement, bob: User, mara: User
) -> None:
    elsewhere = factories.PositionFactory.create()
    root = said.debate.statements.get(name="Keep four weeks")
    question = statements.reply(claim, by=bob, kind="question", body="Why?")
    wrong: list[tuple[Statement, str, str, str]] = [
        (said, "support", "", "to"),
        (elsewhere, "support", "", "to"),
        (question, "support", "", "to"),
        (claim, "objection", "framing", "to"),
        (root, "duplicate", "", "kind"),
        (root, "objection", "", "on"),
        (root, "objection", "relevance", "on"),
    ]
    for to, kind, on, field in wrong:
        with pytest.raises(ValidationError) as error:
            structure.link(said, to=to, kind=kind, on=on, by=mara, reason="So.")
        assert refused(error) == [field], (to, kind, on)


# ---- duplicates
def test_duplicates_keep_their_words_and_are_merged_no_longer_when_undone(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    twin = statements.reply(
        claim, by=charlie, kind="objection", on="truth", body="That is not so."
    )
    before = dump(said.debate)
    act = structure.merge(twin, into=said, by=mara, reason="The same.")
    assert Link.objects.get().kind == "duplicate"
    assert Statement.objects.get(pk=twin.pk).body == "That is not so."
    with pytest.raises(Conflict):
        structure.merge(twin, into=said, by=mara, reason="The same.")
    structure.undo(act, by=mara, reason="Not the same.")
    assert dump(said.debate) == before


def test_merging_makes_no_chains_and_joins_no_unlike_statements(
    said: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    twin, third = (
        statements.reply(claim, by=charlie, kind="remark", body=f"Not so, {n}.") for n in "ab"
    )
    question = statements.reply(claim, by=charlie, kind="question", body="Why?")
    structure.merge(twin, into=said, by=mara, reason="The same.")
    wrong = [(said, third), (third, twin), (question, said), (said, claim), (said, said)]
    for one, into in wrong:
        with pytest.raises(ValidationError) as error:
            structure.merge(one, into=into, by=mara, reason="The same.")
        assert refused(error) == ["into"]


# ---- the log
def test_an_act_is_undone_by_an_act_and_that_is_final(said: Statement, mara: User) -> None:
    act = structure.retype(said, kind="remark", by=mara, reason="So.", internal=True)
    undone = structure.undo(act, by=mara, reason="No.")
    assert (undone.act, undone.undoes, act.is_internal) == ("undo", act, True)
    assert not ModerationAct.objects.standing().exists()
    with pytest.raises(PermissionDenied):
        structure.undo(undone, by=mara, reason="Again.")
