"""Who facilitates and who takes part: adding, naming, removing, leaving."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from debate.actions import participations as actions
from debate.actions.refusals import Conflict
from debate.models import Debate, Participation
from tests import factories


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """The debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    return debate


def roles(debate: Debate) -> dict[str, str]:
    found = debate.participations.order_by("pk")
    return {one.person.username: one.role for one in found}


def kinds(debate: Debate) -> list[str]:
    return list(debate.events.order_by("number").values_list("kind", flat=True))


def test_a_facilitator_adds_names_and_removes_people_and_each_is_an_event(
    own: Debate, alice: User, bob: User
) -> None:
    actions.add(own, by=alice, username=" @Bob ", role="participant")
    actions.change(own, bob, by=alice, role="facilitator")
    actions.change(own, bob, by=alice, role="facilitator")
    assert roles(own) == {"alice": "facilitator", "bob": "facilitator"}
    actions.change(own, alice, by=bob, role="participant")
    actions.remove(own, alice, by=bob)
    assert roles(own) == {"bob": "facilitator"}
    assert kinds(own) == [
        "participant.added",
        "facilitator.named",
        "facilitator.ended",
        "participant.removed",
    ]
    own.refresh_from_db()
    assert own.event_count == 4
    assert {event.data["person"] for event in own.events.all()} == {alice.pk, bob.pk}


def test_a_moderator_may_do_so_and_nobody_else(
    own: Debate, mara: User, charlie: User, bob: User, rob: User
) -> None:
    actions.add(own, by=mara, username="bob", role="participant")
    for person in (charlie, bob, rob):
        with pytest.raises(PermissionDenied):
            actions.add(own, by=person, username="charlie", role="participant")
        with pytest.raises(PermissionDenied):
            actions.change(own, bob, by=person, role="facilitator")
    with pytest.raises(PermissionDenied):
        actions.remove(own, bob, by=charlie)
    assert roles(own) == {"alice": "facilitator", "bob": "participant"}


def test_a_moderator_outside_a_private_debate_may_not(own: Debate, mara: User) -> None:
    Debate.objects.update(visibility="private")
    with pytest.raises(PermissionDenied):
        actions.add(own, by=mara, username="mara", role="facilitator")


def test_the_last_facilitator_stays_until_there_is_another_one(
    own: Debate, alice: User, bob: User, rob: User, mara: User
) -> None:
    actions.add(own, by=alice, username="bob", role="participant")
    factories.ParticipationFactory.create(debate=own, person=rob, role="facilitator")
    for by in (alice, mara):
        with pytest.raises(Conflict, match="keeps a facilitator"):
            actions.remove(own, alice, by=by)
        with pytest.raises(Conflict, match="keeps a facilitator"):
            actions.change(own, alice, by=by, role="participant")
    actions.change(own, bob, by=alice, role="facilitator")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(Conflict):
        actions.remove(own, alice, by=alice)
    User.objects.filter(pk=bob.pk).update(is_active=True)
    actions.remove(own, alice, by=alice)
    assert roles(own) == {"bob": "facilitator", "rob": "facilitator"}
    assert kinds(own)[-2:] == ["facilitator.ended", "participant.left"]


def test_anyone_can_leave_and_a_bot_says_how_that_came_about(
    own: Debate, alice: User, bob: User, rob: User
) -> None:
    for person in (bob, rob):
        actions.add(own, by=alice, username=person.username, role="participant")
    with pytest.raises(ValidationError):
        actions.remove(own, rob, by=rob)
    actions.remove(own, rob, by=rob, generated_by="program")
    actions.remove(own, bob, by=bob)
    assert roles(own) == {"alice": "facilitator"}
    with pytest.raises(Participation.DoesNotExist):
        actions.remove(own, bob, by=bob)


def test_who_takes_part_no_more_does_not_read_on_through_a_bot(
    own: Debate, alice: User, bob: User, rob: User
) -> None:
    Debate.objects.update(visibility="private")
    for person in (bob, rob):
        actions.add(own, by=alice, username=person.username, role="participant")
    actions.remove(own, bob, by=alice)
    assert roles(own) == {"alice": "facilitator"}
    assert not Debate.objects.visible_to(rob).filter(pk=own.pk).exists()
    assert kinds(own)[-2:] == ["participant.removed", "participant.removed"]


@pytest.mark.parametrize(
    ("username", "role", "field", "says"),
    [
        ("nobody", "participant", "username", "Nobody has this username"),
        ("", "participant", "username", "Nobody has this username"),
        ("bob", "owner", "role", "Choose participant or facilitator"),
        ("rob", "facilitator", "username", "Bots do not facilitate"),
        ("speaker", "participant", "username", "imported debate"),
        ("past", "participant", "username", "not in use"),
    ],
)
def test_who_cannot_have_a_role_is_refused_with_the_reason(
    own: Debate, alice: User, rob: User, username: str, role: str, field: str, says: str
) -> None:
    factories.UserFactory.create(username="speaker", kind="imported")
    factories.UserFactory.create(username="past", is_active=False)
    with pytest.raises(ValidationError) as refused:
        actions.add(own, by=alice, username=username, role=role)
    assert says in refused.value.message_dict[field][0]


def test_nobody_is_added_twice(own: Debate, alice: User, bob: User) -> None:
    actions.add(own, by=alice, username="bob", role="participant")
    with pytest.raises(Conflict, match="takes part already"):
        actions.add(own, by=alice, username="bob", role="facilitator")
    assert kinds(own) == ["participant.added"]
