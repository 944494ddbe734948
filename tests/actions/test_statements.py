"""Answering: what each kind does, and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import statements
from debate.actions.quotations import Words
from debate.models import Debate, Event, Mark, Quotation, Statement, Turn
from tests import factories


def _refusal(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict


def _code(error: ValidationError, field: str) -> str | None:
    return error.error_dict[field][0].code


def test_a_reply_is_placed_under_what_it_answers(claim: Statement, bob: User) -> None:
    reply = statements.reply(
        claim,
        by=bob,
        kind="objection",
        on="truth",
        body="They do not.",
        quote=Words("bring a book back unasked"),
    )
    stored = Statement.objects.get(pk=reply.pk)
    path = bytes(claim.path) + reply.pk.to_bytes(4, "big")
    assert bytes(stored.path) == bytes(reply.path) == path
    assert (stored.depth, stored.root_id) == (2, claim.parent_id)
    assert stored.status == "open"
    claim.refresh_from_db()
    assert claim.status == "answered"


def test_a_reply_is_a_turn_of_its_own_and_an_event(claim: Statement, bob: User) -> None:
    before = Debate.objects.get(pk=claim.debate_id)
    reply = statements.reply(claim, by=bob, kind="remark", body="Elsewhere too.")
    after = Debate.objects.get(pk=claim.debate_id)
    turn = Turn.objects.get(statements=reply)
    assert (turn.number, turn.author) == (after.turn_count, bob) == (before.turn_count + 1, bob)
    assert after.last_turn_at == turn.created_at
    event = Event.objects.get(debate=after, number=after.event_count)
    assert (event.kind, event.actor, event.statement) == ("statement.published", bob, reply)
    assert reply.label == f"S{after.statement_count}"
    assert after.statement_count == before.statement_count + 1


def test_numbers_of_positions_cruxes_and_the_rest_run_apart(debate: Debate) -> None:
    crux = factories.CruxFactory.create(debate=debate)
    support = factories.SupportFactory.create(parent=crux)
    labels = list(debate.statements.order_by("id").values_list("kind", "ordinal"))
    assert labels == [("position", 1), ("position", 2), ("crux", 1), ("support", 1)]
    assert [crux.label, support.label] == ["C1", "S1"]


@pytest.mark.parametrize(
    ("kind", "on", "status", "agree"),
    [
        ("support", "", "", 1),
        ("objection", "truth", "open", 1),
        ("objection", "relevance", "open", 1),
        ("objection", "framing", "open", 1),
        ("question", "", "open", 0),
        ("concession", "", "", 0),
        ("remark", "", "", 1),
    ],
)
def test_each_kind_starts_with_its_status_and_its_authors_agreement(
    kind: str, on: str, status: str, agree: int, claim: Statement, bob: User
) -> None:
    reply = statements.reply(claim, by=bob, kind=kind, on=on, body="So it is.")
    stored = Statement.objects.get(pk=reply.pk)
    assert (stored.kind, stored.on, stored.status) == (kind, on, status)
    assert stored.agree_count == agree


def test_an_answer_answers_a_question(claim: Statement, alice: User, bob: User) -> None:
    question = statements.reply(claim, by=bob, kind="question", body="Which readers?")
    claim.refresh_from_db()
    assert claim.status == "asked about"
    statements.reply(question, by=alice, kind="answer", body="All of them.")
    question.refresh_from_db()
    claim.refresh_from_db()
    assert (question.status, claim.status) == ("answered", "")
    assert Debate.objects.get(pk=claim.debate_id).open_count == 0


def test_the_asked_authors_clarification_answers_a_question_too(
    claim: Statement, alice: User, bob: User
) -> None:
    question = statements.reply(claim, by=bob, kind="question", body="Which readers?")
    statements.reply(question, by=bob, kind="clarification", body="I mean the young.")
    question.refresh_from_db()
    assert question.status == "open"
    statements.reply(question, by=alice, kind="clarification", body="All of them.")
    question.refresh_from_db()
    assert question.status == "answered"


def test_a_concession_sets_the_mark_and_grants_the_claim(claim: Statement, bob: User) -> None:
    statements.reply(claim, by=bob, kind="concession", body="Granted.")
    claim.refresh_from_db()
    assert claim.status == "granted"
    assert claim.agree_count == 2
    assert Mark.objects.get(statement=claim, person=bob).truth == "agree"
    kinds = list(Event.objects.filter(debate=claim.debate_id).values_list("kind", flat=True))
    assert kinds[-2:] == ["mark.set", "statement.published"]


def test_a_withdrawn_concession_leaves_the_mark(claim: Statement, bob: User) -> None:
    said = statements.reply(claim, by=bob, kind="concession", body="Granted.")
    statements.withdraw(said, by=bob)
    claim.refresh_from_db()
    assert claim.status == "granted"
    assert Mark.objects.get(statement=claim, person=bob).truth == "agree"


def test_a_bots_reply_says_how_it_came_about(claim: Statement, rob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=rob, kind="remark", body="Beep.")
    assert "person, assisted, model, program" in _refusal(refused.value)["generated_by"][0]
    said = statements.reply(claim, by=rob, kind="remark", body="Beep.", generated_by="program")
    event = Event.objects.get(statement=said)
    assert said.generated_by == event.generated_by == "program"
    assert said.agree_count == 0


def test_what_a_person_says_of_how_it_came_about_is_not_kept(claim: Statement, bob: User) -> None:
    said = statements.reply(claim, by=bob, kind="remark", body="Me.", generated_by="model")
    assert said.generated_by == ""


def test_a_bots_objection_does_not_make_a_claim_answered(claim: Statement, rob: User) -> None:
    statements.reply(
        claim, by=rob, kind="objection", on="truth", body="No.", generated_by="program"
    )
    claim.refresh_from_db()
    assert claim.status == ""


@pytest.mark.parametrize(
    "body",
    ["", "  \n ", "x" * 10_001, "null \x00 byte", "half \ud800 pair", "\u200b"],
)
def test_words_that_cannot_stand_are_refused(body: str, claim: Statement, bob: User) -> None:
    before = Debate.objects.get(pk=claim.debate_id)
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=bob, kind="remark", body=body)
    assert list(_refusal(refused.value)) == ["body"]
    after = Debate.objects.get(pk=claim.debate_id)
    assert (after.event_count, after.turn_count) == (before.event_count, before.turn_count)


def test_all_that_is_wrong_is_said_at_once(claim: Statement, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=bob, kind="answer", body=" ")
    assert set(_refusal(refused.value)) == {"kind", "body"}


def test_an_objection_on_something_unheard_of_is_refused(claim: Statement, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=bob, kind="objection", on="style", body="Ugly.")
    assert list(_refusal(refused.value)) == ["on"]


def test_what_went_between_reading_and_answering_cannot_be_answered(
    claim: Statement, alice: User, bob: User
) -> None:
    read_before = Statement.objects.get(pk=claim.pk)
    statements.withdraw(claim, by=alice)
    with pytest.raises(PermissionDenied):
        statements.reply(read_before, by=bob, kind="remark", body="But.")


def test_a_debate_that_closed_in_between_takes_no_reply(claim: Statement, bob: User) -> None:
    assert claim.debate.state == "open"
    Debate.objects.filter(pk=claim.debate_id).update(state="closed")
    with pytest.raises(PermissionDenied, match="closed"):
        statements.reply(claim, by=bob, kind="remark", body="But.")


# ---- quotations
@pytest.fixture
def twice(debate: Debate, alice: User) -> Statement:
    body = "The shelf by the door is full. The shelf by the window is empty."
    return factories.SupportFactory.create(
        parent=debate.statements.all()[0], author=alice, body=body
    )


def test_a_quotation_keeps_both_selectors_and_the_revision(claim: Statement, bob: User) -> None:
    statements.edit(claim, by=claim.author, body="Many bring a *book* back.", revision=1)
    said = statements.reply(claim, by=bob, kind="remark", body="So.", quote=Words("a book back"))
    quotation = Quotation.objects.get(quoted_in=said)
    assert (quotation.statement, quotation.revision) == (claim, 2)
    assert (quotation.exact, quotation.start, quotation.end) == ("a book back", 11, 22)
    assert (quotation.prefix, quotation.suffix) == ("Many bring ", ".")


def test_a_passage_that_is_not_there_is_refused_with_the_nearest(
    claim: Statement, bob: User
) -> None:
    words = Words("bring a book home unasked")
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=bob, kind="remark", body="So.", quote=words)
    assert _code(refused.value, "quote") == "not-there"
    assert "bring a book back unasked" in _refusal(refused.value)["quote"][0]
    assert not Quotation.objects.exists()
    assert not claim.replies.exists()


def test_a_passage_that_stands_in_several_places_is_refused_with_their_number(
    twice: Statement, bob: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.reply(twice, by=bob, kind="remark", body="So.", quote=Words("The shelf by the"))
    assert _code(refused.value, "quote") == "ambiguous"
    assert "2 places" in _refusal(refused.value)["quote"][0]


@pytest.mark.parametrize(
    "words",
    [
        Words("The shelf by the", suffix=" window"),
        Words("The shelf by the", prefix="is full. "),
        Words("The shelf by the", start=31),
    ],
)
def test_the_words_around_a_passage_tell_which_place_is_meant(
    words: Words, twice: Statement, bob: User
) -> None:
    said = statements.reply(twice, by=bob, kind="remark", body="So.", quote=words)
    assert said.quotation is not None
    assert said.quotation.start == 31


@pytest.mark.parametrize("exact", ["", "   ", "\x00"])
def test_a_quotation_needs_words(exact: str, claim: Statement, bob: User) -> None:
    with pytest.raises(ValidationError) as refused:
        statements.reply(claim, by=bob, kind="remark", body="So.", quote=Words(exact))
    assert list(_refusal(refused.value)) == ["quote"]
