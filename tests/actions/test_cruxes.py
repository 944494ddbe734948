"""Reliances, and when a crux is live or settled."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import cruxes, marks, moderation, statements
from debate.models import Debate, Event, Reliance, Statement
from tests import factories


@pytest.fixture
def hers(debate: Debate) -> Statement:
    return debate.statements.get(name="Lend until asked back")


@pytest.fixture
def his(debate: Debate) -> Statement:
    return debate.statements.get(name="Keep four weeks")


@pytest.fixture
def crux(debate: Debate, charlie: User) -> Statement:
    return factories.CruxFactory.create(debate=debate, author=charlie)


def _state(crux: Statement) -> str:
    return Statement.objects.get(pk=crux.pk).crux_state


@pytest.mark.parametrize(
    "given", [{"words": "would keep a due date"}, {"now": 80, "otherwise": 30}]
)
def test_one_relies_in_words_or_with_numbers(
    given: dict[str, Any], hers: Statement, crux: Statement, alice: User
) -> None:
    made = cruxes.rely(hers, by=alice, claim=crux, **given)
    assert (made.position, made.claim, made.person) == (hers, crux, alice)
    event = Event.objects.latest("id")
    assert (event.kind, event.statement, event.data) == (
        "reliance.declared",
        crux,
        {"position": hers.pk},
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"now": 80},
        {"otherwise": 80, "words": "would go"},
        {"now": 80, "otherwise": 101},
        {"words": "x" * 501},
        {"words": "\x00"},
    ],
)
def test_a_reliance_without_words_or_both_numbers_is_refused(
    given: dict[str, Any], hers: Statement, crux: Statement, alice: User
) -> None:
    with pytest.raises(ValidationError):
        cruxes.rely(hers, by=alice, claim=crux, **given)
    assert not Reliance.objects.exists()


def test_one_relies_once_on_a_claim_and_never_on_the_position_itself(
    hers: Statement, crux: Statement, alice: User
) -> None:
    cruxes.rely(hers, by=alice, claim=crux, words="would go")
    with pytest.raises(ValidationError):
        cruxes.rely(hers, by=alice, claim=crux, words="would stay")
    with pytest.raises(ValidationError):
        cruxes.rely(hers, by=alice, claim=hers, words="would go")


def test_only_holders_of_a_position_say_what_it_rests_on(
    hers: Statement, crux: Statement, alice: User, bob: User
) -> None:
    for position in (hers, crux):
        with pytest.raises(ValidationError) as refused:
            cruxes.rely(position, by=bob, claim=crux, words="would go")
        assert list(refused.value.message_dict) == ["position"]
    marks.mark(hers, by=bob, truth="agree")
    cruxes.rely(hers, by=bob, claim=crux, words="would go")
    marks.mark(hers, by=alice, truth="unsure")
    with pytest.raises(ValidationError):
        cruxes.rely(hers, by=alice, claim=crux, words="would go")


def test_what_one_relies_on_is_a_claim_of_the_same_debate(hers: Statement, alice: User) -> None:
    question = factories.QuestionFactory.create(parent=hers)
    for claim in (question, factories.CruxFactory.create()):
        with pytest.raises(ValidationError) as refused:
            cruxes.rely(hers, by=alice, claim=claim, words="would go")
        assert list(refused.value.message_dict) == ["claim"]


def test_a_withdrawn_position_rests_on_nothing_more(
    hers: Statement, crux: Statement, alice: User
) -> None:
    statements.withdraw(hers, by=alice)
    with pytest.raises(ValidationError) as refused:
        cruxes.rely(hers, by=alice, claim=crux, words="would go")
    assert list(refused.value.message_dict) == ["position"]


def test_who_may_not_mark_the_claim_may_not_rely_on_it(
    hers: Statement, crux: Statement, alice: User, mara: User
) -> None:
    moderation.hide(crux, by=mara, reason="Attack.")
    with pytest.raises(PermissionDenied):
        cruxes.rely(hers, by=alice, claim=crux, words="would go")
    moderation.restore(crux, by=mara, reason="Fair.")
    Debate.objects.update(state="archived")
    with pytest.raises(PermissionDenied):
        cruxes.rely(hers, by=alice, claim=crux, words="would go")
    Debate.objects.update(state="open")
    alice.is_active = False
    with pytest.raises(PermissionDenied):
        cruxes.rely(hers, by=alice, claim=crux, words="would go")


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


def test_a_dropped_crux_stays_dropped(crux: Statement, alice: User, bob: User) -> None:
    Statement.objects.filter(pk=crux.pk).update(crux_state="dropped")
    for person in (alice, bob):
        marks.mark(crux, by=person, truth="agree")
    assert _state(crux) == "dropped"
