"""Saying what a position rests on, changing it and taking it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import marks, moderation, reliances, statements
from debate.actions.refusals import Conflict
from debate.models import Debate, Event, Reliance, Statement
from debate.models.events import EventKind
from tests import factories


@pytest.mark.parametrize(
    "given", [{"words": "would keep a due date"}, {"now": 80, "otherwise": 30}]
)
def test_one_relies_in_words_or_with_numbers(
    given: dict[str, Any], hers: Statement, crux: Statement, alice: User
) -> None:
    made = reliances.rely(hers, by=alice, claim=crux, **given)
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
        reliances.rely(hers, by=alice, claim=crux, **given)
    assert not Reliance.objects.exists()


def _events() -> list[tuple[str, dict[str, Any]]]:
    kinds = [kind for kind in EventKind.values if kind.startswith("reliance")]
    return list(Event.objects.filter(kind__in=kinds).values_list("kind", "data"))


def test_said_again_a_reliance_is_replaced_and_the_same_again_changes_nothing(
    hers: Statement, crux: Statement, alice: User
) -> None:
    reliances.rely(hers, by=alice, claim=crux, words="would go")
    reliances.rely(hers, by=alice, claim=crux, now=80, otherwise=30)
    count = Debate.objects.get().event_count
    reliances.rely(hers, by=alice, claim=crux, words=" ", now=80, otherwise=30)
    kept = Reliance.objects.get()
    assert (kept.words, kept.now, kept.otherwise) == ("", 80, 30)
    told = {"position": hers.pk}
    assert _events() == [("reliance.declared", told), ("reliance.changed", told)]
    assert Debate.objects.get().event_count == count


def test_a_position_never_rests_on_itself(hers: Statement, alice: User) -> None:
    with pytest.raises(ValidationError) as refused:
        reliances.rely(hers, by=alice, claim=hers, words="would go")
    assert list(refused.value.message_dict) == ["position"]


def test_a_position_may_rest_on_another_position(
    debate: Debate, hers: Statement, alice: User
) -> None:
    his = debate.statements.get(name="Keep four weeks")
    assert reliances.rely(hers, by=alice, claim=his, words="would go").claim == his


def test_a_reliance_is_taken_back_even_for_a_position_one_has_left(
    hers: Statement, crux: Statement, alice: User
) -> None:
    reliances.rely(hers, by=alice, claim=crux, words="would go")
    marks.mark(hers, by=alice, truth="disagree")
    reliances.release(hers, by=alice, claim=crux)
    assert not Reliance.objects.exists()
    assert _events()[-1] == ("reliance.released", {"position": hers.pk})
    with pytest.raises(Conflict):
        reliances.release(hers, by=alice, claim=crux)


def test_nobody_takes_back_what_another_said(
    hers: Statement, crux: Statement, alice: User, bob: User
) -> None:
    reliances.rely(hers, by=alice, claim=crux, words="would go")
    with pytest.raises(Conflict):
        reliances.release(hers, by=bob, claim=crux)
    Debate.objects.update(state="archived")
    with pytest.raises(PermissionDenied):
        reliances.release(hers, by=alice, claim=crux)
    assert Reliance.objects.exists()


def test_bots_rely_on_nothing(hers: Statement, crux: Statement, rob: User) -> None:
    with pytest.raises(PermissionDenied, match="Bots do not mark"):
        reliances.rely(hers, by=rob, claim=crux, words="would go")


def test_what_is_wrong_is_said_of_each_field(
    hers: Statement, crux: Statement, alice: User
) -> None:
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["words"]),
        ({"now": 80}, ["otherwise"]),
        ({"now": 101, "otherwise": -1}, ["now", "otherwise"]),
    ]
    for given, fields in cases:
        with pytest.raises(ValidationError) as refused:
            reliances.rely(hers, by=alice, claim=crux, **given)
        assert list(refused.value.message_dict) == fields


def test_only_holders_of_a_position_say_what_it_rests_on(
    hers: Statement, crux: Statement, alice: User, bob: User
) -> None:
    for position in (hers, crux):
        with pytest.raises(ValidationError) as refused:
            reliances.rely(position, by=bob, claim=crux, words="would go")
        assert list(refused.value.message_dict) == ["position"]
    marks.mark(hers, by=bob, truth="agree")
    reliances.rely(hers, by=bob, claim=crux, words="would go")
    marks.mark(hers, by=alice, truth="unsure")
    with pytest.raises(ValidationError):
        reliances.rely(hers, by=alice, claim=crux, words="would go")


def test_what_one_relies_on_is_a_claim_of_the_same_debate(hers: Statement, alice: User) -> None:
    question = factories.QuestionFactory.create(parent=hers)
    for claim in (question, factories.CruxFactory.create()):
        with pytest.raises(ValidationError) as refused:
            reliances.rely(hers, by=alice, claim=claim, words="would go")
        assert list(refused.value.message_dict) == ["claim"]


def test_a_withdrawn_position_rests_on_nothing_more(
    hers: Statement, crux: Statement, alice: User
) -> None:
    statements.withdraw(hers, by=alice)
    with pytest.raises(ValidationError) as refused:
        reliances.rely(hers, by=alice, claim=crux, words="would go")
    assert list(refused.value.message_dict) == ["position"]


def test_who_may_not_mark_the_claim_may_not_rely_on_it(
    hers: Statement, crux: Statement, alice: User, mara: User
) -> None:
    moderation.hide(crux, by=mara, reason="Attack.")
    with pytest.raises(PermissionDenied):
        reliances.rely(hers, by=alice, claim=crux, words="would go")
    moderation.restore(crux, by=mara, reason="Fair.")
    Debate.objects.update(state="archived")
    with pytest.raises(PermissionDenied):
        reliances.rely(hers, by=alice, claim=crux, words="would go")
    Debate.objects.update(state="open")
    alice.is_active = False
    with pytest.raises(PermissionDenied):
        reliances.rely(hers, by=alice, claim=crux, words="would go")
