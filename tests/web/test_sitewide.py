"""Suspensions from the whole site, and held edits and debates, as pages and the API tell them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from debate.actions import sitewide, statements
from debate.models import Held, ModerationAct, Statement
from debate.selectors import precautions
from tests import factories
from tests.rights.world import _key as key_of

pytestmark = pytest.mark.django_db


def said(answer: Any) -> str:
    return str(answer.content.decode())


def door(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def api(person: User, *scopes: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {key_of(person, 'read', *scopes)}"})


@pytest.fixture
def act(bob: User, mara: User) -> ModerationAct:
    until = timezone.now() + timedelta(days=7)
    return sitewide.suspend(bob, by=mara, reason="Attacks people.", until=until)


def test_every_page_says_so_and_leads_to_why_and_until_when(act: ModerationAct, bob: User) -> None:
    client = door(bob)
    assert "You are suspended until" in said(client.get("/"))
    assert client.get("/suspension/").headers["Location"] == f"/moderation/acts/{act.pk}/"
    page = said(client.get(f"/moderation/acts/{act.pk}/"))
    assert "Bob suspended from the whole site" in page
    assert "Attacks people." in page
    assert "Why it should not stand" in page
    assert "You are suspended" not in said(door(act.moderator).get("/"))
    assert door(act.moderator).get("/suspension/").status_code == 404


def test_it_stands_in_the_log_in_the_table_and_in_the_feed(act: ModerationAct) -> None:
    visitor = Client()
    for path in ("/moderation/", "/moderation/log.csv", "/moderation/feed/"):
        page = said(visitor.get(path))
        assert "Bob" in page, path
        assert "Attacks people." in page, path
    assert "unlisted" not in said(visitor.get("/moderation/feed/"))
    [entry] = visitor.get("/api/v1/moderation/log/").json()["results"]
    assert (entry["person"], entry["debate"], entry["act"]) == ("Bob", None, "suspend")


def test_a_moderator_undoes_it_on_the_page_of_the_act(act: ModerationAct, bob: User) -> None:
    client = door(act.moderator)
    assert client.get(f"/moderation/acts/{act.pk}/undoing/").status_code == 200
    client.post(f"/moderation/acts/{act.pk}/undoing/", {"reason": "Has said sorry."})
    bob.refresh_from_db()
    assert not bob.only_reads
    page = said(client.get(f"/moderation/acts/{ModerationAct.objects.get(undoes=act).pk}/"))
    assert "Bob: undone, was: Suspended" in page
    listed = said(client.get("/admin/debate/moderationact/"))
    assert "Has said sorry." in listed


def test_the_api_suspends_says_so_and_undoes(bob: User, mara: User) -> None:
    client = api(mara, "moderate")
    until = (timezone.now() + timedelta(days=7)).isoformat()
    sent = {"reason": "Attacks people.", "until": until, "internal": True}
    path = f"/api/v1/people/{bob.username}/suspension/"
    made = client.post(path, sent, content_type="application/json")
    assert made.status_code == 201
    told = made.json()
    assert (told["act"], told["person"]["username"], told["debate"]) == ("suspend", "bob", None)
    assert client.post(path, sent, content_type="application/json").status_code == 409
    bob.refresh_from_db()
    own = api(bob, "write").get("/api/v1/me/").json()
    assert own["suspended"]["reason"] == "Attacks people."
    assert (own["suspended"]["act"], own["may"]["write"]) == (told["id"], False)
    undo = client.post(
        f"/api/v1/acts/{told['id']}/undoing/", {"reason": "So."}, content_type="application/json"
    )
    assert undo.status_code == 201
    assert api(bob, "write").get("/api/v1/me/").json()["suspended"] is None


def test_a_bot_of_theirs_reads_by_its_token_and_writes_no_more(
    act: ModerationAct, claim: Statement, bob: User, rob: User
) -> None:
    sitewide.end(act, by=act.moderator, reason="So.")
    client = api(rob, "write")
    sitewide.suspend(bob, by=act.moderator, reason="Attacks people.")
    path = f"/api/v1/statements/{claim.pk}/replies/"
    sent = {"kind": "remark", "body": "So.", "generated_by": "model"}
    refused = client.post(path, sent, content_type="application/json")
    assert refused.status_code == 403
    assert "Attacks people." in refused.json()["detail"]
    assert client.get(f"/api/v1/statements/{claim.pk}/").status_code == 200


def test_who_is_suspended_finds_the_notice_in_the_inbox_until_they_look(
    act: ModerationAct, bob: User
) -> None:
    client = door(bob)
    assert "You are suspended from the whole site; you can appeal" in said(client.get("/inbox/"))
    told = api(bob).get("/api/v1/notifications/").json()["results"][0]
    assert (told["act"], told["debate"], told["kind"]) == (act.pk, None, None)
    client.get(f"/moderation/acts/{act.pk}/")
    bob.refresh_from_db()
    assert bob.unread_count == 0


# ---- what is held
@pytest.fixture
def nina(db: None) -> User:
    factories.PrecautionsFactory.create(holds_first=3)
    precautions.forget()
    return factories.UserFactory.create(username="nina", name="Nina", standing="new")


def test_an_edit_that_waits_is_said_to_wait_and_the_page_stays(
    claim: Statement, nina: User
) -> None:
    own = statements.reply(claim, by=nina, kind="remark", body="So it is.")
    client = door(nina)
    sent = {"body": "Buy this.", "revision": 1}
    answer = client.post(f"/s/{own.pk}/edit/", sent, follow=True)
    assert "A moderator looks at it before others see it" in said(answer)
    assert "Buy this." in said(answer)
    assert "an edit of" in said(answer)
    assert "Buy this." not in said(Client().get(f"/s/{own.pk}/"))
    again = client.post(f"/s/{own.pk}/edit/", sent)
    assert again.status_code == 422
    assert "waits already" in said(again)
    told = api(nina, "write").patch(
        f"/api/v1/statements/{own.pk}/", sent, content_type="application/json"
    )
    assert told.status_code == 409
    Held.objects.all().delete()
    told = api(nina, "write").patch(
        f"/api/v1/statements/{own.pk}/", sent, content_type="application/json"
    )
    assert (told.status_code, told.json()["points"][0]["edits"]) == (202, own.pk)


def test_a_debate_that_waits_is_said_to_wait_and_is_nowhere(nina: User) -> None:
    client = door(nina)
    form = said(client.get("/d/new/"))
    assert "form" in form
    sent = {
        "question": "Should quolls be free?",
        "positions": [{"name": "Free", "body": "They should be."}],
    }
    told = api(nina, "write").post("/api/v1/debates/", sent, content_type="application/json")
    assert (told.status_code, told.json()["debate"]) == (202, None)
    assert told.json()["question"] == "Should quolls be free?"
    assert "Should quolls be free?" in said(client.get("/waiting/"))
    for path in ("/", "/d/", "/search/?q=quolls", "/api/v1/debates/"):
        assert "quolls be" not in said(Client().get(path)), path
