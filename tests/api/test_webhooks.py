from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import actions as accounts
from accounts.models import User
from debate.actions import webhooks
from debate.models import Debate, Delivery, Webhook
from tests import factories

URL = "https://hooks.example.org/crux"
AT = "/api/v1/webhooks/"
JSON: dict[str, Any] = {"content_type": "application/json"}


def program(account: User, scopes: tuple[str, ...] = ("read", "write")) -> Client:
    by = account.owner or account
    _, key = accounts.create_token(account, by=by, name="t", scopes=list(scopes))
    return Client(headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def api(alice: User) -> Client:
    return program(alice)


def test_a_webhook_is_made_read_changed_and_removed(api: Client, debate: Debate) -> None:
    sent = {"address": URL, "debate": debate.slug, "kinds": ["mark.set"]}
    made: Any = api.post(AT, sent, **JSON)
    assert made.status_code == 201
    told = made.json()
    assert told["key"] == webhooks.keys(Webhook.objects.get())[0]
    one = f"{AT}{told['id']}/"
    assert made.headers["Location"].endswith(one)
    read = api.get(one).json()
    assert "key" not in read
    assert (read["address"], read["debate"], read["kinds"]) == (URL, debate.slug, ["mark.set"])
    assert api.patch(one, {"kinds": []}, **JSON).json()["kinds"] == []
    assert api.put(f"{one}switch/", {"is_active": False}, **JSON).json()["is_active"] is False
    assert api.put(f"{one}key/", **JSON).json()["key"].startswith("whsec_")
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404


def test_a_retry_makes_no_other_and_tells_no_key(api: Client) -> None:
    once = {**JSON, "headers": {"Idempotency-Key": "k1"}}
    first, second = (api.post(AT, {"address": URL}, **once) for _ in range(2))
    assert first.json()["key"] and second.json()["key"] is None
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"address": "https://10.0.0.1/"}, 422, "address"),
        ({"address": "https://hooks.example.org:8443/"}, 422, "address"),
        ({"address": URL, "kinds": ["no"]}, 422, "kinds"),
        ({"address": URL, "debate": "no-such"}, 422, "debate"),
        ({"address": URL, "debate": ""}, 422, "debate"),
        ({"address": URL, "more": 1}, 400, "more"),
        ({}, 400, "address"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    api: Client, sent: dict[str, Any], status: int, field: str
) -> None:
    refused = api.post(AT, sent, **JSON)
    assert (refused.status_code, [*refused.json()["errors"]]) == (status, [field])
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("sent", [0, 1, "true", "off", None])
def test_a_switch_is_true_or_false(api: Client, alice: User, sent: Any) -> None:
    hook, _ = webhooks.create(by=alice, url=URL)
    answer = api.put(f"{AT}{hook.pk}/switch/", {"is_active": sent}, **JSON)
    assert (answer.status_code, [*answer.json()["errors"]]) == (400, ["is_active"])


def test_a_port_that_is_not_called_is_refused_with_those_that_are(
    api: Client, alice: User
) -> None:
    made, _ = webhooks.create(by=alice, url=URL)
    sent = {"address": "https://hooks.example.org:8443/"}
    for refused in (api.post(AT, sent, **JSON), api.patch(f"{AT}{made.pk}/", sent, **JSON)):
        assert (refused.status_code, [*refused.json()["errors"]]) == (422, ["address"])
        assert "Webhooks can call port 443 only." in refused.content.decode()
    made.refresh_from_db()
    assert made.url == URL


def test_the_log_is_listed_tested_and_replayed(api: Client, alice: User) -> None:
    hook, _ = webhooks.create(by=alice, url=URL)
    log = f"{AT}{hook.pk}/deliveries/"
    made = api.post(log, **JSON)
    assert made.status_code == 201 and made.json()["type"] == "test"
    Delivery.objects.update(state="delivered")
    [row] = api.get(log).json()["results"]
    assert (row["state"], row["message"]) == ("delivered", f"msg_{row['id']}")
    again = api.put(f"{log}{row['id']}/replay/", **JSON)
    assert again.json()["state"] == "waiting"
    assert api.put(f"{log}{row['id']}/replay/", **JSON).status_code == 409


def test_a_bots_webhooks_are_its_own_and_its_owners(alice: User, bob: User) -> None:
    bot = factories.BotFactory.create(owner=alice)
    made = program(bot).post(AT, {"address": URL}, **JSON).json()
    assert made["account"] == bot.username
    seen = [client.get(AT).json()["results"] for client in (program(alice), program(bob))]
    assert [len(one) for one in seen] == [1, 0]
    assert program(alice, ("read",)).post(AT, {"address": URL}, **JSON).status_code == 403
