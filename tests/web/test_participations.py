"""The page of a debate's people, and links to join by, as pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import invitations
from debate.models import Debate, Invitation
from tests import factories


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """A private debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    Debate.objects.update(visibility="private", question="Is this a canary?")
    debate.refresh_from_db()
    return debate


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_facilitator_adds_names_and_removes_people_by_forms_of_the_page(
    client: Client, own: Debate, alice: User, bob: User
) -> None:
    client.force_login(alice)
    page = f"/d/{own.slug}/people/"
    added = client.post(f"{page}new/", {"username": "bob", "role": "participant"}, follow=True)
    assert added.redirect_chain == [(page, 302)]
    assert "Bob takes part now, as participant." in added.content.decode()
    named = client.post(f"{page}bob/role/", {"role": "facilitator"}, follow=True)
    assert "Bob is a facilitator now." in named.content.decode()
    removed = client.post(f"{page}bob/removal/", follow=True)
    assert "Bob takes part no more." in removed.content.decode()
    last = client.post(f"{page}alice/removal/", follow=True)
    assert "A debate keeps a facilitator." in last.content.decode()
    assert client.post(f"{page}charlie/removal/").status_code == 404


def test_a_refused_form_comes_back_with_what_was_typed(
    client: Client, own: Debate, alice: User
) -> None:
    client.force_login(alice)
    page = f"/d/{own.slug}"
    sent = {
        f"{page}/people/new/": ({"username": "nobody", "role": "participant"}, "nobody"),
        f"{page}/invitations/new/": (
            {"role": "participant", "days": "7", "uses": "5000", "note": "Readers"},
            "Readers",
        ),
        f"{page}/suspensions/new/": (
            {"username": "nobody", "reason": "Rude", "days": "7"},
            "Rude",
        ),
    }
    for address, (fields, typed) in sent.items():
        answer = client.post(address, fields)
        assert answer.status_code == 422, address
        shown = answer.content.decode()
        assert f'value="{typed}"' in shown and 'role="alert"' in shown


def test_who_leaves_a_private_debate_is_led_where_they_still_are(
    client: Client, own: Debate, bob: User
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    client.force_login(bob)
    assert "Leave this debate" in read(client, f"/d/{own.slug}/people/")
    left = client.post(f"/d/{own.slug}/people/bob/removal/", follow=True)
    assert left.redirect_chain == [("/d/", 302)]
    assert client.get(f"/d/{own.slug}/").status_code == 404


def test_strangers_and_participants_find_no_forms(
    client: Client, own: Debate, bob: User, charlie: User
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    Debate.objects.update(visibility="public")
    for person in (None, charlie, bob):
        if person:
            client.force_login(person)
        page = read(client, f"/d/{own.slug}/people/")
        assert "Add a person" not in page and "New link" not in page
        assert "Suspend" not in page and "Make a" not in page
        assert ("Participants" in page) == (person is bob)


def test_a_facilitator_suspends_somebody_and_ends_it(
    client: Client, own: Debate, alice: User, bob: User
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    client.force_login(alice)
    form = f"/d/{own.slug}/suspensions/new/"
    assert 'value="bob"' in read(client, f"{form}?person=bob")
    sent = {"username": "bob", "reason": "Rude <b>words</b>", "days": "7"}
    page = client.post(form, sent, follow=True).content.decode()
    assert "Bob may only read here now." in page and "Rude &lt;b&gt;words&lt;/b&gt;" in page
    position = own.statements.get(author=alice)
    member = Client()
    member.force_login(bob)
    assert member.post(f"/s/{position.pk}/mark/", {"truth": "agree"}).status_code in (403, 422)
    again = client.post(f"/d/{own.slug}/suspensions/bob/end/", follow=True).content.decode()
    assert "Bob may write here again." in again
    assert member.post(f"/s/{position.pk}/mark/", {"truth": "agree"}).status_code == 302


# ---- links
@pytest.fixture
def link(client: Client, own: Debate, alice: User) -> str:
    """The path of a link that Alice has made on the page."""
    client.force_login(alice)
    fields = {"role": "participant", "days": "7", "uses": "2", "note": "Readers", "key": "k"}
    for _ in range(2):  # a form sent twice
        client.post(f"/d/{own.slug}/invitations/new/", {**fields, "shows_question": "on"})
    page = read(client, f"/d/{own.slug}/people/")
    [path] = re.findall(r'value="http://testserver(/join/[^"]+)"', page)
    client.logout()
    return str(path)


def test_a_link_leads_a_visitor_through_signing_in_to_the_debate(
    client: Client, own: Debate, link: str, bob: User, alice: User
) -> None:
    page = read(client, link)
    assert "Is this a canary?" in page and "Alice invites you" in page
    assert own.slug not in page and "Readers" not in page and "Lend until" not in page
    assert (
        client.post(f"{link}entry/")
        .headers["Location"]
        .startswith("/accounts/login/?next=%2Fjoin")
    )
    client.force_login(bob)
    assert "Join this debate" in read(client, link)
    joined = client.post(f"{link}entry/", follow=True)
    assert joined.redirect_chain == [(f"/d/{own.slug}/", 302)]
    assert "You take part already." in read(client, link)
    client.force_login(alice)
    page = read(client, f"/d/{own.slug}/people/")
    assert "used 1 of 2 times" in page and "Who joined by it" in page


def test_who_holds_a_link_reads_only_what_the_inviter_allowed(
    client: Client, own: Debate, alice: User
) -> None:
    token = invitations.create(own, by=alice, shows_question=False).token
    page = read(client, f"/join/{token}/")
    assert "canary" not in page and own.slug not in page
    assert client.get(f"/api/v1/invitations/{token}/").json()["question"] is None


def test_all_links_that_are_not_good_look_alike(
    client: Client, own: Debate, link: str, alice: User
) -> None:
    unknown = client.get("/join/nothing/")
    Invitation.objects.update(revoked_at=own.created_at)
    revoked = client.get(link)
    assert (unknown.status_code, unknown.content) == (revoked.status_code, revoked.content)
    assert unknown.status_code == 404
    assert client.post(f"{link}entry/").content == unknown.content


def test_revoking_is_one_press_and_of_this_debate_only(
    client: Client, own: Debate, link: str, alice: User
) -> None:
    [made] = Invitation.objects.all()
    client.force_login(alice)
    other = factories.InvitationFactory.create()
    assert client.post(f"/d/{own.slug}/invitations/{other.pk}/revocation/").status_code == 404
    client.post(f"/d/{own.slug}/invitations/{made.pk}/revocation/")
    client.logout()
    assert client.get(link).status_code == 404
