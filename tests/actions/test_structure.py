"""Links, other kinds, duplicates: what they change, who may, and that undoing puts all back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import (
    drafts,
    holding,
    keeping,
    marks,
    proposals,
    statements,
    structure,
)
from debate.actions.proposals import Wanted
from debate.actions.quotations import Words
from debate.actions.refusals import Conflict
from debate.models import Debate, DraftPoint, Event, Link, ModerationAct, Proposal, Statement
from debate.models.holding import Why
from debate.selectors import marks as selectors
from debate.selectors.marks import own_mark
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
    factories.UserFactory.create(is_staff=True)
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


def test_merging_makes_no_chains_and_joins_no_unlike_statements_nor_positions(
    said: Statement, claim: Statement, hers: Statement, his: Statement, charlie: User, mara: User
) -> None:
    twin, third = (
        statements.reply(claim, by=charlie, kind="remark", body=f"Not so, {n}.") for n in "ab"
    )
    question = statements.reply(claim, by=charlie, kind="question", body="Why?")
    structure.merge(twin, into=said, by=mara, reason="The same.")
    wrong = [(said, third), (third, twin), (question, said), (said, claim), (said, said)]
    for one, into in [*wrong, (his, hers)]:
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


# ---- splitting
@pytest.fixture
def double(claim: Statement, bob: User, charlie: User) -> Statement:
    """An objection of two claims, answered, marked and quoted."""
    made = statements.reply(
        claim, by=bob, kind="objection", on="truth", body="It is **not** so.\n\nNobody asked."
    )
    quote = Words("Nobody asked.")
    statements.reply(made, by=charlie, kind="question", body="Really?", quote=quote)
    marks.mark(made, by=charlie, truth="agree", quote=Words("not so"))
    made.refresh_from_db()
    return made


def test_the_old_statement_keeps_its_marks_as_stale_and_the_part_begins_with_none(
    double: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    before = dump(double.debate)
    act = structure.split(
        double, exact="Nobody asked.", start=None, kind="objection", by=mara, reason="Two claims."
    )
    part = Statement.objects.get(pk=act.other_id or 0)
    double.refresh_from_db()
    assert (double.body, part.body) == ("It is **not** so.", "Nobody asked.")
    assert (part.author, part.turn, part.parent) == (double.author, double.turn, claim)
    assert (part.kind, part.on, part.status, part.agree_count) == ("objection", "truth", "open", 1)
    assert (part.created_at, part.label) == (double.created_at, "S4")
    assert Link.objects.get().kind == "part"
    stale = own_mark(double, charlie)
    assert stale is not None
    assert selectors.stale(stale, double).edited
    assert not part.marks.exists()
    with pytest.raises(PermissionDenied):
        structure.undo(act, by=double.author, reason="No.")
    structure.undo(act, by=mara, reason="One claim after all.")
    assert dump(double.debate) == before
    assert ModerationAct.objects.get(act="split").other is None


def test_a_reason_that_is_split_off_supports_what_it_was_part_of(
    double: Statement, mara: User
) -> None:
    act = structure.split(double, exact="Nobody asked.", kind="support", by=mara, reason="Two.")
    assert act.other is not None
    assert act.other.parent == double


def test_a_split_is_not_undone_over_what_people_said_or_marked_since(
    double: Statement, charlie: User, mara: User
) -> None:
    act = structure.split(double, exact="Nobody asked.", kind="remark", by=mara, reason="Two.")
    part = Statement.objects.get(pk=act.other_id or 0)
    later = structure.retype(part, kind="support", by=mara, reason="So.")
    with pytest.raises(Conflict, match="acted on"):
        structure.undo(act, by=mara, reason="No.")
    structure.undo(later, by=mara, reason="No.")
    mark = marks.mark(part, by=charlie, truth="agree")
    with pytest.raises(Conflict, match="marked"):
        structure.undo(act, by=mara, reason="No.")
    mark.delete()
    marks.mark(double, by=charlie, truth="disagree")
    with pytest.raises(Conflict, match="marked or quoted"):
        structure.undo(act, by=mara, reason="No.")


def test_a_draft_of_an_answer_to_the_part_goes_back_to_the_whole(
    double: Statement, charlie: User, mara: User
) -> None:
    act = structure.split(double, exact="Nobody asked.", kind="remark", by=mara, reason="Two.")
    part = Statement.objects.get(pk=act.other_id or 0)
    drafts.keep(part, by=charlie, key="d1", wording=drafts.Wording("support", "", "Right."))
    structure.undo(act, by=mara, reason="No.")
    assert DraftPoint.objects.get().parent == double


def _propose(what: Statement, by: User, **fields: Any) -> Proposal:
    wanted = Wanted(statement=what, **{"kind": "retype", "becomes": "remark", **fields})
    return proposals.propose(what.debate, wanted, by=by, reason="As it reads.")


def test_a_split_that_was_proposed_is_undone_too(
    double: Statement, bob: User, charlie: User, mara: User
) -> None:
    before = dump(double.debate)
    quote = Words("Nobody asked.")
    made = _propose(double, charlie, kind="split", quote=quote)
    made = proposals.accept(made, by=bob, reason="Two.")
    act = ModerationAct.objects.get(act="split")
    assert act.other == made.made is not None
    structure.undo(act, by=mara, reason="One claim after all.")
    made.refresh_from_db()
    assert made.state == "accepted" and not made.made
    made.delete()
    assert made.passage is not None
    made.passage.delete()
    assert dump(double.debate) == before


@pytest.mark.parametrize("what", ["answer", "edit"])
def test_a_split_is_not_undone_over_what_waits_and_what_was_refused_stays(
    what: str, double: Statement, bob: User, charlie: User, mara: User
) -> None:
    act = structure.split(double, exact="Nobody asked.", kind="remark", by=mara, reason="Two.")
    part = Statement.objects.get(pk=act.other_id or 0)
    why = (Why.FIRST, "")
    if what == "edit":
        held = keeping.hold_edit(part, by=bob, body="Who asked?", revision=1, why=why)
    else:
        held = holding.hold(
            part.debate, [holding.Point(part, "question", "Who asked?")], by=charlie, why=why
        )
    with pytest.raises(Conflict, match="since"):
        structure.undo(act, by=mara, reason="No.")
    holding.refuse(held, by=mara, reason="Not so.")
    structure.undo(act, by=mara, reason="No.")
    point = held.points.get()
    assert (point.body, double) == ("Who asked?", point.edits or point.parent)


@pytest.mark.parametrize("end", ["statement", "to"])
def test_a_split_is_not_undone_over_an_open_proposal(
    end: str, double: Statement, claim: Statement, charlie: User, mara: User
) -> None:
    act = structure.split(double, exact="Nobody asked.", kind="remark", by=mara, reason="Two.")
    part = Statement.objects.get(pk=act.other_id or 0)
    one, to = (part, claim) if end == "statement" else (claim, part)
    made = _propose(one, charlie, kind="link", to=to, becomes="support")
    with pytest.raises(Conflict, match="acted on"):
        structure.undo(act, by=mara, reason="No.")
    proposals.withdraw(made, by=charlie)
    structure.undo(act, by=mara, reason="No.")


@pytest.mark.parametrize(
    ("exact", "kind", "field"),
    [
        ("Somebody asked.", "remark", "exact"),
        ("It is not so. Nobody asked.", "remark", "exact"),
        ("o", "remark", "exact"),
        ("Nobody asked.", "position", "kind"),
        ("Nobody asked.", "concession", "kind"),
        ("Nobody asked.", "answer", "kind"),
    ],
)
def test_what_cannot_be_split_off_is_refused(
    exact: str, kind: str, field: str, double: Statement, mara: User
) -> None:
    with pytest.raises(ValidationError) as error:
        structure.split(double, exact=exact, kind=kind, by=mara, reason="Two.")
    assert refused(error) == [field]
