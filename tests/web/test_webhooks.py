from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from debate.actions import delivering, webhooks
from debate.models import Debate, Delivery, Webhook

URL = "https://hooks.example.org/crux"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_webhook_is_made_and_its_key_shown_once(alice: User, debate: Debate) -> None:
    client = signed_in(alice)
    sent = {"url": URL, "debate": debate.slug, "kinds": ["mark.set"]}
    page = client.post("/webhooks/", sent)
    made = Webhook.objects.get()
    assert (made.account, made.debate, made.kinds) == (alice, debate, ["mark.set"])
    assert re.findall(r"whsec_[\w+/=]+", page.content.decode()) == webhooks.keys(made)
    assert page.headers["Cache-Control"].count("no-store")
    for path in ("/webhooks/", f"/webhooks/{made.pk}/"):
        shown = client.get(path).content.decode()
        assert URL in shown and "whsec_" not in shown


def test_what_was_refused_comes_back_as_it_was_typed(alice: User) -> None:
    client = signed_in(alice)
    for sent, said in (
        ({"url": "http://hooks.example.org/"}, "must begin with https"),
        ({"url": "https://hooks.example.org:8443/"}, "Webhooks can call port 443 only."),
        ({"url": URL, "debate": "no-such"}, "There is no such debate."),
        ({"url": ""}, "required"),
    ):
        page = client.post("/webhooks/", sent)
        assert page.status_code == 422
        assert said in page.content.decode()
        assert all(value in page.content.decode() for value in sent.values())
    assert not Webhook.objects.exists()


def test_a_change_to_a_port_that_is_not_called_comes_back_as_it_was_typed(
    alice: User, settings: Any
) -> None:
    settings.WEBHOOKS_PORTS = [8443, 443]
    made, _ = webhooks.create(by=alice, url=URL)
    typed = "https://hooks.example.org:9999/mine"
    page = signed_in(alice).post(f"/webhooks/{made.pk}/change/", {"url": typed})
    assert page.status_code == 422
    assert "Webhooks can call these ports only: 443, 8443." in page.content.decode()
    assert typed in page.content.decode()
    made.refresh_from_db()
    assert made.url == URL


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"url": "https://hooks.example.org:8443/"}, "its port is not one that webhooks can call"),
        ({"key": "sealed by another key"}, "the key cannot be read any more: take a new one"),
    ],
)
def test_the_log_says_why_nothing_is_called_any_more(
    alice: User, now: dict[str, str], told: str
) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    webhooks.test(made, by=alice)
    Webhook.objects.update(**now)
    delivering.call()
    assert told in signed_in(alice).get(f"/webhooks/{made.pk}/").content.decode()


def test_it_is_changed_switched_tested_and_removed(alice: User) -> None:
    client = signed_in(alice)
    made, key = webhooks.create(by=alice, url=URL)
    at = f"/webhooks/{made.pk}/"
    assert client.post(f"{at}change/", {"url": "https://x"[:7]}).status_code == 422
    client.post(f"{at}change/", {"url": f"{URL}/2", "kinds": ["mark.set"]})
    client.post(f"{at}test/")
    client.post(f"{at}switch/", {"is_active": "no"})
    made.refresh_from_db()
    assert (made.url, made.kinds, made.is_active) == (f"{URL}/2", ["mark.set"], False)
    assert Delivery.objects.get().event is None
    refused = client.post(f"{at}test/", follow=True)
    assert "switched off. Switch it on first" in refused.content.decode()
    fresh = client.post(f"{at}key/").content.decode()
    assert "whsec_" in fresh and key not in fresh
    client.post(f"{at}removal/")
    assert not Webhook.objects.exists()


def test_something_is_sent_again_from_the_log(alice: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    sent = webhooks.test(made, by=alice)
    Delivery.objects.update(
        state="failed", tries=10, log=[{"at": "", "status": None, "took": None, "why": "late"}]
    )
    client = signed_in(alice)
    assert "no answer within 10 seconds" in client.get(f"/webhooks/{made.pk}/").content.decode()
    client.post(f"/webhooks/{made.pk}/{sent.pk}/again/")
    assert Delivery.objects.get().state == "waiting"


def test_nobody_else_finds_it(alice: User, bob: User) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    assert signed_in(bob).get(f"/webhooks/{made.pk}/").status_code == 404
    assert signed_in(bob).post(f"/webhooks/{made.pk}/removal/").status_code == 404
    assert Client().get(f"/webhooks/{made.pk}/").status_code == 302
