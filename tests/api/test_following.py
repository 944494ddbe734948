"""Following, the inbox and mail through the API."""

from __future__ import annotations

import pytest

from accounts.models import User
from debate.actions import notifying, statements
from debate.models import Following, Notification, Statement
from tests.api.conftest import Enter, fits


def test_what_is_followed_is_set_read_and_listed(
    enter: Enter, claim: Statement, charlie: User, bob: User
) -> None:
    api = enter(charlie)
    places = (f"debates/{claim.debate.slug}", f"statements/{claim.pk}", "people/bob")
    for place in places:
        assert api.read(f"following/{place}/") == {"level": "stopped"}
        answer = api.send("PUT", f"following/{place}/", {"level": "followed"})
        assert answer.json() == api.read(f"following/{place}/") == {"level": "followed"}
    listed = api.read("following/?limit=2")
    fits("FollowingPage", listed)
    assert [one["name"] for one in listed["results"]] == ["Bob", "S1"]
    rest = api.read(listed["next"].split("/api/v1/")[1])
    assert [one["debate"] for one in rest["results"]] == [claim.debate.slug]
    for place in places:
        api.send("PUT", f"following/{place}/", {"level": "stopped"})
    assert api.read("following/")["results"] == []


@pytest.mark.parametrize(
    ("body", "status"), [({}, 400), ({"level": "loved"}, 422), ({"level": 1}, 400)]
)
def test_a_level_that_is_none_is_refused(
    body: object, status: int, enter: Enter, claim: Statement, charlie: User
) -> None:
    answer = enter(charlie).send("PUT", f"following/statements/{claim.pk}/", body)
    assert answer.status_code == status
    assert not Following.objects.exists()


def test_the_inbox_is_listed_and_marked_read(
    enter: Enter, claim: Statement, alice: User, bob: User
) -> None:
    said = [
        statements.reply(claim, by=bob, kind="remark", body=f"So it is, {number}.")
        for number in range(3)
    ]
    notifying.notify()
    api = enter(alice)
    listed = api.read("notifications/?unread=true")
    fits("NotificationPage", listed)
    assert [one["statement"] for one in listed["results"]] == [one.pk for one in said[::-1]]
    newest = listed["results"][0]
    assert (newest["reason"], newest["actor"]["username"]) == ("answered", "bob")
    assert newest["text"] == "Bob remarks on S1 in S4"
    one = api.send("PUT", "notifications/read/", {"ids": [newest["id"]]})
    assert one.json() == {"read": 1, "unread": 2}
    assert len(api.read("notifications/?unread=true")["results"]) == 2
    assert api.read("notifications/?debate=nowhere")["results"] == []
    statements.withdraw(said[0], by=bob)
    assert len(api.read("notifications/")["results"]) == 2
    assert api.send("PUT", "notifications/read/", {"debate": ""}).status_code == 422
    assert len(api.read("notifications/?unread=true")["results"]) == 1
    assert api.send("PUT", "notifications/read/", {}).json()["unread"] == 0
    assert api.send("PUT", "notifications/read/", {"ids": ["x"]}).status_code == 400


def test_a_bot_is_told_of_answers_and_has_an_inbox_of_its_own(
    enter: Enter, claim: Statement, rob: User, alice: User
) -> None:
    said = statements.reply(claim, by=rob, kind="remark", body="Hm.", generated_by="program")
    statements.reply(said, by=alice, kind="question", body="How so?")
    notifying.notify()
    [one] = enter(rob).read("notifications/")["results"]
    assert one["reason"] == "answered"
    assert not Notification.objects.filter(person=rob, waits=True).exists()


def test_how_often_mail_comes_is_read_and_chosen(enter: Enter, alice: User) -> None:
    api = enter(alice)
    assert api.read("me/mails/") == {"pace": "daily", "follows_by_itself": True}
    chosen = api.send("PATCH", "me/mails/", {"pace": "never"}).json()
    fits("PaceOut", chosen)
    assert chosen == {"pace": "never", "follows_by_itself": True}
    assert api.send("PATCH", "me/mails/", {"pace": "hourly"}).status_code == 422
