"""What somebody has written who was not signed in goes with them through signing in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from debate.models import Debate

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SENT = {
    "question": "Should it rain more often?",
    "own_name": "It should",
    "own_body": "Gardens want it <daily>.",
    "other_name": "It should not",
    "other_body": "Roofs leak.",
    "visibility": "public",
    "key": "k1",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
AREA = re.compile(r'<textarea id="sent-\d+" name="([^"]+)" rows="8">([^<]*)</textarea>')


def fields(page: str) -> Iterator[tuple[str, str]]:
    """What the form of the page sends."""
    [form] = re.findall(r'<form method="post" action="/d/new/".*?</form>', page, re.S)
    for name, value in (*HIDDEN.findall(form), *AREA.findall(form)):
        yield name, unescape(value)


def sign_in(client: Client, address: str) -> str:
    """Sign in as alice on the page of this address; gives the page one is led to."""
    shown = client.get(address).content.decode()
    assert "What you wrote is kept" in shown
    sent = {"login": "alice", "password": "correct horse", "next": address.split("next=")[1]}
    sent["next"] = sent["next"].replace("%2F", "/")
    return client.post("/accounts/login/", sent, follow=True).content.decode()


def test_a_debate_is_started_from_what_was_kept(client: Client, alice: User) -> None:
    led = client.post("/d/new/", SENT)
    assert led.headers["Location"] == "/accounts/login/?next=%2Funsent%2F"
    page = sign_in(client, led.headers["Location"])
    assert "You were not signed in when you sent this" in page
    found = dict(fields(page))
    assert found.pop("csrfmiddlewaretoken")
    assert found == SENT
    client.post("/d/new/", found)
    assert Debate.objects.get().question == SENT["question"]


def test_all_that_was_typed_is_shown(client: Client, alice: User) -> None:
    typed = {"body-k1": "No.", "quote-k1": "rain", "outcome": "Granted.", "words": "Up."}
    typed |= {"reason": "It is spam.", "position_3_body": "Neither.", "quote": "Roofs"}
    led = client.post("/d/new/", {**SENT, **typed, "kind-k1": "remark", "before-k1": "as the "})
    page = sign_in(client, led.headers["Location"])
    assert typed.items() <= dict(AREA.findall(page)).items()
    assert {("kind-k1", "remark"), ("before-k1", "as the ")} <= {*HIDDEN.findall(page)}


def test_who_signs_in_by_another_way_is_led_to_what_was_kept(client: Client, alice: User) -> None:
    client.post("/d/new/", SENT)
    page = client.post("/accounts/login/", {"login": "alice", "password": "correct horse"})
    assert page.headers["Location"] == "/unsent/"
    other = Client().post("/accounts/login/", {"login": "alice", "password": "correct horse"})
    assert other.headers["Location"] == "/"


@pytest.mark.parametrize(
    "sent", [{"question": "Rain?"}, {**SENT, "password": "x"}, {"question": "Rain " * 30_000}, {}]
)
def test_nothing_is_kept_of_a_word_a_secret_or_a_flood(
    client: Client, sent: dict[str, str]
) -> None:
    led = client.post("/d/new/", sent)
    assert led.headers["Location"] == "/accounts/login/?next=%2Fd%2Fnew%2F"
    assert not Session.objects.exists()


def test_a_form_that_a_script_sends_keeps_its_words_itself(client: Client) -> None:
    led = client.post("/d/new/", SENT, headers=HTMX)
    assert led.headers["HX-Redirect"] == "/accounts/login/?next=%2Fd%2Fnew%2F"
    assert not Session.objects.exists()


def test_the_page_is_for_who_has_signed_in_and_says_where_nothing_waits(
    client: Client, alice: User
) -> None:
    led = client.get("/unsent/").headers["Location"]
    assert led == "/accounts/login/?next=%2Funsent%2F"
    client.force_login(alice, backend="accounts.reading.Accounts")
    assert "Nothing that you wrote waits" in client.get("/unsent/").content.decode()
