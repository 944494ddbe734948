"""Links by which people join: good until used up, expired or revoked, and never for all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections
from django.utils import timezone

from accounts.models import User
from debate.actions import invitations as actions
from debate.actions import participations, sitewide
from debate.models import Debate, Invitation, InvitationUse
from debate.models.invitations import SIGNER
from debate.selectors import invitations as selectors
from tests import factories


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """A private debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    Debate.objects.update(visibility="private")
    debate.refresh_from_db()
    return debate


@pytest.fixture
def link(own: Debate, alice: User) -> Invitation:
    return actions.create(own, by=alice, uses=2, note="For the reading group")


def sees(person: User, debate: Debate) -> bool:
    return Debate.objects.visible_to(person).filter(pk=debate.pk).exists()


def test_who_joins_by_a_link_takes_part_and_is_counted_once(
    own: Debate, link: Invitation, bob: User
) -> None:
    assert not sees(bob, own)
    for _ in range(2):
        assert actions.join(link.token, by=bob) == own
    assert sees(bob, own)
    assert own.participations.get(person=bob).role == "participant"
    assert list(link.uses.values_list("person", flat=True)) == [bob.pk]
    kinds = list(own.events.order_by("number").values_list("kind", flat=True))
    assert kinds == ["invitation.made", "participant.joined"]


def test_a_link_can_make_facilitators(own: Debate, alice: User, bob: User) -> None:
    link = actions.create(own, by=alice, role="facilitator")
    actions.join(link.token, by=bob)
    assert own.participations.get(person=bob).role == "facilitator"
    assert own.events.order_by("-number")[0].kind == "facilitator.named"


def _with(link: Invitation, **fields: object) -> str:
    Invitation.objects.filter(pk=link.pk).update(**fields)
    return link.token


def _used(link: Invitation) -> str:
    for _ in range(link.uses_most):
        InvitationUse.objects.create(invitation=link, person=factories.UserFactory.create())
    return link.token


SPOILT: dict[str, Callable[[Invitation], str]] = {
    "expired": lambda link: _with(link, expires_at=timezone.now() - timedelta(seconds=1)),
    "revoked": lambda link: _with(link, revoked_at=timezone.now()),
    "used up": _used,
    "unknown": lambda link: SIGNER.sign("x" * 16),
    "not signed": lambda link: link.key,
    "signed by others": lambda link: f"{link.key}.{'A' * 43}",
    "empty": lambda link: "",
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_link_that_is_not_good_lets_nobody_in(
    own: Debate, link: Invitation, bob: User, how: str
) -> None:
    token = SPOILT[how](link)
    with pytest.raises(Invitation.DoesNotExist):
        actions.join(token, by=bob)
    assert not sees(bob, own)


def test_revoking_ends_a_link_and_leaves_who_joined(
    own: Debate, link: Invitation, alice: User, bob: User, charlie: User
) -> None:
    actions.join(link.token, by=bob)
    for _ in range(2):
        actions.revoke(own, link.pk, by=alice)
    with pytest.raises(Invitation.DoesNotExist):
        actions.join(link.token, by=charlie)
    assert sees(bob, own)
    assert own.events.filter(kind="invitation.revoked").count() == 1


def test_who_was_removed_or_was_a_facilitator_comes_back_by_name_only(
    own: Debate, link: Invitation, alice: User, bob: User, charlie: User
) -> None:
    participations.add(own, by=alice, username="bob", role="participant")
    participations.remove(own, bob, by=alice)
    participations.add(own, by=alice, username="charlie", role="facilitator")
    participations.remove(own, charlie, by=charlie)
    for person in (bob, charlie):
        with pytest.raises(Invitation.DoesNotExist):
            actions.join(link.token, by=person)
        participations.add(own, by=alice, username=person.username, role="participant")
    assert sees(bob, own) and sees(charlie, own)
    assert not link.uses.exists()


def test_who_joined_gets_the_debate_again_by_a_link_that_is_used_up(
    own: Debate, alice: User, bob: User, charlie: User
) -> None:
    link = actions.create(own, by=alice, uses=1)
    for _ in range(2):
        assert actions.join(link.token, by=bob) == own
    assert selectors.invitation(link.token, bob) == link
    with pytest.raises(Invitation.DoesNotExist):
        actions.join(link.token, by=charlie)


@pytest.mark.parametrize("ends", ["removed", "made a participant", "switched off"])
def test_the_links_of_who_no_longer_looks_after_the_debate_let_nobody_in(
    own: Debate, alice: User, bob: User, charlie: User, ends: str
) -> None:
    participations.add(own, by=alice, username="bob", role="facilitator")
    link = actions.create(own, by=bob, role="facilitator")
    if ends == "removed":
        participations.remove(own, bob, by=alice)
    elif ends == "made a participant":
        participations.change(own, bob, by=alice, role="participant")
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(Invitation.DoesNotExist):
        actions.join(link.token, by=charlie)
    told = own.events.filter(kind="invitation.revoked").count()
    assert told == (0 if ends == "switched off" else 1)


@pytest.mark.parametrize("maker", ["suspended", "was a moderator"])
def test_a_link_lets_nobody_in_while_its_maker_may_not(
    own: Debate, alice: User, bob: User, mara: User, maker: str
) -> None:
    link = actions.create(own, by=alice, role="facilitator")
    if maker == "suspended":
        sitewide.suspend(alice, by=mara, reason="Rude.")
    else:
        Debate.objects.update(visibility="public")
        link = actions.create(own, by=mara, role="facilitator")
        User.objects.filter(pk=mara.pk).update(is_staff=False)
    for person in (bob, link.made_by):
        with pytest.raises(Invitation.DoesNotExist):
            actions.join(link.token, by=person)


def test_who_left_by_oneself_does_not_use_a_link_twice(
    own: Debate, link: Invitation, alice: User, bob: User
) -> None:
    actions.join(link.token, by=bob)
    participations.remove(own, bob, by=bob)
    with pytest.raises(Invitation.DoesNotExist):
        actions.join(link.token, by=bob)
    actions.join(actions.create(own, by=alice).token, by=bob)


def test_bots_and_suspended_accounts_do_not_join_by_a_link(
    own: Debate, link: Invitation, rob: User
) -> None:
    for person in (rob, factories.UserFactory.create(is_active=False)):
        with pytest.raises(PermissionDenied):
            actions.join(link.token, by=person)
    assert not link.uses.exists()


def test_only_who_looks_after_the_debate_makes_and_revokes_links(
    own: Debate, link: Invitation, bob: User, charlie: User, mara: User
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    for person in (bob, charlie, mara):
        with pytest.raises(PermissionDenied):
            actions.create(own, by=person)
        with pytest.raises(PermissionDenied):
            actions.revoke(own, link.pk, by=person)


def test_a_link_of_another_debate_is_not_revoked(link: Invitation, bob: User) -> None:
    other = factories.DebateFactory.create()
    factories.ParticipationFactory.create(debate=other, person=bob, role="facilitator")
    with pytest.raises(Invitation.DoesNotExist):
        actions.revoke(other, link.pk, by=bob)
    link.refresh_from_db()
    assert link.revoked_at is None


def test_a_link_without_sense_is_refused_field_by_field(own: Debate, alice: User) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create(own, by=alice, role="owner", days=91, uses=0, note="x" * 201)
    assert set(refused.value.message_dict) == {"role", "days", "uses", "note"}


def test_the_table_holds_no_link(link: Invitation) -> None:
    row = Invitation.objects.filter(pk=link.pk).values().get()
    assert link.token not in str(row)
    assert link.token.startswith(f"{link.key}.")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_once_exactly_as_many_join_as_the_link_allows(
    own: Debate, alice: User
) -> None:
    allowed = 5
    link = actions.create(own, by=alice, uses=allowed)
    comers = [factories.UserFactory.create() for _ in range(24)]

    def come(person: User) -> bool:
        try:
            actions.join(link.token, by=person)
        except Invitation.DoesNotExist:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        joined = list(pool.map(come, comers))
    assert joined.count(True) == allowed
    assert link.uses.count() == allowed
    assert own.participations.filter(role="participant").count() == allowed
