"""Putting cruxes forward, dropping them, and when a crux is live or settled."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import cruxes, marks, moderation, statements
from debate.actions.refusals import Conflict
from debate.models import Debate, Drop, Event, Statement
from tests import factories


@pytest.fixture
def his(debate: Debate) -> Statement:
    return debate.statements.get(name="Keep four weeks")


@pytest.fixture
def crux(debate: Debate, charlie: User) -> Statement:
    return factories.CruxFactory.create(debate=debate, author=charlie)


def _state(crux: Statement) -> str:
    return Statement.objects.get(pk=crux.pk).crux_state


def test_a_crux_is_settled_when_both_sides_mark_it_the_same_way(
    crux: Statement, alice: User, bob: User, charlie: User
) -> None:
    marks.mark(crux, by=alice, truth="agree")
    marks.mark(crux, by=charlie, truth="agree")
    assert _state(crux) == "live", "Charlie holds no position"
    marks.mark(crux, by=bob, truth="agree")
    assert _state(crux) == "settled"
    marks.mark(crux, by=bob, truth="disagree")
    assert _state(crux) == "live"
    marks.mark(crux, by=alice, truth="disagree")
    assert _state(crux) == "settled"
    marks.mark(crux, by=alice, truth="")
    assert _state(crux) == "live"


def test_two_sides_that_are_both_unsure_settle_nothing(
    crux: Statement, alice: User, bob: User
) -> None:
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="unsure")
    assert _state(crux) == "live"


def test_a_mark_on_a_position_changes_a_side_and_so_the_crux(
    crux: Statement, his: Statement, alice: User, bob: User, charlie: User
) -> None:
    marks.mark(crux, by=alice, truth="agree")
    marks.mark(crux, by=bob, truth="agree")
    marks.mark(crux, by=charlie, truth="disagree")
    assert _state(crux) == "settled"
    marks.mark(his, by=charlie, truth="agree")
    assert _state(crux) == "live"
    marks.mark(his, by=charlie, truth="")
    assert _state(crux) == "settled"


def test_a_concession_of_the_crux_settles_it(crux: Statement, alice: User, bob: User) -> None:
    marks.mark(crux, by=alice, truth="agree")
    statements.reply(crux, by=bob, kind="concession", body="Granted.")
    assert _state(crux) == "settled"


def test_a_side_that_goes_settles_nothing_and_comes_back(
    crux: Statement, his: Statement, alice: User, bob: User, mara: User
) -> None:
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="agree")
    moderation.hide(his, by=mara, reason="Attack.")
    assert _state(crux) == "live", "one side is left"
    moderation.restore(his, by=mara, reason="Fair.")
    assert _state(crux) == "settled"
    statements.withdraw(his, by=bob)
    assert _state(crux) == "live"


def test_a_side_that_has_not_marked_the_crux_keeps_it_live(
    debate: Debate, crux: Statement, alice: User, bob: User, mara: User
) -> None:
    third = factories.PositionFactory.create(debate=debate, author=mara, name="Sell the books")
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="agree")
    assert _state(crux) == "live", "the third side has said nothing"
    marks.mark(third, by=mara, truth="unsure")
    assert _state(crux) == "settled", "nobody holds the third position any more"
    marks.mark(third, by=mara, truth="agree")
    assert _state(crux) == "live"
    marks.mark(crux, by=mara, truth="agree")
    assert _state(crux) == "settled"


def test_each_change_of_the_state_is_an_event_after_what_caused_it(
    crux: Statement, alice: User, bob: User, mara: User
) -> None:
    for person in (alice, bob, mara):  # Mara is on no side
        marks.mark(crux, by=person, truth="agree")
    marks.mark(crux, by=bob, truth="unsure")
    told = Event.objects.filter(statement=crux).order_by("number")
    assert [(event.kind, event.actor.username) for event in told] == [
        ("mark.set", "alice"),
        ("mark.set", "bob"),
        ("crux.settled", "bob"),
        ("mark.set", "mara"),
        ("mark.set", "bob"),
        ("crux.reopened", "bob"),
    ]
    debate = Debate.objects.get()
    assert debate.event_count == Event.objects.latest("number").number


# ---- putting forward
def test_a_crux_is_put_forward_as_a_turn_and_its_author_does_not_count_as_agreeing(
    debate: Debate, alice: User
) -> None:
    turns = debate.turn_count
    made = cruxes.put_forward(debate, by=alice, name="  Books come\nback ", body="They *do*. ")
    made.refresh_from_db()
    assert (made.kind, made.label, made.name, made.body) == (
        "crux",
        "C1",
        "Books come back",
        "They *do*.",
    )
    assert (made.crux_state, made.parent, made.agree_count) == ("live", None, 0)
    assert made.turn and made.turn.number == turns + 1
    event = Event.objects.get()
    assert (event.kind, event.statement, event.actor) == ("statement.published", made, alice)
    debate.refresh_from_db()
    assert (debate.crux_count, debate.turn_count) == (1, turns + 1)


@pytest.mark.parametrize(
    ("name", "body", "fields"),
    [
        ("", "They do.", ["name"]),
        ("\u200b", "They do.", ["name"]),
        ("x" * 61, " ", ["body", "name"]),
        ("Books\x00", "They do.", ["name"]),
        ("Books", "x" * 10_001, ["body"]),
    ],
)
def test_a_crux_needs_a_name_and_words(
    name: str, body: str, fields: list[str], debate: Debate, alice: User
) -> None:
    with pytest.raises(ValidationError) as refused:
        cruxes.put_forward(debate, by=alice, name=name, body=body)
    assert sorted(refused.value.message_dict) == fields
    assert not debate.statements.filter(kind="crux").exists()


def test_a_bot_puts_a_crux_forward_where_the_debate_lets_it_and_says_how(
    debate: Debate, rob: User
) -> None:
    said = {"name": "Books come back", "body": "They do."}
    with pytest.raises(ValidationError) as refused:
        cruxes.put_forward(debate, by=rob, **said)
    assert list(refused.value.message_dict) == ["generated_by"]
    made = cruxes.put_forward(debate, by=rob, **said, generated_by="model")
    assert made.generated_by == Event.objects.get().generated_by == "model"
    Debate.objects.update(bots="propose")
    with pytest.raises(PermissionDenied):
        cruxes.put_forward(debate, by=rob, **said, generated_by="model")


def test_a_closed_debate_takes_no_crux(debate: Debate, alice: User) -> None:
    Debate.objects.update(state="closed")
    with pytest.raises(PermissionDenied):
        cruxes.put_forward(debate, by=alice, name="Books come back", body="They do.")


# ---- dropping
def test_a_crux_is_dropped_with_a_reason_and_taken_up_again(
    crux: Statement, charlie: User
) -> None:
    cruxes.drop(crux, by=charlie, reason=" Nobody rests on it. ")
    dropped = Drop.objects.get()
    assert (_state(crux), dropped.reason, dropped.person) == (
        "dropped",
        "Nobody rests on it.",
        charlie,
    )
    with pytest.raises(Conflict):
        cruxes.drop(crux, by=charlie, reason="Again.")
    cruxes.take_up(crux, by=charlie)
    with pytest.raises(Conflict):
        cruxes.take_up(crux, by=charlie)
    assert _state(crux) == "live"
    assert Drop.objects.get().taken_up_at is not None
    cruxes.drop(crux, by=charlie, reason="Again.")
    told = Event.objects.order_by("number").values_list("kind", "data")
    assert list(told) == [
        ("crux.dropped", {"state": "dropped"}),
        ("crux.taken_up", {"state": "live"}),
        ("crux.dropped", {"state": "dropped"}),
    ]


@pytest.mark.parametrize("reason", ["", " ", "\x00", "x" * 501])
def test_dropping_needs_a_reason(reason: str, crux: Statement, charlie: User) -> None:
    with pytest.raises(ValidationError) as refused:
        cruxes.drop(crux, by=charlie, reason=reason)
    assert list(refused.value.message_dict) == ["reason"]
    assert _state(crux) == "live"


def test_a_facilitator_drops_what_others_put_forward_and_nobody_else_does(
    crux: Statement, alice: User, bob: User
) -> None:
    with pytest.raises(PermissionDenied):
        cruxes.drop(crux, by=bob, reason="No.")
    factories.ParticipationFactory.create(debate=crux.debate, person=bob, role="facilitator")
    cruxes.drop(crux, by=bob, reason="A matter of words.")
    with pytest.raises(PermissionDenied):
        cruxes.take_up(crux, by=alice)
    assert _state(crux) == "dropped"


def test_a_bot_drops_its_own_crux_only_and_says_how(debate: Debate, rob: User, bob: User) -> None:
    factories.ParticipationFactory.create(debate=debate, person=rob, role="facilitator")
    own = factories.CruxFactory.create(debate=debate, author=rob)
    other = factories.CruxFactory.create(debate=debate, author=bob)
    with pytest.raises(ValidationError):
        cruxes.drop(own, by=rob, reason="Found elsewhere.")
    cruxes.drop(own, by=rob, reason="Found elsewhere.", generated_by="program")
    assert Event.objects.get().generated_by == "program"
    with pytest.raises(PermissionDenied):
        cruxes.drop(other, by=rob, reason="Found elsewhere.", generated_by="program")


def test_a_dropped_crux_stays_dropped(crux: Statement, alice: User, bob: User) -> None:
    cruxes.drop(crux, by=crux.author, reason="Nobody rests on it.")
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="agree")
    assert _state(crux) == "dropped"
    cruxes.take_up(crux, by=crux.author)
    assert _state(crux) == "settled", "as the marks say by now"
