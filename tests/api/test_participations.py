"""People of a debate, suspensions in it and links to join by, as programs see them."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.models import Debate, IdempotencyKey
from tests import factories
from tests.api.conftest import Enter, fits


@pytest.fixture
def own(debate: Debate, alice: User) -> Debate:
    """A private debate, looked after by Alice."""
    factories.ParticipationFactory.create(debate=debate, person=alice, role="facilitator")
    Debate.objects.update(visibility="private")
    debate.refresh_from_db()
    return debate


def test_people_are_added_changed_listed_and_removed(
    own: Debate, alice: User, bob: User, enter: Enter
) -> None:
    client = enter(alice)
    people = f"debates/{own.slug}/people/"
    added = client.send("POST", people, {"username": "bob"})
    assert (added.status_code, added.json()["role"]) == (201, "participant")
    fits("ParticipationOut", added.json())
    assert added["Location"].endswith(f"{people}bob/")
    assert client.send("POST", people, {"username": "bob"}).status_code == 409
    unknown = client.send("POST", people, {"username": "nobody"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["username"])
    named = client.send("PATCH", f"{people}bob/", {"role": "facilitator"})
    assert named.json()["role"] == "facilitator"
    listed = client.read(people)
    fits("ParticipationPage", listed)
    assert [one["person"]["username"] for one in listed["results"]] == ["alice", "bob"]
    assert enter(bob).send("DELETE", f"{people}alice/").status_code == 204
    assert enter(bob).send("DELETE", f"{people}bob/").status_code == 409
    assert client.send("GET", people).status_code == 404


def test_somebody_is_suspended_and_readmitted(
    own: Debate, alice: User, bob: User, enter: Enter
) -> None:
    factories.ParticipationFactory.create(debate=own, person=bob)
    client, place = enter(alice), f"debates/{own.slug}/suspensions/"
    made = client.send("POST", place, {"username": "bob", "reason": "Rude."})
    fits("SuspensionOut", made.json())
    assert made.json()["until"] is None
    [listed] = client.read(place)
    assert listed["reason"] == "Rude."
    refused = enter(bob).send(
        "PUT", f"statements/{own.statements.all()[0].pk}/mark/", {"truth": "agree"}
    )
    assert (refused.status_code, "Rude." in refused.json()["detail"]) == (403, True)
    assert client.send("DELETE", f"{place}bob/").status_code == 204
    assert client.send("DELETE", f"{place}bob/").status_code == 409
    events = client.read(f"debates/{own.slug}/events/?kind=person.suspended")["results"]
    assert (events[0]["person"]["username"], events[0]["reason"]) == ("bob", "Rude.")
    undone = client.read(f"debates/{own.slug}/events/?kind=person.readmitted")["results"]
    for event, act in ((events[0], "suspend"), (undone[0], "undo")):
        assert client.read(f"acts/{event['act']}/")["act"] == act


def test_a_link_is_made_used_seen_and_revoked(
    own: Debate, alice: User, bob: User, charlie: User, enter: Enter
) -> None:
    client, place = enter(alice), f"debates/{own.slug}/invitations/"
    headers = {"Idempotency-Key": "one"}
    made, again = (
        client.send("POST", place, {"uses": 2, "note": "x"}, **headers) for _ in range(2)
    )
    assert made.json() == again.json()
    fits("InvitationOut", made.json())
    token = made.json()["url"].split("/join/")[1].strip("/")
    assert token not in str(list(IdempotencyKey.objects.values()))
    offer = enter().read(f"invitations/{token}/")
    fits("OfferOut", offer)
    assert offer["question"] == own.question
    assert enter().send("PUT", f"invitations/{token}/").status_code == 401
    for _ in range(2):
        joined = enter(bob).send("PUT", f"invitations/{token}/")
        assert joined.json() == {"debate": own.slug}
    assert [use["person"]["username"] for use in client.read(place)[0]["uses"]] == ["bob"]
    assert enter(bob).send("GET", place).status_code == 403
    assert client.send("DELETE", f"{place}{made.json()['id']}/").status_code == 204
    assert enter(charlie).send("PUT", f"invitations/{token}/").status_code == 404
    assert client.read(place) == []
