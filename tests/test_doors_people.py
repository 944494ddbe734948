"""The stories of a debate's people, through each door, as test_doors.py tells the others."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from debate.models import Debate, Invitation
from tests import factories
from tests.test_doors import OK, Api, Htmx, Page

REFUSED = (403, 404, 409, 422)


class PagePeople(Page):
    """A browser without JavaScript."""

    def add(self, debate: Debate, username: str, role: str) -> Any:
        return self.send(f"/d/{debate.slug}/people/new/", {"username": username, "role": role})

    def change(self, debate: Debate, username: str, role: str) -> Any:
        return self.send(f"/d/{debate.slug}/people/{username}/role/", {"role": role})

    def remove(self, debate: Debate, username: str) -> Any:
        return self.send(f"/d/{debate.slug}/people/{username}/removal/", {})

    def suspend(self, debate: Debate, username: str, reason: str) -> Any:
        fields = {"username": username, "reason": reason, "days": "0"}
        return self.send(f"/d/{debate.slug}/suspensions/new/", fields)

    def readmit(self, debate: Debate, username: str) -> Any:
        return self.send(f"/d/{debate.slug}/suspensions/{username}/end/", {})

    def invite(self, debate: Debate, uses: int) -> Any:
        fields = {"role": "participant", "days": "7", "uses": uses}
        return self.send(f"/d/{debate.slug}/invitations/new/", fields)

    def revoke(self, link: Invitation) -> Any:
        return self.send(f"/d/{link.debate.slug}/invitations/{link.pk}/revocation/", {})

    def join(self, link: Invitation) -> Any:
        return self.send(f"/join/{link.token}/entry/", {})


class HtmxPeople(PagePeople, Htmx):
    """A browser with JavaScript."""


class ApiPeople(Api):
    """A program with the person's token."""

    def add(self, debate: Debate, username: str, role: str) -> Any:
        fields = {"username": username, "role": role}
        return self.send("POST", f"/debates/{debate.slug}/people/", fields)

    def change(self, debate: Debate, username: str, role: str) -> Any:
        return self.send("PATCH", f"/debates/{debate.slug}/people/{username}/", {"role": role})

    def remove(self, debate: Debate, username: str) -> Any:
        return self.send("DELETE", f"/debates/{debate.slug}/people/{username}/", {})

    def suspend(self, debate: Debate, username: str, reason: str) -> Any:
        fields = {"username": username, "reason": reason}
        return self.send("POST", f"/debates/{debate.slug}/suspensions/", fields)

    def readmit(self, debate: Debate, username: str) -> Any:
        return self.send("DELETE", f"/debates/{debate.slug}/suspensions/{username}/", {})

    def invite(self, debate: Debate, uses: int) -> Any:
        return self.send("POST", f"/debates/{debate.slug}/invitations/", {"uses": uses})

    def revoke(self, link: Invitation) -> Any:
        return self.send("DELETE", f"/debates/{link.debate.slug}/invitations/{link.pk}/", {})

    def join(self, link: Invitation) -> Any:
        return self.send("PUT", f"/invitations/{link.token}/", {})


Door = type[PagePeople] | type[ApiPeople]
pytestmark = pytest.mark.parametrize("door", [PagePeople, HtmxPeople, ApiPeople])


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """A private debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    Debate.objects.update(visibility="private")
    debate.refresh_from_db()
    return debate


def roles(debate: Debate) -> dict[str, str]:
    return dict(debate.participations.values_list("person__username", "role"))


def test_somebody_is_added_made_facilitator_and_removed(
    door: Door, own: Debate, alice: User, bob: User
) -> None:
    at = door(alice)
    assert at.add(own, "bob", "participant").status_code in OK
    assert at.change(own, "bob", "facilitator").status_code in OK
    assert roles(own) == {"alice": "facilitator", "bob": "facilitator"}
    assert at.remove(own, "bob").status_code in OK
    assert at.add(own, "nobody", "participant").status_code in REFUSED
    assert roles(own) == {"alice": "facilitator"}


def test_the_last_facilitator_stays(door: Door, own: Debate, alice: User) -> None:
    answer = door(alice).remove(own, "alice")
    assert answer.status_code in (302, 409)  # pages say so above the list
    assert roles(own) == {"alice": "facilitator"}


def test_somebody_is_suspended_and_readmitted(
    door: Door, own: Debate, alice: User, bob: User
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    [position] = own.statements.filter(author=alice)
    assert door(alice).suspend(own, "bob", "Rude.").status_code in OK
    assert door(bob).mark(position, truth="agree").status_code in REFUSED
    assert door(alice).readmit(own, "bob").status_code in OK
    assert door(bob).mark(position, truth="agree").status_code in OK


def test_a_link_is_made_used_and_revoked(
    door: Door, own: Debate, alice: User, bob: User, charlie: User
) -> None:
    assert door(alice).invite(own, 2).status_code in OK
    link = Invitation.objects.get()
    assert link.uses_most == 2
    assert door(bob).join(link).status_code in OK
    assert roles(own)["bob"] == "participant"
    assert door(bob).revoke(link).status_code in REFUSED
    assert door(alice).revoke(link).status_code in OK
    assert door(charlie).join(link).status_code == 404
    assert set(roles(own)) == {"alice", "bob"}
